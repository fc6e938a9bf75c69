"""Four belts on one HMP4040 and one scanner: the bench that ships, in one loop, one run file a lane."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rig import shipped
from rig.bench.loading import load_bench
from rig.bench.settings import apply_settings
from rig.clock import VirtualClock
from rig.engine.head import RunRequest
from rig.engine.run import RunResult, execute
from rig.errors import InputError
from rig.plan.loading import load_program
from rig.record.reader import read_run
from rig.safety.stop import StopBox
from rig.simulation.bench import SimulatedBench
from tests.runs import verdicts

SLOTS = ("one", "two", "three", "four")
Four = Callable[..., dict[str, RunResult]]


@pytest.fixture
def four(tmp_path: Path) -> Four:
    """Runs a plan that ships on all slots; results by slot."""

    def start(plan: str, defects: str = "", seed: int = 1) -> dict[str, RunResult]:
        bench = load_bench(shipped.test_plans() / "benches" / "four-belts.yaml")
        bench = apply_settings(bench, {"simulation.defects": defects})
        file = shipped.find_plan_file(plan)
        assert file is not None
        programs = [load_program(file, bench, slot=slot.name) for slot in bench.slots]
        with SimulatedBench(bench, bench.slots, seed, VirtualClock()) as simulated:
            request = RunRequest(programs, bench, tmp_path / "runs", seed)
            results = execute(request, simulated.ports, StopBox())
        return {result.lane: result for result in results}

    return start


@pytest.mark.slow
def test_four_sound_belts_pass_the_cutoff_plan_side_by_side(four: Four) -> None:
    results = four("cutoff")
    assert tuple(results) == SLOTS
    for result in results.values():
        assert str(result.judgement and result.judgement.verdict) == "PASS", verdicts(result)
        assert read_run(result.folder).integrity.sealed
    assert len({result.folder for result in results.values()}) == len(SLOTS)


@pytest.mark.slow
def test_a_welded_switch_stops_its_own_lane_and_leaves_three_heating(four: Four) -> None:
    """Welded, the first belt passes 45 °C; the other three go through their cut-offs to the end."""
    results = four("cutoff", "two/switch-welded-second-cutout,two/switch-welded")
    welded = results.pop("two")
    assert welded.ending.kind == "interlock"
    assert "skin" in welded.ending.detail
    assert verdicts(welded)["peak_temperature"] == "FAIL"
    assert welded.off.confirmed
    for result in results.values():
        assert str(result.judgement and result.judgement.verdict) == "PASS", verdicts(result)


def test_an_unknown_defect_of_a_slot_is_named_with_what_is_near() -> None:
    bench = load_bench(shipped.test_plans() / "benches" / "four-belts.yaml")
    with pytest.raises(InputError, match="two/switch-welded"):
        apply_settings(bench, {"simulation.defects": "two/switch-weldet"})
