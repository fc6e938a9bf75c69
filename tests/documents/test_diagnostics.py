"""Diagnostics as people and programs read them."""

from __future__ import annotations

import pytest

from rig.documents import Diagnostics, DiagnosticsError, Span, did_you_mean, nearest, quoted, render
from rig.errors import ExitCode

TEXT = "plan: x\nsteps:\n  - supply: {voltage: 7.4 A}\n"


def collect() -> Diagnostics:
    diagnostics = Diagnostics()
    diagnostics.know("p.yaml", TEXT)
    return diagnostics


def test_a_diagnostic_shows_the_line_and_a_caret_under_the_offending_text() -> None:
    diagnostics = collect()
    span = Span("p.yaml", 3, 23, 5)
    diagnostics.error("plan/wrong-dimension", span, '"7.4 A" is a current', "write e.g. 7.4 V")
    (found,) = diagnostics.sorted()
    assert str(found) == (
        'error[plan/wrong-dimension]: "7.4 A" is a current\n'
        "  --> p.yaml:3:23\n"
        "  |\n"
        "3 |   - supply: {voltage: 7.4 A}\n"
        "  |                       ^^^^^\n"
        "  = help: write e.g. 7.4 V"
    )


def test_a_long_line_is_shown_around_the_place() -> None:
    diagnostics = Diagnostics()
    diagnostics.know("p.yaml", "x" * 5000 + "HERE" + "y" * 5000)
    diagnostics.error("plan/x", Span("p.yaml", 1, 5001, 4), "m", "h")
    lines = str(diagnostics.sorted()[0]).splitlines()
    assert max(map(len, lines)) < 140
    start = lines[4].index("^")
    assert lines[3][start : start + 4] == "HERE"
    assert lines[4].count("^") == 4


def test_terminal_control_characters_are_not_passed_on() -> None:
    diagnostics = Diagnostics()
    diagnostics.know("p.yaml", "a: \x1b[2J")
    diagnostics.error("plan/x", Span("p.yaml", 1, 4), "m", "h")
    diagnostics.error("plan/x", Span("\x1b[1m.yaml", 1, 4), "m \x1b[2J\r", "h \x9b2J \u202e")
    text = render(diagnostics.sorted())
    assert not set("\x1b\r\x9b\u202e") & set(text)
    assert "\\u001b[2J" in text


def test_quoted_text_shows_control_characters() -> None:
    assert quoted("a\x1b[2J\nb") == '"a\\u001b[2J b"'


def test_diagnostics_are_sorted_and_each_comes_once() -> None:
    diagnostics = collect()
    for line in (3, 1, 3, 2):
        diagnostics.error("plan/x", Span("p.yaml", line, 1), f"line {line}", "")
    assert [found.line for found in diagnostics.sorted()] == [1, 2, 3]


def test_json_has_the_keys_of_rig_check() -> None:
    diagnostics = collect()
    diagnostics.warning("plan/x", Span("p.yaml", 1, 2, 3), "m", "h")
    assert diagnostics.sorted()[0].to_json() == {
        "code": "plan/x",
        "severity": "warning",
        "file": "p.yaml",
        "line": 1,
        "column": 2,
        "length": 3,
        "message": "m",
        "help": "h",
    }


def test_only_errors_stop() -> None:
    diagnostics = collect()
    diagnostics.note("plan/x", Span("p.yaml", 1, 1), "m", "h")
    diagnostics.warning("plan/y", Span("p.yaml", 1, 1), "m", "h")
    diagnostics.raise_if_errors()
    diagnostics.error("plan/z", Span("p.yaml", 2, 1), "m", "h")
    with pytest.raises(DiagnosticsError) as caught:
        diagnostics.raise_if_errors()
    assert [found.code for found in caught.value.diagnostics] == ["plan/y", "plan/z"]
    assert "error[plan/z]: m" in str(caught.value)
    assert caught.value.exit_code is ExitCode.WRONG_INPUT


def test_suggestions() -> None:
    assert did_you_mean("exepct", ["expect", "hold"]) == 'did you mean "expect"?'
    assert did_you_mean("HOLD", ["expect", "hold"]) == 'did you mean "hold"?'
    assert did_you_mean("zzz", ["b", "a"]) == "write one of a, b"
    assert nearest("zzz", ["a"]) is None
