"""A progress bar on a terminal's stderr: step, time, hottest spot."""

from __future__ import annotations

from typing import final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from rig.clock import wall_seconds
from rig.engine.lane import Lane
from rig.plan.program import Program
from rig.signals.layout import HOTTEST

FRAME_S = 0.1


@final
class ProgressBar:
    """Redrawn at most ten times a second of real time; a scan that is not drawn costs one comparison."""

    def __init__(self, program: Program) -> None:
        self._progress = Progress(
            TextColumn("{task.description:24}"),
            BarColumn(),
            TextColumn("{task.completed:6.0f} s of at most {task.total:.0f} s  {task.fields[hottest]}"),
            console=Console(stderr=True),
            auto_refresh=False,
            transient=True,
        )
        self._task = self._progress.add_task("opening", total=program.duration_s, hottest="")
        self._start: float | None = None
        self._next = 0.0
        self._progress.start()

    def show(self, lane: Lane) -> None:
        """The lane as it is at this scan."""
        if self._start is None:
            self._start = lane.now
        if wall_seconds() < self._next:
            return
        self._next = wall_seconds() + FRAME_S
        hottest = lane.derivation.value[lane.derivation.index[HOTTEST]]
        self._progress.update(
            self._task,
            description=lane.step or "waiting for readings",
            completed=lane.now - self._start,
            hottest=f"hottest {hottest:.2f} °C",
            refresh=True,
        )

    def close(self) -> None:
        """Take the bar away."""
        self._progress.stop()
