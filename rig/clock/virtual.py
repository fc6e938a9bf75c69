"""The virtual clock: workers are greenlets, and when all of them wait the time jumps to the earliest wake.

One worker runs at a time and hands over only where it waits, so the same bodies give the same sequence of
instants on every machine. The model is trio's autojump clock.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from heapq import heappop, heappush
from math import inf
from typing import Any, final

from greenlet import getcurrent, greenlet

from rig.clock.wall import utc_now
from rig.errors import RigError


class ClockStalledError(RigError):
    """Every worker waits without a limit: nobody could ever wake."""


_Wake = list[Any]
"""Who is due when: instant, serial number, greenlet. The greenlet is None once somebody cancelled the wake-up."""


@final
class _Schedule:
    """All wake-ups in a heap; the serial number keeps first come, first served at equal instants."""

    __slots__ = ("_heap", "_serial", "home", "now")

    def __init__(self) -> None:
        self.now = 0.0
        self.home = getcurrent()
        self._serial = 0
        self._heap: list[_Wake] = []

    def sleep_until(self, instant: float) -> None:
        now, heap = self.now, self._heap
        if instant <= now:
            instant = now
        elif not heap or heap[0][0] > instant:
            self.now = instant
            return
        self.hand_over(self.queue(instant, getcurrent()))

    def queue(self, instant: float, body: greenlet) -> _Wake:
        self._serial = serial = self._serial + 1
        wake = [instant, serial, body]
        heappush(self._heap, wake)
        return wake

    def hand_over(self, own: _Wake) -> None:
        """Run whoever is due first; returns when the caller, whose queued wake-up this is, is due itself."""
        caller, body = own[2], self._next()
        if body is not caller:
            body.switch()

    def finish(self) -> None:
        """Let the next due greenlet follow the caller, which is about to end."""
        getcurrent().parent = self._next()

    def _next(self) -> greenlet:
        heap = self._heap
        while heap:
            wake = heappop(heap)
            instant: float = wake[0]
            body: greenlet | None = wake[2]
            if body is None:
                continue
            if instant > self.now:
                if instant == inf:
                    break
                self.now = instant
            return body
        raise ClockStalledError(
            "on the virtual clock every worker waits without a limit, so nobody could ever wake; "
            "this is a defect of the rig: please report it with the plan and the bench file"
        )


@final
class VirtualClock:
    """Bench time that costs nothing to wait for."""

    kind = "virtual"

    def __init__(self) -> None:
        self.anchor = utc_now()
        self._schedule = _Schedule()

    def now(self) -> float:
        """Bench time in seconds."""
        return self._schedule.now

    def sleep(self, seconds: float) -> None:
        """Let others run for that long; a negative time is none."""
        self._schedule.sleep_until(self._schedule.now + seconds)

    def sleep_until(self, instant: float) -> None:
        """Let others run until that bench time."""
        self._schedule.sleep_until(instant)

    def signal(self) -> _VirtualSignal:
        """A new wake-up call."""
        return _VirtualSignal(self._schedule)

    def spawn(self, name: str, body: Callable[[], None]) -> _VirtualWorker:
        """Start a worker; it first runs when the caller next waits."""
        worker = _VirtualWorker(self._schedule, name, body)
        self._schedule.queue(self._schedule.now, worker.body)
        return worker

    def lock(self) -> AbstractContextManager[object]:
        """Nothing to lock: hand-overs happen only where a worker waits."""
        return nullcontext()


@final
class _VirtualSignal:
    __slots__ = ("_called", "_schedule", "_wake")

    def __init__(self, schedule: _Schedule) -> None:
        self._schedule = schedule
        self._called = False
        self._wake: _Wake | None = None

    def set(self) -> None:
        self._called = True
        wake, schedule = self._wake, self._schedule
        if wake is not None and wake[0] > schedule.now:
            self._wake = None
            schedule.queue(schedule.now, wake[2])
            wake[2] = None

    def wait(self, timeout_s: float) -> bool:
        if not self._called and timeout_s > 0:
            schedule = self._schedule
            self._wake = wake = schedule.queue(schedule.now + timeout_s, getcurrent())
            schedule.hand_over(wake)
            self._wake = None
        called, self._called = self._called, False
        return called


@final
class _VirtualWorker:
    __slots__ = ("_done", "_schedule", "_work", "body", "error", "name")

    def __init__(self, schedule: _Schedule, name: str, work: Callable[[], None]) -> None:
        self.name = name
        self.error: BaseException | None = None
        self.body = greenlet(self._run, parent=schedule.home)
        self._schedule = schedule
        self._work = work
        self._done = _VirtualSignal(schedule)

    @property
    def alive(self) -> bool:
        return not self.body.dead

    def join(self, timeout_s: float) -> bool:
        until = self._schedule.now + timeout_s
        while self.alive and self._schedule.now < until:
            self._done.wait(until - self._schedule.now)
        return not self.alive

    def _run(self, *_: object) -> None:
        try:
            self._work()
        except Exception as error:
            self.error = error
        self._done.set()
        self._schedule.finish()
