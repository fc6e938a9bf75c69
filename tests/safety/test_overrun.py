"""A scan that cannot keep its pace is told after three late ones in a row."""

from __future__ import annotations

from math import inf, nan

import pytest

from rig.safety.interlocks import Trip
from rig.safety.overrun import Overrun


def test_three_late_scans_in_a_row_are_an_overrun() -> None:
    overrun = Overrun(0.1)
    assert [overrun.take(late) for late in (0.11, 0.2)] == [None, None]
    assert overrun.take(0.35) == Trip("scan overrun", "scan", 0.35, 0.1)


def test_one_in_time_begins_anew() -> None:
    overrun = Overrun(0.1)
    assert [overrun.take(late) for late in (0.2, 0.2, 0.0, 0.2, 0.2)] == [None] * 5
    assert overrun.take(0.2) is not None


def test_exactly_one_period_is_in_time_and_so_is_an_early_one() -> None:
    overrun = Overrun(0.1)
    assert [overrun.take(late) for late in (0.1, 0.1, 0.1, -1.0)] == [None] * 4


def test_it_goes_on_being_said_while_it_lasts() -> None:
    overrun = Overrun(0.1)
    said = [overrun.take(1.0) is not None for _ in range(5)]
    assert said == [False, False, True, True, True]


@pytest.mark.parametrize("late", [nan, inf])
def test_lateness_that_nobody_knows_is_late(late: float) -> None:
    overrun = Overrun(0.1)
    assert [overrun.take(late) is None for _ in range(3)] == [True, True, False]


@pytest.mark.parametrize("period_s", [0.0, -1.0, nan])
def test_a_period_is_needed(period_s: float) -> None:
    with pytest.raises(ValueError, match="period"):
        Overrun(period_s)
