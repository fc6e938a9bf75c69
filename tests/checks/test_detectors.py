"""Steady-state detectors on block means with known answers, at either side of what they demand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rig.checks.blocks import Block
from rig.checks.detectors import DETECTORS
from rig.checks.table import STEADY_WINDOWS_S


def blocks(degc: Callable[[float], float], until_s: float, length_s: float = 60.0) -> list[Block]:
    """Blocks of a course of temperature over time."""
    starts = [length_s * n for n in range(int(until_s / length_s))]
    return [Block(s, s + length_s, degc(s + length_s / 2), 0.0, 0.0) for s in starts]


def test_the_table_names_the_detectors_that_there_are() -> None:
    assert tuple(DETECTORS) == tuple(STEADY_WINDOWS_S)


CASES = [
    # detector, rise in K/min that just passes, one that does not, seconds that it needs
    ("slope", 0.099, 0.101, 600.0),
    ("k-per-30min", 0.99 / 29.0, 1.01 / 29.0, 1800.0),
    ("iec60601-1", 1.99 / 59.0, 2.01 / 59.0, 3600.0),
    ("iec60601-2-21", 0.99 / 59.0, 1.01 / 59.0, 3600.0),
    ("ul-3-readings", 0.0019, 0.0021, 660.0),
    ("ul-3-readings-15min", 0.00065, 0.00068, 1860.0),
]


@pytest.mark.parametrize(("name", "within", "beyond", "needs_s"), CASES)
def test_each_detector_takes_what_it_should(name: str, within: float, beyond: float, needs_s: float) -> None:
    detect = DETECTORS[name]
    assert detect(blocks(lambda t: 39.0 + within * t / 60.0, needs_s), 0.0) > 0
    assert detect(blocks(lambda t: 39.0 + beyond * t / 60.0, needs_s), 0.0) == 0


@pytest.mark.parametrize(("name", "_within", "_beyond", "needs_s"), CASES)
def test_no_detector_answers_before_its_time(
    name: str, _within: float, _beyond: float, needs_s: float
) -> None:
    detect = DETECTORS[name]
    assert detect(blocks(lambda _: 39.0, needs_s - 60.0), 0.0) == 0
    assert detect(blocks(lambda _: 39.0, needs_s), 0.0) >= 3


@pytest.mark.parametrize("name", ["slope", "k-per-30min", "iec60601-1", "iec60601-2-21"])
def test_falling_counts_as_much_as_rising(name: str) -> None:
    assert DETECTORS[name](blocks(lambda t: 39.0 - 0.2 * t / 60.0, 3600.0), 0.0) == 0


def test_three_readings_may_fall() -> None:
    assert DETECTORS["ul-3-readings"](blocks(lambda t: 39.0 - 0.1 * t / 60.0, 900.0), 0.0) > 0


def test_three_readings_are_further_apart_the_longer_it_takes() -> None:
    # 10 % of 6000 s are 10 min, so the last rise lies within their span though 5 min before the end
    late = blocks(lambda t: 39.0 if t < 4920.0 else 39.5, 6000.0)
    assert DETECTORS["ul-3-readings"](late, 0.0) == 0
    assert DETECTORS["ul-3-readings"](late, 5000.0) > 0


def test_the_range_sees_what_the_change_does_not() -> None:
    there_and_back = blocks(lambda t: 41.5 if 1000.0 < t < 1600.0 else 39.0, 3600.0)
    assert DETECTORS["iec60601-1"](there_and_back, 0.0) == 0
    assert DETECTORS["iec60601-2-21"](there_and_back, 0.0) > 0


def test_long_blocks_are_at_least_three() -> None:
    assert DETECTORS["slope"](blocks(lambda _: 39.0, 900.0, 300.0), 0.0) == 3
    assert DETECTORS["slope"](blocks(lambda _: 39.0, 600.0, 300.0), 0.0) == 0
