"""What thousands of passes cost: the engine's memory and time a pass must not grow, the judge's time with the passes.

Nothing here asserts a time or a size: machines differ. What is asserted is that the work was done.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import final

import pytest

from rig import shipped
from rig.bench.loading import load_bench
from rig.checks.judge import judge
from rig.clock import VirtualClock, wall_seconds
from rig.engine.head import RunRequest
from rig.engine.lane import Lane
from rig.engine.run import RunResult, execute
from rig.plan.loading import load_program
from rig.record.reader import read_run
from rig.safety.stop import StopBox
from rig.simulation.bench import SimulatedBench
from tests.engine.interrupted import CYCLES, ends_of, leave, passes_made, resume, write_plan

SIZES = (500, 1000, 2000)
TRIVIAL = CYCLES.replace("hold: 3 s", "hold: 1.2 s")
PARTS = 4


def resident_mib() -> float:
    """Memory of this process now, on Linux."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * 4096 / 2**20 if statm.exists() else float("nan")


@final
@dataclass
class Meter:
    """Looks at wall time and memory as passes begin."""

    passes: int
    marks: list[tuple[float, float]] = field(default_factory=list)
    _last: str = ""

    def began(self, lane: str, folder: Path) -> None:
        """Nothing yet."""

    def scanned(self, lane: Lane) -> None:
        """A mark each time that another quarter of the passes has begun."""
        if lane.step == self._last:
            return
        self._last = lane.step
        _, sign, number = lane.step.partition("cycles / heat #")
        if sign and (int(number) - 1) % (self.passes // PARTS) == 0:
            self.marks.append((wall_seconds(), resident_mib()))


def run(plan: Path, out: Path, passes: int) -> tuple[RunResult, Meter]:
    bench = load_bench(shipped.bench())
    meter = Meter(passes)
    program = load_program(plan, bench, {"cycles": str(passes)})
    with SimulatedBench(bench, bench.slots, 1, VirtualClock()) as simulated:
        request = RunRequest([program], bench, out, 1, settings={"cycles": str(passes)})
        (result,) = execute(request, simulated.ports, StopBox(), meter)
    return result, meter


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[RunResult, Meter]]:
    folder = tmp_path_factory.mktemp("endurance")
    plan = write_plan(folder, TRIVIAL % 4)
    return {passes: run(plan, folder / str(passes), passes) for passes in SIZES}


def test_the_engine_does_not_grow(runs: dict[int, tuple[RunResult, Meter]]) -> None:
    result, meter = runs[SIZES[-1]]
    each = SIZES[-1] // PARTS
    print(f"\n{'pass':>6} {'ms a pass':>10} {'MiB':>6}")
    for number, (before, after) in enumerate(zip(meter.marks, meter.marks[1:], strict=False), start=1):
        print(f"{number * each:6} {(after[0] - before[0]) / each * 1e3:10.2f} {after[1]:6.1f}")
    assert passes_made(result.folder) == [*range(1, SIZES[-1] + 1)]


def test_judging_takes_as_long_as_there_are_passes(runs: dict[int, tuple[RunResult, Meter]]) -> None:
    print(f"\n{'passes':>6} {'judged in s':>12} {'ms a pass':>10}")
    for passes, (result, _) in runs.items():
        start = wall_seconds()
        judgement = judge(read_run(result.folder).lines())
        seconds = wall_seconds() - start
        print(f"{passes:6} {seconds:12.2f} {seconds / passes * 1e3:10.2f}")
        assert judgement.verdict == "PASS"


def test_going_on_takes_one_reading_of_the_file(
    runs: dict[int, tuple[RunResult, Meter]], tmp_path: Path
) -> None:
    result, _ = runs[SIZES[-1]]
    near = SIZES[-1] - 3
    at = next(at for at, line in ends_of(result.folder) if line.get("pass") == [near])
    folder = leave(result, tmp_path, at)
    start = wall_seconds()
    assert resume(folder).ending.kind == "completed"
    print(f"\nresumed at pass {near}, ran 4 passes and judged all: {wall_seconds() - start:.2f} s")
    assert passes_made(folder) == [*range(1, SIZES[-1] + 1)]
