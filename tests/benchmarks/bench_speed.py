"""How fast the whole stack is, as ratios taken in one run, and what it costs in memory. `make bench` prints them.

Nothing here asserts a time: machines differ. What is asserted is that the work was done.
"""

from __future__ import annotations

import resource
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, cast

import pytest
from pyvisa import ResourceManager

from dut_drivers.frames import encode
from dut_drivers.messages import Kind
from rig import shipped
from rig.bench.loading import load_bench
from rig.bench.ports import Ports
from rig.clock import VirtualClock, wall_seconds
from rig.engine.head import RunRequest
from rig.engine.lane import Lane
from rig.engine.run import RunResult, execute
from rig.engine.scan import Watcher
from rig.plan.loading import load_program
from rig.record.reader import read_run
from rig.safety.stop import StopBox
from rig.simulation.bench import SimulatedBench

PLAN = Path(__file__).with_name("half_hour.yaml")
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Exchanges:
    """How many exchanges of each kind a run made."""

    supply: int
    scanner: int
    belt: int


def run_plan(plan: Path, out: Path, watcher: Watcher | None = None) -> RunResult:
    bench = load_bench(shipped.bench())
    with SimulatedBench(bench, bench.slots, 1, VirtualClock()) as simulated:
        request = RunRequest([load_program(plan, bench)], bench, out, 1)
        (result,) = execute(request, simulated.ports, StopBox(), watcher)
        return result


def count(result: RunResult) -> Exchanges:
    seen = {"supply": 0, "scanner": 0, "belt": 0}
    for line in read_run(result.folder).scans():
        for source in line["s"]:
            seen[source] += 1
    return Exchanges(**seen)


def bare_exchanges(ports: Ports, number: Exchanges) -> float:
    """Seconds for as many exchanges with the same libraries and twins, and no rig around them."""
    bench = load_bench(shipped.bench())
    manager = ResourceManager(ports.visa)
    supply, scanner = (cast("Any", manager.open_resource(entry.resource)) for entry in bench.instruments)
    port = ports.open_serial(bench.slots[0].link, 115200)
    for each in (supply, scanner):
        each.read_termination = each.write_termination = "\n"
    ping = encode(1, Kind.PING)
    start = wall_seconds()
    for _ in range(number.supply):
        supply.query("*OPC?")
    for _ in range(number.scanner):
        scanner.query("*OPC?")
    for _ in range(number.belt):
        port.write(ping)
        port.read(64)
    return wall_seconds() - start


@pytest.mark.timeout(600)
def test_speed(tmp_path: Path) -> None:
    """A 30-minute run at the reference rates, full stack, against bare exchanges in the same process."""
    rows = []
    for _ in range(ROUNDS):
        result = run_plan(PLAN, tmp_path)
        number = count(result)
        bench = load_bench(shipped.bench())
        with SimulatedBench(bench, bench.slots, 1, VirtualClock()) as simulated:
            bare_s = bare_exchanges(simulated.ports, number)
        scan_s, wall_s = result.scan_wall_s, result.wall_s
        rows.append((result.duration_s / scan_s, result.duration_s / wall_s, scan_s / bare_s))
    assert number.belt > 17_900
    assert number.supply > 8_900
    assert number.scanner > 1_780
    scan, whole, bare = (sorted(column) for column in zip(*rows, strict=True))
    print(f"\nfirst scan to off (bytes, record, interlocks): {of(scan)} × real time")
    print(f"with proof before power, judgement and seal: {of(whole)} × real time")
    print(f"first scan to off ÷ as many bare pyvisa and pyserial exchanges: {median(bare):.1f} ({number})")
    print(f"interpreter: {sys.version.split()[0]}, {sysconfig.get_config_var('CONFIG_ARGS')}")


def of(values: list[float]) -> str:
    """Median, and the lowest and highest beside it."""
    return f"{median(values):.0f} ({values[0]:.0f} to {values[-1]:.0f})"


class ResidentMemory:
    """Resident memory of this process in MiB at instants of a run (Linux)."""

    def __init__(self, *instants: float) -> None:
        self._due = list(instants)
        self.seen: list[float] = []

    def began(self, lane: str, folder: Path) -> None:
        pass

    def scanned(self, lane: Lane) -> None:
        if self._due and lane.now >= self._due[0]:
            del self._due[0]
            self.seen.append(resident_mib())


def resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


@pytest.mark.timeout(600)
def test_memory(tmp_path: Path) -> None:
    """Resident memory while a three-hour run goes on, and after it was judged."""
    for folder in ("limits", "requirements"):
        (tmp_path / folder).symlink_to(shipped.test_plans() / folder)
    plan = tmp_path / "plan.yaml"
    text = PLAN.read_text(encoding="utf-8").replace("hold: 29.9 min", "hold: 180 min")
    plan.write_text(text.replace("level: high, session: 30 min", "level: off"), encoding="utf-8")
    watcher = ResidentMemory(600.0, 5400.0, 10_700.0)
    result = run_plan(plan, tmp_path / "runs", watcher)
    assert result.duration_s > 10_700
    marks = ", ".join(f"{mib:.1f}" for mib in watcher.seen)
    print(f"\nresident MiB at 10, 90 and 178 min of a run: {marks}; after judging it: {resident_mib():.1f}")
