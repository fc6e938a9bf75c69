"""What is known before a run, against what the judge finds after it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rig import shipped
from rig.bench.description import BenchDescription
from rig.checks.beforehand import Known, least_timing, least_uncertainty
from rig.checks.budget import read_budget
from rig.checks.judge import judge
from rig.checks.table import METRICS
from rig.engine.run import RunResult
from rig.plan.loading import load_program
from rig.record.reader import read_run
from tests.runs import Run, verdicts

PLANS = ("heat-up", "steady-state", "session-timer", "host-watchdog")
PERIODS_S = {"belt": 0.1, "supply": 0.2}


@pytest.mark.parametrize("plan", PLANS)
def test_no_uncertainty_of_a_run_is_below_what_was_known_before(run: Run, plan: str) -> None:
    assert_known_before(run(shipped.plans()[plan]), plan)


def test_no_uncertainty_of_a_cut_off_run_is_below_what_was_known_before(sound_cutoff: RunResult) -> None:
    assert_known_before(sound_cutoff, "cutoff")


def assert_known_before(result: RunResult, plan: str) -> None:
    record = read_run(result.folder)
    known = Known(
        channel=read_budget(record.head["budget"]),
        probes={"a": 5, "b": 5},
        own_k=0.2,
        unit_ohms=7.4**2 / 6.0,
        volts=8.14 / 0.95,
    )
    declared = {line["name"]: line for line in record.lines("declare") if line["part"] == "check"}
    assert result.judgement is not None
    compared = 0
    for check in result.judgement.results:
        spec, limit = METRICS[check["metric"]], check["limit"]
        if limit is None or limit["sense"] != "at_most":
            continue
        params = {name: param.default for name, param in spec.params.items()}
        least = least_uncertainty(
            spec.name, known, params | declared[check["name"]]["params"], limit["value"]
        )
        periods_s = PERIODS_S | ({"belt": 5.0} if plan == "host-watchdog" else {})
        timed = least_timing(spec, periods_s)
        if timed is not None:
            least = 0.95 * timed / (600.0 if check["unit"] == "1" else 1.0)
        assert least is None or check["uncertainty"] >= least * (1.0 - 1e-9), check
        compared += least is not None
    assert compared >= 2


def test_a_spread_is_known_whole_and_within_its_guard_band_a_sound_belt_does_not_pass(run: Run) -> None:
    result = run(shipped.plans()["steady-state-medium"])
    assert_spread_known_whole(result)
    assert_within_guard_band(result)


def assert_spread_known_whole(result: RunResult) -> None:
    """Its uncertainty before the run is that which the judge finds."""
    assert result.judgement is not None
    (spread,) = [check for check in result.judgement.results if check["name"] == "spread"]
    known = Known(read_budget(read_run(result.folder).head["budget"]), {"a": 5, "b": 5}, 0.2, 9.13)
    assert least_uncertainty("spread", known, {}, 2.0) == pytest.approx(spread["uncertainty"])


def test_a_sound_belt_does_not_pass_what_is_said_to_be_beyond_the_sampling(
    run: Run, bench: BenchDescription
) -> None:
    program = load_program(shipped.plans()["host-watchdog"], bench)
    slow = replace(program, sampling=replace(program.sampling, supply_s=5.0))
    assert verdicts(run(slow))["watchdog_delay"] != "PASS"


def assert_within_guard_band(result: RunResult) -> None:
    """A sound belt does not pass what is said to be within the guard band."""
    lines = list(read_run(result.folder).lines())
    declares = [line for line in lines if line["k"] == "declare"]
    found = {}
    for limit in (0.6, 2.0):
        tight = [
            line | {"limit": line["limit"] | {"value": limit}} if line.get("metric") == "spread" else line
            for line in declares
        ]
        (check,) = [each for each in judge(lines, tight).results if each["name"] == "spread"]
        found[limit] = check["verdict"]
    assert found == {0.6: "INCONCLUSIVE", 2.0: "PASS"}
