"""A probe that keeps its digits while it is heated is frozen, and nothing of its run passes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.checks.frozen import FROZEN_S, LEAST_ALIKE, frozen_span
from rig.signals.traces import Floats
from tests.checks.regulated import Regulated
from tests.checks.test_added_up_metrics import DOSE, SKINS
from tests.checks.test_added_up_metrics import at as constant


def noisy(seed: int, count: int = 600, digit: float = 1e-4, sigma: float = 0.03) -> Floats:
    pick = np.random.default_rng(seed)
    return np.array([round((39.0 + x) / digit) * digit for x in pick.normal(0.0, sigma, count).tolist()])


@given(st.integers(0, 2**32))
def test_a_channel_that_is_alive_is_never_called_frozen(seed: int) -> None:
    assert frozen_span(np.arange(600.0), noisy(seed)) is None


@given(st.integers(0, 2**32), st.integers(0, 500))
def test_digits_that_stay_for_a_minute_are_frozen(seed: int, first: int) -> None:
    digits = noisy(seed)
    last = first + int(FROZEN_S)
    digits[first : last + 1] = digits[first]
    assert frozen_span(np.arange(600.0), digits) == (first, min(last, 599))


@given(st.integers(0, 2**32), st.sampled_from([0.1, 0.5, 1.0]))
def test_of_a_channel_that_resolves_less_than_its_noise_the_digits_tell_nothing(
    seed: int, digit: float
) -> None:
    t = np.arange(600.0)
    heated = 33.0 + 6.0 * (1.0 - np.exp(-t / 60.0)) + noisy(seed) - 39.0
    assert frozen_span(t, np.round(heated / digit) * digit) is None


@given(st.floats(20.0, 300.0), st.sampled_from([1e-9, 1e-4, 0.01]))
def test_a_curve_without_noise_may_come_to_rest(time_constant: float, digit: float) -> None:
    t = np.arange(3600.0)
    curve = 33.0 + 6.0 * (1.0 - np.exp(-t / time_constant))
    assert frozen_span(t, np.round(curve / digit) * digit) is None


@given(st.integers(0, 2**32), st.integers(0, 500))
def test_a_channel_whose_noise_is_three_digits_does_not_repeat_itself_thirty_times(
    seed: int, first: int
) -> None:
    digits = noisy(seed, digit=0.01)
    assert frozen_span(np.arange(600.0), digits) is None
    digits[first : first + 61] = digits[first]
    found = frozen_span(np.arange(600.0), digits)
    assert found is not None
    assert first - 5 <= found[0] <= first


@given(
    st.sampled_from([1.0, 5.0, 30.0, 60.0]),
    st.floats(2.0, 1000.0),
    st.sampled_from([0.01, 0.1, 0.3223, 1.0]),
    st.floats(0.0, 60.0),
)
def test_a_curve_that_is_faster_than_its_readings_may_come_to_rest(
    period: float, time_constant: float, digit: float, dead_time: float
) -> None:
    t = period * np.arange(400.0)
    since = np.clip(t - dead_time, 0.0, None) / time_constant
    curve = 23.0 + 37.0 * (1.0 - (1.0 + since) * np.exp(-since))
    assert frozen_span(t, np.round(curve / digit) * digit) is None


def test_less_than_a_minute_or_ten_readings_are_not_enough() -> None:
    digits = noisy(1)
    digits[100:160] = digits[100]
    assert frozen_span(np.arange(600.0), digits) is None
    slow = noisy(1, 60)
    slow[10 : 10 + LEAST_ALIKE - 1] = slow[10]
    assert frozen_span(30.0 * np.arange(60.0), slow) is None


def test_a_frozen_probe_withholds_every_pass_and_is_named() -> None:
    run = constant(41.0, DOSE).edit("scanner", SKINS[0], 41.0, (400.0, 700.0))
    scans = [line["s"]["scanner"][1] for line in run.lines if "scanner" in line.get("s", {})]
    for row, values in enumerate(scans):
        if not 400 <= row + 1 <= 700:
            values[SKINS[0]] += 1e-3 * (row * row * 7919 % 61)
    result = run.result("thermal_dose")
    assert result["verdict"] == "INVALID"
    assert "skin.a1 kept its digits for 300 s from 400.0 s on while it was heated" in result["reason"]


def test_a_probe_that_never_moves_while_it_is_heated_is_frozen_however_coarse() -> None:
    run = Regulated().build(DOSE).edit("scanner", SKINS[1], 38.0, (0.0, 2000.0))
    assert "skin.a2 kept its digits" in run.result("thermal_dose")["reason"]


@pytest.mark.parametrize("column", SKINS)
def test_before_the_heat_digits_may_stay(column: int) -> None:
    run = Regulated().build(DOSE).edit("scanner", column, 33.0, (0.0, 299.0))
    assert "kept its digits" not in run.result("thermal_dose")["reason"]
