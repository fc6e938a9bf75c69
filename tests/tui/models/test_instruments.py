"""Rows of instruments: unasked before an examination, named after it, in calibration or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from rig.bench.description import BenchDescription, Calibration
from rig.bench.health import Finding, State
from rig.tui.models.instruments import UNASKED, other_findings, part_rows, protection_lines

TODAY = date(2026, 11, 21)
FOUND = [
    Finding("supply", "identity", State.OK, "KEYSIGHT E36313A, serial SIM-1, firmware 1.0"),
    Finding("supply", "exchange", State.OK, "1.0 / 1.0 / 1.0 ms"),
    Finding("belt", "identity", State.WRONG, "it does not answer"),
    Finding("main", "off", State.OK, "12 ms from request to confirmed, at 1 V"),
]


def test_before_an_examination_nobody_was_asked(bench: BenchDescription) -> None:
    rows = part_rows(bench, [], TODAY)
    assert [(row.name, row.identity, row.glyph) for row in rows] == [
        ("supply", UNASKED, "·"),
        ("scanner", UNASKED, "·"),
        ("belt", UNASKED, "·"),
    ]
    assert "due 2099-12-31" in rows[0].calibration


def test_an_examination_names_who_answered_and_what_is_wrong(bench: BenchDescription) -> None:
    supply, scanner, belt = part_rows(bench, FOUND, TODAY)
    assert (supply.identity, supply.glyph, supply.trouble) == (FOUND[0].words, "✓", "")
    assert (scanner.identity, scanner.glyph) == (UNASKED, "·")
    assert (belt.glyph, belt.trouble) == ("✗", "identity: it does not answer")


def test_an_overdue_calibration_is_seen_before_anybody_is_asked(bench: BenchDescription) -> None:
    overdue = replace(bench.instruments[0], calibration=Calibration("C-1", "2024-01-01", "2025-01-01"))
    there = replace(bench, instruments=(overdue, *bench.instruments[1:]))
    row = part_rows(there, [], TODAY)[0]
    assert row.state is State.CALIBRATION
    assert "days ago: results are INVALID" in row.trouble


def test_protections_say_when_off_was_proven(bench: BenchDescription) -> None:
    before = [words for _, words in protection_lines(bench, [], TODAY)]
    assert before[-1].startswith("off: not proven since")
    after = [words for _, words in protection_lines(bench, FOUND, TODAY)]
    assert after[-1] == "main: off: 12 ms from request to confirmed, at 1 V"
    assert [finding.what for finding in other_findings(FOUND)] == ["exchange"]
