"""Conditions of a run: kept, left, and not to be told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.checks.conftest import RunBuilder

NewRun = Callable[..., "RunBuilder"]
AMBIENT, PHANTOM = 7, 8


def _condition(built: RunBuilder, kind: str) -> dict[str, Any]:
    return next(c for c in built.judge().conditions if c["kind"] == kind)


def test_conditions_that_were_kept(run: NewRun) -> None:
    judgement = run().judge()
    assert [c["kind"] for c in judgement.conditions] == [
        "ambient",
        "phantom",
        "start",
        "supply",
        "calibration",
        "heating",
    ]
    assert all(c["name"] == c["kind"] for c in judgement.conditions)
    assert {c["verdict"] for c in judgement.conditions} == {"PASS"}
    assert judgement.verdict == "PASS"


@pytest.mark.parametrize(
    ("kind", "column", "value"),
    [("ambient", AMBIENT, 25.2), ("ambient", AMBIENT, 20.9), ("phantom", PHANTOM, 36.4)],
)
def test_a_left_condition_makes_every_pass_invalid(run: NewRun, kind: str, column: int, value: float) -> None:
    built = run().edit("scanner", [column], value, 150.0, 155.0)
    judgement = built.judge()
    left = _condition(built, kind)
    assert (left["verdict"], left["value"]) == ("INVALID", pytest.approx(value))
    assert f"{kind} left" in left["reason"]
    judged = [r for r in judgement.results if r["rule"] != "report"]
    assert {r["verdict"] for r in judged} == {"INVALID"}
    assert all(r["reason"].startswith("PASS withheld") for r in judged)
    assert judgement.verdict == "INVALID"


def test_a_fail_stays_a_fail_in_a_left_condition(run: NewRun) -> None:
    judgement = run(site_offset_k=3.0).edit("scanner", [AMBIENT], 30.0, 150.0, 155.0).judge()
    assert judgement.results[0]["verdict"] == "FAIL"
    assert judgement.verdict == "FAIL"


def test_two_readings_outside_are_noise(run: NewRun) -> None:
    assert _condition(run().edit("scanner", [AMBIENT], 26.0, 150.0, 151.9), "ambient")["verdict"] == "PASS"


def test_a_condition_that_was_not_read_is_not_kept(run: NewRun) -> None:
    assert (
        _condition(run().edit("scanner", [AMBIENT], "nan", 100.0, 110.0), "ambient")["verdict"] == "INVALID"
    )
    assert _condition(run().edit("scanner", [AMBIENT], "nan", 0.0, 1e9), "ambient")["verdict"] == "INVALID"


def test_a_drifting_start_is_not_stable(run: NewRun) -> None:
    built = run()
    for line in built.lines:
        reading = line.get("s", {}).get("scanner")
        if reading is not None and reading[0] <= 60.0:
            reading[1][1:7] = [v + 0.005 * reading[0] for v in reading[1][1:7]]
    start = _condition(built, "start")
    assert start["verdict"] == "INVALID"
    assert start["value"] == pytest.approx(0.005, abs=2e-4)
    assert "0.298 K/min" in start["reason"]


def test_a_start_without_readings_is_invalid(run: NewRun) -> None:
    assert _condition(run().drop("scanner", 0.0, 60.0), "start")["verdict"] == "INVALID"


@pytest.mark.parametrize(("factor", "verdict"), [(0.995, "PASS"), (0.985, "INVALID"), (1.015, "INVALID")])
def test_supply_voltage_while_on_and_settled(run: NewRun, factor: float, verdict: str) -> None:
    built = run().edit("supply", [0], lambda v: v * factor, 100.0, 105.0)
    assert _condition(built, "supply")["verdict"] == verdict


def test_supply_voltage_while_settling_or_off_is_not_judged(run: NewRun) -> None:
    built = run().edit("supply", [0, 1], 5.0, 0.0, 60.9)
    assert _condition(built, "supply")["verdict"] == "PASS"


def test_the_rigs_switching_off_before_its_off_line_leaves_no_condition(run: NewRun) -> None:
    built = run()
    end = built.first("off")["t"]
    built.edit("supply", [0, 1, 2, 3], 0.0, end - 2.0, end)
    assert _condition(built, "supply")["verdict"] == "INVALID"
    built.edit("supply", [4, 5], 0.0, end - 2.0, end)
    assert _condition(built, "supply")["verdict"] == "PASS"
    assert built.judge().verdict == "PASS"


def test_calibration_overdue_on_the_day_of_the_run(
    run: NewRun, make_head: Callable[..., dict[str, Any]]
) -> None:
    overdue = run(head=make_head("2026-11-20"))
    calibration = _condition(overdue, "calibration")
    assert calibration["verdict"] == "INVALID"
    assert "supply was due on 2026-11-20" in calibration["reason"]
    assert overdue.judge().verdict == "INVALID"
    assert run(head=make_head("2026-11-21")).judge().verdict == "PASS"
    assert run(head=make_head("soon")).judge().verdict == "INVALID"


def test_calibration_missing(run: NewRun, make_head: Callable[..., dict[str, Any]]) -> None:
    head = make_head()
    head["instruments"][1]["calibration"] = None
    assert "scanner has no calibration" in _condition(run(head=head), "calibration")["reason"]


@pytest.mark.parametrize("role", ["supply", "scanner"])
def test_a_record_that_names_no_supply_or_scanner_has_no_calibration(
    run: NewRun, make_head: Callable[..., dict[str, Any]], role: str
) -> None:
    head = make_head()
    head["instruments"] = [i for i in head["instruments"] if i["role"] != role]
    built = run(head=head)
    assert f"names no {role}" in _condition(built, "calibration")["reason"]
    assert built.judge().verdict == "INVALID"


def test_a_heater_that_takes_no_current_withholds_each_pass(run: NewRun) -> None:
    dead = run().edit("supply", [3], 0.001, 0.0, 1e9)
    heating = _condition(dead, "heating")
    assert (heating["verdict"], heating["value"], heating["unit"]) == ("INVALID", 0.001, "A")
    assert "heater b took no current above 0.0811 A" in heating["reason"]
    assert dead.result("peak_temperature")["verdict"] == "INVALID"
    for name in ("response_delay", "stays_off", "latch"):
        result = dead.result(name)
        assert result["verdict"] == "INCONCLUSIVE", result
        assert "not exercised: heater b took no current" in result["reason"]


def test_a_heater_that_was_seen_to_heat_once_does_heat(run: NewRun) -> None:
    once = run().edit("supply", [3], 0.001, 70.0, 1e9)
    assert _condition(once, "heating")["verdict"] == "PASS"
    assert once.result("response_delay")["verdict"] == "INCONCLUSIVE"


def test_a_heater_whose_current_was_not_read_may_not_have_heated(run: NewRun) -> None:
    unread = run().edit("supply", [3], "nan", 0.0, 1e9)
    assert "b was not read" in _condition(unread, "heating")["reason"]
    assert unread.result("latch")["verdict"] == "INVALID"


def test_a_heater_that_was_not_demanded_need_not_heat(run: NewRun) -> None:
    built = run().edit("supply", [3], 0.001, 0.0, 1e9)
    built.lines.remove(built.first("demand", output="supply.b.output"))
    assert _condition(built, "heating")["verdict"] == "PASS"
    assert built.result("response_delay")["verdict"] == "PASS"


def test_a_run_without_heat_has_no_heating_to_judge(run: NewRun) -> None:
    assert "heating" not in {c["kind"] for c in run(stop_at_s=30.0).judge().conditions}


def test_a_profile_without_rated_values_cannot_tell_a_plausible_current(
    run: NewRun, make_head: Callable[..., dict[str, Any]]
) -> None:
    head = make_head()
    head["profile"] = {k: v for k, v in head["profile"].items() if k != "unit_watts"}
    assert "no number unit_watts" in _condition(run(head=head), "heating")["reason"]


def test_a_condition_that_this_software_does_not_know_is_invalid(
    run: NewRun, make_condition: Callable[..., dict[str, Any]]
) -> None:
    built = run(conditions=[make_condition("humidity", 50.0, 5.0)])
    assert _condition(built, "humidity")["verdict"] == "INVALID"
    assert built.judge().verdict == "INVALID"
