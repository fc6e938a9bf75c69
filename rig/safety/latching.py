"""Trips on their way into the latch: at once, and beside whoever switches off, whom no disk may hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
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

    Args:
        latch: of the bench.
        clock: of the bench.
        say: told at once why a trip could not be written, from the worker that has tried.

    Attributes:
        trouble: why a trip could not be written, None while all were.
    """

    def __init__(
        self, latch: Latch | None, clock: Clock, say: Callable[[str], None] = lambda _trouble: None
    ) -> None:
        self.trouble: str | None = None
        self._latch = latch
        self._clock = clock
        self._say = say
        self._workers: list[Worker] = []
        self._left: list[Tripped] = []

    def trip(self, lane: str, folder: Path, why: str) -> None:
        """Keep the bench from switching on again until a person acknowledges; returns at once, never raises.

        Where no worker can be started, for want of memory, it is written by `settle`.

        Args:
            lane: its slot, empty where nobody knows.
            folder: of the run; one without a name where there is none.
            why: in words.
        """
        latch = self._latch
        if latch is None:
            return
        what = Tripped(iso_utc(utc_now()), str(folder) if folder.name else "", lane, why)
        try:
            self._workers.append(self._clock.spawn("latch", lambda: self._write(latch, what)))
        except (RuntimeError, MemoryError):
            self._left.append(what)

    def settle(self) -> None:
        """Wait for what is being written."""
        for worker in self._workers:
            if not worker.join(WRITE_S):
                self.trouble = f"writing the latch: the disk did not answer within {WRITE_S:g} s"
        self._workers.clear()
        while self._latch is not None and self._left:
            self._write(self._latch, self._left.pop())

    def _write(self, latch: Latch, what: Tripped) -> None:
        run = str(Path(what.run).resolve()) if what.run else ""
        try:
            latch.trip(replace(what, run=run))
        except BenchError as error:
            self.trouble = str(error)
            self._say(f"{error}; the bench may be switched on again though nobody has acknowledged")
