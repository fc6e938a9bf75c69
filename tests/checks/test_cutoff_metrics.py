"""Response delay, stays off and latch, on belts that are sound and on belts that are not."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.checks.conftest import RunBuilder

NewRun = Callable[..., "RunBuilder"]


def test_a_sound_belt_passes_each(run: NewRun) -> None:
    built = run()
    for name in ("response_delay", "stays_off", "latch"):
        assert built.result(name)["verdict"] == "PASS", built.result(name)["reason"]


def test_response_delay_is_the_time_by_which_the_firmware_was_late(run: NewRun) -> None:
    result = run(late_s=20.0).result("response_delay")
    assert result["verdict"] == "FAIL"
    assert result["value"] == pytest.approx(20.0, abs=0.15)
    assert result["uncertainty"] == pytest.approx(2 * sqrt((0.1**2 + 0.2**2) / 12 + (0.11**2 + 0.025**2) / 3))
    assert result["unit"] == "s"


def test_response_delay_within_its_limit_is_the_middle_to_middle_of_both_brackets(run: NewRun) -> None:
    result = run(late_s=0.6).result("response_delay")
    assert result["verdict"] == "PASS"
    asked, fell = result["detail"]["asked_s"], result["detail"]["fell_s"]
    assert result["value"] == pytest.approx((fell - 0.1) - (asked - 0.05))


def test_threshold_too_high_is_late_by_the_telemetry(run: NewRun) -> None:
    result = run(threshold_degc=42.0).result("response_delay")
    assert result["verdict"] == "FAIL"
    assert result["value"] == pytest.approx((42.0 - 40.4) / 0.05, abs=0.3)


def test_a_belt_that_never_acts_fails_with_a_lower_bound(run: NewRun) -> None:
    result = run(never=True).result("response_delay")
    assert result["verdict"] == "FAIL"
    assert "did not fall within" in result["reason"]


def test_a_welded_switch_reports_a_cut_off_and_fails(run: NewRun) -> None:
    built = run(welded=True)
    assert built.result("response_delay")["verdict"] == "FAIL"
    assert built.judge().verdict == "FAIL"
    assert built.judge().ended == "interlock"


def test_cut_by_the_rig_before_the_limit_had_passed_is_inconclusive(run: NewRun) -> None:
    cut = run(never=True, stop_at_s=223.3)
    result = cut.result("response_delay")
    assert result["verdict"] == "INCONCLUSIVE"
    assert "lower bound" in result["reason"]


def test_a_current_that_the_rig_cut_before_its_off_line_is_not_a_cut_off(run: NewRun) -> None:
    built = run(never=True, stop_at_s=230.0)
    built.edit("supply", [2, 3, 4, 5], 0.0, 229.0, 230.0)
    result = built.result("response_delay")
    assert result["verdict"] == "FAIL"
    assert "cut by the rig" in result["reason"]
    assert result["value"] == pytest.approx(228.8 - result["detail"]["asked_s"], abs=0.1)


def test_a_stuck_sensor_on_a_hot_skin_did_not_act(run: NewRun) -> None:
    result = run(never=True, sensor=lambda _: 38.0).result("response_delay")
    assert result["verdict"] == "FAIL"
    assert "did not act" in result["reason"]


def test_a_threshold_that_was_not_reached_is_not_exercised(run: NewRun) -> None:
    result = run(within_s=100.0).result("response_delay")
    assert result["verdict"] == "INCONCLUSIVE"
    assert result["reason"].startswith("not exercised")


def test_skin_a_little_above_the_threshold_is_still_not_exercised(run: NewRun) -> None:
    result = run(sensor=lambda x: min(x, 40.3), within_s=160.0, never=True).result("response_delay")
    assert result["verdict"] == "INCONCLUSIVE"
    assert result["detail"]["skin_peak_degc"] > 40.4


def test_a_belt_that_cuts_off_early_has_no_response_delay(run: NewRun) -> None:
    result = run(threshold_degc=39.0).result("response_delay")
    assert result["verdict"] == "INCONCLUSIVE"
    assert "before its own sensor reached the threshold" in result["reason"]


@pytest.mark.parametrize(
    ("fault", "verdict", "words"),
    [
        ("reboots_at_trip", "FAIL", "reboot"),
        ("supply_trips", "INVALID", "supply"),
        ("session_ends_at_trip", "INVALID", "session"),
    ],
)
def test_a_current_that_fell_for_another_reason_is_named_for_it(
    run: NewRun, fault: str, verdict: str, words: str
) -> None:
    built = run(**{fault: True})
    result = built.result("response_delay")
    assert result["verdict"] == verdict
    assert words in result["reason"]
    assert built.result("stays_off")["verdict"] == "INCONCLUSIVE"
    assert built.judge().verdict in {"FAIL", "INVALID"}


def test_a_cut_off_that_the_belt_does_not_report_is_no_pass(run: NewRun) -> None:
    built = run()
    built.edit("belt", [4], 0.0, 0.0, 1e9)
    built.lines[:] = [line for line in built.lines if line.get("what") != "belt.cutoff"]
    assert built.result("response_delay")["verdict"] == "INVALID"


def test_a_delay_whose_uncertainty_exceeds_a_third_of_its_limit_is_not_judged(
    run: NewRun, make_check: Callable[..., dict[str, Any]], make_limit: Callable[..., dict[str, Any]]
) -> None:
    built = run(checks=[make_check("response_delay", limit=make_limit(0.3, "time"))])
    result = built.result("response_delay")
    assert result["verdict"] == "INCONCLUSIVE"
    assert "exceeds a third" in result["reason"]


def test_telemetry_missing_before_the_trip_is_invalid(run: NewRun) -> None:
    asked = run().result("response_delay")["detail"]["asked_s"]
    result = run().drop("supply", asked - 3.0, asked - 1.0).result("response_delay")
    assert result["verdict"] == "INVALID"
    assert "no valid reading" in result["reason"]


def test_stays_off_counts_from_cool_with_demand_on_to_the_rearm(run: NewRun) -> None:
    built = run()
    result = built.result("stays_off")
    rearm = [d["t"] for d in built.lines if d["k"] == "demand" and d["output"] == "belt.rearm"][-1]
    assert result["value"] == pytest.approx(rearm - result["detail"]["counted_from_s"], abs=0.06)


def test_automatic_reset_fails_stays_off_and_latch(run: NewRun) -> None:
    built = run(auto_reset=True)
    assert built.result("stays_off")["verdict"] == "FAIL"
    latch = built.result("latch")
    assert latch["verdict"] == "FAIL"
    assert "by itself" in latch["reason"]


def test_heat_that_returns_while_cool_without_a_rearm_fails(run: NewRun) -> None:
    built = run()
    since = built.result("stays_off")["detail"]["counted_from_s"]
    result = built.edit("supply", [2], 0.9, since + 10.0, since + 12.0).result("stays_off")
    assert result["verdict"] == "FAIL"
    assert result["value"] == pytest.approx(10.0, abs=0.2)


def test_a_span_that_is_too_short_is_inconclusive(run: NewRun) -> None:
    result = run(stay_off_s=95.0).result("stays_off")
    assert result["verdict"] == "INCONCLUSIVE"
    assert "lower bound" in result["reason"]


def test_a_sensor_that_never_cooled_is_inconclusive(run: NewRun) -> None:
    assert run(stay_off_s=50.0).result("stays_off")["verdict"] == "INCONCLUSIVE"


def test_demand_taken_away_after_the_cut_off_shows_nothing(run: NewRun) -> None:
    built = run()
    fell = built.result("stays_off")["detail"]["fell_s"]
    off = {
        "k": "demand",
        "t": fell + 10.0,
        "output": "belt.level",
        "old": "high",
        "value": "off",
        "by": "step",
    }
    built.lines.insert(built.lines.index(built.first("step", step="stay off", state="start")), off)
    result = built.result("stays_off")
    assert result["verdict"] == "INCONCLUSIVE"
    assert "not demanded" in result["reason"]


def test_a_reboot_while_off_is_invalid(run: NewRun) -> None:
    built = run()
    since = built.result("stays_off")["detail"]["counted_from_s"]
    result = built.edit("belt", [0], 0.0, since + 5.0, since + 5.0).result("stays_off")
    assert result["verdict"] == "INVALID"
    assert "rebooted" in result["reason"]


def test_latch_without_a_latch_fails(run: NewRun) -> None:
    result = run(latches=False).result("latch")
    assert (result["verdict"], result["value"], result["margin"]) == ("FAIL", None, None)
    assert "without latching" in result["reason"]


@pytest.mark.parametrize(
    ("fault", "words"),
    [("rearms_hot", "accepted at"), ("heats_after", "did not return"), ("rearms", "was not accepted")],
)
def test_latch_fails_on_a_wrong_rearm(run: NewRun, fault: str, words: str) -> None:
    result = run(**{fault: fault == "rearms_hot"}).result("latch")
    assert result["verdict"] == "FAIL"
    assert words in result["reason"]


def test_latch_without_a_cool_rearm_is_inconclusive(run: NewRun) -> None:
    built = run()
    last = built.first("step", step="re-arm", state="start")
    del built.lines[built.lines.index(last) :]
    result = built.result("latch")
    assert result["verdict"] == "INCONCLUSIVE"
    assert "no re-arm was asked below" in result["reason"]


def test_latch_over_a_gap_in_the_telemetry_is_invalid(run: NewRun) -> None:
    built = run()
    fell = built.result("latch")["detail"]["fell_s"]
    assert built.drop("belt", fell + 20.0, fell + 22.0).result("latch")["verdict"] == "INVALID"


def test_no_current_before_the_cut_off_is_invalid_and_no_failure(run: NewRun) -> None:
    asked = run().result("response_delay")["detail"]["asked_s"]
    hidden = run().edit("supply", [2, 3], "nan", asked - 6.0, asked + 0.5)
    for name in ("response_delay", "stays_off", "latch"):
        assert hidden.result(name)["verdict"] == "INVALID"
        assert "no current was read" in hidden.result(name)["reason"]


def test_a_current_that_was_not_read_after_the_threshold_is_no_failure(run: NewRun) -> None:
    asked = run().result("response_delay")["detail"]["asked_s"]
    result = run().edit("supply", [2, 3], "nan", asked, 1e9).result("response_delay")
    assert result["verdict"] == "INVALID"
    assert result["value"] < 0.2


def test_a_skin_that_is_too_hot_for_a_sensor_that_was_not_read_is_no_failure(run: NewRun) -> None:
    result = run(never=True, sensor=lambda _: "nan").result("response_delay")
    assert result["verdict"] == "INVALID"
    assert "no valid reading" in result["reason"]


@pytest.mark.parametrize("readings", [(-0.3, -0.1), (-0.1, 0.1), (0.1, 0.3)])
def test_an_output_whose_state_is_unknown_around_the_fall_is_no_cut_off(
    run: NewRun, readings: tuple[float, float]
) -> None:
    built = run()
    fell = built.result("response_delay")["detail"]["fell_s"]
    built.edit("supply", [4], "nan", fell + readings[0], fell + readings[1])
    for name in ("response_delay", "stays_off", "latch"):
        assert built.result(name)["verdict"] == "INVALID"
    assert "cannot be told" in built.result("response_delay")["reason"]


def test_an_unknown_output_does_not_hide_a_late_cut_off(run: NewRun) -> None:
    late = run(late_s=20.0).edit("supply", [4, 5], "nan", 0.0, 1e9)
    assert late.result("response_delay")["verdict"] == "FAIL"


def test_an_output_that_goes_off_just_after_the_fall_is_the_supplys_doing(run: NewRun) -> None:
    built = run()
    fell = built.result("response_delay")["detail"]["fell_s"]
    result = built.edit("supply", [4, 5], 0.0, fell + 0.1, 1e9).result("response_delay")
    assert result["verdict"] == "INVALID"
    assert "by the supply" in result["reason"]


def test_an_output_that_went_off_shows_no_staying_off(run: NewRun) -> None:
    built = run()
    since = built.result("stays_off")["detail"]["counted_from_s"]
    result = built.edit("supply", [4, 5], 0.0, since - 10.0, 1e9).result("stays_off")
    assert result["verdict"] == "INCONCLUSIVE"


def test_a_rearm_at_an_old_reading_is_not_judged(run: NewRun) -> None:
    built = run()
    accepted = built.result("latch")["detail"]["accepted_s"]
    result = built.edit("belt", [7, 10], "nan", accepted - 1.0, accepted).result("latch")
    assert result["verdict"] == "INVALID"
    assert "were not read around" in result["reason"]


def test_latched_telemetry_that_was_not_read_is_no_missing_latch(run: NewRun) -> None:
    built = run()
    fell = built.result("latch")["detail"]["fell_s"]
    assert built.edit("belt", [4], "nan", fell - 3.0, fell + 3.0).result("latch")["verdict"] == "INVALID"


def test_a_heater_that_was_not_read_after_the_rearm_is_not_cold(run: NewRun) -> None:
    built = run()
    accepted = built.result("latch")["detail"]["accepted_s"]
    assert built.edit("supply", [2], "nan", accepted, 1e9).result("latch")["verdict"] == "INVALID"


def test_a_rearm_whose_event_was_lost_is_invalid(run: NewRun) -> None:
    built = run()
    event = built.first("event", what="belt.rearmed")
    row = built.lines.index(event)
    assert built.result("latch")["verdict"] == "PASS"
    built.lines[row] = {"k": "readback", "t": event["t"], "output": "belt.rearm", "value": True}
    result = built.result("latch")
    assert result["verdict"] == "INVALID"
    assert "no event of it" in result["reason"]
    assert built.result("stays_off")["verdict"] == "PASS"


def test_a_rearm_in_the_scan_of_the_fall_is_asked_while_hot(run: NewRun) -> None:
    built = run()
    asked = built.first("demand", output="belt.rearm")["t"]
    result = built.result("latch")
    assert asked <= result["detail"]["fell_s"]
    assert result["detail"]["refused_hot"] == 1
    built.lines.remove(built.first("event", what="belt.rearm_refused"))
    unseen = built.result("latch")
    assert unseen["verdict"] == "INCONCLUSIVE"
    assert "was not seen to be refused" in unseen["reason"]
