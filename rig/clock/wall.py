"""The wall clock: bench time is the machine's monotonic time, workers are threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from typing import final


def utc_now() -> datetime:
    """The date and time now, in UTC."""
    return datetime.now(UTC)


def wall_seconds() -> float:
    """Seconds of real time from an arbitrary origin, whatever clock the bench is on; never runs backwards."""
    return time.monotonic()


@final
class WallClock:
    """Bench time that passes by itself.

    Args:
        rate: seconds of bench time in a second of real time; other than 1 for benches of this process alone.
    """

    kind = "wall"

    def __init__(self, rate: float = 1.0) -> None:
        self.anchor = utc_now()
        self._rate = rate
        self._origin = time.monotonic()

    def now(self) -> float:
        """Bench time in seconds."""
        return (time.monotonic() - self._origin) * self._rate

    def sleep(self, seconds: float) -> None:
        """Let others run for that long; a negative time is none."""
        if seconds > 0:
            time.sleep(seconds / self._rate)

    def sleep_until(self, instant: float) -> None:
        """Let others run until that bench time."""
        self.sleep(instant - self.now())

    def signal(self) -> _WallSignal:
        """A new wake-up call."""
        return _WallSignal(self._rate)

    def spawn(self, name: str, body: Callable[[], None]) -> _WallWorker:
        """Start a worker on a daemon thread, so that one that hangs in a driver cannot hold the process."""
        return _WallWorker(name, body, self._rate)

    def lock(self) -> AbstractContextManager[object]:
        """A re-entrant lock."""
        return threading.RLock()


@final
class _WallSignal:
    """A queue and not an event: what sets it may be a signal handler that has interrupted the waiter itself."""

    __slots__ = ("_calls", "_rate")

    def __init__(self, rate: float) -> None:
        self._calls: SimpleQueue[None] = SimpleQueue()
        self._rate = rate

    def set(self) -> None:
        if self._calls.empty():
            self._calls.put(None)

    def wait(self, timeout_s: float) -> bool:
        try:
            self._calls.get(timeout=min(max(timeout_s / self._rate, 0.0), threading.TIMEOUT_MAX))
        except Empty:
            return False
        with suppress(Empty):
            while True:
                self._calls.get_nowait()
        return True


@final
class _WallWorker:
    __slots__ = ("_rate", "_thread", "_work", "error", "name")

    def __init__(self, name: str, work: Callable[[], None], rate: float) -> None:
        self.name = name
        self.error: BaseException | None = None
        self._work = work
        self._rate = rate
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def join(self, timeout_s: float) -> bool:
        self._thread.join(timeout_s / self._rate)
        return not self.alive

    def _run(self) -> None:
        try:
            self._work()
        except Exception as error:
            self.error = error
