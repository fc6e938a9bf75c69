"""The heartbeat of whoever controls a run: once it has begun, its silence is a stop."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from typing import final

from rig.clock import wall_seconds

SILENT = "the controlling screen was silent for {:g} s"


@final
class Heartbeat:
    """Looks on a thread of its own whether beats come; nothing is expected before the first one.

    Args:
        within_s: longest silence, in seconds of real time.
        silent: is told once, in words, and must be safe to be called from that thread.
        now: real time in s.
    """

    def __init__(
        self, within_s: float, silent: Callable[[str], None], now: Callable[[], float] = wall_seconds
    ) -> None:
        self._within_s = within_s
        self._silent = silent
        self._now = now
        self._last: float | None = None
        self._closed = Event()

    def beat(self) -> None:
        """Whoever controls lives; safe from any thread."""
        self._last = self._now()

    def look(self) -> bool:
        """Whether beats have stayed out for too long; whoever is to be told has been told."""
        last = self._last
        if last is None or self._now() - last <= self._within_s:
            return False
        self._silent(SILENT.format(self._within_s))
        return True

    def start(self) -> None:
        """Look until it was silent, or is closed."""
        Thread(target=self._run, name="heartbeat", daemon=True).start()

    def close(self) -> None:
        """Nobody is expected to beat any more."""
        self._closed.set()

    def _run(self) -> None:
        while not self._closed.wait(self._within_s / 20.0):
            if self.look():
                return
