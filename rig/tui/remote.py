"""Runs of other processes of this user: who runs what, and switching them off."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from rig.bench.description import BenchDescription
from rig.engine.control import Answer, ask
from rig.errors import BenchError
from rig.upkeep.in_progress import processes, runs_on


def folders_on(bench: BenchDescription) -> Sequence[Path]:
    """Folders of the runs that another process has on one of this bench's instruments now."""
    with suppress(BenchError):
        return [folder for progress in runs_on(bench) for folder in progress.folders]
    return []


def stop_runs(folders: Sequence[Path]) -> str:
    """Switch off the runs with these folders, as ``rig stop`` does; what came of it, in words."""
    asked: list[dict[str, Any] | Answer] = []
    request = {"do": "stop", "who": f"{getpass.getuser()}, from a viewer"}
    wanted = {folder.resolve() for folder in folders}
    with suppress(BenchError):
        asked = [ask(each.socket, request) for each in processes() if wanted & each.places]
    if not asked:
        return "no process that runs it answers: it is over, or look at the bench and use the physical switch"
    silent = sum(isinstance(answer, Answer) for answer in asked)
    return "asked to switch off" if not silent else "asked, and got NO ANSWER: use the physical switch"
