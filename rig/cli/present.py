"""What ``rig run`` shows: text for people, plain lines, one JSON document, or the record's own lines."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, TextIO, final

import orjson

from rig.bench.description import BenchDescription
from rig.cli.results import run_document
from rig.cli.table import heading, outcome_lines, print_checks
from rig.engine.lane import Lane
from rig.engine.run import RunResult
from rig.engine.scan import Watcher
from rig.plan.program import Program
from rig.record.naming import RUN_FILE


class Presenter(Watcher, Protocol):
    """Follows a command from its first plan to its last."""

    def begins(self, program: Program, bench: BenchDescription) -> None:
        """A plan is about to be run."""

    def ended(self, program: Program, result: RunResult) -> None:
        """A plan was run and judged."""

    def closes(self, results: Sequence[tuple[Program, RunResult]]) -> None:
        """All plans were run."""


def presenter(form: str) -> Presenter:
    """The presenter of that form: text, plain, json or jsonl."""
    return {"text": TextPresenter, "plain": PlainPresenter, "json": JsonPresenter, "jsonl": LinesPresenter}[
        form
    ]()


class _Quiet:
    """Shows nothing; the others fill in what they show."""

    def begins(self, program: Program, bench: BenchDescription) -> None:
        """Nothing."""

    def began(self, folder: Path) -> None:
        """Nothing."""

    def scanned(self, lane: Lane) -> None:
        """Nothing."""

    def ended(self, program: Program, result: RunResult) -> None:
        """Nothing."""

    def closes(self, results: Sequence[tuple[Program, RunResult]]) -> None:
        """Nothing."""


@final
class JsonPresenter(_Quiet):
    """One document on stdout at the end."""

    def closes(self, results: Sequence[tuple[Program, RunResult]]) -> None:
        """Print it."""
        _print_json(run_document(results))


@final
class TextPresenter(_Quiet):
    """Progress on stderr where it is a terminal, the result as a table on stdout."""

    def __init__(self) -> None:
        self._bar: Any = None

    def begins(self, program: Program, bench: BenchDescription) -> None:
        """Say what is run, and where."""
        heading(program, bench)
        if sys.stderr.isatty():
            from rig.cli.progress import ProgressBar

            self._bar = ProgressBar(program)

    def scanned(self, lane: Lane) -> None:
        """Move the bar."""
        if self._bar is not None:
            self._bar.show(lane)

    def ended(self, program: Program, result: RunResult) -> None:
        """The checks, then what it came to and where the run file is."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
        print_checks(result.judgement)
        for line in outcome_lines(result):
            print(line)


@final
class LinesPresenter(_Quiet):
    """The run file's lines on stdout, as they are written."""

    def __init__(self) -> None:
        self._follower: _Follower | None = None

    def began(self, folder: Path) -> None:
        """Follow the file that is about to be there."""
        self._follower = _Follower(folder / RUN_FILE)

    def scanned(self, lane: Lane) -> None:
        """Print what is new."""
        self._print()

    def ended(self, program: Program, result: RunResult) -> None:
        """Print the rest."""
        self._print()

    def _print(self) -> None:
        for line in self._follower.new_lines() if self._follower else ():
            sys.stdout.write(line)
        sys.stdout.flush()


@final
class PlainPresenter(_Quiet):
    """One line of text for every event, as it is recorded; equal in content to a screen."""

    def __init__(self) -> None:
        self._follower: _Follower | None = None

    def begins(self, program: Program, bench: BenchDescription) -> None:
        """Say what is run, and where."""
        heading(program, bench, out=sys.stdout)

    def began(self, folder: Path) -> None:
        """Follow the file that is about to be there."""
        self._follower = _Follower(folder / RUN_FILE)

    def scanned(self, lane: Lane) -> None:
        """Print what is new."""
        self._print(sys.stdout)

    def ended(self, program: Program, result: RunResult) -> None:
        """Print the rest, and what it came to."""
        self._print(sys.stdout)
        for line in outcome_lines(result):
            print(line)

    def _print(self, out: TextIO) -> None:
        from rig.cli.words import words

        for line in self._follower.new_lines() if self._follower else ():
            text = words(orjson.loads(line))
            if text:
                print(text, file=out)
        out.flush()


@final
class _Follower:
    """Whole lines that were added to a file since one last looked."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = 0
        self._rest = b""

    def new_lines(self) -> list[str]:
        try:
            with self._path.open("rb") as stream:
                stream.seek(self._at)
                data = stream.read()
        except FileNotFoundError:
            return []
        self._at += len(data)
        *whole, self._rest = (self._rest + data).split(b"\n")
        return [line.decode() + "\n" for line in whole]


def _print_json(document: dict[str, Any]) -> None:
    sys.stdout.write(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n")
