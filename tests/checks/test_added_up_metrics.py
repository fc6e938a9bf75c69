"""Dose, damage, time above a level and energy on records with known answers, and with readings missing."""

from __future__ import annotations

from math import exp, sqrt
from typing import Any

import pytest

from rig.checks.budget import expected_maximum
from tests.checks.declared import check
from tests.checks.regulated import Regulated, RegulatedRun, Unit, asks

OPEN = "+9.90000000E+37"
SKINS = range(1, 7)
END_S = 1500.0
FIRST_S, LAST_S = 1.0, 1500.0
"""The scanner is read each second, from the first on."""

U_CHANNEL = 2.0 * sqrt(0.21878**2 + (expected_maximum(6) * 0.03) ** 2 / 3.0)
DOSE = asks("thermal_dose", 600.0, "time")
DAMAGE = asks("damage_integral", 0.53, "ratio")
ABOVE = asks("time_above", 600.0, "time", level=40.0)
ENERGY = asks("energy", 1e5, "energy")


def at(degc: float, *declared: dict[str, Any]) -> RegulatedRun:
    """A run in which all skin probes read one temperature all the time, but for the last digit: they are not frozen."""
    run = Regulated().build(*declared)
    for column in SKINS:
        run.edit("scanner", column, degc, (0.0, END_S))
    scans = [line["s"]["scanner"][1] for line in run.lines if "scanner" in line.get("s", {})]
    for values in scans[::2]:
        values[SKINS[0] : SKINS[-1] + 1] = [degc + 1e-9] * len(SKINS)
    return run


def test_the_dose_of_a_constant_temperature_is_its_equivalent_time() -> None:
    result = at(41.0, DOSE).result("thermal_dose")
    lasts = LAST_S - FIRST_S
    assert result["value"] == pytest.approx(lasts * 0.25**2)
    assert (result["unit"], result["verdict"]) == ("s", "PASS")
    assert result["detail"]["cem43_min"] == pytest.approx(lasts / 60.0 / 16.0)
    assert result["detail"]["lower_cut"] == "39 degC"


def test_the_dose_is_as_uncertain_as_one_of_a_warmer_belt() -> None:
    result = at(41.0, DOSE).result("thermal_dose")
    warmer = (LAST_S - FIRST_S) * (0.25 ** (2.0 - U_CHANNEL) - 0.25**2)
    assert result["uncertainty"] == pytest.approx(warmer, rel=1e-3)


def test_just_below_the_cut_a_dose_is_nothing_and_uncertain() -> None:
    result = at(38.8, DOSE).result("thermal_dose")
    assert (result["value"], result["verdict"]) == (0.0, "PASS")
    assert result["uncertainty"] > 0.0
    none = at(38.8, asks("thermal_dose", 600.0, "time", lower_cut="none")).result("thermal_dose")
    assert none["value"] == pytest.approx((LAST_S - FIRST_S) * 0.25**4.2)


def test_the_dose_of_the_hottest_site_counts() -> None:
    run = at(41.0, DOSE).edit("scanner", 4, 43.0, (0.0, END_S))
    assert run.result("thermal_dose")["value"] == pytest.approx(LAST_S - FIRST_S)
    one = asks("thermal_dose", 600.0, "time", of="skin.a1")
    run = at(41.0, one).edit("scanner", 4, 43.0, (0.0, END_S))
    assert run.result("thermal_dose")["value"] == pytest.approx((LAST_S - FIRST_S) / 16.0)


@pytest.mark.parametrize(("most", "verdict"), [(1000.0, "INVALID"), (5.0, "FAIL")])
def test_a_gap_is_never_interpolated_over_and_saves_nothing(most: float, verdict: str) -> None:
    run = at(41.0, asks("thermal_dose", most, "time"))
    for column in SKINS:
        run.edit("scanner", column, OPEN, (500.5, 600.5))
    result = run.result("thermal_dose")
    assert result["verdict"] == verdict
    assert result["value"] == pytest.approx((LAST_S - FIRST_S - 101.0) / 16.0)
    assert (result["detail"]["gap_s"], result["detail"]["bound"]) == (
        pytest.approx(101.0),
        pytest.approx((LAST_S - FIRST_S) / 16.0),
    )
    assert "has no valid reading for 101 s" in result["reason"]


def test_three_invalid_readings_of_a_second_are_borne() -> None:
    run = at(41.0, DOSE)
    for column in SKINS:
        run.edit("scanner", column, OPEN, (500.5, 502.5))
    result = run.result("thermal_dose")
    assert (result["verdict"], result["detail"]["gap_s"]) == ("PASS", 0.0)
    assert result["value"] == pytest.approx((LAST_S - FIRST_S) / 16.0)


def test_without_a_budget_no_dose_passes() -> None:
    run = at(41.0, DOSE)
    run.lines[0]["budget"] = {"name": "none", "components": []}
    result = run.result("thermal_dose")
    assert (result["verdict"], result["uncertainty"]) == ("INVALID", None)


def test_damage_of_a_constant_temperature_by_each_set() -> None:
    lasts = LAST_S - FIRST_S
    result = at(45.0, DAMAGE).result("damage_integral")
    assert result["value"] == pytest.approx(lasts * 3.1e98 * exp(-75000.0 / 318.15))
    assert result["detail"]["set"] == "henriques-1947"
    retina = asks("damage_integral", 0.53, "ratio", set="welch-polhamus")
    assert at(45.0, retina).result("damage_integral")["value"] == pytest.approx(
        lasts * 3.1e99 * exp(-6.28e5 / 8.314 / 318.15)
    )
    cut = asks("damage_integral", 0.53, "ratio", lower_cut="44 degC")
    assert at(43.0, cut).result("damage_integral")["value"] == 0.0


def test_time_above_counts_every_stay() -> None:
    run = at(39.0, ABOVE)
    for column in SKINS:
        run.edit("scanner", column, 41.0, (200.0, 260.0)).edit("scanner", column, 41.0, (400.0, 410.0))
    result = run.result("time_above")
    assert result["value"] == pytest.approx(60.0 + 10.0 + 4 * 0.5)
    assert (result["verdict"], result["unit"]) == ("PASS", "s")


def test_near_the_level_all_of_the_time_above_it_is_uncertain() -> None:
    result = at(40.0, ABOVE).result("time_above")
    assert (result["value"], result["uncertainty"]) == (LAST_S - FIRST_S, LAST_S - FIRST_S)
    assert result["verdict"] == "INCONCLUSIVE"


def test_what_lacks_a_parameter_is_reported_without_a_value() -> None:
    for metric in ("time_above", "time_to", "overshoot_above"):
        result = Regulated().build(check(metric, "report")).result(metric)
        assert (result["verdict"], result["value"]) == ("REPORTED", None)
        assert f"{metric} was asked for without" in result["reason"]


def test_energy_is_power_times_the_time_that_heaters_were_on() -> None:
    run = Regulated().build(ENERGY)
    on = [
        sum(amps > 0.1 for amps in line["s"]["supply"][1][2:4])
        for line in run.lines
        if line["k"] == "scan" and "supply" in line["s"]
    ]
    result = run.result("energy")
    watts = 7.4**2 / 9.126667
    assert result["value"] == pytest.approx(watts * 0.5 * sum(on), rel=2e-3)
    assert (result["unit"], result["verdict"]) == ("J", "PASS")
    assert sum(result["detail"]["joules"].values()) == pytest.approx(result["value"])
    heated_s = result["value"] / watts
    amps = 7.4 * 0.010 * (END_S - 120.0) * 2.0 + 0.0025 * result["value"]
    volts = 7.4 / 9.126667 * 0.010 * heated_s + 0.001 * result["value"]
    assert result["uncertainty"] == pytest.approx(2.0 / sqrt(3.0) * (amps + volts), rel=0.02)


def test_local_sensing_leaves_the_leads_out() -> None:
    def joules(*, remote: bool) -> float:
        run = Regulated().build(ENERGY)
        for heater in run.lines[0]["wiring"]["heaters"].values():
            heater["remote_sense"] = remote
        value: float = run.result("energy")["value"]
        return value

    amps = 7.4 / 9.126667
    assert joules(remote=False) / joules(remote=True) == pytest.approx(1.0 - 0.2 * amps / 7.4, rel=1e-3)


def test_a_gap_in_the_supplys_readings_is_invalid_and_leaves_a_lower_bound() -> None:
    whole = Regulated().build(ENERGY).result("energy")["value"]
    result = Regulated().build(ENERGY).drop("supply", (200.0, 230.0)).result("energy")
    assert result["verdict"] == "INVALID"
    assert result["value"] < whole
    assert result["detail"]["bound"] == pytest.approx(whole, rel=1e-3)
    tight = asks("energy", 1000.0, "energy")
    assert Regulated().build(tight).drop("supply", (200.0, 230.0)).result("energy")["verdict"] == "FAIL"


def test_an_unheated_run_takes_no_energy() -> None:
    cold = Unit(ohms=0.0)
    result = Regulated(a=cold, b=cold).build(ENERGY).result("energy")
    assert result["value"] == pytest.approx(2.0 * 7.4 * 0.001 * 1380.0, rel=0.01)
