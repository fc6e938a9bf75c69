"""State levels, reference levels, aberrations and settling of curves with known answers."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.checks.transition import (
    Levels,
    histogram_levels,
    overshoot,
    reference_instants,
    settling_instant,
    transition_duration,
    undershoot,
)
from rig.signals.traces import Floats

# one node of 240 J/K and 0.35 W/K at 6 W from 23 °C
TAU_S, TOP_DEGC = 240.0 / 0.35, 23.0 + 6.0 / 0.35
NODE = Levels(23.0, TOP_DEGC)


def node(step_s: float = 1.0, lasts_s: float = 4000.0) -> tuple[Floats, Floats]:
    t = np.arange(0.0, lasts_s, step_s)
    return t, TOP_DEGC - (TOP_DEGC - 23.0) * np.exp(-t / TAU_S)


def test_a_single_node_rises_from_10_to_90_percent_in_1506_668_s() -> None:
    assert pytest.approx(685.714, abs=5e-4) == TAU_S
    assert pytest.approx(40.142857, abs=5e-7) == TOP_DEGC
    assert transition_duration(*node(0.1), NODE) == pytest.approx(1506.668, abs=1e-3)
    assert TAU_S * log(9.0) == pytest.approx(1506.668, abs=5e-4)


def test_a_single_node_reaches_40_degc_after_3282_85_s() -> None:
    share = (40.0 - 23.0) / (TOP_DEGC - 23.0)
    (at,) = reference_instants(*node(0.1), NODE, (share,))
    assert at == pytest.approx(3282.85, abs=0.01)


def test_half_of_the_way_is_the_mesial_level() -> None:
    _, mesial, _ = reference_instants(*node(0.1), NODE)
    assert mesial == pytest.approx(TAU_S * log(2.0), abs=1e-3)


def test_a_fall_is_a_rise_upside_down() -> None:
    t, value = node()
    fall = 60.0 - value
    assert transition_duration(t, fall, Levels(37.0, 60.0 - TOP_DEGC)) == pytest.approx(
        transition_duration(t, value, NODE)
    )
    assert Levels(37.0, 20.0).amplitude == -17.0


def test_a_level_that_is_not_reached_has_no_instant() -> None:
    assert reference_instants(*node(lasts_s=1000.0), NODE)[2] is None
    assert transition_duration(*node(lasts_s=1000.0), NODE) is None


def trapezium() -> Floats:
    return np.concatenate((np.full(100, 20.0), np.linspace(20.0, 40.0, 21), np.full(100, 40.0)))


def test_state_levels_are_the_modes_of_the_histogram() -> None:
    noise = np.random.default_rng(8).normal(0.0, 0.05, 221)
    levels = histogram_levels(trapezium() + noise)
    assert levels is not None
    assert levels == pytest.approx((20.0, 40.0), abs=0.25)  # half of a bin of 0.2, and noise
    falling = histogram_levels(trapezium()[::-1] + noise)
    assert falling is not None
    assert falling == pytest.approx((40.0, 20.0), abs=0.25)


def test_what_does_not_move_has_no_levels() -> None:
    assert histogram_levels(np.full(50, 20.0)) is None


DAMPING = 0.5


def second_order() -> tuple[Floats, Floats]:
    """A unit step of an oscillator of damping 0.5 and 1 rad/s."""
    t = np.arange(0.0, 40.0, 0.001)
    damped = np.sqrt(1.0 - DAMPING**2)
    phase = np.arccos(DAMPING)
    return t, 1.0 - np.exp(-DAMPING * t) / damped * np.sin(damped * t + phase)


def test_overshoot_and_undershoot_of_a_damped_oscillator() -> None:
    """Peaks alternate about the end by exp(-pi z / sqrt(1 - z²)) to the power of their number."""
    _, value = second_order()
    ratio = exp(-np.pi * DAMPING / np.sqrt(1.0 - DAMPING**2))
    levels = Levels(0.0, 1.0)
    assert overshoot(value, levels) == pytest.approx(ratio, rel=1e-6)
    assert undershoot(value[int(np.argmax(value)) :], levels) == pytest.approx(ratio**2, rel=1e-6)
    assert overshoot(20.0 - 3.0 * value, Levels(20.0, 17.0)) == pytest.approx(ratio, rel=1e-6)


def test_what_stays_on_its_way_has_no_overshoot() -> None:
    _, value = node()
    assert overshoot(value, NODE) == 0.0


@pytest.mark.parametrize("band", [0.02, 0.05])
def test_a_first_order_curve_settles_after_the_logarithm_of_its_band(band: float) -> None:
    t, value = node(0.1)
    at = settling_instant(t, value, TOP_DEGC, band * NODE.amplitude)
    assert at == pytest.approx(TAU_S * log(1.0 / band), abs=1e-3)


def test_settling_is_the_last_entry_of_the_band() -> None:
    t = np.arange(8.0)
    value = np.array([0.0, 1.0, 1.0, 2.0, 1.0, 1.0, 1.0, 1.0])
    assert settling_instant(t, value, 1.0, 0.5) == pytest.approx(3.5)
    assert settling_instant(t, value, 1.0, 2.0) == 0.0
    assert settling_instant(t[:4], value[:4], 1.0, 0.5) is None


@given(st.integers(-10_000, 10_000), st.floats(-1.0, 1.0))
def test_neither_a_shift_of_time_nor_kelvin_moves_a_transition(shift: int, noise: float) -> None:
    t, value = node(10.0)
    value = value + noise * np.sin(t)
    kelvin = Levels(*(level + 273.15 for level in NODE))
    moved = t + 64.0 * shift
    assert transition_duration(moved, value + 273.15, kelvin) == pytest.approx(
        transition_duration(t, value, NODE), abs=1e-6
    )
    assert overshoot(value + 273.15, kelvin) == pytest.approx(overshoot(value, NODE), abs=1e-9)
    one = settling_instant(t, value, TOP_DEGC, 1.5)
    other = settling_instant(moved, value + 273.15, kelvin.top, 1.5)
    assert one is not None
    assert other is not None
    assert other - 64.0 * shift == pytest.approx(one, abs=1e-6)
