"""A progress bar on a terminal's stderr: step, time, hottest spot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from rig.engine.lane import Lane
from rig.plan.program import Program
from rig.signals.layout import HOTTEST


@final
class ProgressBar:
    """A bar for each lane, drawn by a `Display`; the scan only leaves its lanes here.

    Attributes:
        lanes: what to draw, by slot.
    """

    def __init__(self, programs: Sequence[Program]) -> None:
        self._progress = Progress(
            TextColumn("{task.fields[lane]}{task.description:24}"),
            BarColumn(),
            TextColumn("{task.completed:6.0f} s of at most {task.total:.0f} s  {task.fields[hottest]}"),
            console=Console(stderr=True),
            auto_refresh=False,
            transient=True,
        )
        self._tasks = {
            program.slot: self._progress.add_task(
                "opening",
                total=program.duration_s,
                hottest="",
                lane=f"{program.slot:8} " if len(programs) > 1 else "",
            )
            for program in programs
        }
        self._start: float | None = None
        self.lanes: dict[str, Lane] = {}
        self._progress.start()

    def show(self) -> None:
        """Draw the lanes as they are now."""
        for slot, lane in list(self.lanes.items()):
            if self._start is None:
                self._start = lane.now
            hottest = lane.derivation.value[lane.derivation.index[HOTTEST]]
            self._progress.update(
                self._tasks[slot],
                description=lane.step or "waiting for readings",
                completed=lane.now - self._start,
                hottest=f"hottest {hottest:.2f} °C",
                refresh=True,
            )

    def close(self) -> None:
        """Take the bars away."""
        self._progress.stop()
