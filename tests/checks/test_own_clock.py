"""The device's own clock as a witness: its rate is found, its starts are told apart, and it never judges."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from rig.checks.judge import judge
from tests.checks.declared import copied

if TYPE_CHECKING:
    from tests.checks.conftest import RunBuilder

NewRun = Callable[..., "RunBuilder"]

BOOTED_S = 12.3


def told(lines: list[dict[str, Any]], *, rate: float = 1.0, later_s: float = 0.0) -> list[dict[str, Any]]:
    """The run of a belt whose clock started at 12.3 s before it and counts so fast; its events are stamped."""
    changed = copied(lines)
    for line in changed:
        if line["k"] == "scan" and "belt" in line["s"]:
            reading = line["s"]["belt"]
            reading[1][0] = round((reading[0] + BOOTED_S) * rate, 3)
        if line["k"] == "event" and line["source"] == "belt":
            line["data"]["uptime_s"] = round((line["t"] + later_s + BOOTED_S) * rate, 3)
    return changed


def delay(lines: list[dict[str, Any]]) -> dict[str, Any]:
    return next(r for r in judge(lines).results if r["name"] == "response_delay")


def cut_off_s(built: RunBuilder) -> float:
    found: float = built.first("event", what="belt.cutoff")["t"]
    return found


@pytest.mark.parametrize("rate", [0.999, 1.0, 1.001])
def test_a_clock_that_runs_fast_is_found_and_its_event_keeps_its_instant(run: NewRun, rate: float) -> None:
    built = run(late_s=0.3)
    detail = delay(told(built.lines, rate=rate))["detail"]
    assert abs(detail["own_rate"] - 1.0 / rate) <= detail["own_rate_expanded"]
    assert detail["own_rate_expanded"] < 0.001
    assert abs(detail["own_s"] - cut_off_s(built)) <= detail["own_expanded_s"]


def test_a_tenth_of_a_percent_is_told_from_a_clock_that_is_right(run: NewRun) -> None:
    detail = delay(told(run(late_s=0.3, stay_off_s=600.0).lines, rate=1.001))["detail"]
    assert 1.0 - detail["own_rate"] > detail["own_rate_expanded"]


@pytest.mark.parametrize("later_s", [-5.0, -0.5, 0.0, 0.1])
def test_what_the_device_says_of_its_cut_off_changes_no_delay(run: NewRun, later_s: float) -> None:
    built = run(late_s=0.6)
    silent, spoken = delay(built.lines), delay(told(built.lines, later_s=later_s))
    for key in ("value", "uncertainty", "verdict", "margin"):
        assert spoken[key] == silent[key]


def test_a_cut_off_that_the_device_stamps_after_its_effect_passes_nothing(run: NewRun) -> None:
    found = delay(told(run(late_s=0.3).lines, later_s=1.5))
    assert found["verdict"] == "INVALID"
    assert "by the device's own clock belt.cutoff was at" in found["reason"]


def test_a_delay_that_fails_is_not_saved_by_what_the_device_says(run: NewRun) -> None:
    assert delay(told(run(late_s=20.0).lines, later_s=1.5))["verdict"] == "FAIL"


def test_a_start_of_the_device_begins_a_clock_of_its_own(run: NewRun) -> None:
    """The belt restarted 40 s into the run: polls before it say nothing of the event after it."""
    built = run(late_s=0.3)
    lines = told(built.lines)
    for line in lines:
        if line["k"] == "scan" and "belt" in line["s"] and line["s"]["belt"][0] < 40.0:
            line["s"]["belt"][1][0] += 9000.0
    detail = delay(lines)["detail"]
    assert abs(detail["own_s"] - cut_off_s(built)) <= detail["own_expanded_s"]


def test_polls_with_long_exchanges_say_nothing_of_the_clock(run: NewRun) -> None:
    """Every tenth answer was 50 ms longer on its way, more and more of them towards the end."""
    built = run(late_s=0.3)
    lines = told(built.lines)
    clean = delay(lines)["detail"]
    scans = [line for line in lines if line["k"] == "scan" and "belt" in line["s"]]
    for line in scans[len(scans) // 2 :: 10]:
        line["s"]["belt"][1][0] -= 0.05
    assert delay(lines)["detail"]["own_rate"] != pytest.approx(clean["own_rate"], abs=1e-9)
    for line in scans[len(scans) // 2 :: 10]:
        line["w"] = {"belt": 0.06}
    assert delay(lines)["detail"]["own_rate"] == pytest.approx(clean["own_rate"], abs=1e-9)


def test_a_device_whose_events_have_no_stamp_is_no_witness(run: NewRun) -> None:
    assert "own_s" not in delay(run(late_s=0.3).lines)["detail"]
