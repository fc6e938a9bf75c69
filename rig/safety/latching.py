"""Trips on their way into the latch: at once, and beside the scan, which no disk may hold."""

from __future__ import annotations

from pathlib import Path
from typing import final

from rig.clock import Clock, Worker, utc_now
from rig.errors import BenchError
from rig.record.naming import iso_utc
from rig.safety.latch import Latch, Tripped

WRITE_S = 10.0


@final
class Latching:
    """Writes each trip by a worker of its own; without a latch, of a bench of this process alone, nothing.

    Attributes:
        trouble: why a trip could not be written, None while all were.
    """

    def __init__(self, latch: Latch | None, clock: Clock) -> None:
        self.trouble: str | None = None
        self._latch = latch
        self._clock = clock
        self._workers: list[Worker] = []

    def trip(self, lane: str, folder: Path, why: str) -> None:
        """Keep the bench from switching on again until a person acknowledges; returns at once, never raises."""
        latch = self._latch
        if latch is None:
            return
        what = Tripped(iso_utc(utc_now()), str(folder.resolve()), lane, why)
        self._workers.append(self._clock.spawn("latch", lambda: self._write(latch, what)))

    def settle(self) -> None:
        """Wait for what is being written."""
        for worker in self._workers:
            if not worker.join(WRITE_S):
                self.trouble = f"writing the latch: the disk did not answer within {WRITE_S:g} s"
        self._workers.clear()

    def _write(self, latch: Latch, what: Tripped) -> None:
        try:
            latch.trip(what)
        except BenchError as error:
            self.trouble = str(error)
