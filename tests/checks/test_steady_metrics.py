"""Mean, drift, cyclic variation, spread and unit difference of triangular cycles with known answers."""

from __future__ import annotations

from math import sqrt
from typing import Any

import pytest

from rig.checks.budget import coverage_factor
from tests.checks.regulated import Regulated, Unit, asks, judged

COMMON = 0.0834**2 + 0.1443**2
OWN = 0.05**2 + 0.0577**2 + 0.1155**2 + 0.003**2 + 0.03**2
OPEN = "+9.90000000E+37"
MEAN = asks("steady_mean", 40.6, "temperature")
DRIFT = asks("drift", 1.0 / 3600.0, "temperature_rate")
CYCLE = asks("cyclic_variation", 1.0, "temperature_difference")
SPREAD = asks("spread", 2.0, "temperature_difference")
APART = asks("unit_difference", 1.0, "temperature_difference", during="steady")
ALL = (MEAN, DRIFT, CYCLE, SPREAD, APART)


def test_the_mean_is_that_of_whole_cycles_of_the_hotter_unit() -> None:
    result = judged(Regulated(b=Unit(top=40.0, swing=0.6)), MEAN)
    assert result["value"] == pytest.approx(40.0 - 0.3, abs=0.01)
    assert result["detail"]["means_degc"]["unit a"] == pytest.approx(39.4, abs=0.01)
    assert (result["reason"], result["verdict"]) == ("unit b", "PASS")


def test_where_the_record_ends_in_a_cycle_does_not_move_the_mean() -> None:
    values = {judged(Regulated(end_s=end), MEAN)["value"] for end in (1465.0, 1490.0, 1520.0)}
    assert max(values) - min(values) < 0.005


def test_the_mean_has_common_terms_and_a_share_of_the_channels_own() -> None:
    assert judged(Regulated(), MEAN)["uncertainty"] == pytest.approx(2.0 * sqrt(COMMON + OWN / 3.0), rel=0.01)


def test_the_mean_of_an_own_sensor_has_its_declared_tolerance() -> None:
    declared = asks("steady_mean", 39.9, "temperature", of="belt.a.sensor")
    result = judged(Regulated(), declared)
    assert result["value"] == pytest.approx(39.4, abs=0.01)
    assert result["uncertainty"] == pytest.approx(2.0 * 0.2 / sqrt(3.0), rel=0.01)
    assert result["verdict"] == "PASS"
    assert judged(Regulated(a=Unit(top=40.8)), declared)["verdict"] == "FAIL"


@pytest.mark.parametrize(("rate", "verdict"), [(0.5 / 3600.0, "PASS"), (2.0 / 3600.0, "FAIL")])
def test_drift_is_the_slope_of_the_cycles_means(rate: float, verdict: str) -> None:
    result = judged(Regulated(b=Unit(drift_k_per_s=-rate)), DRIFT)
    assert result["value"] == pytest.approx(rate, rel=0.1)
    assert result["verdict"] == verdict
    assert "unit b drifts by -" in result["reason"]


def test_the_uncertainty_of_drift_has_the_degrees_of_freedom_of_its_line() -> None:
    run = Regulated().build(DRIFT)
    for start, value in ((700.0, 39.6), (800.0, 39.5), (900.0, 39.6), (1000.0, 39.5)):
        for column in (1, 2, 3):
            run.edit("scanner", column, value, (start, start + 40.0))
    result = run.result("drift")
    count = result["detail"]["cycles"]["unit a"]
    assert result["uncertainty"] > 0.0
    assert coverage_factor(float(count - 2)) > 2.0


def test_cyclic_variation_is_from_trough_to_crest() -> None:
    result = judged(Regulated(b=Unit(swing=0.9)), CYCLE)
    assert result["value"] == pytest.approx(0.9, abs=0.03)
    assert result["detail"]["variations_k"]["unit a"] == pytest.approx(0.8, abs=0.03)
    assert (result["verdict"], judged(Regulated(b=Unit(swing=1.3)), CYCLE)["verdict"]) == ("PASS", "FAIL")


def test_what_does_not_cycle_has_no_cyclic_variation_and_is_judged_by_minutes() -> None:
    still = Unit(top=39.0, swing=0.0, period_s=1e9)
    run = Regulated(still, still)
    flat = judged(run, CYCLE)
    assert (flat["verdict"], flat["value"]) == ("INCONCLUSIVE", None)


def test_spread_is_hottest_less_coldest_site() -> None:
    result = judged(Regulated(b=Unit(sites=(0.5, 0.0, -0.6))), SPREAD)
    assert result["value"] == pytest.approx(1.1, abs=0.03)
    assert result["reason"].startswith("skin.b1")
    difference, apart = 2.0 * OWN, 2.0 * 1.2672 * sqrt(OWN)  # the extreme of 6 normal numbers is 1.267 sigma
    assert result["uncertainty"] == pytest.approx(2.0 * sqrt(difference + apart**2 / 3.0), rel=0.01)


def test_unit_difference_in_the_steady_state_is_that_of_the_means() -> None:
    result = judged(Regulated(b=Unit(top=40.2)), APART)
    assert result["value"] == pytest.approx(0.4, abs=0.02)
    assert result["uncertainty"] == pytest.approx(2.0 * sqrt(2.0 * OWN / 3.0), rel=0.03)
    assert judged(Regulated(b=Unit(top=41.2)), APART)["verdict"] == "FAIL"


@pytest.mark.parametrize("declared", ALL, ids=lambda d: d["name"])
def test_what_is_not_steady_is_never_passed(declared: dict[str, Any]) -> None:
    short = judged(Regulated(end_s=800.0), declared)
    assert (short["verdict"], short["value"]) == ("INCONCLUSIVE", None)
    assert "did not become steady by the detector 'slope'" in short["reason"]
    # 0.2 K/min either way is twice what the detector takes for steady
    moving = judged(Regulated(b=Unit(drift_k_per_s=0.2 / 60.0)), declared)
    assert (moving["verdict"], moving["value"]) == ("INCONCLUSIVE", None)


@pytest.mark.parametrize("declared", ALL, ids=lambda d: d["name"])
def test_missing_readings_in_the_heating_are_invalid(declared: dict[str, Any]) -> None:
    probe = Regulated().build(declared).edit("scanner", 1, OPEN, (1100.0, 1110.0))
    assert probe.result(declared["name"])["verdict"] == "INVALID"
    supply = Regulated().build(declared).drop("supply", (1100.0, 1103.0))
    assert supply.result(declared["name"])["verdict"] == "INVALID"


@pytest.mark.parametrize("declared", [MEAN, CYCLE, SPREAD, APART], ids=lambda d: d["name"])
def test_without_a_budget_nothing_passes(declared: dict[str, Any]) -> None:
    run = Regulated().build(declared)
    run.lines[0] = {**run.lines[0], "budget": {"name": "none", "components": []}}
    assert run.result(declared["name"])["verdict"] == "INVALID"


def test_a_signal_without_a_heater_has_no_cycles() -> None:
    result = judged(Regulated(), asks("steady_mean", 40.6, "temperature", of="skin.hottest"))
    assert (result["verdict"], "on no heater" in result["reason"]) == ("INVALID", True)


def test_a_cut_off_in_the_heating_is_named() -> None:
    run = Regulated(end_s=800.0).build(MEAN)
    run.lines.insert(-3, {"k": "event", "t": 700.0, "what": "belt.cutoff", "source": "belt", "data": {}})
    assert "the belt cut off at 700.0 s" in run.result("steady_mean")["reason"]


@pytest.mark.parametrize(
    ("detector", "from_s"),
    [("slope", 460.0), ("k-per-30min", 460.0), ("iec60601-1", 460.0), ("ul-3-readings", 460.0)],
)
def test_each_detector_finds_its_window(detector: str, from_s: float) -> None:
    run = Regulated(end_s=4200.0)
    result = judged(run, asks("steady_mean", 40.6, "temperature", detector=detector))
    assert result["verdict"] == "PASS"
    assert result["detail"]["detector"] == detector
    assert result["detail"]["from_s"] == pytest.approx(from_s, abs=1.0)


def test_a_detector_that_nobody_knows_is_invalid() -> None:
    result = judged(Regulated(), asks("steady_mean", 40.6, "temperature", detector="guess"))
    assert (result["verdict"], "no detector 'guess'" in result["reason"]) == ("INVALID", True)
