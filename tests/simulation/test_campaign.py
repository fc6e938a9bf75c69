"""The sound belt passes with tolerances drawn; each defect that touches the plan fails at the check about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig.engine.exit_codes import exit_code_of_run
from rig.errors import ExitCode
from tests.runs import Run, verdicts
from tests.simulation.seeds import campaign_seeds, defect_seeds, of_which

CAUGHT_BY = {
    "threshold-42.0": {"response_delay"},
    "threshold-43.5": {"peak_temperature", "response_delay"},
    "cutoff-late": {"response_delay"},
    "auto-reset": {"stays_off", "latch"},
    "switch-welded": {"peak_temperature", "response_delay"},
    "switch-welded-second-cutout": {"response_delay"},
    "sensor-stuck": {"sensor_agreement", "response_delay"},
    "sensor-drifted": {"sensor_agreement", "response_delay"},
    "sensor-open": {"sensor_agreement"},
    "sensor-short": {"sensor_agreement"},
}


@pytest.mark.parametrize(
    "defect",
    of_which(CAUGHT_BY, "threshold-43.5", "auto-reset", "switch-welded"),
)
def test_each_defect_fails_at_the_check_about_it(run: Run, cutoff: Path, defect: str) -> None:
    result = run(cutoff, seed=3, defects=(defect,))
    found = verdicts(result)
    assert {name for name, verdict in found.items() if verdict == "FAIL"} >= CAUGHT_BY[defect], found
    assert result.off.confirmed
    welded = defect == "switch-welded"
    assert exit_code_of_run(result) is (ExitCode.STOPPED if welded else ExitCode.FAILED)
    assert result.ending.kind == "interlock" if welded else result.ending.kind in ("completed", "timeout")


def test_a_late_cut_off_is_seen_in_the_delay_and_not_in_the_peak(run: Run, cutoff: Path) -> None:
    found = verdicts(run(cutoff, defects=("cutoff-late",)))
    assert (found["response_delay"], found["peak_temperature"]) == ("FAIL", "PASS")


def test_a_cut_off_that_was_not_reached_is_neither_pass_nor_fail(
    run: Run, cutoff: Path, tmp_path: Path
) -> None:
    weak = tmp_path / "cutoff" / "weak.yaml"
    weak.parent.mkdir()
    (tmp_path / "limits").symlink_to(cutoff.parents[1] / "limits")
    (tmp_path / "requirements").symlink_to(cutoff.parents[1] / "requirements")
    text = cutoff.read_text(encoding="utf-8")
    weak.write_text(text.replace("1.1 × rated", "0.6 × rated"), encoding="utf-8")
    result = run(weak)
    found = verdicts(result)
    judged = {name: verdict for name, verdict in found.items() if verdict != "REPORTED"}
    assert set(judged.values()) == {"INCONCLUSIVE"}, found
    assert exit_code_of_run(result) is ExitCode.INCONCLUSIVE


@pytest.mark.parametrize("seed", campaign_seeds())
def test_the_sound_belt_passes(run: Run, cutoff: Path, seed: int) -> None:
    result = run(cutoff, seed=seed)
    found = verdicts(result)
    assert exit_code_of_run(result) is ExitCode.PASSED, (found, result.judgement)


@pytest.mark.parametrize("defect", CAUGHT_BY)
@pytest.mark.parametrize("seed", defect_seeds(10))
def test_each_defect_is_caught_whatever_the_tolerances(
    run: Run, cutoff: Path, defect: str, seed: int
) -> None:
    found = verdicts(run(cutoff, seed=seed, defects=(defect,)))
    assert {name for name, verdict in found.items() if verdict == "FAIL"} >= CAUGHT_BY[defect], found
