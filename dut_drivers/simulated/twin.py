"""The belt as its serial line shows it: request frames in, reply frames out, and faults of the line."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Final, Literal

from dut_drivers.frames import Frame, Splitter, decode, encode
from dut_drivers.messages import NAK, REFUSAL, REPLY, ResetCause
from dut_drivers.simulated.belt_world import BeltWorld
from dut_drivers.simulated.replies import Replies

ANSWER_S: Final = 0.004
"""From a request's last byte to its reply, in seconds; estimate."""

LATE_S: Final = 3.0
"""How much later a late reply comes unless told otherwise: after every deadline of a running bench, in seconds."""

FaultKind = Literal[
    "hang", "silent", "deaf", "delay", "late", "drop", "garble", "truncate", "cut", "refuse", "reset"
]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one reply.

    kind: ``hang``, ``deaf``: from this reply on the line is deaf and dumb, while the belt's control runs on;
        ``silent``: it is only dumb; ``delay``: it comes ``seconds`` later; ``late``: it comes by ``LATE_S``
        later unless told, also when the host has dropped its input by then; ``drop``: it never comes;
        ``garble``: one bit is flipped; ``truncate``: its second half is missing; ``cut``: the line is unplugged,
        for ``seconds`` or until somebody plugs it in; ``refuse``: so it is until it is mended, because
        another program holds the port; ``reset``: the belt's controller restarts instead of answering.
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
        times_unplugged: so often a ``cut`` or ``refuse`` has ended what hosts had open.
        serial: the serial number that it gives.
        held: another program holds the port, which is why it cannot be opened.

    Raises:
        ValueError: the serial number does not begin with ``SIM``.
    """

    __slots__ = (
        "_answer",
        "_asked",
        "_faults",
        "_hung",
        "_late",
        "_outgoing",
        "_plugged_at",
        "_replies",
        "_splitter",
        "_world",
        "held",
        "name",
        "plugged",
        "serial",
        "times_unplugged",
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
        self.held = False
        self.times_unplugged = 0
        self._plugged_at = inf
        self._world = world
        self.serial = serial
        self._answer = Replies(world, serial)
        self._faults = self._asked = faults
        self._splitter = Splitter()
        self._outgoing: deque[tuple[float, bytes]] = deque()
        self._late: list[tuple[float, bytes]] = []
        self._replies = 0
        self._hung = False

    def unplug(self, seconds: float = 0.0, *, now: float = 0.0, held: bool = False) -> None:
        """Take the line away from whoever has it, for so many seconds or, at 0, until it is mended."""
        self.plugged = False
        self.held = held
        self.times_unplugged += 1
        self._plugged_at = now + seconds if seconds else inf
        self._outgoing.clear()
        self._late.clear()

    def is_plugged(self, now: float) -> bool:
        """Whether a host can open the line at bench time ``now``; plugs it in when its time has come."""
        if not self.plugged and now >= self._plugged_at:
            self.plugged, self._plugged_at = True, inf
        return self.plugged

    def fall_silent(self, *, deaf: bool = False) -> None:
        """Answer nothing any more; hear nothing either where it is deaf."""
        self._hung = deaf
        self._faults = _lose

    def mend(self) -> None:
        """Plug the line in, hear and answer again."""
        self.plugged, self.held, self._plugged_at = True, False, inf
        self._hung = False
        self._faults = self._asked

    def become(self, serial: str) -> None:
        """Another belt lies here, just switched on.

        Raises:
            ValueError: the serial number does not begin with ``SIM``.
        """
        if not serial.startswith("SIM"):
            raise ValueError(f"putting another belt at {self.name}: {serial!r} must begin with SIM")
        self.serial = serial
        self._answer = Replies(self._world, serial)
        self._world.firmware.restart(ResetCause.POWER_ON)

    def write(self, data: bytes, now: float) -> None:
        """Take bytes from the host at bench time ``now``; replies lie ready for ``read`` about 4 ms later."""
        self._world.advance(now)
        if self._hung or not self.plugged:
            return
        if self._late:
            self._send_late(now)
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
        """What becomes of a reply that a fault befalls; what befalls the whole line is none of its own."""
        match fault.kind:
            case "late":
                self._late.append((ready + (fault.seconds or LATE_S), reply))
            case "delay":
                self._outgoing.append((ready + fault.seconds, reply))
            case "garble":
                middle = len(reply) // 2
                self._outgoing.append(
                    (ready, reply[:middle] + bytes((reply[middle] ^ 0x10,)) + reply[middle + 1 :])
                )
            case "truncate":
                self._outgoing.append((ready, reply[: len(reply) // 2]))
            case "drop":
                pass
            case _:
                self._fail(fault, ready)

    def _fail(self, fault: Fault, ready: float) -> None:
        match fault.kind:
            case "hang" | "deaf":
                self.fall_silent(deaf=True)
            case "silent":
                self.fall_silent()
            case "cut":
                self.unplug(fault.seconds, now=ready)
            case "refuse":
                self.unplug(held=True)
            case "reset":
                self._world.firmware.restart(ResetCause.PROCESSOR_WATCHDOG)

    def _send_late(self, now: float) -> None:
        """Late replies whose time has come are on the line before the answer to what the host asks now."""
        due = [item for item in self._late if item[0] <= now]
        if due:
            self._late = [item for item in self._late if item[0] > now]
            self._outgoing.extend((now, reply) for _, reply in due)


def _lose(_name: str, _replies: int) -> Fault:
    return Fault("drop")
