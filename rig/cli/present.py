"""What ``rig run`` shows: text for people, plain lines, one JSON document, or the record's own lines."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, final

import orjson

from rig.bench.description import BenchDescription
from rig.cli.display import Display, is_stuck
from rig.cli.results import run_document
from rig.cli.table import heading, print_checks
from rig.engine.lane import Lane
from rig.engine.outcome_words import outcome_lines
from rig.engine.run import RunResult
from rig.engine.series import Onlooker, Outcome, Outcomes, Quiet, RunFailure
from rig.plan.program import Program
from rig.record.naming import RUN_FILE

if TYPE_CHECKING:
    from rig.cli.progress import ProgressBar
    from rig.record.following import Follower


class Presenter(Onlooker, Protocol):
    """Follows a command from its first plan to its last."""

    def closes(self, results: Outcomes) -> None:
        """All plans were run."""

    def pauses(self, asking: bool) -> None:
        """Something is being asked at the terminal, or nothing is any more."""


def presenter(form: str, after: int = 0) -> Presenter:
    """The presenter of that form: text, plain, json or jsonl.

    Args:
        form: which.
        after: of a run that goes on, the bytes that its file holds already; they are not shown again.
    """
    return {"text": TextPresenter, "plain": PlainPresenter, "json": JsonPresenter, "jsonl": LinesPresenter}[
        form
    ](after)


class _Quiet(Quiet):
    """Shows nothing; the others fill in what they show."""

    def __init__(self, after: int = 0) -> None:
        self._after = after

    def closes(self, results: Outcomes) -> None:
        """Nothing."""

    def pauses(self, asking: bool) -> None:
        """Nothing."""


def say_failure(result: Outcome) -> None:
    """Why a plan could not be run, on stderr."""
    if isinstance(result, RunFailure):
        print(result.error, file=sys.stderr)


@final
class JsonPresenter(_Quiet):
    """One document on stdout at the end; what could not be run at all is said on stderr too."""

    def ended(self, program: Program, result: Outcome) -> None:
        """Say why it could not be run."""
        say_failure(result)

    def closes(self, results: Outcomes) -> None:
        """Print it."""
        _print_json(run_document(results))


@final
class TextPresenter(_Quiet):
    """Progress on stderr where it is a terminal, the result as a table on stdout."""

    def __init__(self, after: int = 0) -> None:
        super().__init__(after)
        self._display: Display | None = None
        self._bar: ProgressBar | None = None
        self._several = self._elsewhere = False

    def begins(self, programs: Sequence[Program], bench: BenchDescription) -> None:
        """Say what is run, and where."""
        self._several = len(programs) > 1
        self._elsewhere = bench.simulation is None
        heading(programs, bench)
        if sys.stderr.isatty():
            from rig.cli.progress import ProgressBar

            self._bar = ProgressBar(programs)
            self._display = Display(self._bar.show)

    def began(self, lane: str, folder: Path) -> None:
        """Let the bar follow the run file where it is written by another process."""
        if self._bar is not None and self._elsewhere:
            from rig.cli.follow import FollowedLane

            self._bar.looks[lane] = FollowedLane(folder / RUN_FILE, self._after).look

    def scanned(self, lane: Lane) -> None:
        """Let the bar know whom to show."""
        if self._bar is not None and lane.slot not in self._bar.looks:
            from rig.cli.progress import look_at

            self._bar.looks[lane.slot] = partial(look_at, lane)

    def pauses(self, asking: bool) -> None:
        """Take the bar away while somebody types."""
        if self._bar is not None:
            self._bar.paused = asking

    def ended(self, program: Program, result: Outcome) -> None:
        """The checks, then what it came to and where the run file is."""
        if self._display is not None and self._bar is not None:
            self._display.close()
            self._bar.close()
            self._display = self._bar = None
        say_failure(result)
        if isinstance(result, RunFailure):
            return
        if self._several:
            print(f"\nslot {result.lane}")
        print_checks(result.judgement)
        for line in outcome_lines(result):
            print(line)


class _Following(_Quiet):
    """Shows the records' lines as they are written, read back from the files on the display's thread."""

    def __init__(self, after: int = 0) -> None:
        super().__init__(after)
        self._followers: dict[str, Follower] = {}
        self._display: Display | None = None

    def begins(self, programs: Sequence[Program], bench: BenchDescription) -> None:
        """Nobody is followed yet."""
        self._followers = {}

    def began(self, lane: str, folder: Path) -> None:
        """Follow the file that is about to be there."""
        from rig.record.following import Follower

        self._followers = {**self._followers, lane: Follower(folder / RUN_FILE, self._after)}
        if self._display is None:
            self._display = Display(self._show_new)

    def ended(self, program: Program, result: Outcome) -> None:
        """Show the rest."""
        if self._display is not None:
            self._display.close()
            self._display = None
        say_failure(result)

    def _show_new(self) -> None:
        followers = self._followers
        for lane, follower in followers.items():
            for line in follower.new_lines():
                self.show(line.decode(), lane if len(followers) > 1 else None)
        sys.stdout.flush()

    def show(self, line: str, lane: str | None) -> None:
        """Show one line of a record; lane says whose where there are several."""


@final
class LinesPresenter(_Following):
    """The run files' lines on stdout, as they are written; each with its lane in front where there are several."""

    def show(self, line: str, lane: str | None) -> None:
        """The line itself."""
        sys.stdout.write(line if lane is None else f'{{"lane":"{lane}",{line[1:]}')


@final
class PlainPresenter(_Following):
    """One line of text for every event, as it is recorded; equal in content to a screen."""

    def begins(self, programs: Sequence[Program], bench: BenchDescription) -> None:
        """Say what is run, and where."""
        super().begins(programs, bench)
        heading(programs, bench, out=sys.stdout)

    def ended(self, program: Program, result: Outcome) -> None:
        """Show the rest, and what it came to."""
        super().ended(program, result)
        if isinstance(result, RunResult) and not is_stuck():
            for line in outcome_lines(result):
                print(line)

    def show(self, line: str, lane: str | None) -> None:
        """The line in words, if it says something to people."""
        from rig.checks.line_words import words

        text = words(orjson.loads(line))
        if text:
            print(text if lane is None else f"{lane:8} {text}")


def _print_json(document: dict[str, Any]) -> None:
    sys.stdout.write(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n")
