"""Integrals over irregular instants, with readings that are missing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.checks.dose import cem43_rate
from rig.checks.integral import integrate, time_above

STEPS = st.lists(st.floats(0.01, 3.0), min_size=2, max_size=40)
nan = np.nan


def test_a_straight_line_is_exact_on_any_instants() -> None:
    t = np.array([0.0, 0.1, 0.7, 2.0, 5.0])
    assert integrate(t, 3.0 + 2.0 * t, 10.0).total == pytest.approx(3.0 * 5.0 + 25.0)


def test_the_rate_is_integrated_and_not_the_temperature() -> None:
    """Between 43 and 45 °C the mean of the rates, 2.5, and not the rate of the mean, 2."""
    t = np.array([0.0, 60.0])
    assert integrate(t, cem43_rate(np.array([43.0, 45.0]), "none"), 100.0).total == 2.5 * 60.0


def test_an_invalid_reading_belongs_to_the_step_between_its_neighbours() -> None:
    found = integrate(np.array([0.0, 1.0, 2.0]), np.array([1.0, nan, 3.0]), 3.0)
    assert (found.total, found.bound, found.gap_s) == (4.0, 4.0, 0.0)


def test_a_gap_adds_nothing_to_the_sum_and_its_greater_neighbour_to_the_bound() -> None:
    t, rate = np.array([0.0, 1.0, 11.0, 12.0]), np.array([1.0, 1.0, 5.0, 5.0])
    found = integrate(t, rate, 3.0)
    assert (found.total, found.bound, found.gap_s) == (6.0, 56.0, 10.0)


def test_many_invalid_readings_are_a_gap() -> None:
    t = np.arange(10.0)
    rate = np.where((t > 2.0) & (t < 8.0), nan, 2.0)
    found = integrate(t, rate, 3.0)
    assert (found.total, found.bound, found.gap_s) == (6.0, 18.0, 6.0)


def test_the_time_above_a_level_is_interpolated() -> None:
    t, value = np.array([0.0, 2.0, 3.0, 4.0]), np.array([41.0, 43.0, 43.0, 41.0])
    assert time_above(t, value, 42.0, 10.0).total == pytest.approx(1.0 + 1.0 + 0.5)
    assert time_above(t, value, 41.0, 10.0).total == 4.0
    assert time_above(t, value, 43.0, 10.0).total == 1.0
    assert time_above(t, value, 43.01, 10.0).total == 0.0


def test_a_gap_beside_a_hot_reading_may_have_been_hot() -> None:
    t, value = np.array([0.0, 1.0, 11.0, 12.0]), np.array([43.0, 43.0, 41.0, 41.0])
    found = time_above(t, value, 42.0, 3.0)
    assert (found.total, found.bound, found.gap_s) == (1.0, 11.0, 10.0)


def test_instants_that_do_not_rise_are_refused() -> None:
    for t in ([0.0, 0.0], [1.0, 0.0]):
        with pytest.raises(ValueError, match="do not rise"):
            integrate(np.array(t), np.array([1.0, 1.0]), 1.0)


@given(STEPS, st.integers(-1000, 1000), st.integers(0, 2**32 - 1))
def test_a_shift_of_time_changes_nothing(steps: list[float], shift: int, seed: int) -> None:
    t = np.cumsum(steps)
    degc = np.random.default_rng(seed).uniform(38.0, 46.0, len(t))
    for level in (40.0, 42.0):
        one, other = (time_above(x, degc, level, 1.0) for x in (t, t + 128.0 * shift))
        assert other.total == pytest.approx(one.total, abs=1e-8)


@given(STEPS, st.integers(0, 2**32 - 1), st.floats(0.0, 5.0))
def test_warmer_never_comes_to_less(steps: list[float], seed: int, warmer: float) -> None:
    t = np.cumsum(steps)
    degc = np.random.default_rng(seed).uniform(36.0, 46.0, len(t))
    hot = degc + warmer
    assert (
        integrate(t, cem43_rate(hot, "39 degC"), 1.0).total
        >= integrate(t, cem43_rate(degc, "39 degC"), 1.0).total
    )
    assert time_above(t, hot, 42.0, 1.0).total >= time_above(t, degc, 42.0, 1.0).total - 1e-9


@given(STEPS, st.integers(0, 2**32 - 1))
def test_the_bound_is_never_below_the_sum(steps: list[float], seed: int) -> None:
    t = np.cumsum(steps)
    rate = np.random.default_rng(seed).uniform(0.0, 5.0, len(t))
    found = integrate(t, rate, 1.0)
    assert found.total <= found.bound
    assert (found.gap_s > 0.0) is bool(np.max(np.diff(t)) > 1.0)
