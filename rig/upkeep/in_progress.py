"""Runs of this user that are in progress on a bench, found by what their records say is on it."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rig.bench.description import BenchDescription
from rig.bench.resources import canonical
from rig.clock import WallClock
from rig.engine.control import Answer, ask, running
from rig.errors import RecordError
from rig.record.tail import read_head

PATIENCE_S = 20.0
LOOK_S = 0.1

MOST_SILENCES = 2
"""One may be a process that ended between question and answer; a second one is a process that hangs."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A process that runs something.

    Attributes:
        socket: where it listens.
        folders: of the runs of its lanes; none where it has not begun one, or does not answer.
        answers: whether it does.
    """

    socket: Path
    folders: tuple[Path, ...]
    answers: bool

    @property
    def places(self) -> set[Path]:
        """The folders, however they are spelt."""
        return {folder.resolve() for folder in self.folders}

    @property
    def words(self) -> str:
        """For people."""
        where = ", ".join(map(str, self.folders)) or "which does not say what it runs"
        return f"process {self.socket.stem} ({where})"


def runs_on(bench: BenchDescription) -> list[Progress]:
    """What is in progress on a bench, or may be: a run that does not say where it is counts.

    Raises:
        BenchError: the folder of the control sockets cannot be used.
    """
    resources = {canonical(entry.resource) for entry in bench.instruments}
    return [
        progress
        for progress in processes()
        if not progress.folders or any(_is_there(folder, resources) for folder in progress.folders)
    ]


def processes() -> Iterator[Progress]:
    """Every process of this user that runs something.

    Raises:
        BenchError: the folder of the control sockets cannot be used.
    """
    for socket in running():
        answer = ask(socket, {"do": "state"})
        if answer is Answer.NOBODY:
            continue
        lanes = answer.get("lanes", []) if isinstance(answer, dict) else []
        folders = tuple(Path(lane["run"]) for lane in lanes if lane.get("run"))
        yield Progress(socket, folders, isinstance(answer, dict))


def _is_there(folder: Path, resources: set[str]) -> bool:
    try:
        head = read_head(folder)
    except RecordError:
        return True
    return any(canonical(str(item["resource"])) in resources for item in head["instruments"])


def stop(progress: Progress) -> bool:
    """Ask a run to stop, and wait until its process has let go of the bench; whether it has."""
    if not progress.answers:
        return False
    clock, silences = WallClock(), 0
    answer = ask(progress.socket, {"do": "stop", "who": getpass.getuser()})
    while answer is not Answer.NOBODY:
        silences += answer is Answer.SILENT
        if clock.now() >= PATIENCE_S or silences >= MOST_SILENCES:
            return False
        clock.sleep(LOOK_S)
        answer = ask(progress.socket, {"do": "state"})
    return True
