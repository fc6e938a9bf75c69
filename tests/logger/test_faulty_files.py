"""What is missing, doubled or broken in a file stays so: nothing is filled in, and nothing passes over it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rig.logger.table import CsvError
from tests.logger.samples import MAPPING, Sample, changed, reasons, verdicts

Rows = list[list[str]]


def put(text: str, first: int, last: int) -> Callable[[Rows], None]:
    """Cells of the plate from one row to another hold something else."""

    def edit(rows: Rows) -> None:
        for row in rows[first:last]:
            row[2] = text

    return edit


def swap(rows: Rows) -> None:
    rows[100], rows[101] = rows[101], rows[100]


def twice(rows: Rows) -> None:
    rows.insert(100, list(rows[100]))


def gap(rows: Rows) -> None:
    del rows[100:110]


def torn(rows: Rows) -> None:
    rows[-1] = rows[-1][:2]


def timeless(rows: Rows) -> None:
    rows[50][0] = "12:6x"


def ends_early(rows: Rows) -> None:
    del rows[60:]


@pytest.mark.parametrize(
    "text", ["", "NaN", "nan", "inf", "OL", "-OL", "1e38", "9.9E37", "+9.90000000E+37", "bad", "1_0"]
)
def test_no_value_is_made_up_where_readings_are_missing(text: str, tmp_path: Path) -> None:
    judged = Sample(tmp_path, edit=put(text, 100, 106)).judge()
    found = verdicts(judged)
    assert "no valid reading" in reasons(judged)
    for name in ("rise_time", "settling_time", "steady_mean", "peak_temperature", "overshoot"):
        assert found[name] == "INVALID", name
    assert "FAIL" not in found.values()


def test_two_missing_readings_are_no_gap_except_beside_the_peak(tmp_path: Path) -> None:
    found = verdicts(Sample(tmp_path, edit=put("", 100, 102)).judge())
    assert set(found.values()) == {"PASS"}


def test_a_temperature_below_any_thermocouple_is_no_reading(tmp_path: Path) -> None:
    judged = Sample(tmp_path, edit=put("-300.0", 100, 106)).judge()
    assert "no valid reading" in reasons(judged)
    assert verdicts(judged)["peak_temperature"] == "INVALID"


def test_celsius_in_a_column_that_is_said_to_be_in_kelvin_passes_nothing(tmp_path: Path) -> None:
    mapping = changed(MAPPING, ("{column: T1, unit: degC}", "{column: T1, unit: K}"))
    words = r'column "T1" begins with "2.*", below -200 degC; correct the unit of plate'
    with pytest.raises(CsvError, match=words):
        Sample(tmp_path, mapping=mapping).judge()


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (swap, "goes back in time at 500.0 s"),
        (twice, "do not rise: a reading of 500.000 s follows one that is not older"),
        (gap, "plate has no valid reading for 55 s from 495.0 s on"),
        (torn, "line 362 has 2 of 3 cells"),
        (timeless, 'the time "12:6x" of line 52 cannot be read'),
    ],
)
def test_what_is_broken_withholds_every_pass_and_says_where(
    edit: Callable[[Rows], None], words: str, tmp_path: Path
) -> None:
    judged = Sample(tmp_path, edit=edit).judge()
    assert words in reasons(judged)
    assert verdicts(judged)["steady_mean"] == "INVALID"
    assert judged.verdict == "INVALID"


def test_a_file_that_ends_early_shows_less_and_no_more(tmp_path: Path) -> None:
    found = verdicts(Sample(tmp_path, edit=ends_early).judge())
    assert found["rise_time"] == found["settling_time"] == found["steady_mean"] == "INCONCLUSIVE"
    assert found["time_to"] == "PASS"


def test_an_hour_that_comes_twice_is_no_hour_of_heating(tmp_path: Path) -> None:
    """The clocks of Berlin go back at 3:00 on 25 October 2026."""
    mapping = changed(
        MAPPING,
        ("format: seconds, began: 2026-06-01T09:30:00+02:00", "format: iso8601, zone: Europe/Berlin"),
    )
    t = [60.0 * n for n in range(120)]

    def local(t: float) -> str:
        minute = int(t / 60.0)
        hour, minute = divmod(150 + minute if minute < 30 else 90 + minute, 60)
        return f"2026-10-25 {hour:02}:{minute:02}:00"

    judged = Sample(tmp_path, t=t, time=local, mapping=mapping).judge()
    assert "goes back in time" in reasons(judged)
    assert "PASS" not in verdicts(judged).values()


def test_a_clock_that_is_put_back_by_less_than_a_day_is_invalid_at_every_check(tmp_path: Path) -> None:
    """The record ends before it begins."""

    def clock(t: float) -> str:
        second = int(t + 8.0 * 3600.0) - (3 * 3600 if t > 300.0 else 0)
        return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"

    mapping = changed(MAPPING, ("format: seconds", 'format: "h:m:s"'))
    judged = Sample(tmp_path, time=clock, mapping=mapping).judge()
    assert "goes back in time" in reasons(judged)
    assert set(verdicts(judged).values()) == {"INVALID"}


def scatter(rows: Rows) -> None:
    """Noise of some ten of the last digits."""
    noise = np.random.default_rng(1).normal(0.0, 1e-3, len(rows)).tolist()
    for row, error in zip(rows, noise, strict=True):
        row[2] = f"{float(row[2]) + error:.4f}"


def freeze(rows: Rows) -> None:
    scatter(rows)
    put("31.2345", 60, 100)(rows)


@pytest.mark.parametrize(
    ("heat", "words"),
    [
        ("heat: {signal: power, above: 1 %}\n", " while it was heated"),
        ("heat: {from: start, baseline: first reading}\n", " while it was heated"),
        ("", ""),
    ],
)
def test_digits_that_stay_pass_nothing_whether_or_not_the_file_says_when_heat_flowed(
    heat: str, words: str, tmp_path: Path
) -> None:
    mapping = changed(MAPPING, ("heat: {signal: power, above: 1 %}\n", heat))
    sound = Sample(tmp_path, mapping=mapping, edit=scatter).judge()
    assert verdicts(sound)["peak_temperature"] == "PASS"
    judged = Sample(tmp_path, mapping=mapping, edit=freeze).judge()
    assert f"plate kept its digits for 195 s from 300.0 s on{words}" in reasons(judged)
    assert verdicts(judged)["peak_temperature"] == "INVALID"
