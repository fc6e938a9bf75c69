"""Time to temperature, rise time, ramp, overshoot, unit difference and power on a straight ramp with known answers."""

from __future__ import annotations

from math import sqrt
from typing import Any

import pytest

from tests.checks.regulated import ON_S, Regulated, Unit, asks, judged

COMMON = 0.0834**2 + 0.1443**2
OWN = 0.05**2 + 0.0577**2 + 0.1155**2 + 0.003**2
NOISE = 0.03**2
OPEN = "+9.90000000E+37"
TIME_TO_38 = asks("time_to", 300.0, "time", temperature=38.0)
RAMP = asks("ramp", 2.0 / 60.0, "temperature_rate")
APART = asks("unit_difference", 0.7, "temperature_difference", during="ramp")
POWER = asks("unit_power", 0.1, "ratio")


def test_time_to_a_temperature_is_rise_over_rate_of_the_slowest_unit() -> None:
    result = judged(Regulated(b=Unit(rate=0.019)), TIME_TO_38)
    assert result["value"] == pytest.approx(5.0 / 0.019, abs=0.3)
    assert (result["verdict"], result["unit"]) == ("PASS", "s")
    assert "unit b" in result["reason"]
    assert result["detail"]["reached_s"]["unit a"] == pytest.approx(ON_S + 250.0, abs=0.3)


def test_the_time_is_as_uncertain_as_the_temperature_over_the_slope_and_the_switching_on() -> None:
    result = judged(Regulated(), TIME_TO_38)
    u_t = sqrt(COMMON + (OWN + NOISE) / 3.0) / 0.02
    bracket = 0.25 / sqrt(3.0)
    assert result["uncertainty"] == pytest.approx(2.0 * sqrt(u_t**2 + bracket**2), rel=1e-3)


def test_two_readings_above_the_temperature_are_not_there_yet() -> None:
    run = Regulated().build(TIME_TO_38)
    for column in (4, 5, 6):
        run.edit("scanner", column, 38.5, (200.0, 201.0))
    assert run.result("time_to")["value"] == pytest.approx(250.0, abs=0.3)
    for column in (4, 5, 6):
        run.edit("scanner", column, 38.5, (200.0, 202.0))
    assert run.result("time_to")["detail"]["reached_s"]["unit b"] < 200.5


def test_a_temperature_that_is_not_reached_fails_once_that_is_sure_and_else_shows_nothing() -> None:
    cold = Unit(top=37.0)
    result = judged(Regulated(b=cold), TIME_TO_38)
    assert (result["verdict"], result["value"]) == ("FAIL", pytest.approx(1380.0, abs=1.0))
    assert "surely stood below 38 degC" in result["reason"]
    short = judged(Regulated(b=cold, end_s=400.0), TIME_TO_38)
    assert (short["verdict"], short["value"]) == ("INCONCLUSIVE", pytest.approx(280.0, abs=1.0))


def test_a_unit_just_below_the_temperature_may_have_been_there() -> None:
    # within the uncertainty of 38 °C from 37.63 °C on, which is long before the limit
    assert judged(Regulated(b=Unit(top=37.9)), TIME_TO_38)["verdict"] == "INCONCLUSIVE"


def test_a_belt_that_was_warm_before_is_not_exercised() -> None:
    result = judged(Regulated(), asks("time_to", 300.0, "time", temperature=32.0))
    assert result["verdict"] == "INCONCLUSIVE"
    assert "before it was heated" in result["reason"]


def test_time_to_of_one_signal() -> None:
    result = judged(Regulated(), asks("time_to", 300.0, "time", temperature=38.0, of="skin.a1"))
    assert result["value"] == pytest.approx(245.0, abs=0.3)  # its site is 0.1 K warmer than the mean
    assert judged(Regulated(), asks("time_to", 300.0, "time", temperature=38.0, of="supply.a.current"))[
        "verdict"
    ] == ("INVALID")


def test_rise_time_is_eight_tenths_of_the_rise_over_the_rate() -> None:
    result = judged(Regulated(), asks("rise_time", 400.0, "time"))
    top = 39.8 - 0.4  # mean of the cycles
    assert result["value"] == pytest.approx(0.8 * (top - 33.0) / 0.02, abs=0.5)
    low, high = ((OWN * (s * 6.4 / 19.0) ** 2 + NOISE) / 3.0 for s in (0.1, 0.9))
    assert result["uncertainty"] == pytest.approx(2.0 * sqrt(low + high) / 0.02, rel=0.02)
    assert result["verdict"] == "PASS"


def test_rise_time_needs_a_steady_state_and_a_baseline() -> None:
    assert judged(Regulated(end_s=700.0), asks("rise_time", 400.0, "time"))["verdict"] == "INCONCLUSIVE"
    run = Regulated().build(asks("rise_time", 400.0, "time")).drop("scanner", (0.0, 100.0))
    assert run.result("rise_time")["verdict"] == "INVALID"


def test_ramp_is_the_slope_of_the_steeper_unit() -> None:
    result = judged(Regulated(b=Unit(rate=0.025)), RAMP)
    assert result["value"] == pytest.approx(0.025, rel=0.01)
    assert (result["verdict"], result["unit"]) == ("PASS", "K/s")
    share = 0.025 * 60.0 / 19.0
    own = sqrt((OWN * share**2 + NOISE) / 3.0) / 60.0
    assert result["uncertainty"] >= 2.0 * own
    assert judged(Regulated(a=Unit(rate=0.036)), RAMP)["verdict"] == "FAIL"


def test_overshoot_is_the_hottest_site_above_the_level() -> None:
    declared = asks("overshoot_above", 1.8, "temperature_difference", level=39.5, of="skin.hottest")
    result = judged(Regulated(), declared)
    assert result["value"] == pytest.approx(39.8 + 0.1 - 39.5, abs=0.03)
    assert result["uncertainty"] >= 2.0 * sqrt(COMMON + OWN + NOISE)
    assert result["verdict"] == "PASS"


def test_overshoot_of_the_own_sensor_is_in_its_own_scale() -> None:
    declared = asks("overshoot_above", 0.65, "temperature_difference", level=39.5, of="belt.a.sensor")
    result = judged(Regulated(), declared)
    assert result["value"] == pytest.approx(0.3, abs=0.01)
    assert (result["uncertainty"] < 0.05, result["verdict"]) == (True, "PASS")
    assert judged(Regulated(a=Unit(top=40.4)), declared)["verdict"] == "FAIL"


def test_an_overshoot_above_a_level_that_was_not_reached_is_not_exercised() -> None:
    declared = asks("overshoot_above", 0.65, "temperature_difference", level=40.5, of="belt.a.sensor")
    assert judged(Regulated(), declared)["verdict"] == "INCONCLUSIVE"


def test_unit_difference_on_the_ramp_grows_until_the_first_switches_off() -> None:
    result = judged(Regulated(b=Unit(rate=0.019, sites=(0.4, 0.4, 0.4))), APART)
    # 6.8 K of unit a less 6.46 K of unit b; what stood before heat does not count
    assert result["value"] == pytest.approx(0.34, abs=0.03)
    assert result["verdict"] == "PASS"
    own = (OWN * (6.8 / 19.0) ** 2 + NOISE) / 3.0 * 2.0
    assert 2.0 * sqrt(own) <= result["uncertainty"] <= 3.0 * sqrt(own)
    assert judged(Regulated(b=Unit(rate=0.017)), APART)["verdict"] == "FAIL"


@pytest.mark.parametrize(
    ("ohms", "deviation", "verdict"),
    [(9.126667, 0.0, "PASS"), (10.0, 0.0873, "INCONCLUSIVE"), (10.737, 0.15, "FAIL"), (7.8, 0.17, "FAIL")],
)
def test_unit_power_against_the_rating(ohms: float, deviation: float, verdict: str) -> None:
    result = judged(Regulated(b=Unit(ohms=ohms), end_s=400.0), POWER)
    assert (result["value"], result["verdict"]) == (pytest.approx(deviation, abs=1e-3), verdict)


def test_unit_power_is_at_the_voltage_that_was_there() -> None:
    result = judged(Regulated(volts=6.66, end_s=400.0), POWER)
    assert result["value"] == pytest.approx(0.0, abs=1e-6)
    assert result["detail"]["watts"]["a"] == pytest.approx(0.81 * 6.0, rel=1e-4)


def test_the_uncertainty_of_power_is_the_read_back_of_the_supply() -> None:
    result = judged(Regulated(end_s=400.0), POWER)
    volts, amps = 0.001 + 0.010 / 7.4, 0.0025 + 0.010 / (7.4 / 9.126667)
    assert result["uncertainty"] == pytest.approx(2.0 * sqrt((volts**2 + amps**2) / 3.0), rel=1e-6)


def test_leads_count_where_the_supply_senses_locally() -> None:
    run = Regulated(end_s=400.0).build(POWER)
    run.lines[0]["wiring"]["heaters"]["a"]["remote_sense"] = False
    # 0.2 ohm of 9.13 are 2.2 % of the voltage and, at the device, make the resistance 2.2 % less
    assert run.result("unit_power")["value"] == pytest.approx(1.0 / (1.0 - 0.2 / 9.126667) - 1.0, rel=1e-4)


def test_a_dead_unit_fails_and_a_cold_belt_shows_nothing() -> None:
    assert judged(Regulated(b=Unit(ohms=0.0), end_s=400.0), POWER)["verdict"] == "FAIL"
    for declared in (POWER, TIME_TO_38, RAMP, APART):
        assert judged(Regulated(end_s=100.0), declared)["verdict"] == "INCONCLUSIVE"


@pytest.mark.parametrize("declared", [TIME_TO_38, RAMP, APART], ids=lambda d: d["name"])
def test_missing_readings_are_invalid(declared: dict[str, Any]) -> None:
    run = Regulated(end_s=600.0).build(declared).edit("scanner", 1, OPEN, (200.0, 210.0))
    result = run.result(declared["name"])
    assert result["verdict"] == "INVALID"
    assert "skin.a1 has no valid reading" in result["reason"]


def test_no_power_readings_are_invalid() -> None:
    run = Regulated(end_s=400.0).build(POWER).drop("supply", (200.0, 210.0))
    assert run.result("unit_power")["verdict"] == "INVALID"


@pytest.mark.parametrize("declared", [TIME_TO_38, RAMP, APART], ids=lambda d: d["name"])
def test_without_a_budget_nothing_passes(declared: dict[str, Any]) -> None:
    run = Regulated(end_s=600.0).build(declared)
    run.lines[0] = {**run.lines[0], "budget": {"name": "none", "components": []}}
    assert run.result(declared["name"])["verdict"] == "INVALID"


def test_a_check_of_a_step_sees_that_step_only() -> None:
    declared = {**TIME_TO_38, "step": "heat"}
    assert judged(Regulated(end_s=600.0), declared)["verdict"] == "PASS"
    assert judged(Regulated(end_s=600.0), {**TIME_TO_38, "step": "other"})["verdict"] == "NOT RUN"
