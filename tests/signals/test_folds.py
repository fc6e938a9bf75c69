"""Causal folds: their rules, and that a recorded trace folds to the instants of the live values."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan, nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.signals.derive import Derivation
from rig.signals.folds import Beyond, FrozenFor, Jump, Rise, Spread, Steady, Within, slope
from rig.signals.traces import traces


def _instants(fold: Callable[[float, float], bool], values: list[float], shift: float = 0.0) -> list[int]:
    return [i for i, v in enumerate(values) if fold(i + shift, v)]


def test_beyond_counts_readings_in_a_row() -> None:
    fold = Beyond(45.0, readings=2)
    assert _instants(fold.update, [44.0, 46.0, 45.0, 46.0, 46.0, 47.0, 45.0, 46.0]) == [4, 5]


def test_at_the_limit_is_not_beyond() -> None:
    assert not Beyond(45.0).update(0.0, 45.0)
    assert not Beyond(20.0, above=False).update(0.0, 20.0)
    assert Beyond(20.0, above=False).update(0.0, 19.9)


def test_beyond_for_a_time_counts_from_the_first_reading_beyond() -> None:
    fold = Beyond(1.0, for_s=3.0)
    assert _instants(fold.update, [2.0, 2.0, 0.0, 2.0, 2.0, 2.0, 2.0, 2.0]) == [6, 7]


def test_an_invalid_reading_neither_counts_nor_clears() -> None:
    fold = Beyond(45.0, readings=2)
    assert _instants(fold.update, [46.0, nan, nan, 46.0, nan, 44.0, nan]) == [3, 4]


def test_beyond_needs_a_reading() -> None:
    with pytest.raises(ValueError, match="at least one reading"):
        Beyond(45.0, readings=0)


def test_rise_is_the_least_squares_slope_once_the_window_is_four_fifths_filled() -> None:
    fold = Rise(30.0)
    slopes = [fold.update(float(t), 33.0 + 0.1 * t) for t in range(40)]
    assert slopes[23] is None
    assert slopes[24] == pytest.approx(0.1)
    assert slopes[39] == pytest.approx(0.1)


@given(st.lists(st.floats(20.0, 50.0), min_size=31, max_size=31))
def test_rise_agrees_with_numpy_polyfit(values: list[float]) -> None:
    fold = Rise(30.0)
    slope = [fold.update(float(t), v) for t, v in enumerate(values)][-1]
    assert slope == pytest.approx(np.polyfit(np.arange(31.0), values, 1)[0], abs=1e-9)


def test_rise_forgets_what_left_the_window_and_leaves_invalid_readings_out() -> None:
    fold = Rise(10.0)
    slope = None
    for t in range(40):
        slope = fold.update(float(t), nan if t % 5 == 2 else (0.0 if t < 20 else 0.5 * t))
    assert slope == pytest.approx(0.5)


def test_rise_gathers_no_rounding_over_a_long_run() -> None:
    fold = Rise(30.0)
    points: list[tuple[float, float]] = []
    for k in range(5000):
        t, value = 1e5 + 1.003 * k, 38.0 + 0.01 * (k % 700) + 0.02 * (k * 7919 % 13)
        found = fold.update(t, nan if k % 11 == 3 else value)
        if k % 11 != 3:
            points.append((t, value))
        if k > 60:
            assert found == pytest.approx(slope([p for p in points[-40:] if p[0] >= t - 30.0]), abs=1e-12)


def test_rise_says_nothing_on_a_gap() -> None:
    fold = Rise(10.0)
    for t in range(20):
        fold.update(float(t), 30.0)
    assert fold.update(40.0, 35.0) is None


def test_steady_within_a_slope() -> None:
    fold = Steady(10.0, 0.0105)
    values = [30.0 + 0.02 * t for t in range(20)] + [30.38] * 20
    slopes = [np.polyfit(np.arange(11.0), values[t - 10 : t + 1], 1)[0] for t in range(10, 40)]
    first = next(t for t, slope in enumerate(slopes, start=10) if abs(slope) <= 0.0105)
    assert _instants(fold.update, values) == list(range(first, 40))


def test_frozen_counts_exactly_equal_readings() -> None:
    fold = FrozenFor()
    assert [fold.update(float(t), v) for t, v in enumerate([1.0, 1.0, nan, 1.0, 1.1, 1.1])] == [
        0.0,
        1.0,
        1.0,
        3.0,
        0.0,
        1.0,
    ]


def test_jump_compares_valid_readings() -> None:
    fold = Jump(5.0)
    assert _instants(fold.update, [30.0, 34.0, nan, 40.0, 40.1, 35.0, 29.9]) == [3, 5, 6]


def test_spread_leaves_invalid_values_out() -> None:
    fold = Spread()
    assert fold.update(0.0, [30.0, nan, 33.5, 31.0]) == 3.5
    assert isnan(fold.update(0.0, [30.0, nan]))


_SERIES = st.lists(st.one_of(st.floats(40.0, 50.0), st.just(nan)), max_size=60)


@given(_SERIES, st.integers(1, 4), st.floats(0.0, 5.0), st.integers(0, 1000))
def test_shifting_time_shifts_instants(values: list[float], readings: int, for_s: float, shift: int) -> None:
    still = _instants(Beyond(45.0, readings=readings, for_s=round(for_s)).update, values)
    moved = _instants(Beyond(45.0, readings=readings, for_s=round(for_s)).update, values, float(shift))
    assert still == moved


@given(_SERIES, st.integers(1, 4))
def test_leaving_invalid_readings_out_changes_no_answer(values: list[float], readings: int) -> None:
    with_invalid, without = Beyond(45.0, readings=readings), Beyond(45.0, readings=readings)
    answers = [with_invalid.update(float(t), v) for t, v in enumerate(values)]
    for t, v in enumerate(values):
        if not isnan(v):
            assert without.update(float(t), v) == answers[t]


@given(st.lists(st.one_of(st.floats(2e-4, 1.1e-3), st.just("+9.90000000E+37")), min_size=1, max_size=50))
def test_a_recorded_trace_folds_to_the_instants_of_the_live_values(
    wiring: dict[str, Any], volts: list[Any]
) -> None:
    live, fold, lines, seen = Derivation(wiring), Beyond(40.0, readings=2, for_s=1.0), [], []
    index = live.index["skin.hottest"]
    for row, reading in enumerate(volts):
        t0, values = row * 0.7, [23.0, reading, 1e-4, 1e-4, 0.0]
        live.take("scanner", t0, values)
        if fold.update(live.instant[index], live.value[index]):
            seen.append(live.instant[index])
        lines.append({"k": "scan", "t": t0, "s": {"scanner": [t0, values]}})
    trace = traces(wiring, lines, ["skin.hottest"])["skin.hottest"]
    again = Beyond(40.0, readings=2, for_s=1.0)
    pairs = zip(trace.t.tolist(), trace.value.tolist(), strict=True)
    assert [t for t, v in pairs if again.update(t, v)] == seen


def test_within_counts_from_the_first_reading_that_lies_there() -> None:
    fold = Within(40.0, 0.5, 3.0)
    assert _instants(fold.update, [39.0, 39.5, 40.5, 40.0, 40.0, 40.6, 40.0, 40.0, 40.0, 40.0]) == [4, 9]


def test_within_no_time_is_reached_by_the_first_reading_there() -> None:
    assert Within(40.0, 0.5, 0.0).update(0.0, 40.5)
    assert not Within(40.0, 0.5, 0.0).update(0.0, 40.6)


def test_what_was_not_read_has_not_stayed_within() -> None:
    """A probe that reads nothing for hours has soaked for none of them, and has lost nothing of what it had."""
    fold = Within(40.0, 0.5, 3.0)
    readings = [
        (0.0, 40.0),
        (1.0, 40.0),
        (2.0, 40.0),
        (3.0, nan),
        (5000.0, nan),
        (5001.0, 40.0),
        (5002.0, 40.0),
    ]
    assert [fold.update(t, v) for t, v in readings] == [False] * 6 + [True]


_READING = st.tuples(st.integers(1, 50), st.sampled_from([nan, 39.0, 39.5, 40.0, 40.4, 40.5, 40.6, 41.0]))


@given(st.lists(_READING, max_size=60), st.integers(0, 300))
def test_within_agrees_with_a_look_at_all_readings_at_once(
    steps: list[tuple[int, float]], for_ds: int
) -> None:
    """Tenths of a second, so that the reference adds whole numbers."""
    instants, values, now = [], [], 0
    fold = Within(40.0, 0.5, for_ds / 10.0)
    for gap, value in steps:
        now += gap
        instants.append(now)
        values.append(value)
        there = [abs(v - 40.0) <= 0.5 for v in values]
        since = max((i + 1 for i, v in enumerate(values) if not isnan(v) and not there[i]), default=0)
        pairs = [i for i in range(since + 1, len(values)) if there[i] and there[i - 1]]
        stayed = sum(instants[i] - instants[i - 1] for i in pairs)
        assert fold.update(now / 10.0, value) == (there[-1] and stayed >= for_ds)
