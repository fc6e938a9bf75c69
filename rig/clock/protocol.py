"""What the rig asks of a clock: the time, waiting, workers and wake-up calls."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol


class Signal(Protocol):
    """A wake-up call for one waiting worker; remembered until it is taken."""

    def set(self) -> None:
        """Wake the waiter, now or at its next wait."""

    def wait(self, timeout_s: float) -> bool:
        """Wait for the call at most timeout_s; True if it came. Taking it clears it."""


class Worker(Protocol):
    """A body that runs beside the engine."""

    name: str
    error: BaseException | None

    @property
    def alive(self) -> bool:
        """Whether the body still runs."""

    def join(self, timeout_s: float) -> bool:
        """Wait for the body's end at most timeout_s; True if it ended."""


class Clock(Protocol):
    """Bench time in seconds from the clock's birth, with its workers.

    Attributes:
        kind: ``virtual`` or ``wall``.
        anchor: UTC of bench time zero.
    """

    kind: str
    anchor: datetime

    def now(self) -> float:
        """Bench time in seconds; never runs backwards."""

    def sleep(self, seconds: float) -> None:
        """Let others run for that long."""

    def sleep_until(self, instant: float) -> None:
        """Let others run until that bench time."""

    def signal(self) -> Signal:
        """A new wake-up call."""

    def spawn(self, name: str, body: Callable[[], None]) -> Worker:
        """Start a worker."""

    def lock(self) -> AbstractContextManager[object]:
        """A re-entrant lock, for state that several workers touch; never held while sleeping."""
