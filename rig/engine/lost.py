"""What a run came to whose engine process died: its record has no last line, and can be judged all the same."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rig.bench.description import BenchDescription, SlotEntry
from rig.bench.messages import OffDetail
from rig.checks.judge import judge
from rig.checks.view import is_simulated
from rig.clock import WallClock, utc_now, wall_seconds
from rig.engine.ending import Ending
from rig.engine.run import RunResult
from rig.engine.series import Outcome, RunFailure
from rig.errors import BenchError, RecordError
from rig.plan.program import Program
from rig.record.naming import iso_utc
from rig.record.reader import RunReader, read_run
from rig.safety.guardian.record import read_guardian
from rig.safety.latch import Latch, Tripped
from rig.safety.switch_off import OffReport

GUARDIAN_S = 6.0
"""How long a client waits for the guardian's word, which comes half a second or so after an engine's death."""

LOOK_S = 0.05
INTERRUPTED = "INTERRUPTED: its engine process died, so that it has no last line"


def lost_outcome(
    program: Program, bench: BenchDescription, folder: Path | None, why: str, wall_s: float
) -> Outcome:
    """The outcome of a lane from what its engine left; off is what the record or the guardian has seen off.

    Args:
        program: what was run.
        bench: where.
        folder: of the run, None if it never had one.
        why: what became of the engine, in words.
        wall_s: real time since the plan began.
    """
    if folder is None:
        return RunFailure(BenchError(why))
    try:
        reader = read_run(folder)
        judgement = judge(reader.lines())
        instants = [line["t"] for line in reader.lines("scan")] or [0.0]
        return RunResult(
            lane=program.slot,
            folder=folder,
            ending=Ending("lost", why),
            off=_off(reader, folder, bench.slot(program.slot), bench),
            judgement=judgement,
            hash=None,
            simulated=is_simulated(reader.head),
            duration_s=instants[-1] - instants[0],
            scan_wall_s=wall_s,
            wall_s=wall_s,
            trouble=INTERRUPTED,
        )
    except RecordError as error:
        return RunFailure(BenchError(f"{why}\nthe record of {folder} cannot be judged: {error}"))


def latch(bench: BenchDescription, lane: str, folder: Path) -> str:
    """Keep a bench off whose engine died and of which nobody, no guardian either, has seen every output off.

    A guardian that acted has latched it already; both reasons stand in one entry.

    Returns why that could not be written, empty if it was.
    """
    what = Tripped(
        iso_utc(utc_now()), str(folder.resolve()), lane, "NOT CONFIRMED off: its engine process died"
    )
    try:
        Latch(bench).trip(what)
    except BenchError as error:
        return f"{error}; the bench may be switched on again though nobody has acknowledged"
    return ""


def await_guardian(folders: Iterable[Path]) -> bool:
    """Wait until the guardian has said in every folder what became of the outputs; whether it saw all of them off."""
    until = wall_seconds() + GUARDIAN_S
    waiting = list(folders)
    clock = WallClock()
    confirmed = bool(waiting)
    while waiting and wall_seconds() < until:
        endings = {folder: _guardian_ending(folder) for folder in waiting}
        waiting = [folder for folder in waiting if endings[folder] not in ("confirmed", "taken_over")]
        confirmed = confirmed and "taken_over" not in endings.values()
        clock.sleep(LOOK_S if waiting else 0.0)
    return confirmed and not waiting


def _guardian_ending(folder: Path) -> str | None:
    try:
        log = read_guardian(folder)
    except RecordError:
        return None
    return None if log is None else log.ending


def _seen_by_guardian(folder: Path) -> tuple[OffDetail, ...]:
    """The last word of the guardian on each output, where it ended with all of them confirmed."""
    log = read_guardian(folder)
    if log is None or log.ending != "confirmed":
        return ()
    found = {
        seen["output"]: OffDetail(
            seen["resource"], seen["output"], seen["confirmed"], f"{seen['what']} (the guardian)"
        )
        for line in log.lines
        if line["k"] == "off"
        for seen in line["detail"]
    }
    return tuple(found.values())


def _off(reader: RunReader, folder: Path, slot: SlotEntry, bench: BenchDescription) -> OffReport:
    """The guardian's word where it acted, for it looked last; else the record's, if that ends with everything off."""
    line = _last_word(reader)
    if line is not None and read_guardian(folder) is None:
        return OffReport(line["why"], tuple(OffDetail(**detail) for detail in line["detail"]))
    seen = _seen_by_guardian(folder)
    if seen:
        return OffReport("guardian", seen)
    words = "NOT CONFIRMED: the engine process died before it had looked"
    supplies = [
        OffDetail(bench.instrument(heater.supply).resource, f"supply.{heater.name}.output", False, words)
        for heater in slot.heaters
    ]
    return OffReport("lost", (*supplies, OffDetail(slot.link, "belt.level", False, words)))


def _last_word(reader: RunReader) -> dict[str, Any] | None:
    """The line that saw everything off, None if there is none or steps came after it: those of a teardown."""
    last = None
    for line in reader.lines("off", "step"):
        last = line
    return last if last is not None and last["k"] == "off" and last["confirmed"] else None
