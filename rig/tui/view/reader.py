"""The thread that folds a run file's lines, and how fast it lets them come."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any, Protocol, final

import orjson

from rig.clock import wall_seconds
from rig.errors import RecordError
from rig.record.following import Follower
from rig.record.naming import RUN_FILE
from rig.tui.view.envelope import Curve
from rig.tui.view.fold import LaneFold
from rig.tui.view.snapshot import LaneSnapshot

LOOK_S = 0.05
MOST_BYTES = 1 << 18
"""So much of a file is taken at once, so that catching up with a long run needs no memory."""


class Source(Protocol):
    """Where lines come from."""

    @property
    def rate(self) -> float | None:
        """Bench seconds in a real one, None for the run's own."""

    def new_lines(self) -> Sequence[Mapping[str, Any]]:
        """Those that are due, parsed.

        Raises:
            ValueError: a line is no JSON.
        """


@final
class LiveLines:
    """The lines of a run as they are written."""

    rate: float | None = None

    def __init__(self, folder: Path) -> None:
        self._follower = Follower(folder / RUN_FILE, most=MOST_BYTES)

    def new_lines(self) -> Sequence[Mapping[str, Any]]:
        """Those that came since one last looked."""
        return [orjson.loads(line) for line in self._follower.new_lines()]


@final
class LaneReader:
    """Follows one lane on a thread of its own; whoever draws asks for a snapshot, and posts nothing.

    Args:
        source: of lines.
        now: real time in s.
    """

    def __init__(self, source: Source, now: Callable[[], float] = wall_seconds) -> None:
        self.source = source
        self._now = now
        self._fold = LaneFold()
        self._lock = Lock()
        self._heard_s = now()
        self._torn = ""
        self._closing = Event()
        self._thread = Thread(target=self._run, name="run file", daemon=True)

    def start(self) -> None:
        """Follow until closed, or until the run's end."""
        self._thread.start()

    def close(self) -> None:
        """Follow no longer."""
        self._closing.set()

    def step(self) -> int:
        """Fold what is due now; how many lines that was."""
        try:
            lines = self.source.new_lines()
            if lines:
                with self._lock:
                    for line in lines:
                        self._fold.take(line)
                    self._heard_s = self._now()
        except (OSError, KeyError, TypeError, ValueError, RecordError) as error:
            self._torn = f"{type(error).__name__}: {error}; run `rig verify` on it"
            self._closing.set()
            return 0
        return len(lines)

    def snapshot(self) -> LaneSnapshot:
        """The lane now."""
        with self._lock:
            fold = self._fold
            rate = fold.rate if self.source.rate is None else self.source.rate
            return fold.snapshot(fold.t + (self._now() - self._heard_s) * rate, self._torn)

    def curves(self, signals: Sequence[str], *, recent: bool) -> dict[str, Curve]:
        """The courses of those signals that have one."""
        with self._lock:
            found = {signal: self._fold.curve(signal, recent=recent) for signal in signals}
        return {signal: curve for signal, curve in found.items() if curve is not None}

    @property
    def is_over(self) -> bool:
        """Whether the run's last line was taken."""
        return self._fold.is_over

    def _run(self) -> None:
        while not self._closing.is_set():
            if not self.step():
                self._closing.wait(LOOK_S)
