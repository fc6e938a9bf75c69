"""The belt as its serial line shows it: request frames in, reply frames out, and faults of the line."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from dut_drivers.frames import Frame, Splitter, decode, encode
from dut_drivers.messages import NAK, REFUSAL, REPLY, ResetCause
from dut_drivers.simulated.belt_world import BeltWorld
from dut_drivers.simulated.replies import Replies

ANSWER_S: Final = 0.004
"""From a request's last byte to its reply, in seconds; estimate."""

FaultKind = Literal["hang", "delay", "drop", "garble", "truncate", "cut", "reset"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one reply.

    kind: ``hang``: from this reply on the line is deaf and dumb, while the belt's control runs on;
        ``delay``: it comes ``seconds`` later; ``drop``: it never comes; ``garble``: one bit is flipped;
        ``truncate``: its second half is missing; ``cut``: the line is unplugged; ``reset``: the belt's
        controller restarts instead of answering.
    seconds: of a ``delay``.
    """

    kind: FaultKind
    seconds: float = 0.0


class BeltTwin:
    """A simulated belt's serial port, one host at a time.

    The caller holds the twin's lock around each call.

    Args:
        world: the belt behind it; advanced to the instant of each request.
        serial: serial number; begins with ``SIM``, so that a run with it is known as simulated for ever.
        name: what the faults know it by.
        faults: asked at each reply with name and count of replies so far; None for a sound line.

    Attributes:
        plugged: the line is connected; False after a ``cut``, until somebody sets it again.

    Raises:
        ValueError: the serial number does not begin with ``SIM``.
    """

    __slots__ = (
        "_answer",
        "_faults",
        "_hung",
        "_outgoing",
        "_replies",
        "_splitter",
        "_world",
        "name",
        "plugged",
    )

    def __init__(
        self,
        world: BeltWorld,
        serial: str,
        name: str = "belt",
        faults: Callable[[str, int], Fault | None] | None = None,
    ) -> None:
        if not serial.startswith("SIM"):
            raise ValueError(f"making belt twin {name}: serial number {serial!r} must begin with SIM")
        self.name = name
        self.plugged = True
        self._world = world
        self._answer = Replies(world, serial)
        self._faults = faults
        self._splitter = Splitter()
        self._outgoing: deque[tuple[float, bytes]] = deque()
        self._replies = 0
        self._hung = False

    def write(self, data: bytes, now: float) -> None:
        """Take bytes from the host at bench time ``now``; replies lie ready for ``read`` about 4 ms later."""
        self._world.advance(now)
        if self._hung or not self.plugged:
            return
        for raw in self._splitter.feed(data):
            frame = decode(raw)
            if frame is not None:
                self._handle(frame, now)

    def read(self, now: float) -> tuple[float, bytes] | None:
        """Take the next reply: the instant at which it is there, perhaps after ``now``, and its bytes."""
        return self._outgoing.popleft() if self._outgoing else None

    def drop_output(self) -> None:
        """Forget replies that nobody has taken, as when a port is closed or its input dropped."""
        self._outgoing.clear()

    def _handle(self, frame: Frame, now: float) -> None:
        self._world.firmware.hear_host()
        answer = self._answer.to(frame)
        if isinstance(answer, bytes):
            reply = encode(frame.sequence, frame.kind | REPLY, answer)
        else:
            reply = encode(frame.sequence, NAK, REFUSAL.pack(frame.kind, answer))
        fault = self._faults(self.name, self._replies) if self._faults is not None else None
        self._replies += 1
        if fault is None:
            self._outgoing.append((now + ANSWER_S, reply))
        else:
            self._spoil(fault, now + ANSWER_S, reply)

    def _spoil(self, fault: Fault, ready: float, reply: bytes) -> None:
        match fault.kind:
            case "delay":
                self._outgoing.append((ready + fault.seconds, reply))
            case "garble":
                middle = len(reply) // 2
                self._outgoing.append(
                    (ready, reply[:middle] + bytes((reply[middle] ^ 0x10,)) + reply[middle + 1 :])
                )
            case "truncate":
                self._outgoing.append((ready, reply[: len(reply) // 2]))
            case "hang":
                self._hung = True
            case "cut":
                self.plugged = False
                self._outgoing.clear()
            case "reset":
                self._world.firmware.restart(ResetCause.PROCESSOR_WATCHDOG)
            case "drop":
                pass
