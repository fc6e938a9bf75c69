"""A progress bar on a terminal's stderr: step, time, hottest spot."""

from __future__ import annotations

from typing import final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from rig.engine.lane import Lane
from rig.plan.program import Program
from rig.signals.layout import HOTTEST


@final
class ProgressBar:
    """Drawn by a `Display`; the scan only leaves its lane here.

    Attributes:
        lane: what to draw, None before the first scan.
    """

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
        self.lane: Lane | None = None
        self._progress.start()

    def show(self) -> None:
        """Draw the lane as it is now."""
        lane = self.lane
        if lane is None:
            return
        if self._start is None:
            self._start = lane.now
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
