"""The plan that drives the belt into its cut-off again and again: a sound belt passes, and its defects fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig import shipped
from rig.engine.exit_codes import exit_code_of_run
from rig.errors import ExitCode
from tests.engine.interrupted import ends_of, leave, passes_made, resume, run_whole
from tests.runs import Run, verdicts
from tests.simulation.seeds import campaign_seeds, defect_seeds

PLAN = shipped.test_plans() / "endurance" / "cutoff-cycles.yaml"
CAUGHT_BY = {
    "threshold-42.0": {"response_delay"},
    "threshold-43.5": {"peak_temperature", "response_delay"},
    "cutoff-late": {"response_delay"},
    "auto-reset": {"stays_off"},
    "switch-welded": {"peak_temperature", "response_delay"},
    "switch-welded-second-cutout": {"response_delay"},
    "sensor-stuck": {"sensor_agreement", "response_delay"},
    "sensor-drifted": {"sensor_agreement", "response_delay"},
    "sensor-open": {"sensor_agreement"},
    "sensor-short": {"sensor_agreement"},
}


def test_each_cycle_is_judged(run: Run) -> None:
    result = run(PLAN)
    assert exit_code_of_run(result) is ExitCode.PASSED, result.judgement
    assert result.judgement is not None
    for check in result.judgement.results:
        passes = check["detail"]["passes"]
        assert (passes["n"], passes["valued"]) == (3, 3)
        assert passes["standard_deviation"] < 0.2


def test_a_cut_off_that_resets_itself_fails_at_the_check_about_it(run: Run) -> None:
    found = verdicts(run(PLAN, seed=3, defects=("auto-reset",)))
    assert {name for name, verdict in found.items() if verdict == "FAIL"} >= CAUGHT_BY["auto-reset"], found


def test_a_crash_while_it_is_hot_costs_one_cycle_and_no_verdict(tmp_path: Path) -> None:
    whole = run_whole(PLAN, tmp_path / "whole")
    at = next(
        at
        for at, line in ends_of(whole.folder)
        if line["k"] == "step" and line["step"] == "cycles / cool unit b" and line["pass"] == [2]
    )
    result = resume(leave(whole, tmp_path / "runs", at))
    assert exit_code_of_run(result) is ExitCode.PASSED, result.judgement
    assert passes_made(result.folder) == [1, 2, 3]
    assert result.judgement is not None
    assert whole.judgement is not None
    for now, then in zip(result.judgement.results, whole.judgement.results, strict=True):
        assert now["verdict"] == then["verdict"] == "PASS"
        assert now["value"] == pytest.approx(then["value"], abs=0.3)


@pytest.mark.parametrize("seed", campaign_seeds())
def test_the_sound_belt_passes(run: Run, seed: int) -> None:
    result = run(PLAN, seed=seed)
    assert exit_code_of_run(result) is ExitCode.PASSED, result.judgement


@pytest.mark.parametrize("defect", CAUGHT_BY)
@pytest.mark.parametrize("seed", defect_seeds(5))
def test_each_defect_is_caught_whatever_the_tolerances(run: Run, defect: str, seed: int) -> None:
    found = verdicts(run(PLAN, seed=seed, defects=(defect,)))
    assert {name for name, verdict in found.items() if verdict == "FAIL"} >= CAUGHT_BY[defect], found
