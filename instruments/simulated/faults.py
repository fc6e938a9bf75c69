"""Faults of a link to a twin, the same in process and over TCP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Literal
from weakref import WeakSet

FaultKind = Literal["hang", "silent", "deaf", "delay", "late", "drop", "garble", "truncate", "cut", "refuse"]

LATE_S = 3.0
"""How much later a late reply comes unless told otherwise: after every deadline of a running bench, in s."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What befalls one reply.

    hang, silent: this and all later replies never come (commands still act). deaf: nor is anything heard.
    delay: it comes ``seconds`` later. late: as delay, by ``LATE_S`` unless told, so after the time-out. drop: it
    never comes. garble: its middle is overwritten with ``#``. truncate: its second half and its line end are
    missing. cut: the link breaks and cannot be opened for ``seconds``, or until it is mended where those are 0.
    refuse: it breaks, and whoever opens it is turned away until it is mended.
    """

    kind: FaultKind
    seconds: float = 0.0


Faults = Callable[[str, int], Fault | None]
"""Asked before each reply with the twin's name and the number of the reply, from 1."""


class Line:
    """One client's connection through a gate.

    Attributes:
        works: False once it is broken, and while nobody at its other end hears.
        broken: it is gone for good; the client has to open another.
        hang_up: wakes whoever waits on it, where somebody can.
    """

    __slots__ = ("__weakref__", "broken", "hang_up", "works")

    def __init__(self, hang_up: Callable[[], None] | None = None, *, works: bool = True) -> None:
        self.works = works
        self.broken = False
        self.hang_up = hang_up


class Gate:
    """Lets clients through to one twin and its replies back, or not; shared by all of its clients.

    Attributes:
        turns_away: it is closed because somebody refuses, not because nobody is there.
    """

    __slots__ = ("_closed_until", "_count", "_deaf", "_dumb", "_faults", "_lines", "_name", "turns_away")

    def __init__(self, name: str, faults: Faults | None) -> None:
        self._name = name
        self._faults = faults
        self._count = 0
        self._lines: WeakSet[Line] = WeakSet()
        self._dumb = self._deaf = self.turns_away = False
        self._closed_until = -inf

    def is_open(self, now: float) -> bool:
        """Whether a client can connect at bench time now."""
        return now >= self._closed_until

    def connect(self, hang_up: Callable[[], None] | None = None) -> Line:
        """A new client's line."""
        line = Line(hang_up, works=not self._deaf)
        self._lines.add(line)
        return line

    def break_off(self, until: float = inf, *, refusing: bool = False) -> None:
        """Break every line; none can be opened before that instant."""
        self._closed_until, self.turns_away = until, refusing
        lines, self._lines = list(self._lines), WeakSet()
        for line in lines:
            line.works, line.broken = False, True
            if line.hang_up is not None:
                line.hang_up()

    def fall_silent(self, *, deaf: bool = False) -> None:
        """From now on no reply comes back, and nothing is heard where it is deaf."""
        self._dumb, self._deaf = True, deaf
        for line in list(self._lines):
            line.works = not deaf

    def mend(self) -> None:
        """Let clients connect and be heard again; a line that is broken stays so."""
        self._closed_until, self.turns_away = -inf, False
        self._dumb = self._deaf = False
        for line in list(self._lines):
            line.works = True

    def deliver(self, ready: float, reply: bytes) -> tuple[float, bytes] | None:
        """What becomes of a reply: instant and bytes, or None if it never comes; lines may break."""
        if self._dumb:
            return None
        if self._faults is None:
            return ready, reply
        self._count += 1
        fault = self._faults(self._name, self._count)
        if fault is None:
            return ready, reply
        return self._spoil(fault, ready, reply)

    def _spoil(self, fault: Fault, ready: float, reply: bytes) -> tuple[float, bytes] | None:
        match fault.kind:
            case "delay":
                return ready + fault.seconds, reply
            case "late":
                return ready + (fault.seconds or LATE_S), reply
            case "garble":
                return ready, _garbled(reply)
            case "truncate":
                return ready, reply[: len(reply) // 2]
            case "hang" | "silent":
                self.fall_silent()
            case "deaf":
                self.fall_silent(deaf=True)
            case "cut":
                self.break_off(ready + fault.seconds if fault.seconds else inf)
            case "refuse":
                self.break_off(refusing=True)
            case "drop":
                pass
        return None


def _garbled(reply: bytes) -> bytes:
    third = max(1, len(reply) // 3)
    return reply[:third] + b"#" * (len(reply) - 1 - third - third // 2) + reply[-1 - third // 2 :]
