"""Lines of a run that is shown again, let through as fast as somebody wants to see them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from math import inf
from pathlib import Path
from typing import Any, final

from rig.clock import wall_seconds
from rig.tui.view.reader import LiveLines

SPEEDS = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0, 300.0, inf)


@final
class PacedLines:
    """The same lines as of the file, each when its instant has come.

    Args:
        folder: of the run.
        speed: bench seconds in a real one, inf for all at once.
        now: real time in s.

    Attributes:
        paused: whether time stands still.
    """

    def __init__(self, folder: Path, speed: float = 1.0, now: Callable[[], float] = wall_seconds) -> None:
        self.folder = folder
        self.speed = speed
        self.paused = False
        self._now = now
        self._lines = LiveLines(folder)
        self._waiting: deque[Mapping[str, Any]] = deque()
        self._at: float | None = None
        self._looked_s = now()

    @property
    def rate(self) -> float | None:
        """How fast its bench time passes; not at all where it is paused, over, or has no speed."""
        return 0.0 if self.paused or self.speed == inf or not self._waiting else self.speed

    def faster(self, by: int) -> None:
        """The next speed, or with a negative number the one before."""
        index = SPEEDS.index(self.speed) if self.speed in SPEEDS else SPEEDS.index(1.0)
        self.speed = SPEEDS[min(max(index + by, 0), len(SPEEDS) - 1)]

    def new_lines(self) -> Sequence[Mapping[str, Any]]:
        """Those whose instant has come."""
        now = self._now()
        passed, self._looked_s = now - self._looked_s, now
        if self.paused:
            return []
        if self._at is not None:
            self._at += passed * self.speed if self.speed < inf else inf
        if not self._waiting:
            self._waiting.extend(self._lines.new_lines())
        due = []
        while self._waiting and self._is_due(self._waiting[0]):
            due.append(self._waiting.popleft())
        if self._at == inf and due:
            self._at = max((line["t"] for line in due if "t" in line), default=0.0)
        return due

    def _is_due(self, line: Mapping[str, Any]) -> bool:
        """Lines without an instant are; the first scan begins the time."""
        t = line.get("t")
        if t is None or (self._at is None and line["k"] != "scan"):
            return True
        if self._at is None:
            self._at = inf if self.speed == inf else float(t)
        return bool(t <= self._at)
