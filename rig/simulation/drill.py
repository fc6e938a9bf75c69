"""The fault drill: each row of the matrix is run on the simulated bench, its fault set off at its stage, and judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, final

from rig import shipped
from rig.bench.description import BenchDescription
from rig.bench.loading import load_bench
from rig.bench.ports import Ports
from rig.bench.supply_station import OFF_VOLTS
from rig.clock import Clock, VirtualClock, wall_seconds
from rig.documents import Diagnostics, read_document
from rig.documents.drill import FaultMatrix, FaultRow, read_matrix
from rig.engine.head import RunRequest
from rig.engine.run import RunResult, execute
from rig.errors import InputError, RecordError, RigError
from rig.plan.loading import load_program
from rig.plan.program import Program
from rig.platform import signals_as_requests
from rig.record.naming import RUN_FILE
from rig.record.reader import read_run
from rig.safety.stop import StopBox
from rig.simulation.bench import SimulatedBench
from rig.simulation.drill_judge import Found, RowResult, Verification, judge_row
from rig.simulation.drill_stages import STAGES, Stage, Trigger
from rig.simulation.host_faults import PREFIX, HostFault

START = "start"
OFF = "off"
SEED = 1


@dataclass(frozen=True, slots=True)
class Judges:
    """What the faces of the rig make of a run: its exit code, and what ``rig verify`` finds of its folder."""

    exit_code: Callable[[RunResult], int]
    verify: Callable[[Path], Verification]


def load_matrix(path: Path | None = None) -> FaultMatrix:
    """The fault matrix of a file, or the one that ships.

    Raises:
        DiagnosticsError: the file holds mistakes; all of them, each with its place.
    """
    diagnostics = Diagnostics()
    document = read_document(path or shipped.fault_matrix(), diagnostics)
    matrix = None if document is None else read_matrix(document, diagnostics)
    diagnostics.raise_if_errors()
    assert matrix is not None, "what cannot be read has errors"
    return matrix


def choose_rows(matrix: FaultMatrix, pattern: str | None) -> list[FaultRow]:
    """Rows whose ``fault when`` holds the pattern, or is matched by it where it has ``*``; all without one.

    Raises:
        InputError: there is none.
    """
    if pattern is None:
        return list(matrix.rows)
    wanted = pattern if "*" in pattern else f"*{pattern}*"
    rows = [row for row in matrix.rows if fnmatchcase(row.name, wanted)]
    if not rows:
        raise InputError(
            f"choosing rows of the fault matrix: none holds {pattern!r}; write e.g. --rows 'supply:* heating'"
        )
    return rows


def run_drill(
    judges: Judges, rows: Sequence[FaultRow] | None = None, clock: Callable[[], Clock] = VirtualClock
) -> Iterator[RowResult]:
    """Run rows one after the other, all of the matrix that ships unless some are given, and yield each result.

    Raises:
        InputError: a row names a fault that there is not.
    """
    matrix = load_matrix()
    bench = load_bench(shipped.bench())
    program = load_program(shipped.fault_matrix().parent / matrix.befalls.text, bench)
    for row in matrix.rows if rows is None else rows:
        with TemporaryDirectory(prefix="rig-drill-") as out:
            yield Drill(row, bench, program, judges, Path(out)).run(clock())


@final
class Drill:
    """One row. Make another for another run.

    Args:
        out: a folder of its own, for the record.
        stages: when each is.
    """

    def __init__(
        self,
        row: FaultRow,
        bench: BenchDescription,
        program: Program,
        judges: Judges,
        out: Path,
        *,
        stages: Mapping[str, Stage] = STAGES,
    ) -> None:
        self._stages = stages
        self._row, self._bench, self._judges = row, bench, judges
        self._request = RunRequest([program], bench, out, SEED)
        self._stop = StopBox()

    def run(self, clock: Clock) -> RowResult:
        """Run it on the simulated bench of this process, and judge it."""
        with SimulatedBench(self._bench, self._request.slots, SEED, clock) as simulated:
            return self.run_on(simulated, simulated.ports)

    def run_on(self, simulated: SimulatedBench, ports: Ports) -> RowResult:
        """Run it through other ports that lead to the simulated bench, and judge it."""
        fault, clock = self._row.fault, ports.clock
        host = HostFault(fault, clock, self._stop) if fault.startswith(PREFIX) else None
        set_off = host.set_off if host is not None else lambda: simulated.faults.inject(fault)
        stage = self._stages.get(self._row.stage)
        trigger = Trigger(stage, set_off, clock, self._stop, stopped=self._row.stage == OFF)
        began = wall_seconds()
        with host.armed() if host is not None else nullcontext(), signals_as_requests(self._stop.interrupt):
            if self._row.stage == START:
                trigger.fire()
            outcome = self._attempt(ports, trigger)
        found = self._found(outcome, trigger, simulated)
        return judge_row(self._row, replace(found, wall_s=wall_seconds() - began))

    def _attempt(self, ports: Ports, trigger: Trigger) -> RunResult | RigError:
        try:
            (result,) = execute(self._request, ports, self._stop, trigger)
        except RigError as error:
            return error
        return result

    def _found(self, outcome: RunResult | RigError, trigger: Trigger, simulated: SimulatedBench) -> Found:
        folder = trigger.folder
        ending, words = _ending_of(outcome, folder)
        off, off_at, seen = _off_of(outcome, trigger)
        code = outcome.exit_code if isinstance(outcome, RigError) else self._judges.exit_code(outcome)
        since = trigger.off_began if self._row.since_off else trigger.at
        after = None if off_at is None or since is None else round(off_at - since, 3)
        return Found(
            ending=ending,
            said="; ".join((*words, *seen)),
            off=off,
            code=int(code),
            seconds=after,
            amps=_true_amps(simulated),
            live=tuple(_live_outputs(simulated)),
            record=None if folder is None else self._judges.verify(folder),
            kept=folder is None or (folder / RUN_FILE).read_bytes().startswith(trigger.flushed),
        )


def _ending_of(outcome: RunResult | RigError, folder: Path | None) -> tuple[str, list[str]]:
    """Why it ended, and what was said about that."""
    if isinstance(outcome, RunResult):
        return outcome.ending.kind, [outcome.ending.detail, *([outcome.trouble] if outcome.trouble else [])]
    if folder is not None:
        for line in _lines(folder, "outcome"):
            return str(line["ended"]), [str(outcome)]
    return ("record" if isinstance(outcome, RecordError) else "unopened"), [str(outcome)]


def _lines(folder: Path, *kinds: str) -> list[dict[str, Any]]:
    """The lines of those kinds; none where not even the head was written."""
    try:
        return list(read_run(folder).lines(*kinds))
    except RecordError:
        return []


def _off_of(outcome: RunResult | RigError, trigger: Trigger) -> tuple[str, float | None, list[str]]:
    """What became of the outputs, at which bench time that was said, and what was seen of each.

    A run that ended as runs do says so itself, also where its record could not; else the record does.
    """
    lines = [] if trigger.folder is None else _lines(trigger.folder, "off", "demand")
    on = any(line["k"] == "demand" and line["value"] is True for line in lines)
    offs = [line for line in lines if line["k"] == "off"]
    confirmed = bool(offs) and all(line["confirmed"] for line in offs)
    seen = [f"{item['output']}: {item['what']}" for line in offs for item in line["detail"]]
    if isinstance(outcome, RunResult):
        confirmed = outcome.off.confirmed
        seen = [f"{detail.output}: {detail.what}" for detail in outcome.off.details]
    said = [line["t"] for line in offs if line["confirmed"] is confirmed]
    # where the record could not say it, the beginning of a teardown does, or the end of the run
    if confirmed and trigger.seen_off is not None:
        said.append(trigger.seen_off)
    if isinstance(outcome, RunResult) and trigger.first is not None:
        said.append(trigger.first + outcome.duration_s)
    # a teardown stands between one off and another: the first that came after the fault
    at = min((t for t in said if trigger.at is None or t >= trigger.at), default=None)
    if confirmed and on:
        return "confirmed", at, seen
    return ("not confirmed" if on or (offs and not confirmed) else "never on"), at, seen


def _true_amps(simulated: SimulatedBench) -> float:
    """What truly flows through all units of the bench now."""
    total = 0.0
    with simulated.lock:
        for lane in simulated.lanes.values():
            lane.world.advance(simulated.clock.now())
            total += sum(lane.world.current_amps(unit) for unit in lane.world.units)
    return total


def _live_outputs(simulated: SimulatedBench) -> Iterator[str]:
    """Outputs that feed heaters and truly are on, at more than what counts as none."""
    fed = {
        (heater.supply, heater.output) for lane in simulated.lanes.values() for heater in lane.slot.heaters
    }
    for supply, number in sorted(fed):
        output = simulated.supplies[supply].outputs[number]
        if output.live and output.volts > OFF_VOLTS:
            yield f"{supply}/{number}"
