"""Overshoot, undershoot, settling, fall time and fitted step responses on records with known answers."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Any

import pytest

from tests.checks.regulated import BASE_DEGC, ON_S, Regulated, Unit, asks, judged

OWN = 0.05**2 + 0.0577**2 + 0.1155**2 + 0.003**2
NOISE = 0.03**2
TOP = 39.8 - 0.4  # mean of the cycles
OVERSHOOT = asks("overshoot", 0.2, "ratio")
UNDERSHOOT = asks("undershoot", 0.2, "ratio")
SETTLING = asks("settling_time", 600.0, "time", band=0.5)
FALL = asks("fall_time", 1000.0, "time")
TAU = asks("time_constant", 600.0, "time")
DEAD = asks("dead_time", 60.0, "time")


@dataclass(frozen=True)
class FirstOrder(Unit):
    """A unit that heats without regulation, and cools from an instant on, each with its own time constant."""

    gain_k: float = 9.0
    tau_s: float = 250.0
    dead_s: float = 20.0
    off_s: float = 1e9
    cools_s: float = 300.0

    @property
    def first_fall_s(self) -> float:
        return self.off_s

    def state(self, t: float) -> tuple[float, bool]:
        since = max(0.0, min(t, self.off_s) - ON_S - self.dead_s)
        rise = self.gain_k * (1.0 - exp(-since / self.tau_s))
        cooling = exp(-max(0.0, t - self.off_s) / self.cools_s)
        return BASE_DEGC + rise * cooling, ON_S <= t < self.off_s


def free(declared: dict[str, Any], end_s: float = 2000.0, off_s: float = 1e9) -> dict[str, Any]:
    """The result of a check of two such units, of which b is a little slower."""
    one, other = FirstOrder(off_s=off_s), FirstOrder(tau_s=260.0, cools_s=320.0, off_s=off_s)
    return judged(Regulated(one, other, end_s=end_s), declared)


def test_overshoot_is_from_the_mean_of_the_cycles_to_their_crest() -> None:
    result = judged(Regulated(), OVERSHOOT)
    assert result["value"] == pytest.approx(0.4 / (TOP - BASE_DEGC), rel=0.03)
    assert (result["unit"], result["verdict"]) == ("1", "PASS")


def test_overshoot_is_of_the_worse_unit_and_as_uncertain_as_its_two_rises() -> None:
    result = judged(Regulated(b=Unit(top=40.2, swing=1.2)), OVERSHOOT)
    way = 40.2 - 0.6 - BASE_DEGC
    assert result["value"] == pytest.approx(0.6 / way, rel=0.03)
    assert result["reason"].startswith("unit b, on the way from 33.00")
    beyond = sqrt((OWN * (0.6 / 19.0) ** 2 + NOISE) / 3.0) / way
    assert beyond * 2.0 < result["uncertainty"] < beyond * 2.0 + 0.02


def test_a_first_crest_beyond_all_others_makes_the_overshoot() -> None:
    run = Regulated().build(OVERSHOOT)
    for column in (1, 2, 3):
        run.edit("scanner", column, 41.0, (459.0, 461.0))
    assert run.result("overshoot")["value"] == pytest.approx((41.0 - TOP) / (TOP - BASE_DEGC), rel=0.03)


def test_undershoot_is_from_the_mean_to_the_trough_after_the_peak() -> None:
    result = judged(Regulated(b=Unit(swing=0.9)), UNDERSHOOT)
    assert result["value"] == pytest.approx(0.45 / (39.8 - 0.45 - BASE_DEGC), rel=0.03)
    assert result["verdict"] == "PASS"


def test_settling_is_when_the_band_is_entered_for_the_last_time() -> None:
    result = judged(Regulated(b=Unit(rate=0.019)), SETTLING)
    assert result["value"] == pytest.approx((TOP - 0.5 - BASE_DEGC) / 0.019, abs=2.0)
    assert "unit b settled within 0.5 K" in result["reason"]
    level = sqrt((OWN * (0.5 / 19.0) ** 2 + NOISE) / 3.0)
    assert result["uncertainty"] == pytest.approx(2.0 * level / 0.019, rel=0.1)


def test_a_belt_that_swings_further_than_the_band_never_settles() -> None:
    result = judged(Regulated(), asks("settling_time", 600.0, "time", band=0.3))
    assert (result["verdict"], result["value"]) == ("INCONCLUSIVE", None)
    assert "never settles" in result["reason"]


def test_what_never_gets_steady_has_neither_overshoot_nor_settling() -> None:
    for declared in (OVERSHOOT, UNDERSHOOT, SETTLING):
        assert judged(Regulated(end_s=600.0), declared)["verdict"] == "INCONCLUSIVE"


def test_rise_time_by_the_modes_of_a_histogram() -> None:
    plateau = Unit(top=39.0, swing=0.0)
    still = Regulated(plateau, plateau)
    by_means = judged(still, asks("rise_time", 400.0, "time"))
    by_modes = judged(still, asks("rise_time", 400.0, "time", levels="histogram"))
    assert by_modes["value"] == pytest.approx(0.8 * 6.0 / 0.02, abs=3.0)
    assert by_modes["value"] == pytest.approx(by_means["value"], abs=4.0)
    assert by_modes["uncertainty"] > by_means["uncertainty"]


def test_fall_time_of_a_first_order_cooling_is_tau_times_the_logarithm_of_nine() -> None:
    result = free(FALL, off_s=1500.0, end_s=2800.0)
    assert result["value"] == pytest.approx(320.0 * log(9.0), rel=0.02)
    assert (result["verdict"], result["unit"]) == ("PASS", "s")
    assert result["detail"]["seconds"]["unit a"] == pytest.approx(300.0 * log(9.0), rel=0.02)


def test_a_cooling_that_is_not_over_is_a_lower_bound() -> None:
    result = free(FALL, off_s=1500.0, end_s=1900.0)
    assert (result["verdict"], result["conformance"]) == ("INCONCLUSIVE", None)
    assert "not over by 1900.0 s" in result["reason"]
    late = free(asks("fall_time", 100.0, "time"), off_s=1500.0, end_s=1900.0)
    assert late["verdict"] == "FAIL"


def test_a_belt_that_never_cools_is_not_exercised() -> None:
    assert free(FALL)["verdict"] in {"INCONCLUSIVE", "INVALID"}
    assert free(FALL)["value"] is None


def test_the_time_constant_is_that_of_the_slower_unit() -> None:
    result = free(TAU)
    assert result["value"] == pytest.approx(260.0, rel=2e-3)
    assert (result["reason"], result["verdict"]) == ("unit b", "PASS")
    assert result["detail"]["gain_k"] == pytest.approx(9.0, rel=2e-3)
    two_point = result["detail"]["two_point_s"]
    assert two_point["smith"] == pytest.approx([260.0, 20.25], abs=1.5)
    assert two_point["sundaresan"] == pytest.approx([260.0, 20.25], abs=4.0)
    assert 0.0 < result["uncertainty"] < 2.0


def test_the_dead_time_is_counted_from_the_switching_on() -> None:
    result = free(DEAD)
    assert result["value"] == pytest.approx(20.25, abs=0.3)  # the current is first seen half a second later
    assert result["uncertainty"] >= 2.0 * 0.25 / sqrt(3.0)


def test_a_record_shorter_than_three_time_constants_is_refused() -> None:
    result = free(TAU, end_s=700.0)
    assert (result["verdict"], result["value"]) == ("INCONCLUSIVE", None)
    assert "constant power for" in result["reason"]


def test_a_regulated_belt_has_no_constant_power_for_long_enough() -> None:
    assert judged(Regulated(), TAU)["verdict"] == "INCONCLUSIVE"


def test_a_gap_in_the_readings_is_invalid() -> None:
    slow = FirstOrder()
    run = Regulated(slow, slow, end_s=2000.0).build(TAU, DEAD).drop("scanner", (400.0, 420.0))
    assert {run.result(name)["verdict"] for name in ("time_constant", "dead_time")} == {"INVALID"}
