"""Following a run from its file while another process, or another thread, writes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, final

import orjson

from rig.cli.progress import Look
from rig.cli.words import named
from rig.signals.derive import Derivation
from rig.signals.layout import HOTTEST


@final
class Follower:
    """Whole lines that were added to a file since one last looked.

    Of a file that goes on after an interruption, the first line and those from so many bytes on.
    """

    def __init__(self, path: Path, after: int = 0) -> None:
        self._path = path
        self._after = after
        self._at = 0
        self._rest = b""

    def new_lines(self) -> list[bytes]:
        """The lines, each with its end; none while there is no file."""
        try:
            with self._path.open("rb") as stream:
                stream.seek(self._at)
                first = stream.readline() if self._at < self._after else b""
                stream.seek(max(self._at, self._after))
                data = stream.read()
                self._at = stream.tell()
        except FileNotFoundError:
            return []
        *whole, self._rest = (self._rest + first + data).split(b"\n")
        return [line + b"\n" for line in whole]


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
