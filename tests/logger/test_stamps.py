"""Clocks that pass midnight, and rows that are faster than their stamps: what can be told is, and how well."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.logger.stamps import DAY_S, UnevenRowsError, over_midnight, place_rows, read_stamps
from tests.logger.samples import MAPPING, Sample, changed, reasons, values, verdicts

QUARTERS = [0.25 * n for n in range(7200)]
CLOCK = changed(MAPPING, ("format: seconds", 'format: "h:m:s"'))
ADDED_UP = """\
plan: sums
purpose: What adds up.
checks:
  - time_above: {of: plate, level: 45 degC, at_most: 1 h}
  - thermal_dose: {of: plate, at_most: 8000 h}
  - drift: {at_most: 1 K/h, steady_slope: 0.01 K/min}
"""


def clock(began_s: float) -> Callable[[float], str]:
    def show(t: float) -> str:
        second = int(t + began_s) % 86400
        return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"

    return show


def afternoon(t: float) -> str:
    """A clock of twelve hours that passes one o'clock at 36 s."""
    second = int(t) + 46764 - 36
    hour, half = (second // 3600 - 1) % 12 + 1, "AM" if second < 43200 else "PM"
    return f"{hour:02}:{second // 60 % 60:02}:{second % 60:02} {half}"


def without(start: float, end: float) -> list[float]:
    return [t for t in QUARTERS if not start < t < end]


def uncertainties(sample: Sample) -> dict[str, float]:
    return {result["name"]: result["uncertainty"] for result in sample.judge().results}


@pytest.mark.parametrize(
    ("time", "form"),
    [
        (clock(23.9 * 3600.0), '"h:m:s"'),
        (clock(23.9 * 3600.0), '"%H:%M:%S"'),
        (afternoon, '"%I:%M:%S %p"'),
    ],
)
def test_a_clock_without_a_date_passes_midnight_and_noon(
    time: Callable[[float], str], form: str, tmp_path: Path
) -> None:
    plain = values(Sample(tmp_path).judge())
    mapping = changed(MAPPING, ("format: seconds", f"format: {form}"))
    judged = Sample(tmp_path, time=time, mapping=mapping).judge()
    assert set(verdicts(judged).values()) == {"PASS"}, reasons(judged)
    assert values(judged) == pytest.approx(plain, rel=1e-6)


def test_the_record_says_where_midnight_was() -> None:
    timed = read_stamps([86390.0, 86395.0, 0.0, 5.0], [], is_clock=True)
    assert timed.t == [86390.0, 86395.0, DAY_S, DAY_S + 5.0]
    assert timed.notes == ("the clock passes midnight before 00:00:00 of day 2",)


@given(st.lists(st.floats(min_value=0.1, max_value=3000.0), max_size=200), st.floats(0.0, DAY_S - 1.0))
def test_any_number_of_midnights_is_unfolded(steps: list[float], began_s: float) -> None:
    t = [began_s]
    for step in steps:
        t.append(t[-1] + step)
    unfolded, firsts = over_midnight([at % DAY_S for at in t])
    assert unfolded == pytest.approx(t, abs=1e-6)
    assert len(firsts) == int(t[-1] // DAY_S)


@pytest.mark.parametrize("t", [[3600.0, 0.0], [50000.0, 6000.0], [90000.0, 0.0], [82799.0, 0.0, 5.0]])
def test_any_other_fall_is_no_midnight(t: list[float]) -> None:
    assert over_midnight(t) == (t, [])


@pytest.mark.parametrize("every", [0.25, 1.0 / 3.7, 0.1])
@pytest.mark.parametrize("whole", [int, lambda t: int(t + 0.5)])
def test_rows_that_share_a_second_come_to_the_values_of_their_own_instants(
    every: float, whole: Callable[[float], int], tmp_path: Path
) -> None:
    t = [every * n for n in range(int(1800.0 / every))]
    known = Sample(tmp_path, t=t).judge()
    judged = Sample(tmp_path, t=t, time=lambda at: str(whole(at))).judge()
    assert set(verdicts(judged).values()) == {"PASS"}, reasons(judged)
    for name, value in values(known).items():
        assert values(judged)[name] == pytest.approx(value, rel=0.005, abs=0.3), name


def test_what_is_not_known_of_instants_widens_every_time_slope_and_sum(tmp_path: Path) -> None:
    shared: dict[str, Any] = {"t": QUARTERS, "time": lambda at: str(int(at))}
    narrow = uncertainties(Sample(tmp_path, t=QUARTERS))
    wide = uncertainties(Sample(tmp_path, **shared))
    for name in ("rise_time", "time_to", "time_constant", "dead_time", "settling_time", "ramp"):
        assert wide[name] > narrow[name], name
    assert wide["dead_time"] ** 2 - narrow["dead_time"] ** 2 == pytest.approx(8.0 / 3.0, rel=0.02), (
        "1 s at both ends"
    )
    narrow = uncertainties(Sample(tmp_path, t=QUARTERS, plan=ADDED_UP))
    wide = uncertainties(Sample(tmp_path, plan=ADDED_UP, **shared))
    assert wide["time_above"] - narrow["time_above"] == pytest.approx(2.0, abs=0.1), (
        "its two ends, a second each"
    )
    assert wide["thermal_dose"] > narrow["thermal_dose"]
    assert wide["drift"] > narrow["drift"]


def test_a_short_steady_window_is_not_told_by_rows_that_share_a_second(tmp_path: Path) -> None:
    plan = "plan: one\npurpose: One.\nchecks:\n  - steady_mean: {steady_over: 20 s, at_most: 90 degC}\n"
    judged = Sample(tmp_path, t=QUARTERS, time=lambda at: str(int(at)), plan=plan).judge()
    assert verdicts(judged) == {"steady_mean": "INVALID"}
    assert "write steady_over: 30 s or more" in reasons(judged)


@pytest.mark.parametrize(
    ("sample", "words"),
    [
        ({"t": without(600.0, 600.9)}, "1 to 4 rows have the same"),
        ({"t": sorted(QUARTERS + [600.0] * 4)}, "4 to 8 rows have the same"),
        ({"t": [0.95 * n for n in range(1800)]}, "most rows have one of their own"),
        ({"time": lambda t: str(60 * int(t / 60.0))}, "steps of 60 s, which is too coarse"),
        ({"time": lambda t: f"{int(t) ** 1.01:.3f}"}, "no even steps of one clock"),
    ],
)
def test_rows_that_cannot_be_placed_pass_nothing_and_say_what_to_do(
    sample: dict[str, Any], words: str, tmp_path: Path
) -> None:
    sample = {"t": QUARTERS, "time": lambda at: str(int(at)), **sample}
    judged = Sample(tmp_path, **sample).judge()
    assert words in reasons(judged)
    assert "have the logger write fractions of a second" in reasons(judged)
    assert set(verdicts(judged).values()) == {"INVALID"}


def test_a_pause_between_shared_seconds_stays_a_gap(tmp_path: Path) -> None:
    judged = Sample(tmp_path, t=without(600.0, 610.0), time=lambda at: str(int(at))).judge()
    assert "plate has no valid reading for 10 s from 600.1 s on" in reasons(judged)
    assert verdicts(judged)["time_to"] == "PASS"
    assert verdicts(judged)["steady_mean"] == verdicts(judged)["peak_temperature"] == "INVALID"


def test_rows_of_one_instant_that_hold_different_signals_stay_there() -> None:
    t = [0.0, 0.0, 1.0, 1.0, 2.0, 2.0]
    timed = read_stamps(t, [[20.0, "", 21.0, "", 22.0, ""], ["", 1.0, "", 1.0, "", 1.0]], is_clock=False)
    assert (timed.t, timed.within_s, timed.notes) == (t, 0.0, ())


@given(st.integers(2, 50), st.floats(0.0, 1.0), st.sampled_from([0.1, 0.5, 1.0]))
def test_rows_of_a_steady_rate_lie_within_a_step_of_their_instants(
    rate: int, phase: float, step: float
) -> None:
    t = [step * (phase + n) / rate for n in range(20 * rate)]
    placed = place_rows([step * int(at / step + 1e-9) for at in t])
    assert placed.within_s == pytest.approx(step)
    assert all(abs(found - at) <= placed.within_s for found, at in zip(placed.t, t, strict=True))
    assert all(later > earlier for earlier, later in zip(placed.t, placed.t[1:], strict=False))


def test_stamps_that_fall_are_not_spread() -> None:
    t = [0.0, 0.0, 1.0, 1.0, 0.5, 2.0]
    assert read_stamps(t, [[1.0] * 6], is_clock=False).t == t


def test_two_rows_alone_cannot_be_placed() -> None:
    with pytest.raises(UnevenRowsError):
        place_rows([1.0, 1.0])
