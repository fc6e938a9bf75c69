"""Crossings, fitted lines and budgets of rises, with worked values."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.checks.budget import Budget, Component
from rig.checks.crossing import first_crossing, fitted_line, sliding_slopes, slope_around
from rig.signals.folds import Rise

# JCGM 100:2008, table H.6: corrections of a thermometer, in °C, over its readings less 20 °C
GUM_T = np.array([1.521, 2.012, 2.512, 3.003, 3.507, 3.999, 4.513, 5.002, 5.503, 6.010, 6.511])
GUM_B = np.array([-171, -169, -166, -159, -164, -165, -156, -157, -159, -161, -160]) * 1e-3


def test_a_fitted_line_is_that_of_the_gum() -> None:
    slope, error = fitted_line(GUM_T, GUM_B)
    assert slope == pytest.approx(0.00218, abs=5e-6)
    assert error == pytest.approx(0.00067, abs=5e-6)


def test_a_straight_line_has_no_error() -> None:
    t = np.arange(10.0)
    slope, error = fitted_line(t, 0.02 * t + 33.0)
    assert (slope, error) == pytest.approx((0.02, 0.0), abs=1e-12)


def test_a_crossing_is_interpolated() -> None:
    t = np.arange(10.0)
    assert first_crossing(t, 30.0 + t, 34.25) == pytest.approx(4.25)
    assert first_crossing(t, 30.0 + t, 29.0) == 0.0
    assert first_crossing(t, 30.0 + t, 37.5) is None  # only two readings are above it


def test_a_crossing_must_last() -> None:
    value = np.array([0.0, 2.0, 2.0, 0.0, 2.0, 2.0, 2.0])
    assert first_crossing(np.arange(7.0), value, 1.0) == pytest.approx(3.5)
    assert first_crossing(np.arange(2.0), value[:2], 1.0) is None


@given(st.lists(st.floats(30.0, 45.0), min_size=3, max_size=50), st.floats(31.0, 44.0))
def test_a_crossing_lies_where_the_value_passes_the_level(values: list[float], level: float) -> None:
    t, value = np.arange(float(len(values))), np.array(values)
    at = first_crossing(t, value, level)
    if at is not None:
        row = int(np.ceil(at))
        assert np.all(value[row : row + 3] >= level) or value[row] == pytest.approx(level)
        assert at == 0.0 or value[row - 1] < level or at == row


def test_the_slope_around_an_instant() -> None:
    t = np.arange(200.0)
    value = np.where(t < 100.0, 0.02 * t, 2.0)
    assert slope_around(t, value, 50.0) == pytest.approx(0.02)
    assert slope_around(t, value, 150.0) == pytest.approx(0.0, abs=1e-12)
    assert slope_around(t[:2], value[:2], 0.0) == 0.0


def test_a_rise_has_its_share_of_a_channels_own_errors_and_none_of_the_common_ones() -> None:
    budget = Budget(
        (Component("meter", 0.1, correlation=1.0), Component("wire", 0.19), Component("repeatability", 0.03))
    )
    assert budget.of_rise(1.9).standard == pytest.approx(sqrt(0.019**2 + 0.03**2))
    assert budget.of_rise(-1.9).standard == budget.of_rise(1.9).standard
    assert budget.of_rise(40.0).standard == pytest.approx(sqrt(0.19**2 + 0.03**2))


@given(st.integers(0, 2**32), st.sampled_from([20.0, 60.0, 600.0]))
def test_sliding_slopes_are_those_of_the_live_fold(seed: int, over_s: float) -> None:
    pick = np.random.default_rng(seed)
    t = np.cumsum(pick.choice([0.1, 1.0, 7.0, 90.0], 300, p=[0.3, 0.5, 0.15, 0.05])) + pick.uniform(0.0, 1e5)
    value = 33.0 + np.cumsum(pick.normal(0.0, 0.05, 300))
    live = Rise(over_s)
    expected = [live.update(*pair) for pair in zip(t.tolist(), value.tolist(), strict=True)]
    found = sliding_slopes(t, value, over_s)
    assert [each is None for each in expected] == np.isnan(found).tolist()
    slopes = [each for each in expected if each is not None]
    assert found[np.isfinite(found)].tolist() == pytest.approx(slopes, rel=1e-6, abs=1e-8)


def test_sliding_slopes_of_a_long_record_gather_no_rounding() -> None:
    t = np.array([1e5 + 0.1 * n for n in range(50_000)])
    found = sliding_slopes(t, 33.0 + 0.01 * (t - 1e5), 60.0)
    assert np.isnan(found[:480]).all()
    assert found[481:].tolist() == pytest.approx([0.01] * (len(t) - 481), rel=1e-9)
