"""The pace of a session in real time, noted in its wire log: when readings and scans began, and who ended it."""

from __future__ import annotations

from contextlib import suppress
from contextvars import ContextVar
from itertools import count
from typing import final

from rig.bench.messages import Reading
from rig.bench.pace import ByTheClock, Read
from rig.bench.wire_log import ACT, HANG, LOOK, READING, SCAN, STEP, STOP, TURN, Exchange, WireLog
from rig.clock import Clock

_PRESENT: ContextVar[int] = ContextVar("reading", default=0)


def present_reading() -> int:
    """Number of the reading that goes on in this worker, 0 if none does."""
    return _PRESENT.get()


@final
class RecordedPace(ByTheClock):
    """Everything begins when the clock has it begin, and that is noted."""

    def __init__(self, log: WireLog, clock: Clock) -> None:
        self._log = log
        self._clock = clock
        self._numbers = count(1)
        self._scan_s = 0.0
        self._dues: dict[str, tuple[float, float]] = {}

    def reads_at(self, source: str, due_s: float, period_s: float) -> float:
        """When it is due; that, and how often, is noted with the reading."""
        self._dues[source] = due_s, period_s
        return due_s

    def acts(self, worker: str) -> None:
        """Note it."""
        self._note(ACT, worker, self._clock.now())

    def looks_at(self, worker: str, due_s: float) -> float:
        """When it is due; that is noted."""
        self._note(LOOK, worker, due_s)
        return due_s

    def reading(self, source: str, read: Read) -> Read:
        """The same reading, with its beginning and its end noted, and its exchanges marked."""

        def noted() -> Reading:
            start_s = self._clock.now()
            number = next(self._numbers)
            due_s, period_s = self._dues.get(source, (None, 0.0))
            present = _PRESENT.set(number)
            try:
                return read()
            finally:
                _PRESENT.reset(present)
                end_s = self._clock.now()
                self._log.note(
                    Exchange(READING, source, start_s, end_s, reading=number, period_s=period_s, due_s=due_s)
                )

        return noted

    def hanging(self, workers: frozenset[str], now_s: float) -> frozenset[str]:
        """These; each is noted."""
        for worker in sorted(workers):
            self._note(HANG, worker, now_s)
        return workers

    def turned(self, now_s: float) -> None:
        """Note it."""
        self._note(TURN, "", now_s)

    def scanned(self, now_s: float) -> None:
        """Note it."""
        self._scan_s = now_s
        self._note(SCAN, "", now_s)

    def goes_on(self, slot: str, since_s: float) -> None:
        """Note in which scan, and since when it could."""
        self._log.note(Exchange(STEP, slot, since_s, self._scan_s))

    def stopped(self, who: str) -> None:
        """Note it: such a session cannot be replayed."""
        self._note(STOP, who, self._clock.now())

    def _note(self, kind: str, on: str, now_s: float) -> None:
        # what finds no memory to be noted must not keep a worker or the engine from switching off
        with suppress(MemoryError):
            self._log.note(Exchange(kind, on, now_s, now_s))
