"""What a run came to whose engine process died: its record has no last line, and can be judged all the same."""

from __future__ import annotations

from pathlib import Path

from rig.bench.description import BenchDescription, SlotEntry
from rig.bench.messages import OffDetail
from rig.checks.judge import judge
from rig.checks.view import is_simulated
from rig.engine.lane_scan import Ending
from rig.engine.run import RunResult
from rig.engine.series import Outcome, RunFailure
from rig.errors import BenchError, RecordError
from rig.plan.program import Program
from rig.record.reader import RunReader, read_run
from rig.safety.switch_off import OffReport

INTERRUPTED = "INTERRUPTED: its engine process died, so that it has no last line"


def lost_outcome(
    program: Program, bench: BenchDescription, folder: Path | None, why: str, wall_s: float
) -> Outcome:
    """The outcome of a lane from what its engine left; the outputs are off only if the record has seen them off.

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
            off=_off(reader, bench.slot(program.slot), bench),
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


def _off(reader: RunReader, slot: SlotEntry, bench: BenchDescription) -> OffReport:
    line = next(reader.lines("off"), None)
    if line is not None and line["confirmed"]:
        return OffReport(line["why"], tuple(OffDetail(**detail) for detail in line["detail"]))
    words = "NOT CONFIRMED: the engine process died before it had looked"
    supplies = [
        OffDetail(bench.instrument(heater.supply).resource, f"supply.{heater.name}.output", False, words)
        for heater in slot.heaters
    ]
    return OffReport("lost", (*supplies, OffDetail(slot.link, "belt.level", False, words)))
