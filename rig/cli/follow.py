"""What a progress bar shows of a lane that another process, or another thread, runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any, final

import orjson

from rig.checks.line_words import named
from rig.cli.progress import Look
from rig.record.following import Follower
from rig.signals.derive import Derivation
from rig.signals.layout import HOTTEST


@final
class FollowedLane:
    """Step, time and hottest spot of a lane, from its run file through the derivation that interlocks use."""

    def __init__(self, path: Path, after: int = 0) -> None:
        self._follower = Follower(path, after)
        self._derivation: Derivation | None = None
        self._step = ""
        self._t: float | None = None

    def look(self) -> Look | None:
        """The lane as its file has it now; None before the first scan."""
        for line in self._follower.new_lines():
            self._take(orjson.loads(line))
        if self._derivation is None or self._t is None:
            return None
        value = self._derivation.value[self._derivation.index[HOTTEST]]
        return Look(self._step, self._t, value)

    def _take(self, line: dict[str, Any]) -> None:
        match line["k"]:
            case "head":
                self._derivation = Derivation(line["wiring"])
            case "scan" if self._derivation is not None:
                self._t = line["t"]
                for source, reading in line["s"].items():
                    self._derivation.take(source, *reading)
            case "step" if line["state"] == "start":
                self._step = named(line)
