"""The wall clock: bench time is the machine's monotonic time, workers are threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import final

from rig.clock.threads import ThreadWorker, WakeUpCall


def utc_now() -> datetime:
    """The date and time now, in UTC."""
    return datetime.now(UTC)


def wall_seconds() -> float:
    """Seconds of real time from an arbitrary origin, whatever clock the bench is on; never runs backwards."""
    return time.monotonic()


@final
class WallClock:
    """Bench time that passes by itself."""

    kind = "wall"

    def __init__(self) -> None:
        self.anchor = utc_now()
        self._origin = time.monotonic()

    def now(self) -> float:
        """Bench time in seconds."""
        return time.monotonic() - self._origin

    def sleep(self, seconds: float) -> None:
        """Let others run for that long; a negative time is none."""
        if seconds > 0:
            time.sleep(seconds)

    def sleep_until(self, instant: float) -> None:
        """Let others run until that bench time."""
        self.sleep(instant - self.now())

    def signal(self) -> WakeUpCall:
        """A new wake-up call."""
        return WakeUpCall()

    def spawn(self, name: str, body: Callable[[], None]) -> ThreadWorker:
        """Start a worker on a daemon thread, so that one that hangs in a driver cannot hold the process."""
        return ThreadWorker(name, body)

    def lock(self) -> AbstractContextManager[object]:
        """A re-entrant lock."""
        return threading.RLock()
