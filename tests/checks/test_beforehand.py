"""What is known of an uncertainty before a run, against numbers worked out by hand."""

from __future__ import annotations

from math import hypot, sqrt

import pytest

from rig.checks.beforehand import Known, least_timing, least_uncertainty, longest_periods
from rig.checks.budget import Budget, Component
from rig.checks.readback import power_ratio
from rig.checks.table import METRICS

CHANNEL = Budget(
    (Component("block", 0.2, correlation=1.0), Component("wire", 0.1), Component("repeatability", 0.03))
)
KNOWN = Known(CHANNEL, {"a": 4, "b": 4}, own_k=0.2, unit_ohms=10.0, volts=10.0)
RESPONSE = METRICS["response_delay"]


@pytest.mark.parametrize(
    ("metric", "params", "expected"),
    [
        ("peak_temperature", {"of": "skin.hottest"}, 2 * hypot(0.2, 0.1, 0.03)),
        ("overshoot_above", {"of": "belt.a.sensor", "level": 39.5}, None),
        ("sensor_agreement", {}, 2 * hypot(0.2, 0.05, 0.015)),
        ("steady_mean", {"of": None}, 2 * hypot(0.2, 0.05, 0.015)),
        ("steady_mean", {"of": "skin.a1"}, 2 * hypot(0.2, 0.1, 0.03)),
        ("steady_mean", {"of": "belt.a.sensor"}, 2 * 0.2 / sqrt(3)),
        ("cyclic_variation", {"of": None}, 2 * 0.015),
        ("ramp", {"of": "skin.a1", "over": 30.0}, 2 * 0.03 / 30),
        ("unit_difference", {"during": "steady"}, 2 * sqrt(2) * hypot(0.05, 0.015)),
        ("unit_difference", {"during": "ramp"}, 2 * sqrt(2) * 0.015),
        ("drift", {"of": None}, None),
        ("response_delay", {}, None),
    ],
)
def test_what_all_channels_share_cancels_in_differences_and_the_rest_in_means(
    metric: str, params: dict[str, str | float | None], expected: float | None
) -> None:
    assert least_uncertainty(metric, KNOWN, params, 1.0) == (
        None if expected is None else pytest.approx(expected)
    )


def test_the_power_of_a_unit_is_read_best_at_the_greatest_current_that_keeps_the_limit() -> None:
    """10 V at 10 ohm and 1 A, 10 % more of it, and 10 % less of the ratio."""
    expected = 0.9 * 2 * hypot(0.002, 0.0025 + 0.010 / 1.1) / sqrt(3)
    assert least_uncertainty("unit_power", KNOWN, {}, 0.1) == pytest.approx(expected)
    assert power_ratio(10.0, 1.1, 0.9).expanded == pytest.approx(expected)
    cold = Known(CHANNEL, {}, own_k=0.2, unit_ohms=10.0)
    assert least_uncertainty("unit_power", cold, {}, 0.1) is None


def test_an_instant_between_two_readings_is_rectangular_over_their_period() -> None:
    """Each has u = period / √12, and U = 2 u."""
    assert least_timing(RESPONSE, {"belt": 0.1, "supply": 5.0}) == pytest.approx(hypot(0.1, 5.0) / sqrt(3.0))
    assert least_timing(METRICS["spread"], {"belt": 0.1, "supply": 5.0}) is None


@pytest.mark.parametrize(
    ("periods_s", "sources"),
    [
        ({"belt": 0.1, "supply": 5.0}, ("supply",)),
        ({"belt": 1.0, "supply": 0.2}, ("belt",)),
        ({"belt": 1.0, "supply": 5.0}, ("supply", "belt")),
    ],
)
def test_the_longest_periods_are_just_short_enough(
    periods_s: dict[str, float], sources: tuple[str, ...]
) -> None:
    slow, period_s = longest_periods(RESPONSE, periods_s, 0.5)
    assert slow == sources
    assert least_timing(RESPONSE, periods_s | dict.fromkeys(slow, period_s)) == pytest.approx(0.5)
