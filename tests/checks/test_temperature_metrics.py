"""Peak, sensor agreement, trip temperature, overshoot and crossing delay on records with known answers."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rig.checks.budget import expected_maximum
from rig.checks.metrics.sensor_agreement import first_order

if TYPE_CHECKING:
    from tests.checks.conftest import RunBuilder

NewRun = Callable[..., "RunBuilder"]
OPEN = "+9.90000000E+37"


def _hottest_readings(built: RunBuilder) -> list[float]:
    return [max(line["s"]["scanner"][1][1:7]) for line in built.lines if "scanner" in line.get("s", {})]


def test_peak_is_the_greatest_reading_of_any_site(run: NewRun) -> None:
    built = run()
    result = built.result("peak_temperature")
    assert result["value"] == max(_hottest_readings(built))
    assert (result["verdict"], result["unit"]) == ("PASS", "degC")
    assert result["margin"] == pytest.approx(42.0 - result["value"])


def test_peak_uncertainty_is_budget_b_and_the_bias_of_the_maximum(run: NewRun) -> None:
    result = run().result("peak_temperature")
    n = result["detail"]["readings_near"]
    bias = expected_maximum(n) * 0.03 / sqrt(3)
    assert result["uncertainty"] == pytest.approx(2 * sqrt(0.21878**2 + bias**2), abs=1e-4)
    assert result["uncertainty"] > 0.4375


@pytest.mark.parametrize(("n", "expected"), [(1, 0.0), (2, 0.5642), (5, 1.1630), (10, 1.5388), (100, 2.5076)])
def test_expected_maximum_of_normal_readings_as_tabulated(n: int, expected: float) -> None:
    assert expected_maximum(n) == pytest.approx(expected, abs=0.03)


@pytest.mark.parametrize(("offset", "verdict"), [(0.4, "PASS"), (0.5, "INCONCLUSIVE"), (1.4, "FAIL")])
def test_peak_is_guarded_by_its_uncertainty(run: NewRun, offset: float, verdict: str) -> None:
    assert run(site_offset_k=offset).result("peak_temperature")["verdict"] == verdict


def test_an_invalid_reading_next_to_the_peak_is_invalid(run: NewRun) -> None:
    at = run().result("peak_temperature")["detail"]["at_s"]
    result = run().edit("scanner", [1], OPEN, at - 0.5, at + 0.5).result("peak_temperature")
    assert result["verdict"] == "INVALID"
    assert "invalid reading next to the peak" in result["reason"]


def test_a_single_lost_reading_far_from_the_peak_is_borne(run: NewRun) -> None:
    assert run().edit("scanner", [1], OPEN, 100.0, 100.9).result("peak_temperature")["verdict"] == "PASS"


def test_a_probe_that_was_open_for_long_is_invalid(run: NewRun) -> None:
    result = run().edit("scanner", [4], OPEN, 100.0, 110.0).result("peak_temperature")
    assert result["verdict"] == "INVALID"
    assert "skin.b1 has no valid reading" in result["reason"]


def test_a_probe_that_was_open_does_not_save_a_belt_that_was_too_hot(run: NewRun) -> None:
    built = run(site_offset_k=3.0).edit("scanner", [4], OPEN, 100.0, 110.0)
    assert built.result("peak_temperature")["verdict"] == "FAIL"


def test_no_skin_reading_at_all_is_invalid(run: NewRun) -> None:
    built = run().edit("scanner", range(1, 7), OPEN, 0.0, 1e9)
    assert built.result("peak_temperature")["verdict"] == "INVALID"


def test_the_peak_of_another_signal_and_of_one_step(
    run: NewRun, make_check: Callable[..., dict[str, Any]], make_limit: Callable[..., dict[str, Any]]
) -> None:
    high = make_limit(42.0, "temperature")
    checks = [
        make_check("peak_temperature", params={"of": "skin.a2"}, limit=high, name="a2"),
        make_check("peak_temperature", step="baseline", limit=high, name="cold"),
        make_check("peak_temperature", params={"of": "skin.z9"}, limit=high, name="absent"),
        make_check("peak_temperature", params={"of": "supply.a.current"}, limit=high, name="amps"),
        make_check("peak_temperature", params={"of": "belt.a.sensor"}, limit=high, name="own"),
    ]
    built = run(checks=checks)
    readings = [line["s"]["scanner"][1][2] for line in built.lines if "scanner" in line.get("s", {})]
    assert built.result("a2")["value"] == max(readings)
    assert built.result("cold")["value"] == pytest.approx(33.02)
    assert built.result("absent")["reason"] == "the record has no signal skin.z9"
    for name in ("absent", "amps", "own"):
        assert built.result(name)["verdict"] == "INVALID"


def test_sensor_agreement_of_a_sound_belt_is_the_offset_of_its_sites(run: NewRun) -> None:
    result = run().result("sensor_agreement")
    assert result["verdict"] == "PASS"
    # the unit's sites read 0, 0.05 and 0.10 K below the skin, with 0.02 K either way
    assert result["value"] == pytest.approx(0.05, abs=0.03)


def test_sensor_agreement_has_common_terms_and_the_rest_over_root_n(run: NewRun) -> None:
    common = 0.0834**2 + 0.1443**2
    rest = 0.05**2 + 0.0577**2 + 0.1155**2 + 0.03**2 + 0.003**2
    gradient = 0.05**2 / 3
    assert run().result("sensor_agreement")["uncertainty"] == pytest.approx(
        2 * sqrt(common + rest / 3 + gradient), rel=1e-6
    )


@pytest.mark.parametrize(
    ("sensor", "difference"),
    [(lambda x: x - 2.0, 1.95), (lambda _: -40.0, 85.0), (lambda _: 150.0, 117.0)],
)
def test_a_sensor_that_is_wrong_fails(
    run: NewRun, sensor: Callable[[float], float], difference: float
) -> None:
    result = run(sensor=sensor, never=True).result("sensor_agreement")
    assert result["verdict"] == "FAIL"
    assert result["value"] == pytest.approx(difference, rel=0.05)
    assert ("implausible" in result["reason"]) == (difference > 10.0)


def test_a_sensor_that_gives_no_number_is_invalid(run: NewRun) -> None:
    assert run(sensor=lambda _: "nan").result("sensor_agreement")["verdict"] == "INVALID"
    assert run().edit("belt", [7], "nan", 100.0, 101.0).result("sensor_agreement")["verdict"] == "INVALID"


def test_first_order_lag_is_exact_on_a_ramp_and_on_a_step() -> None:
    t = np.arange(0.0, 61.0, 1.0)
    lagged = first_order(t, 0.05 * t, 15.0)
    assert lagged[-1] == pytest.approx(0.05 * (60.0 - 15.0 * (1.0 - exp(-4.0))))
    assert first_order(t, np.full(61, 33.0), 15.0)[-1] == 33.0
    assert np.array_equal(first_order(t, 0.05 * t, 0.0), 0.05 * t)


@pytest.mark.parametrize(("tau_s", "behind_k"), [(2.0, 0.033), (20.0, 0.33)])
def test_a_lagging_sensor_is_behind_a_ramp_of_1_k_per_min_by_tau_times_its_rate(
    tau_s: float, behind_k: float
) -> None:
    t = np.arange(0.0, 601.0, 1.0)
    ramp = t / 60.0
    assert ramp[-1] - first_order(t, ramp, tau_s)[-1] == pytest.approx(behind_k, abs=5e-3)


def test_trip_temperature_is_the_hottest_skin_when_the_current_fell(run: NewRun) -> None:
    built = run()
    result = built.result("trip_temperature")
    # on a 0.05 K/s ramp the skin leads its 15 s sensor by 0.75 K; the noise is 0.02 K
    assert result["value"] == pytest.approx(40.4 + 0.75, abs=0.05)
    assert (result["verdict"], result["limit"], result["rule"]) == ("REPORTED", None, "report")
    assert result["uncertainty"] >= 0.4375


def test_overshoot_is_peak_less_trip_temperature_without_the_common_terms(run: NewRun) -> None:
    built = run().edit("scanner", [1], lambda v: v + 0.3, 223.5, 227.0)
    result = built.result("thermal_overshoot")
    rest = 0.05**2 + 0.0577**2 + 0.1155**2 + 0.03**2 + 0.003**2
    assert result["value"] == pytest.approx(0.25, abs=0.06)
    assert result["uncertainty"] == pytest.approx(2 * sqrt(2 * rest), rel=0.01)
    assert result["unit"] == "K"


def test_crossing_delay_is_the_sensor_lag_on_a_ramp(run: NewRun) -> None:
    result = run().result("crossing_delay")
    assert result["value"] == pytest.approx(15.0, abs=0.6)
    assert result["uncertainty"] == pytest.approx(2 * 0.21878 / 0.05, rel=0.02)


def test_what_has_no_cut_off_reports_no_value_and_says_why(run: NewRun) -> None:
    built = run(never=True)
    for name in ("trip_temperature", "thermal_overshoot", "crossing_delay"):
        result = built.result(name)
        assert (result["verdict"], result["value"]) == ("REPORTED", None)
        assert "there was no cut-off" in result["reason"]


def test_without_a_budget_nothing_passes(run: NewRun) -> None:
    built = run()
    built.lines[0] = {**built.lines[0], "budget": {"name": "none", "components": []}}
    for name in ("peak_temperature", "sensor_agreement"):
        assert built.result(name)["verdict"] == "INVALID"
        assert built.result(name)["uncertainty"] is None
    assert built.result("trip_temperature")["uncertainty"] is None
