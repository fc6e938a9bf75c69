"""When scans and readings begin: by the clock alone, or as a wire log has noted it of a session in real time.

In real time several workers and the scan take turns as it happens. Noting when each of them began is what makes such
a session happen again in virtual time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from rig.bench.messages import Reading

Read = Callable[[], Reading]


class Pace(Protocol):
    """Asked and told by the bus workers, each on its own thread, and by the scan."""

    @property
    def wakes(self) -> bool:
        """Whether a message wakes the engine also on the virtual clock."""

    def turns_at(self, due_s: float, scan_s: float) -> float:
        """When the engine turns next, due at that bench time if no message wakes it; at most at its next scan."""

    def turned(self, now_s: float) -> None:
        """It turns between two scans: takes what has come, and switches off what is to go off."""

    def reading(self, source: str, read: Read) -> Read:
        """The same reading of a source, noted or held to its place."""

    def reads_at(self, source: str, due_s: float, period_s: float) -> float:
        """When the next reading of a source begins that is due at that bench time."""

    def acts(self, worker: str) -> None:
        """A bus worker begins with something that is no reading."""

    def looks_at(self, worker: str, due_s: float) -> float:
        """When a worker looks next at outputs that it has switched off, which is due at that bench time."""

    def hanging(self, workers: frozenset[str], now_s: float) -> frozenset[str]:
        """Which of the bus workers hang at that bench time, where these seem to."""

    def starts_at(self, due_s: float) -> float:
        """The bench time from which on scans and readings are due."""

    def scans_at(self, due_s: float, period_s: float) -> float:
        """When the scan begins that is due at that bench time."""

    def scanned(self, now_s: float) -> None:
        """A scan begins."""

    def may_go_on(self, slot: str) -> bool:
        """Whether the next step of a lane's script, or its end, may begin in this scan."""

    def goes_on(self, slot: str, since_s: float) -> None:
        """It begins in this scan; the step before it was over at that bench time."""

    def stopped(self, who: str) -> None:
        """Somebody or something outside of the session has ended it."""


class ByTheClock:
    """Everything begins when it is due, and nothing is noted."""

    @property
    def wakes(self) -> bool:
        """Only on the wall clock."""
        return False

    def turns_at(self, due_s: float, scan_s: float) -> float:
        """When it is due."""
        return due_s

    def turned(self, now_s: float) -> None:
        """Nothing."""

    def reading(self, source: str, read: Read) -> Read:
        """As it is."""
        return read

    def reads_at(self, source: str, due_s: float, period_s: float) -> float:
        """When it is due."""
        return due_s

    def acts(self, worker: str) -> None:
        """Nothing."""

    def looks_at(self, worker: str, due_s: float) -> float:
        """When it is due."""
        return due_s

    def hanging(self, workers: frozenset[str], now_s: float) -> frozenset[str]:
        """These."""
        return workers

    def starts_at(self, due_s: float) -> float:
        """As it is."""
        return due_s

    def scans_at(self, due_s: float, period_s: float) -> float:
        """When it is due."""
        return due_s

    def scanned(self, now_s: float) -> None:
        """Nothing."""

    def may_go_on(self, slot: str) -> bool:
        """Always."""
        return True

    def goes_on(self, slot: str, since_s: float) -> None:
        """Nothing."""

    def stopped(self, who: str) -> None:
        """Nothing."""


BY_THE_CLOCK = ByTheClock()
