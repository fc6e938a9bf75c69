"""The list of runs in a folder, made from the first and the last lines of their files alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rig.errors import InputError
from rig.platform import is_locked
from rig.record.errors import CannotReadError, DamagedRecordError
from rig.record.naming import RUN_FILE
from rig.record.tail import count_lines, read_head, read_tail


@dataclass(frozen=True, slots=True)
class RunEntry:
    """One run of the list. The chain was not checked: that is what ``rig verify`` is for.

    Attributes:
        id: the run's id, its folder's name if the head cannot be read.
        folder: where its file is.
        plan: the plan's name.
        lane: the slot.
        serial: of the device, empty if the record has none.
        started: ISO 8601 instant in UTC of bench time 0.
        finished: the same of the last line that has a time, None if there is none.
        duration_s: bench seconds between them.
        ended: how it ended, a word of ``rig.record.lines.ENDINGS``; None if it was cut off before.
        verdict: the summary's, None if it has none.
        simulated: whether any identity was a twin's.
        sealed: whether the last line is the end line.
        resumed: how often it was interrupted and went on.
        in_progress: whether a living process still writes it.
        fault: why the run could not be read, None if it could; the fields above are then empty.
    """

    id: str
    folder: Path
    plan: str = ""
    lane: str = ""
    serial: str = ""
    started: str = ""
    finished: str | None = None
    duration_s: float | None = None
    ended: str | None = None
    verdict: str | None = None
    simulated: bool = False
    sealed: bool = False
    resumed: int = 0
    in_progress: bool = False
    fault: str | None = None


def list_runs(runs: Path) -> list[RunEntry]:
    """The runs of a folder, oldest first, those that cannot be read last; none if there is no such folder.

    Raises:
        CannotReadError: the folder cannot be listed.
    """
    try:
        folders = [folder for folder in runs.iterdir() if _is_file(folder / RUN_FILE)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise CannotReadError(runs, error.strerror or str(error)) from error
    entries = [read_entry(folder) for folder in folders]
    return sorted(entries, key=lambda entry: (entry.fault is not None, entry.started, entry.id))


def read_entry(folder: Path) -> RunEntry:
    """The entry of one run; a run that cannot be read has a fault instead of its fields."""
    try:
        head = read_head(folder)
        tail = read_tail(folder, "outcome", "summary")
        last = tail.get("", head)
        resumed = _resumed(folder, last)
    except (CannotReadError, DamagedRecordError) as error:
        return RunEntry(folder.name, folder, fault=str(error))
    sealed = last["k"] == "end"
    duration_s = _duration_s(tail)
    return RunEntry(
        id=head["run"],
        folder=folder,
        plan=head["plan"],
        lane=head["lane"],
        serial=str(head["device"].get("serial") or ""),
        started=head["anchor"],
        finished=None if duration_s is None else _later(head["anchor"], duration_s),
        duration_s=duration_s,
        ended=tail["outcome"]["ended"] if "outcome" in tail else None,
        verdict=tail["summary"]["verdict"] if "summary" in tail else None,
        simulated=head["simulated"],
        sealed=sealed,
        resumed=resumed,
        in_progress=not sealed and is_locked(folder / RUN_FILE),
    )


def find_run(runs: Path, name: str) -> Path:
    """The folder or file of a run that a person named.

    Args:
        runs: the folder that holds the runs' folders.
        name: a path to the run's folder or file, its id, the beginning of one id only, or ``last``.

    Raises:
        InputError: no run is meant, or several are.
        CannotReadError: the folder cannot be listed.
    """
    path = Path(name)
    if name and (_is_file(path) or _is_file(path / RUN_FILE)):
        return path
    if name and _is_file(runs / name / RUN_FILE):
        return runs / name
    readable = [entry for entry in list_runs(runs) if entry.fault is None]
    if name == "last" and readable:
        return readable[-1].folder
    found = [entry.folder for entry in readable if name and entry.folder.name.startswith(name)]
    if len(found) == 1:
        return found[0]
    what = f"{len(found)} runs begin like that" if found else "there is no such run"
    raise InputError(f"looking for run {name!r} in {runs}: {what}; rig runs lists those that there are")


def _is_file(path: Path) -> bool:
    """Whether there is such a file, as far as this user may know; a name that is too long is none."""
    try:
        return path.is_file()
    except OSError:
        return False


def _resumed(folder: Path, last: dict[str, Any]) -> int:
    """How many ``resumed`` lines a run has: its end line says so, and only a run without one is looked through."""
    if last["k"] == "end":
        count = last["counts"].get("resumed", 0)
        return count if isinstance(count, int) else 0
    return count_lines(folder, "resumed")


def _duration_s(tail: dict[str, dict[str, Any]]) -> float | None:
    times = [float(line["t"]) for line in tail.values() if isinstance(line.get("t"), (int, float))]
    return max(times) if times else None


def _later(anchor: str, seconds: float) -> str | None:
    """The instant so many seconds after the anchor, None if the anchor is no instant."""
    try:
        instant = datetime.fromisoformat(anchor) + timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        return None
    if instant.tzinfo is None:
        return None
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
