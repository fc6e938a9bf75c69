"""What the guardian says to people, on stderr, by a thread of its own: a terminal that is stopped holds nothing."""

from __future__ import annotations

import sys
from contextlib import suppress
from queue import SimpleQueue
from typing import final

from rig.clock import Clock

BELL = "\a"
MOST_WAITING = 100
LAST_WORDS_S = 1.0


@final
class Announcer:
    """Writes each line once; a stderr that is closed or full loses lines, never time."""

    def __init__(self, clock: Clock) -> None:
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self._thread = clock.spawn("guardian announcer", self._run)

    def say(self, words: str, *, loud: bool = False) -> None:
        """One line, with a bell if it is loud."""
        if self._lines.qsize() < MOST_WAITING:
            self._lines.put(f"{BELL if loud else ''}guardian: {words}\n")

    def close(self) -> None:
        """Wait for the last lines, a second at most."""
        self._lines.put(None)
        self._thread.join(LAST_WORDS_S)

    def _run(self) -> None:
        while (line := self._lines.get()) is not None:
            with suppress(OSError, ValueError, AttributeError):  # closed, or none at all
                sys.stderr.write(line)
                sys.stderr.flush()
