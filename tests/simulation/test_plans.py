"""The plans that ship: the sound belt passes each, a defect fails at the check about it, budget A is too coarse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dut_drivers.simulated.defects import defects
from rig import shipped
from rig.bench.description import BenchDescription
from rig.bench.loading import load_bench
from rig.engine.exit_codes import exit_code_of_run
from rig.errors import ExitCode
from rig.plan.loading import load_program
from tests.runs import Run, lines_of, verdicts
from tests.simulation.defect_page import assert_not_stale, page_rows
from tests.simulation.defect_table import ABOUT, PLANS, SOUND, all_defects, plan_path
from tests.simulation.seeds import campaign_seeds

NEW = (
    "heat-up/heat-up",
    "heat-up/heat-up-low-voltage",
    "heat-up/heat-up-high-voltage",
    "steady-state/steady-state",
    "steady-state/steady-state-medium",
    "session/session-timer",
    "session/host-watchdog",
)
QUICK = ("session/session-timer", "session/host-watchdog")
"""Of which the fast suite runs the sound belt; the slow one does of each."""


def _about() -> Iterator[tuple[str, str]]:
    return ((defect, plan) for defect, plans in ABOUT.items() for plan in plans)


def test_every_defect_is_in_the_table() -> None:
    assert set(ABOUT) == set(defects())


@pytest.mark.parametrize("plan", QUICK)
def test_the_sound_belt_passes(run: Run, plan: str) -> None:
    result = run(plan_path(plan), seed=1)
    assert exit_code_of_run(result) is ExitCode.PASSED, (verdicts(result), result.judgement)


@pytest.mark.parametrize("plan", ["heat-up/heat-up", "steady-state/steady-state"])
def test_the_nominal_belt_has_the_numbers_of_the_reference(run: Run, plan: str) -> None:
    result = run(plan_path(plan), tolerances="nominal")
    assert result.judgement is not None
    value = {check["name"]: check["value"] for check in result.judgement.results}
    if plan == "heat-up/heat-up":
        # the centre takes 261.2 s and 344.7 s; the unit's mean, 1.25 % of the rise behind it, some seconds more
        assert value["time to 38"] == pytest.approx(261.2, abs=6.0)
        assert value["time to 39"] == pytest.approx(344.7, abs=8.0)
        assert value["overshoot_above"] == pytest.approx(39.91 - 39.5, abs=0.02)
        assert value["unit_difference"] == pytest.approx(0.0, abs=0.01)
    else:
        # 39.53 °C and 0.762 K at the centre, and the mean of the sites is 0.99 of its rise
        assert value["steady_mean"] == pytest.approx(39.53 - 0.01 * 5.8, abs=0.02)
        assert value["cyclic_variation"] == pytest.approx(0.762 * 0.99, abs=0.02)
        assert value["spread"] == pytest.approx(0.0125 * 5.78, abs=0.02)
    assert value["unit_power"] < 0.001


@pytest.mark.parametrize(
    ("defect", "plan"),
    [
        ("unit-b-weak", "heat-up/heat-up"),
        ("timer-runaway", "session/session-timer"),
        ("no-host-watchdog", "session/host-watchdog"),
    ],
)
def test_a_defect_fails_at_the_check_about_it(run: Run, defect: str, plan: str) -> None:
    result = run(plan_path(plan), seed=3, defects=(defect,))
    failed = {name for name, verdict in verdicts(result).items() if verdict == "FAIL"}
    assert failed >= set(ABOUT[defect][plan]), verdicts(result)
    assert exit_code_of_run(result) is ExitCode.FAILED
    assert result.off.confirmed


@pytest.mark.slow
def test_a_weak_unit_is_hidden_by_regulation_and_seen_on_the_ramp(run: Run) -> None:
    ramp = verdicts(run(plan_path("heat-up/heat-up"), seed=1, defects=("unit-b-weak",)))
    rest = verdicts(run(plan_path("steady-state/steady-state"), seed=1, defects=("unit-b-weak",)))
    assert (ramp["unit_difference"], rest["unit_difference"]) == ("FAIL", "PASS")


@pytest.fixture
def coarse() -> BenchDescription:
    return load_bench(shipped.bench("budget-a"))


def test_budget_a_is_the_stock_thermocouple_function(coarse: BenchDescription) -> None:
    assert (coarse.thermocouples.method, coarse.thermocouples.junction_channel) == ("function", None)
    # domain practice: u = 0.672 K, U = 1.34 K, which leaves 40.66 °C of 42 °C to be accepted
    standard = sum(part.standard_k**2 for part in coarse.thermocouples.budget) ** 0.5
    assert standard == pytest.approx(0.672, abs=0.001)
    assert load_program(plan_path("cutoff/cutoff"), coarse).sampling.thermocouples_s == 1.0


class TestBudgetA:
    @pytest.fixture
    def bench(self, coarse: BenchDescription) -> BenchDescription:
        return coarse

    def test_the_cut_off_plan_is_inconclusive_and_says_why(self, run: Run, cutoff: Path) -> None:
        result = run(cutoff, seed=1)
        assert result.judgement is not None
        assert exit_code_of_run(result) is ExitCode.INCONCLUSIVE
        found = {check["name"]: check for check in result.judgement.results}
        peak, agreement = found["peak_temperature"], found["sensor_agreement"]
        assert peak["uncertainty"] == pytest.approx(1.35, abs=0.02)
        assert (peak["verdict"], agreement["verdict"]) == ("INCONCLUSIVE", "INCONCLUSIVE")
        assert "within the guard band" in peak["reason"]
        assert "exceeds two thirds of the limit" in agreement["reason"]
        assert found["response_delay"]["verdict"] == "PASS"
        scans = [line["s"]["scanner"] for line in lines_of(result, "scan") if "scanner" in line["s"]]
        assert 30.0 < scans[0][1][0] < 36.0  # degrees and not volts, and no reference junction before them
        assert len(scans[0][1]) == 13

    @pytest.mark.slow
    @pytest.mark.parametrize("seed", range(100, 110))
    def test_it_never_passes_and_never_fails_a_sound_belt(self, run: Run, cutoff: Path, seed: int) -> None:
        result = run(cutoff, seed=seed)
        found = verdicts(result)
        assert "FAIL" not in found.values(), found
        assert found["sensor_agreement"] == "INCONCLUSIVE"
        assert exit_code_of_run(result) is ExitCode.INCONCLUSIVE


@pytest.mark.parametrize("seed", campaign_seeds())
@pytest.mark.parametrize("plan", NEW)
def test_the_sound_belt_passes_each_plan_whatever_the_tolerances(run: Run, plan: str, seed: int) -> None:
    result = run(plan_path(plan), seed=seed)
    assert exit_code_of_run(result) is ExitCode.PASSED, (verdicts(result), result.judgement)


@pytest.mark.slow
@pytest.mark.parametrize("plan", ["session/session-timer-20", "session/session-timer-30"])
@pytest.mark.parametrize("seed", range(100, 105))
def test_the_longer_sessions_pass_too_and_their_runaway_is_found(run: Run, plan: str, seed: int) -> None:
    assert exit_code_of_run(run(plan_path(plan), seed=seed)) is ExitCode.PASSED
    runaway = verdicts(run(plan_path(plan), seed=seed, defects=("timer-runaway",)))
    assert (runaway["session_length"], runaway["never late"]) == ("FAIL", "FAIL")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(200, 203))
@pytest.mark.parametrize(("defect", "plan"), [pair for pair in _about() if pair[1] in NEW])
def test_each_defect_is_caught_whatever_the_tolerances(run: Run, defect: str, plan: str, seed: int) -> None:
    found = verdicts(run(plan_path(plan), seed=seed, defects=(defect,)))
    assert {name for name, verdict in found.items() if verdict == "FAIL"} >= set(ABOUT[defect][plan]), found


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("plan", PLANS)
def test_the_page_of_defects_is_not_stale(plan: str, tmp_path: Path) -> None:
    assert_not_stale(plan, tmp_path)


def test_the_page_has_a_row_for_each_belt_and_plan() -> None:
    for plan in PLANS:
        assert len(page_rows(plan)) == len(all_defects())
    assert SOUND in all_defects()
