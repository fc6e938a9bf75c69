"""An item that has not passed, as pytest shows it: words without a traceback, and the line of the plan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _pytest._code.code import ReprExceptionInfo, ReprFileLocation, ReprTracebackNative


class NotPassed(Exception):
    """A check or a run has not passed, or could not be run.

    Attributes:
        headline: the verdict and what it is about, on one line.
        lines: all that there is to say.
        path, line: of the plan.
    """

    def __init__(self, headline: str, lines: Sequence[str], path: Path, line: int) -> None:
        super().__init__(headline)
        self.headline = headline
        self.lines = tuple(lines)
        self.path = path
        self.line = line

    @property
    def representation(self) -> ReprExceptionInfo:
        """As pytest's reports hold it, also across processes; its classes are the only ones that xdist carries."""
        return ReprExceptionInfo(
            reprtraceback=ReprTracebackNative([f"{line}\n" for line in self.lines]),
            reprcrash=ReprFileLocation(str(self.path), self.line, self.headline),
        )
