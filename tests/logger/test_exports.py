"""Files as loggers export them, and what in them looks like a reading and is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rig.logger.rows import read_rows
from rig.logger.table import CsvError
from rig.plan.mapping import load_mapping
from tests.logger.samples import MAPPING, Sample, changed, degc, reasons, seconds, verdicts
from tests.logger.test_shapes import at, timed, with_csv

PEAK = "plan: one\npurpose: One check.\nchecks:\n  - peak_temperature: {of: plate, at_most: 60 degC}\n"

LABVIEW = (
    "LabVIEW Measurement\t\nSeparator\tTab\n***End_of_Header***\t\n\t\nDelta_X\t5.0\t5.0\n"
    "***End_of_Header***\t\t\ntime\tQ1\tT1\tComment"
)

EXPORTS: dict[str, dict[str, Any]] = {
    "signs apart": {"number": lambda x: f"+{x:9.4f}"},
    "LabVIEW": {"header": LABVIEW, "separator": "\t", "mapping": with_csv("separator: tab", "header: 7")},
    "milliseconds behind a colon": {
        "time": lambda t: at(t).strftime("%m/%d/%Y %H:%M:%S:") + "237",
        "mapping": timed('format: "%m/%d/%Y %H:%M:%S:%f", zone: UTC'),
    },
    "minutes and seconds": {
        "time": lambda t: f"{int(t) // 60:02}:{int(t) % 60:02}",
        "mapping": timed("format: m:s, began: 2026-06-01T09:30:00+02:00"),
    },
    "big-endian without a mark": {"encoding": "utf-16-be", "mapping": with_csv("encoding: utf-16")},
    "a unit in the name": {
        "header": "time,Q1,T1 [°C]",
        "mapping": changed(MAPPING, ("column: T1", 'column: "T1 [°C]"')),
    },
}  # fmt: skip


def notes(sample: Sample) -> tuple[str, ...]:
    file, mapping_file, _ = sample.write()
    return read_rows(file, load_mapping(mapping_file)).notes


def excursion(text: str) -> Callable[[list[list[str]]], None]:
    """The plate is at 75 °C for a minute, for which the logger writes something else."""

    def edit(rows: list[list[str]]) -> None:
        for row in rows[100:113]:
            row[2] = text

    return edit


@pytest.mark.parametrize("export", EXPORTS)
def test_each_export_is_read(export: str, tmp_path: Path) -> None:
    sample = Sample(tmp_path, **EXPORTS[export])
    judged = sample.judge()
    assert set(verdicts(judged).values()) == {"PASS"}, reasons(judged)
    assert notes(sample) == ()


@pytest.mark.parametrize("text", ["-127.00", "-127", "0.00", "0", "-0.0", "-99.9", "-1"])
@pytest.mark.parametrize("unit", ["degC", "degF"])
def test_what_a_logger_writes_for_no_probe_hides_no_peak(text: str, unit: str, tmp_path: Path) -> None:
    def fahrenheit(rows: list[list[str]]) -> None:
        for row in rows:
            row[2] = f"{1.8 * float(row[2]) + 32.0:.4f}"
        excursion("-196.6" if text.startswith("-127") else text)(rows)

    edit = excursion(text) if unit == "degC" else fahrenheit
    mapping = changed(MAPPING, ("unit: degC", f"unit: {unit}"))
    judged = Sample(tmp_path, plan=PEAK, mapping=mapping, edit=edit).judge()
    assert verdicts(judged) == {"peak_temperature": "INVALID"}
    assert "plate has no valid reading for 70 s from 495.0 s on" in reasons(judged)


def test_a_temperature_that_comes_through_zero_is_read(tmp_path: Path) -> None:
    def cold(rows: list[list[str]]) -> None:
        for row, t in zip(rows, seconds(), strict=True):
            row[2] = f"{degc(t) - 30.0:.0f}"

    judged = Sample(tmp_path, plan=PEAK, edit=cold).judge()
    assert verdicts(judged) == {"peak_temperature": "PASS"}


def test_a_probe_that_is_put_to_the_hot_plate_has_read_before(tmp_path: Path) -> None:
    def put(rows: list[list[str]]) -> None:
        for number, row in enumerate(rows):
            row[2] = "23" if number < 100 else "58"

    sample = Sample(tmp_path, plan=PEAK, edit=put)
    file, mapping_file, _ = sample.write()
    assert read_rows(file, load_mapping(mapping_file)).readings["plate"][:100] == [23.0] * 100


def test_a_setpoint_that_was_zero_is_one(tmp_path: Path) -> None:
    mapping = changed(
        MAPPING, ('{column: Q1, unit: "%"}', "{column: Q1, unit: degC}"), ("above: 1 %", "above: 30 degC")
    )
    judged = Sample(tmp_path, plan=PEAK, mapping=mapping).judge()
    assert verdicts(judged) == {"peak_temperature": "PASS"}
    assert "no valid reading" not in reasons(judged)


def test_a_number_that_the_end_of_the_file_cuts_is_no_reading(tmp_path: Path) -> None:
    sample = Sample(tmp_path)
    file, mapping_file, _ = sample.write()
    data = file.read_bytes()[:-6]
    file.write_bytes(data)
    rows = read_rows(file, load_mapping(mapping_file))
    assert rows.readings["plate"][-1] == "52…"
    assert rows.readings["power"][-1] == pytest.approx(0.6)
    assert 'line 362 does not end, so its last cell "52" may be cut off' in rows.notes
    assert verdicts(sample.judge(data))["steady_mean"] == "PASS"


def test_cells_that_are_no_readings_are_counted_in_a_note(tmp_path: Path) -> None:
    sample = Sample(tmp_path, edit=excursion("75.0*"))
    assert notes(sample) == ('column "T1": 13 cells are no reading, the first "75.0*" in line 102',)
    assert notes(Sample(tmp_path, edit=excursion("OL"))) == ()


def test_a_record_that_is_older_than_its_calibration_passes_nothing(tmp_path: Path) -> None:
    """As one is whose day and month were exchanged, or whose serial dates count from 1904."""
    mapping = changed(MAPPING, ("began: 2026-06-01", "began: 2026-01-06"))
    judged = Sample(tmp_path, mapping=mapping).judge()
    assert set(verdicts(judged).values()) == {"INVALID"}
    assert "was calibrated on 2026-01-15, after the record of 2026-01-06" in reasons(judged)


@pytest.mark.parametrize(
    ("sample", "words"),
    [
        ({"time": lambda t: f"{1000.0 * at(t).timestamp():.0f}", "mapping": timed("format: epoch")}, "no year of ours"),
        ({"time": lambda t: f"{at(t).timestamp():.0f}"}, 'its times as "seconds" count 1780'),
        ({"t": seconds()[::-1]}, "its newest row stands first; sort the rows by time"),
        ({"time": lambda t: f"9:{int(t) // 60:02}", "mapping": timed('format: "h:m:s"')}, "2 numbers, not 3"),
        (
            {"header": "time,Q1,T1 (°F)", "mapping": changed(MAPPING, ("column: T1", 'column: "T1 (°F)"'))},
            "is named as a temperature in degF",
        ),
        (
            {"header": "time (ms),Q1,T1", "mapping": changed(MAPPING, ("column: time", "column: time (ms)"))},
            "is named as a time in ms",
        ),
    ],
)  # fmt: skip
def test_what_contradicts_the_mapping_is_refused_with_a_remedy(
    sample: dict[str, Any], words: str, tmp_path: Path
) -> None:
    with pytest.raises(CsvError, match="reading") as found:
        Sample(tmp_path, **sample).judge()
    assert words in str(found.value)


@pytest.mark.parametrize(
    ("name", "unit"),
    [("T1 (K)", "degC"), ("T1 (F)", "fahrenheit"), ("T1 [C]", "celsius"), ("T1 (in)", "degC")],
)
def test_a_name_that_does_not_contradict_the_mapping_is_none(name: str, unit: str, tmp_path: Path) -> None:
    mapping = changed(MAPPING, ("column: T1, unit: degC", f'column: "{name}", unit: {unit}'))
    assert Sample(tmp_path, header=f"time,Q1,{name}", mapping=mapping).judge().results


def test_a_name_that_is_wrong_is_passed_over_by_its_number(tmp_path: Path) -> None:
    mapping = changed(MAPPING, ("column: T1", 'column: "#3"'))
    judged = Sample(tmp_path, header="time,Q1,T1 (°F)", mapping=mapping).judge()
    assert set(verdicts(judged).values()) == {"PASS"}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04\x14\0", "it is a workbook of a spreadsheet"),
        (b"time,Q1,T1\n0,0,23\n\0\0\0", "zero bytes from line 3 on"),
        (b'time,Q1,T1\n0,0,23\n"5,0,23\n10,0,23\n', "a line from 3 on: unexpected end of data"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(data: bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(CsvError, match="reading") as found:
        Sample(tmp_path).judge(data)
    assert words in str(found.value)
