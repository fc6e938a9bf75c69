"""Two lanes: one in its teardown while the other heats; what befalls it there is no business of the other."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from rig.bench.loading import load_bench
from rig.bench.messages import OffDetail
from rig.bench.supply_station import SupplyStation
from rig.clock import VirtualClock
from rig.engine import teardown
from rig.engine.head import RunRequest
from rig.engine.lane import Lane
from rig.engine.run import RunResult, execute
from rig.engine.steps import run_teardown
from rig.errors import RigError
from rig.plan.loading import load_program
from rig.record.reader import read_run
from rig.safety.stop import StopBox
from rig.simulation.bench import SimulatedBench
from tests.engine.scripted import HEAD, ON, Script, lines

FILE = Path(__file__).with_name("two-belts.yaml")
BODY = f"steps:\n  - {{name: heat, {ON}, hold: %s}}\nteardown:\n  - {{name: after, hold: %s}}\n"


@dataclass
class Both(Script):
    """Keeps the folder of each lane; its actions happen at scans of the left one."""

    folders: dict[str, Path] = field(default_factory=dict)

    def began(self, lane: str, folder: Path) -> None:
        self.folders[lane] = folder

    def scanned(self, lane: Lane) -> None:
        if lane.slot == "left":
            super().scanned(lane)


def run_both(
    folder: Path, left: tuple[str, str], right: tuple[str, str], script: Script, stop: StopBox | None = None
) -> dict[str, RunResult]:
    bench = load_bench(FILE)
    programs = []
    for slot, times in (("left", left), ("right", right)):
        file = folder / f"{slot}.yaml"
        file.write_text(HEAD + BODY % times, encoding="utf-8")
        programs.append(load_program(file, bench, slot=slot))
    with SimulatedBench(bench, bench.slots, 1, VirtualClock()) as simulated:
        script.simulated = simulated
        results = execute(
            RunRequest(programs, bench, folder / "runs", 1), simulated.ports, stop or StopBox(), script
        )
    return {result.lane: result for result in results}


def spans(result: RunResult) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for line in lines(result, "step"):
        found.setdefault(line["step"], []).append(line["t"])
    return found


def test_one_lane_is_torn_down_while_the_other_heats(tmp_path: Path) -> None:
    results = run_both(tmp_path, ("5 s", "10 s"), ("40 s", "2 s"), Both())
    left, right = spans(results["left"]), spans(results["right"])
    assert right["heat"][0] < left["after"][0] < left["after"][1] < right["heat"][1]
    assert [result.ending.kind for result in results.values()] == ["completed", "completed"]
    heated = [line["s"]["supply"] for line in lines(results["right"], "scan") if "supply" in line["s"]]
    assert max(t for t, values, *_ in heated if min(values[2:4]) > 0.5) > left["after"][1] + 20.0
    assert all(result.off.confirmed for result in results.values())


def test_a_stop_ends_the_one_teardown_and_begins_the_other(tmp_path: Path) -> None:
    stop = StopBox()
    script = Both(at={15.0: lambda _: stop.stop("somebody")})
    results = run_both(tmp_path, ("5 s", "60 s"), ("40 s", "2 s"), script, stop)
    assert [result.ending.kind for result in results.values()] == ["stop", "stop"]
    assert len(spans(results["left"])["after"]) == 1, "it was begun and cut short"
    assert len(spans(results["right"])["after"]) == 2, "it was done, after the stop"


def blind_to(monkeypatch: pytest.MonkeyPatch, lane: str) -> None:
    """From the first steps on nobody sees the outputs of that lane off."""
    look = SupplyStation.look_off

    def blind(station: SupplyStation, slot: str) -> list[OffDetail]:
        seen = look(station, slot)
        is_blind = slot == lane and station._clock.now() > 4.0  # the proof before power sees it off
        return [replace(detail, confirmed=False) for detail in seen] if is_blind else seen

    monkeypatch.setattr(SupplyStation, "look_off", blind)


def test_an_output_that_nobody_saw_off_waits_for_no_teardown_of_another_lane(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blind_to(monkeypatch, "right")
    results = run_both(tmp_path, ("5 s", "10 min"), ("20 s", "2 s"), Both())
    left, right = results["left"], results["right"]
    assert not right.off.confirmed
    assert (left.ending.kind, left.off.confirmed) == ("lost", True)
    assert "right" in left.ending.detail
    assert len(spans(left)["after"]) == 1, "it was begun and cut short"
    assert left.duration_s < right.duration_s + 1.0, "what may still heat is handed over at once"


def test_an_output_that_nobody_saw_off_lets_no_teardown_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blind_to(monkeypatch, "left")
    results = run_both(tmp_path, ("5 s", "2 s"), ("40 s", "10 min"), Both())
    assert not results["left"].off.confirmed
    assert (results["right"].ending.kind, results["right"].off.confirmed) == ("lost", True)
    assert "after" not in spans(results["right"])


def test_a_defect_in_one_teardown_leaves_the_other_lane_heating(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(lane: Lane) -> Generator[None, None, str]:
        if lane.slot == "right":
            return (yield from run_teardown(lane))
        yield
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(teardown, "run_teardown", broken)
    script = Both()
    with pytest.raises(RigError, match="a defect"):
        run_both(tmp_path, ("5 s", "10 s"), ("40 s", "2 s"), script)
    ended = {
        slot: [line["ended"] for line in read_run(folder).lines("outcome")]
        for slot, folder in script.folders.items()
    }
    assert ended == {"left": ["error"], "right": ["completed"]}
