"""The course of a signal in bounded memory."""

from __future__ import annotations

import pytest

from rig.tui.view.envelope import BUCKETS, RECENT_S, Trace

HOURS_12 = 12 * 3600


def test_a_spike_of_one_reading_is_still_there_after_twelve_hours() -> None:
    trace = Trace(0.0)
    for second in range(HOURS_12):
        trace.add(float(second), 45.5 if second == 1234 else 37.0)
    curve = trace.curve(recent=False)
    assert curve.high.max() == 45.5
    assert abs(float(curve.t[curve.high.argmax()]) - 1234.0) < HOURS_12 / BUCKETS * 2
    assert curve.low.min() == 37.0
    assert curve.t.size <= BUCKETS


def test_the_recent_part_keeps_its_resolution() -> None:
    trace = Trace(0.0)
    for second in range(HOURS_12):
        trace.add(float(second), float(second))
    curve = trace.curve(recent=True)
    assert curve.t.size == pytest.approx(RECENT_S, abs=2)
    assert float(curve.t[-1]) == pytest.approx(HOURS_12 - 1, abs=1.0)
    assert float(curve.t[0]) == pytest.approx(HOURS_12 - RECENT_S, abs=1.0)


def test_a_silence_leaves_a_gap_and_forgets_what_stood_in_the_ring_before() -> None:
    trace = Trace(0.0)
    for second in [*range(600), *range(900, 1000)]:
        trace.add(float(second), 1.0)
    times = trace.curve(recent=True).t
    assert not ((times > 601.0) & (times < 899.0)).any()
    assert times.size == 300


def test_what_is_no_number_is_left_out() -> None:
    trace = Trace(0.0)
    trace.add(0.0, float("nan"))
    assert trace.curve(recent=False).t.size == 0
    assert trace.curve(recent=True).t.size == 0
