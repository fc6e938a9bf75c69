"""Faults of a link to a twin, the same in process and over TCP."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

FaultKind = Literal["hang", "delay", "drop", "garble", "truncate", "cut"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What befalls one reply.

    hang: this and all later replies never come (commands still act). delay: it comes ``seconds`` later.
    drop: it never comes. garble: its middle is overwritten with ``#``. truncate: its second half and its line
    end are missing. cut: the link breaks, now and for every later use.
    """

    kind: FaultKind
    seconds: float = 0.0


Faults = Callable[[str, int], Fault | None]
"""Asked before each reply with the twin's name and the number of the reply, from 1."""


class Link(enum.Enum):
    """How the link to a twin stands."""

    WHOLE = enum.auto()
    HUNG = enum.auto()
    CUT = enum.auto()


class Gate:
    """Lets the replies of one twin through, or not; shared by all of its clients."""

    __slots__ = ("_count", "_faults", "_name", "link")

    def __init__(self, name: str, faults: Faults | None) -> None:
        self._name = name
        self._faults = faults
        self._count = 0
        self.link = Link.WHOLE

    def deliver(self, ready: float, reply: bytes) -> tuple[float, bytes] | None:
        """What becomes of a reply: instant and bytes, or None if it never comes; ``link`` may change."""
        if self.link is not Link.WHOLE:
            return None
        if self._faults is None:
            return ready, reply
        self._count += 1
        fault = self._faults(self._name, self._count)
        if fault is None:
            return ready, reply
        return self._spoil(fault, ready, reply)

    def _spoil(self, fault: Fault, ready: float, reply: bytes) -> tuple[float, bytes] | None:
        if fault.kind == "delay":
            return ready + fault.seconds, reply
        if fault.kind == "garble":
            third = max(1, len(reply) // 3)
            return ready, reply[:third] + b"#" * (len(reply) - 1 - third - third // 2) + reply[
                -1 - third // 2 :
            ]
        if fault.kind == "truncate":
            return ready, reply[: len(reply) // 2]
        if fault.kind == "hang":
            self.link = Link.HUNG
        elif fault.kind == "cut":
            self.link = Link.CUT
        return None
