from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from rig.errors import ExitCode
from rig.record import lines
from rig.record.errors import WrongLineError
from rig.record.shapes import misfit
from rig.record.strict import Line


def test_each_builder_makes_what_the_reader_asks_for(every_kind: list[Line]) -> None:
    kinds = [line["k"] for line in every_kind]
    assert set(kinds) == {
        "head", "declare", "scan", "step", "demand", "readback", "event", "trip", "operator", "off", "outcome",
        "verdict", "summary",
    }  # fmt: skip
    for line in [*every_kind, lines.end(1.0, {"head": 1})]:
        assert next(iter(line)) == "k"
        assert misfit(orjson.loads(orjson.dumps(line))) is None


@pytest.mark.parametrize(
    "reading",
    [
        [0.0, [math.nan]],
        [0.0, [1.0, math.inf]],
        [0.0, [math.inf, -math.inf]],
        [0.0, ["x", math.nan]],
        [math.nan, [1.0]],
        [math.inf, ["x"]],
        [0.0, [1.0], [math.nan]],
        [0.0, ["x"], [math.inf]],
        [0.0, [None]],
        [0.0, [[1.0]]],
        [0.0, ["\udcff"]],
        [0.0, [1.0, 2.0], [0.0]],
        [0.0],
        [0.0, [1.0], [0.0], [0.0]],
    ],
)
def test_a_reading_that_is_not_sound_is_refused_with_its_source(reading: list[Any]) -> None:
    with pytest.raises(WrongLineError, match="scanner"):
        lines.scan(0.0, {"belt": [0.0, [1.0]], "scanner": reading})


@pytest.mark.parametrize("t", [math.nan, math.inf, -math.inf])
def test_a_scan_has_a_finite_time(t: float) -> None:
    with pytest.raises(WrongLineError, match="t is"):
        lines.scan(t, {})


def test_a_scan_says_which_readings_lie_further_from_their_instants() -> None:
    assert "w" not in lines.scan(0.0, {"belt": [0.0, [1.0]]})
    line = lines.scan(0.0, {"belt": [0.0, [1.0]]}, {"belt": 0.1})
    assert (line["w"], misfit(line)) == ({"belt": 0.1}, None)
    with pytest.raises(WrongLineError, match="belt w"):
        lines.scan(0.0, {"belt": [0.0, [1.0]]}, {"belt": math.nan})


def test_numbers_whose_sum_overflows_are_sound() -> None:
    reading = [0.0, [1.7e308, 1.7e308]]
    assert lines.scan(0.0, {"scanner": reading})["s"]["scanner"] == reading


def test_strings_as_received_are_kept() -> None:
    reading = [0.0, ["+9.90000000E+37", 1.0, "nan"], [0.0, 0.1, 0.2]]
    assert lines.scan(0.0, {"scanner": reading})["s"]["scanner"] == reading


@pytest.mark.parametrize(
    "build",
    [
        lambda: lines.demand(0.0, "supply.a.voltage", 0.0, math.nan, "drive"),
        lambda: lines.trip(0.0, "hot", "skin.a1", 45.0, math.inf),
        lambda: lines.verdict({"name": "peak", "value": math.nan}),
        lambda: lines.step(math.nan, "drive", "start"),
        lambda: lines.declare("check", {"name": "peak", "guard": math.inf}),
        lambda: lines.outcome(math.inf, "completed"),
    ],
)
def test_what_is_declared_or_judged_is_finite(build: Callable[[], Line]) -> None:
    with pytest.raises(WrongLineError, match="finite numbers only"):
        build()


def test_what_was_measured_and_is_not_finite_becomes_a_string() -> None:
    assert lines.trip(0.0, "open", "skin.a1", math.nan, 0.0)["value"] == "nan"
    assert lines.readback(0.0, "supply.a.voltage", math.inf)["value"] == "inf"
    assert lines.event(0.0, "belt.fault", "belt", {"sensor_degc": -math.inf})["data"] == {
        "sensor_degc": "-inf"
    }
    assert lines.off(0.0, "stop", False, [{"volts": math.nan}])["detail"] == [{"volts": "nan"}]


@pytest.mark.parametrize("name", ["k", "n", "h", "part"])
def test_the_formats_own_names_are_not_fields_of_a_declaration(name: str) -> None:
    with pytest.raises(WrongLineError, match=f"{name!r} belongs to the format"):
        lines.declare("step", {name: 1})


def test_the_formats_own_names_are_not_fields_of_a_verdict() -> None:
    with pytest.raises(WrongLineError, match="'h' belongs to the format"):
        lines.verdict({"name": "peak", "verdict": "PASS", "h": ""})


def test_words_are_of_the_format() -> None:
    with pytest.raises(WrongLineError, match="'stage' is not one of step, check"):
        lines.declare("stage", {})
    with pytest.raises(WrongLineError, match="'done' is not one of completed"):
        lines.outcome(0.0, "done")


def test_a_wrong_line_is_a_defect_of_ours() -> None:
    assert WrongLineError("scan", "x").exit_code is ExitCode.DEFECT


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"schema": 2}, "schema 2 is not the one"),
        ({"schema": True}, "schema of the head line is a bool"),
        ({"simulated": 0}, "simulated of the head line is a int"),
        ({"wiring": []}, "wiring of the head line is a list"),
    ],
)
def test_a_head_of_wrong_types_does_not_fit(head: Line, change: dict[str, Any], said: str) -> None:
    found = misfit({**head, **change})
    assert found is not None
    assert said in found


@pytest.mark.parametrize(
    "line",
    [
        {},
        {"k": 3},
        {"k": "scan", "t": "0", "s": {}},
        {"k": "scan", "t": 0.0, "s": []},
        {"k": "scan", "t": 0.0, "s": {"belt": 3}},
        {"k": "scan", "t": 0.0, "s": {"belt": []}},
        {"k": "scan", "t": 0.0, "s": {"belt": ["0", [1.0]]}},
        {"k": "scan", "t": 0.0, "s": {"belt": [0.0, [None]]}},
        {"k": "scan", "t": 0.0, "s": {"belt": [0.0, [1.0], None]}},
        {"k": "scan", "t": 0.0, "s": {"belt": [0.0, [1.0], [0.0, 0.0]]}},
        {"k": "scan", "t": 0.0, "s": {}, "w": [0.1]},
        {"k": "scan", "t": 0.0, "s": {}, "w": {"belt": "0.1"}},
        {"k": "scan", "t": 0.0, "s": {}, "w": {"belt": -0.1}},
        {"k": "event", "t": 0.0, "what": "x", "source": "y"},
        {"k": "event", "t": None, "what": "x", "source": "y", "data": {}},
        {"k": "declare", "part": "stage"},
        {"k": "outcome", "t": 0.0, "ended": "well", "detail": ""},
    ],
)
def test_lines_of_wrong_types_do_not_fit(line: dict[str, Any]) -> None:
    assert misfit(line) is not None


def test_kinds_and_fields_of_later_software_fit() -> None:
    assert misfit({"k": "prompt", "n": 3, "anything": None}) is None
    assert misfit({"k": "summary", "n": 3, "verdict": "PASS", "more": 1}) is None
