"""The clock of a simulation in real time: it keeps to a rate, and waits for whoever the machine keeps waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import final

from rig.clock.threads import ThreadWorker, WakeUpCall
from rig.clock.wall import utc_now

LATE_S = 0.05
"""Bench time goes on for so long beyond the instant at which somebody is due to wake, and no further before he does."""


@final
class PacedClock:
    """Bench time that passes at a rate, at most.

    Nothing real passes on a bench of this process alone. Where the machine has no processor for it for a while, bench
    time stands still with it: at twenty times real time a tenth of a second would be two seconds of silence, which an
    interlock takes for a lost instrument.

    Args:
        rate: seconds of bench time in a second of real time.
        seconds: real time, from an arbitrary origin.
        pause: lets real time pass, in s.
    """

    kind = "wall"

    def __init__(
        self,
        rate: float = 1.0,
        *,
        seconds: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.anchor = utc_now()
        self._rate = rate
        self._seconds = seconds
        self._pause = pause
        self._origin = seconds()
        self._last = 0.0
        self._dues: dict[object, float] = {}
        # re-entrant: a signal handler may look at the time while its thread does
        self._lock = threading.RLock()

    def now(self) -> float:
        """Bench time in seconds."""
        with self._lock:
            real = self._seconds()
            bench = (real - self._origin) * self._rate
            furthest = max(min(self._dues.values(), default=bench) + LATE_S, self._last)
            if bench > furthest:
                self._origin = real - furthest / self._rate
            self._last = min(bench, furthest)
            return self._last

    def sleep(self, seconds: float) -> None:
        """Let others run for that long; a negative time is none."""
        if seconds > 0:
            self.sleep_until(self.now() + seconds)

    def sleep_until(self, instant: float) -> None:
        """Let others run until that bench time."""
        with self.due(instant):
            while (left_s := self.left_s(instant)) > 0:
                self._pause(left_s)

    def signal(self) -> _PacedSignal:
        """A new wake-up call."""
        return _PacedSignal(self)

    def spawn(self, name: str, body: Callable[[], None]) -> ThreadWorker:
        """Start a worker on a daemon thread."""
        return ThreadWorker(name, body, self._rate)

    def lock(self) -> AbstractContextManager[object]:
        """A re-entrant lock."""
        return threading.RLock()

    @contextmanager
    def due(self, instant: float) -> Iterator[None]:
        """Whoever is within wakes at that bench time, and the clock waits for him."""
        sleeper = object()
        with self._lock:
            self._dues[sleeper] = instant
        try:
            yield
        finally:
            with self._lock:
                del self._dues[sleeper]

    def left_s(self, instant: float) -> float:
        """Real time until that bench time, at most what threads can wait for; less than nothing once it is over."""
        return min((instant - self.now()) / self._rate, threading.TIMEOUT_MAX)


@final
class _PacedSignal:
    __slots__ = ("_call", "_clock", "set")

    def __init__(self, clock: PacedClock) -> None:
        self._call = WakeUpCall()
        self._clock = clock
        self.set = self._call.set

    def wait(self, timeout_s: float) -> bool:
        clock = self._clock
        instant = clock.now() + timeout_s
        with clock.due(instant):
            while not self._call.wait(left_s := clock.left_s(instant)):
                if left_s <= 0:
                    return False
        return True
