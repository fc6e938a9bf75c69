"""Two belts in one loop: one record a lane, and what befalls one lane leaves the other heating."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from rig.bench.loading import load_bench
from rig.bench.messages import OffDetail
from rig.bench.supply_station import SupplyStation
from rig.clock import VirtualClock
from rig.engine import lane_scan
from rig.engine.head import RunRequest
from rig.engine.lane import Lane
from rig.engine.run import RunResult, execute
from rig.engine.steps import run_steps
from rig.errors import RigError
from rig.plan.loading import load_program
from rig.record.reader import read_run
from rig.safety.stop import StopBox
from rig.simulation.bench import SimulatedBench
from tests.runs import lines_of, verdicts

FILE = Path(__file__).with_name("two-belts.yaml")
PLAN = """
plan: Short heat of two
purpose: Some seconds of heat on each lane.
covers: []
device: ir-lumbar-wrap
sampling: {thermocouples: 1 Hz, belt: 10 Hz, supply: 5 Hz}
interlocks:
  - {signal: skin.*, above: 45 degC, for: 2 readings}
  - {signal: supply.*.current, above: 1.1 A}
  - {open: skin.*, jump: 5 K}
  - {stale: scanner, after: 3 s}
steps:
  - name: heat
    supply: {voltage: rated, current_limit: 1.2 A, output: on}
    belt: {level: high, session: 10 min, regulation: normal}
    hold: 40 s
checks:
  - peak_temperature: {of: skin.hottest, at_most: 42 degC, rule: guarded}
"""


@dataclass
class Watch:
    """Does something to the bench at an instant, once."""

    at: float = 1e9
    action: Callable[[SimulatedBench], None] = lambda _: None
    bench: SimulatedBench | None = None
    folders: dict[str, Path] = field(default_factory=dict)

    def began(self, lane: str, folder: Path) -> None:
        self.folders[lane] = folder

    def scanned(self, lane: Lane) -> None:
        if lane.now >= self.at and self.bench is not None:
            self.at = 1e9
            self.action(self.bench)


Go = Callable[..., dict[str, RunResult]]


@pytest.fixture
def go(tmp_path: Path) -> Go:
    """Runs the short plan on both belts; results by lane."""

    def start(
        watch: Watch | None = None,
        *,
        stop: StopBox | None = None,
        defects: tuple[str, ...] = (),
        faults: tuple[str, ...] = (),
    ) -> dict[str, RunResult]:
        bench = load_bench(FILE)
        assert bench.simulation is not None
        bench = replace(bench, simulation=replace(bench.simulation, defects=defects))
        plan = tmp_path / "two.yaml"
        plan.write_text(PLAN, encoding="utf-8")
        programs = [load_program(plan, bench, slot=slot.name) for slot in bench.slots]
        with SimulatedBench(bench, bench.slots, 1, VirtualClock(), faults) as simulated:
            if watch is not None:
                watch.bench = simulated
            request = RunRequest(programs, bench, tmp_path / "runs", 1)
            results = execute(request, simulated.ports, stop or StopBox(), watch)
        return {result.lane: result for result in results}

    return start


def readings(result: RunResult, source: str) -> list[Any]:
    return [line["s"][source] for line in lines_of(result, "scan") if source in line["s"]]


def last_heat(result: RunResult) -> float:
    """The last instant at which both units took current, by the supply."""
    return float(max(t for t, values, *_ in readings(result, "supply") if min(values[2:4]) > 0.5))


def break_a_probe(bench: SimulatedBench) -> None:
    bench.probes["left", "skin.a1"].open = True


def test_each_lane_has_a_record_of_its_own(go: Go) -> None:
    results = go()
    assert list(results) == ["left", "right"]
    for lane, result in results.items():
        assert result.ending.kind == "completed"
        assert verdicts(result) == {"peak_temperature": "PASS"}
        assert result.off.confirmed
        (head,) = lines_of(result, "head")
        assert head["lane"] == lane
        assert head["device"]["serial"] == f"SIM-BELT-0001-{lane}"
        assert head["wiring"]["sources"].keys() == {"supply", "scanner", "belt"}
        assert read_run(result.folder).integrity.sealed
        assert len(readings(result, "scanner")[0][1]) == len(head["wiring"]["sources"]["scanner"]["columns"])
    assert results["left"].folder != results["right"].folder


def test_the_same_scan_of_the_scanner_goes_into_each_record(go: Go) -> None:
    """The reference block leads; then each lane's own probes."""
    left, right = (readings(result, "scanner") for result in go().values())
    both = list(zip(left, right, strict=False))
    assert len(both) > 35
    for mine, theirs in both:
        assert (mine[0], mine[1][0]) == (theirs[0], theirs[1][0])
        assert mine[1][1:] != theirs[1][1:]


def test_an_interlock_on_one_lane_leaves_the_other_heating(go: Go) -> None:
    results = go(Watch(15.0, break_a_probe))
    left, right = results["left"], results["right"]
    assert (left.ending.kind, right.ending.kind) == ("interlock", "completed")
    assert "skin.a1" in left.ending.detail
    assert left.off.confirmed
    assert verdicts(right) == {"peak_temperature": "PASS"}
    assert last_heat(left) < 20.0
    assert last_heat(right) > 40.0
    assert {detail.output for detail in left.off.details} == {
        "supply.a.output", "supply.b.output", "belt.level",
    }  # fmt: skip


def test_a_lane_that_goes_off_costs_the_other_no_reading(go: Go) -> None:
    """Output capacitors take half a second to fall; the looks at them stand between the readings."""
    right = go(Watch(15.0, break_a_probe))["right"]
    instants = [reading[0] for reading in readings(right, "supply")]
    assert max(later - sooner for sooner, later in pairwise(instants)) < 0.6


def test_one_request_stops_every_lane(go: Go) -> None:
    stop = StopBox()
    results = go(Watch(15.0, lambda _: stop.stop("somebody")), stop=stop)
    assert [result.ending.kind for result in results.values()] == ["stop", "stop"]
    assert all(result.off.confirmed and last_heat(result) < 16.5 for result in results.values())


def test_a_belt_that_hangs_is_lost_alone(go: Go) -> None:
    results = go(faults=("belt.left:hang@150",))
    assert results["left"].ending.kind == "interlock"
    assert "belt" in results["left"].ending.detail
    assert not results["left"].off.confirmed
    assert results["right"].ending.kind == "completed"
    assert results["right"].off.confirmed


def test_a_supply_that_hangs_is_every_lanes_loss(go: Go) -> None:
    results = go(faults=("supply:hang@200",))
    assert [result.ending.kind for result in results.values()] == ["lost", "lost"]
    assert not any(result.off.confirmed for result in results.values())


def test_a_defect_of_one_belt_is_not_the_others(go: Go) -> None:
    """A unit 15 % weak takes 0.69 A where a sound one takes 0.81 A."""
    results = go(defects=("left/unit-b-weak",))
    left, right = (
        max(reading[1][3] for reading in readings(result, "supply")) for result in results.values()
    )
    assert left < 0.73
    assert right > 0.77


def test_a_defect_of_the_rig_in_one_lane_leaves_the_other_heating(
    go: Go, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(lane: Lane) -> Generator[None, None, str]:
        if lane.slot == "right":
            return (yield from run_steps(lane))
        lane.demand(next(lane.program.walk()).demands)
        for _ in range(100):
            yield
        raise ZeroDivisionError("a defect")

    watch = Watch()
    monkeypatch.setattr(lane_scan, "run_steps", broken)
    with pytest.raises(RigError, match="a defect"):
        go(watch)
    ends = {
        lane: [line["ended"] for line in read_run(folder).lines("outcome")]
        for lane, folder in watch.folders.items()
    }
    assert ends == {"left": ["error"], "right": ["completed"]}
    for folder in watch.folders.values():
        assert [line["confirmed"] for line in read_run(folder).lines("off")] == [True]


def test_adding_a_lane_changes_no_draw_of_the_other() -> None:
    """Noise and tolerances are keyed by seed, device, channel and index (rule 7)."""
    bench = load_bench(FILE)

    def volts(*slots: str) -> list[float]:
        chosen = [bench.slot(name) for name in slots]
        with SimulatedBench(bench, chosen, 1, VirtualClock()) as simulated:
            lane = simulated.lanes["left"]
            lane.world.advance(5.0)
            probes = [probe for (slot, _), probe in simulated.probes.items() if slot == "left"]
            return [probe.volts() for probe in probes for _ in range(3)] + [lane.world.skin_degc("a")]

    assert volts("left") == volts("left", "right")


def test_a_lane_whose_supply_nobody_saw_off_ends_the_others(go: Go, monkeypatch: pytest.MonkeyPatch) -> None:
    """What may still heat is handed on at once, not when the other lanes are done."""
    look = SupplyStation.look_off

    def blind(station: SupplyStation, slot: str) -> list[OffDetail]:
        seen = look(station, slot)
        blind_now = slot == "left" and station._clock.now() > 10.0  # the proof before power sees it off
        return [replace(detail, confirmed=False) for detail in seen] if blind_now else seen

    monkeypatch.setattr(SupplyStation, "look_off", blind)
    results = go(Watch(15.0, break_a_probe))
    assert (results["left"].ending.kind, results["left"].off.confirmed) == ("interlock", False)
    assert (results["right"].ending.kind, results["right"].off.confirmed) == ("lost", True)
    assert "left" in results["right"].ending.detail
    assert last_heat(results["right"]) < 25.0
