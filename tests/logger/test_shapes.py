"""One heater step in the shapes that loggers write comes to the same values in all of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import log
from pathlib import Path
from typing import Any

import pytest

from rig.documents import DiagnosticsError
from rig.logger.table import CsvError
from tests.logger.samples import (
    DEAD_TIME_S,
    GAIN_K,
    MAPPING,
    TIME_CONSTANT_S,
    Sample,
    changed,
    reasons,
    seconds,
    values,
    verdicts,
)

BEGAN = datetime(2026, 6, 1, 7, 30, tzinfo=UTC)
TIME = "format: seconds, began: 2026-06-01T09:30:00+02:00"


def at(t: float) -> datetime:
    return BEGAN + timedelta(seconds=t)


def comma(number: float) -> str:
    return f"{number:.4f}".replace(".", ",")


def with_csv(*keys: str, **more: str) -> str:
    return MAPPING + f"csv: {{{', '.join(keys)}}}\n" if keys else changed(MAPPING, *more.items())


def timed(text: str) -> str:
    return changed(MAPPING, (TIME, text))


SHAPES: dict[str, dict[str, Any]] = {
    "decimal comma": {
        "number": comma,
        "separator": ";",
        "mapping": with_csv("separator: semicolon", "decimal: comma"),
        "time": lambda t: f"{t:g}".replace(".", ","),
    },
    "tabs": {"separator": "\t", "mapping": with_csv("separator: tab")},
    "pipes": {"separator": "|", "mapping": with_csv("separator: pipe")},
    "blanks": {"separator": "   ", "mapping": with_csv("separator: blanks")},
    "carriage returns": {"newline": "\r\n"},
    "old carriage returns": {"newline": "\r"},
    "byte-order mark": {"encoding": "utf-8-sig"},
    "UTF-16": {"encoding": "utf-16", "mapping": with_csv("encoding: utf-16")},
    "umlauts of Windows": {
        "header": "# Prüfstand,,\ntime,Q1,T1",
        "encoding": "cp1252",
        "mapping": with_csv("encoding: cp1252", "header: 2"),
    },
    "lines before the header": {
        "header": "Logger 7,,\nserial,123,\n,,\ntime,Q1,T1\ns,%,degC",
        "mapping": with_csv("header: 4", "data: 6"),
    },
    "comments": {
        "header": "# made by a logger\ntime,Q1,T1",
        "mapping": with_csv("header: 2", 'comment: "#"'),
        "edit": lambda rows: rows.insert(7, ["# someone looked in", "", ""]),
    },
    "quoted cells": {"number": '"{:.4f}"'.format, "header": '"time","Q1","T1"'},
    "blanks beside cells": {"number": "  {:.4f} ".format, "header": " time , Q1 , T1 "},
    "a separator at the end": {"number": "{:.4f}".format, "edit": lambda rows: [r.append("") for r in rows]},
    "exponents": {"number": lambda x: f"{round(x, 4):+.8E}"},
    "no header": {
        "header": None,
        "mapping": changed(
            MAPPING, ("column: time", 'column: "#1"'), ("column: Q1", 'column: "#2"'), ("column: T1", 'column: "#3"')
        )
        + "csv: {header: 0}\n",
    },
    "milliseconds": {
        "time": lambda t: f"{1000.0 * t:.0f}",
        "mapping": timed("format: seconds, unit: ms, began: 2026-06-01T09:30:00+02:00"),
    },
    "hours, minutes, seconds": {
        "time": lambda t: f"{int(t) // 3600}:{int(t) // 60 % 60:02}:{t % 60.0:04.1f}",
        "mapping": timed("format: h:m:s, began: 2026-06-01T09:30:00+02:00"),
    },
    "ISO 8601 with zone": {"time": lambda t: at(t).isoformat(), "mapping": timed("format: iso8601")},
    "ISO 8601 with Z": {
        "time": lambda t: at(t).isoformat().replace("+00:00", "Z"),
        "mapping": timed("format: iso8601"),
    },
    "ISO 8601 of a place": {
        "time": lambda t: (at(t) + timedelta(hours=2)).strftime("%Y-%m-%d %H:%M:%S"),
        "mapping": timed("format: iso8601, zone: Europe/Berlin"),
    },
    "date and time of day": {
        "header": "day,clock,Q1,T1",
        "time": lambda t: (at(t) + timedelta(hours=2)).strftime("%d.%m.%Y,%H:%M:%S"),
        "mapping": changed(
            MAPPING,
            ("column: time", "column: day, clock: clock"),
            (TIME, 'format: "%d.%m.%Y %H:%M:%S", zone: "+02:00"'),
        ),
    },
    "a pattern with its zone": {
        "time": lambda t: at(t).strftime("%d/%m/%Y %H:%M:%S %z"),
        "mapping": timed('format: "%d/%m/%Y %H:%M:%S %z"'),
    },
    "epoch": {"time": lambda t: f"{at(t).timestamp():.3f}", "mapping": timed("format: epoch")},
    "epoch in milliseconds": {
        "time": lambda t: f"{1000.0 * at(t).timestamp():.0f}",
        "mapping": timed("format: epoch, unit: ms"),
    },
    "serial dates of Excel": {
        "time": lambda t: f"{46174.3125 + t / 86400.0:.12f}",
        "mapping": timed("format: excel, zone: UTC"),
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return values(Sample(tmp_path_factory.mktemp("plain")).judge())


def test_a_plain_file_has_the_values_that_it_was_made_with(plain: dict[str, Any]) -> None:
    assert plain["time_constant"] == pytest.approx(TIME_CONSTANT_S, abs=0.2)
    assert plain["dead_time"] == pytest.approx(DEAD_TIME_S + 2.5, abs=0.1), "heat came between two rows"
    assert plain["rise_time"] == pytest.approx(2.1972 * TIME_CONSTANT_S, rel=0.005)
    assert plain["steady_mean"] == pytest.approx(23.0 + GAIN_K, abs=0.01)
    assert plain["time_to"] == pytest.approx(12.5 - TIME_CONSTANT_S * log(1.0 - 17.0 / GAIN_K), abs=0.2)
    assert plain["settling_time"] == pytest.approx(12.5 + TIME_CONSTANT_S * log(GAIN_K / 0.5), abs=5.0)


@pytest.mark.parametrize("shape", SHAPES)
def test_each_shape_comes_to_the_same(shape: str, plain: dict[str, Any], tmp_path: Path) -> None:
    judged = Sample(tmp_path, **SHAPES[shape]).judge()
    assert set(verdicts(judged).values()) == {"PASS"}, reasons(judged)
    assert values(judged) == pytest.approx(plain, rel=1e-6)


@pytest.mark.parametrize(
    ("unit", "write"),
    [
        ("degF", lambda degc: f"{1.8 * degc + 32.0:.5f}"),
        ("K", lambda degc: f"{degc + 273.15:.5f}"),
    ],
)
def test_degrees_are_converted(
    unit: str, write: Callable[[float], str], plain: dict[str, Any], tmp_path: Path
) -> None:
    def convert(rows: list[list[str]]) -> None:
        for row in rows:
            row[2] = write(float(row[2]))

    judged = Sample(tmp_path, mapping=changed(MAPPING, ("unit: degC", f"unit: {unit}")), edit=convert).judge()
    assert set(verdicts(judged).values()) == {"PASS"}
    assert values(judged) == pytest.approx(plain, rel=1e-5)


def test_irregular_sampling_is_taken_as_it_is(plain: dict[str, Any], tmp_path: Path) -> None:
    t = [x + (n * 7919 % 31 - 15) / 10.0 for n, x in enumerate(seconds())]
    judged = values(Sample(tmp_path, t=t).judge())
    assert judged["time_constant"] == pytest.approx(plain["time_constant"], rel=0.01)
    assert judged["rise_time"] == pytest.approx(plain["rise_time"], rel=0.01)


def test_a_channel_that_is_read_less_often_has_blank_cells_and_no_gap(tmp_path: Path) -> None:
    def thin(rows: list[list[str]]) -> None:
        for n, row in enumerate(rows):
            if n % 4:
                row[1] = ""

    judged = Sample(tmp_path, edit=thin).judge()
    found = verdicts(judged)
    assert found.pop("dead_time") == "INCONCLUSIVE", "when heat came is known to 20 s only"
    assert set(found.values()) == {"PASS"}, reasons(judged)


@pytest.mark.parametrize(
    ("sample", "words"),
    [
        ({"separator": ";"}, "separator: semicolon"),
        ({"number": comma}, "line 2: it has 5 cells where there are 3 columns; a decimal comma"),
        ({"number": comma, "separator": ";", "mapping": with_csv("separator: semicolon")}, "is a number"),
        ({"header": "time,Q1,Temp1"}, 'there is no column "T1"; write one of Q1, Temp1, time'),
        ({"header": "time,T1,T1"}, 'several columns are called "T1"'),
        ({"encoding": "utf-16"}, "it is not utf-8"),
        ({"time": lambda t: at(t).isoformat()}, "line 2: its time"),
        ({"time": lambda t: at(t).strftime("%Y-%m-%dT%H:%M"), "mapping": timed("format: iso8601")}, "names no zone"),
        ({"t": []}, "there is no reading from line 2 on"),
        ({"t": [0.0]}, "has no two readings"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_as_the_mapping_says_is_refused_with_words(
    sample: dict[str, Any], words: str, tmp_path: Path
) -> None:
    with pytest.raises(CsvError, match="reading") as found:
        Sample(tmp_path, **sample).judge()
    assert words in str(found.value)


def test_a_mistake_in_the_mapping_is_shown_where_it_is(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticsError) as found:
        Sample(tmp_path, mapping=changed(MAPPING, ("unit: degC", "unit: degX"))).judge()
    (only,) = found.value.diagnostics
    assert (only.code, only.line) == ("mapping/column-unit", 5)
    assert "^^^^" in str(only)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("%d.%M.%Y %H:%M:%S", "is no pattern of strptime"),
        ("%d.%m.%Y %H:%M:%S %p", "does not heed AM and PM"),
        ("%d.%m.%Y %I:%M:%S", "does not tell AM from PM"),
        ("%d.%m. %H:%M:%S", "names no whole date"),
        ("%Q", "is no pattern of strptime"),
    ],
)
def test_a_pattern_that_tells_no_instant_is_a_mistake_of_the_mapping(
    pattern: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(DiagnosticsError) as found:
        Sample(tmp_path, mapping=timed(f'format: "{pattern}", zone: UTC')).judge()
    (only,) = found.value.diagnostics
    assert only.code == "mapping/time-format"
    assert words in only.message
