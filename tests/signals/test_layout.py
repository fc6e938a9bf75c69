"""The order of signals, and what a reading is worth."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from rig.errors import RecordError
from rig.signals.layout import QUALITIES, quality_of, read_wiring


def test_signals_come_source_by_source_and_the_folded_ones_last(wiring: dict[str, Any]) -> None:
    layout = read_wiring(wiring)
    names = [s.name for s in layout.signals]
    assert names[:5] == ["junction", "skin.a1", "skin.a2", "skin.b1", "ambient"]
    assert names[-3:] == ["skin.hottest", "supply.a.power", "supply.b.power"]
    assert [s.index for s in layout.signals] == list(range(len(names)))
    assert layout.heaters == ("a", "b")
    assert layout.probes("a") == ("skin.a1", "skin.a2")
    assert layout.source_of("skin.hottest").name == "scanner"
    assert layout.source_of("supply.b.power").period_s == 0.2


def test_heaters_that_share_an_output_know_the_others(
    wiring: dict[str, Any], shared_wiring: dict[str, Any]
) -> None:
    layout = read_wiring(shared_wiring)
    assert (layout.shares("a"), layout.shares("b")) == (("b",), ("a",))
    assert layout.sources["supply"].shares == ((2, 2.0), (3, 2.0))
    assert [s.name for s in layout.signals] == [s.name for s in read_wiring(wiring).signals]


def test_wirings_of_old_records_share_nothing(wiring: dict[str, Any]) -> None:
    assert read_wiring(wiring).shares("a") == ()
    assert read_wiring({"sources": wiring["sources"]}).shares("a") == ()


@pytest.mark.parametrize("of", [3, 1, 0, "2"])
def test_a_share_that_does_not_fit_the_heaters_is_refused(shared_wiring: dict[str, Any], of: object) -> None:
    broken = copy.deepcopy(shared_wiring)
    broken["sources"]["supply"]["columns"][2]["convert"]["of"] = of
    with pytest.raises(RecordError, match="share an output"):
        read_wiring(broken)


@pytest.mark.parametrize(
    ("reading", "dimension", "quality"),
    [
        (1.0, "temperature", "ok"),
        (0, "current", "ok"),
        ("+9.90000000E+37", "temperature", "open"),
        ("+9.90000000E+37", "voltage", "overload"),
        ("-9.90000000E+37", "temperature", "overload"),
        ("9.91E37", "temperature", "garbled"),
        ("inf", "current", "overload"),
        ("nan", "current", "garbled"),
        ("1.23", "current", "garbled"),
        ("VOLT", "voltage", "garbled"),
        (float("nan"), "voltage", "garbled"),
        (float("inf"), "temperature", "open"),
        (9.9e37, "temperature", "open"),
        (10**400, "voltage", "garbled"),
        (None, "voltage", "garbled"),
        ([1.0], "voltage", "garbled"),
    ],
)
def test_quality_follows_what_was_received(reading: object, dimension: str, quality: str) -> None:
    assert quality_of(reading, dimension) == quality
    assert quality in QUALITIES


def _break(wiring: dict[str, Any], how: str) -> None:
    columns = wiring["sources"]["scanner"]["columns"]
    match how:
        case "no sources":
            del wiring["sources"]
        case "twice":
            columns[2]["signal"] = columns[1]["signal"]
        case "unknown wire":
            columns[1]["convert"] = {"kind": "thermocouple", "type": "Z", "junction": 0}
        case "unknown conversion":
            columns[1]["convert"] = {"kind": "spline"}
        case "junction is a thermocouple":
            columns[1]["convert"] = {"kind": "thermocouple", "type": "T", "junction": 2}
        case "not a mapping":
            wiring["sources"] = [1]


@pytest.mark.parametrize(
    "how",
    [
        "no sources",
        "twice",
        "unknown wire",
        "unknown conversion",
        "junction is a thermocouple",
        "not a mapping",
    ],
)
def test_a_wiring_that_cannot_be_used_is_refused_with_words(wiring: dict[str, Any], how: str) -> None:
    broken = copy.deepcopy(wiring)
    _break(broken, how)
    with pytest.raises(RecordError, match=r"reading the wiring: .* run `rig verify`"):
        read_wiring(broken)
