"""A clock whose bench time began before it did: a run that is taken up again goes on in its own time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import final

from rig.clock.protocol import Clock, Signal, Worker


@final
class LaterClock:
    """Another clock, so many seconds later.

    Args:
        clock: that runs underneath, from its own zero; a simulated world on it begins at that zero.
        by_s: bench time at its zero.
    """

    def __init__(self, clock: Clock, by_s: float) -> None:
        self.kind = clock.kind
        self.anchor = clock.anchor - timedelta(seconds=by_s)
        self._clock = clock
        self._by_s = by_s

    def now(self) -> float:
        """Bench time in seconds."""
        return self._clock.now() + self._by_s

    def sleep(self, seconds: float) -> None:
        """Let others run for that long."""
        self._clock.sleep(seconds)

    def sleep_until(self, instant: float) -> None:
        """Let others run until that bench time."""
        self._clock.sleep_until(instant - self._by_s)

    def signal(self) -> Signal:
        """A new wake-up call."""
        return self._clock.signal()

    def spawn(self, name: str, body: Callable[[], None]) -> Worker:
        """Start a worker."""
        return self._clock.spawn(name, body)

    def lock(self) -> AbstractContextManager[object]:
        """A lock of the clock underneath."""
        return self._clock.lock()
