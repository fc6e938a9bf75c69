"""Runs of other processes of this user: who runs what, and switching them off."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rig.bench.description import BenchDescription
from rig.engine.control import Answer, ask, running
from rig.errors import BenchError, RecordError
from rig.record.tail import read_head


def _in_progress() -> Iterator[tuple[Path, list[dict[str, Any]]]]:
    """Control sockets that are answered, each with its lanes."""
    try:
        sockets = running()
    except BenchError:
        return
    for path in sockets:
        state = ask(path, {"do": "state"})
        if not isinstance(state, Answer):
            yield path, state.get("lanes", [])


def runs_on(bench: BenchDescription) -> Sequence[Path]:
    """Folders of the runs that another process has on one of this bench's instruments now."""
    mine = {entry.resource for entry in bench.instruments}
    found = [Path(lane["run"]) for _, lanes in _in_progress() for lane in lanes]
    return [folder for folder in found if mine & _resources(folder)]


def _resources(folder: Path) -> set[str]:
    try:
        return {entry["resource"] for entry in read_head(folder)["instruments"]}
    except (RecordError, KeyError, TypeError):
        return set()


def stop_runs(folders: Sequence[Path]) -> str:
    """Switch off the runs with these folders, as ``rig stop`` does; what came of it, in words."""
    wanted = {folder.resolve() for folder in folders}
    asked = [
        ask(path, {"do": "stop", "who": f"{getpass.getuser()}, from a viewer"})
        for path, lanes in _in_progress()
        if wanted & {Path(lane["run"]).resolve() for lane in lanes}
    ]
    if not asked:
        return "no process that runs it answers: it is over, or look at the bench and use the physical switch"
    silent = sum(isinstance(answer, Answer) for answer in asked)
    return "asked to switch off" if not silent else "asked, and got NO ANSWER: use the physical switch"
