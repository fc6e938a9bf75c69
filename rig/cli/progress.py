"""A progress bar on a terminal's stderr: step, time, hottest spot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from rig.engine.lane import Lane
from rig.plan.program import Program
from rig.signals.layout import HOTTEST


@dataclass(frozen=True, slots=True)
class Look:
    """What a bar shows of a lane: its step, the bench time in s, its hottest spot in °C."""

    step: str
    t: float
    hottest: float


def look_at(lane: Lane) -> Look:
    """A lane of this process as it is now."""
    return Look(lane.step, lane.now, lane.derivation.value[lane.derivation.index[HOTTEST]])


@final
class ProgressBar:
    """A bar for each lane, drawn by a `Display`; whoever scans only leaves here how a lane is looked at.

    Attributes:
        looks: by slot, gives what to draw; None as long as there is nothing.
        paused: whether nothing is to be drawn, for somebody types there.
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
        self.looks: dict[str, Callable[[], Look | None]] = {}
        self.paused = False
        self._progress.start()

    def show(self) -> None:
        """Draw the lanes as they are now."""
        if self.paused:
            self._progress.stop()
            return
        self._progress.start()
        for slot, look in list(self.looks.items()):
            seen = look()
            if seen is None:
                continue
            if self._start is None:
                self._start = seen.t
            self._progress.update(
                self._tasks[slot],
                description=seen.step or "waiting for readings",
                completed=seen.t - self._start,
                hottest=f"hottest {seen.hottest:.2f} °C",
                refresh=True,
            )

    def close(self) -> None:
        """Take the bars away."""
        self._progress.stop()
