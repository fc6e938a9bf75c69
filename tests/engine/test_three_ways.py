"""The same fault on the virtual clock, on the wall clock in process, and over a socket and a PTY."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rig.bench.description import BenchDescription
from rig.bench.ports import machine_ports
from rig.clock import WallClock
from rig.engine.head import RunRequest
from rig.engine.run import RunResult, execute
from rig.errors import BenchError
from rig.plan.loading import load_program
from rig.record.reader import read_run
from rig.safety.stop import StopBox
from rig.simulation.serving import ServedBench

pytestmark = pytest.mark.real_time

FAULT = "scanner:hang@{reply}"


def trip_of(result: RunResult) -> tuple[dict[str, Any], float]:
    """The trip line, and its instant counted from the first scan."""
    lines = list(read_run(result.folder).lines("scan", "trip"))
    trip = next(line for line in lines if line["k"] == "trip")
    return trip, trip["t"] - lines[0]["t"]


def scanner_replies_before_the_run(run: Callable[..., RunResult], plan: Path) -> int:
    """How many replies the scanner gives until its first scan is asked for, told by a fault of each number."""
    for reply in range(1, 60):
        try:
            result = run(plan, faults=(FAULT.format(reply=reply),))
        except BenchError:
            continue
        if read_run(result.folder).integrity.sealed:
            return reply
    raise AssertionError("no reply of the scanner can hang during the run")


@pytest.mark.slow
def test_a_hanging_scanner_trips_alike_on_all_three(
    run: Callable[..., RunResult],
    bench: BenchDescription,
    short_plan: Callable[[str], Path],
    tmp_path: Path,
) -> None:
    plan = short_plan("20 s")
    first_scan = scanner_replies_before_the_run(run, plan)
    fault = (FAULT.format(reply=first_scan + 3),)
    results = {
        "virtual": run(plan, faults=fault),
        "wall": run(plan, faults=fault, clock=WallClock()),
        "served": run_served(bench, plan, fault, tmp_path),
    }
    trips = {name: trip_of(result) for name, result in results.items()}
    reference, instant = trips["virtual"]
    scan_s = 0.1
    for name, (trip, at) in trips.items():
        assert (trip["interlock"], trip["signal"]) == (reference["interlock"], reference["signal"]), name
        assert abs(at - instant) <= scan_s + 1e-6, (name, at, instant)
    assert all(result.off.confirmed for result in results.values())
    assert all(result.ending.kind == "interlock" for result in results.values())
    assert all(result.simulated for result in results.values())


def run_served(bench: BenchDescription, plan: Path, faults: tuple[str, ...], tmp_path: Path) -> RunResult:
    slot = bench.slots[0]
    with ServedBench(bench, [slot], 1, faults) as served:
        here = served.description
        request = RunRequest([load_program(plan, here)], here, tmp_path / "served")
        (result,) = execute(request, machine_ports(WallClock()), StopBox())
        return result
