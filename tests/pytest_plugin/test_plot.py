"""Traces as text."""

from __future__ import annotations

from math import nan

from rig.pytest_plugin.plot import HEIGHT, MARGIN, WIDTH, plot

RAMP = [(float(t), 30.0 + 0.1 * t) for t in range(101)]


def test_a_plot_is_small_and_says_what_and_when() -> None:
    lines = plot(RAMP, "skin.a1 in °C", level=42.0, at=50.0)
    assert len(lines) == HEIGHT + 3
    assert max(map(len, lines)) <= MARGIN + WIDTH
    assert lines[0] == "skin.a1 in °C"
    assert lines[-1].split() == ["0.0", "s", "100.0", "s"]


def test_the_trace_goes_from_its_least_to_its_greatest_value() -> None:
    rows = plot(RAMP, "ramp")[1:-1]
    assert rows[0].startswith("    40.00 ┤")
    assert rows[-1].startswith("    30.00 ┤")
    first = [min(index for index, char in enumerate(row) if char > "\u2800") for row in rows]
    assert first == sorted(first, reverse=True)
    assert first[-1] == MARGIN


def test_the_level_is_a_line_through_what_is_empty() -> None:
    rows = plot(RAMP, "ramp", level=42.0)[1:-1]
    assert rows[0] == "    42.00 ┤" + "─" * WIDTH
    assert not any("─" in row for row in rows[1:])


def test_the_mark_stands_below_its_instant() -> None:
    early, late = (plot(RAMP, "ramp", at=at)[-2] for at in (0.0, 100.0))
    assert early == " " * MARGIN + "▲ 0.0 s"
    assert late.index("▲") == MARGIN + WIDTH - 1
    assert late.strip() == "100.0 s ▲"


def test_an_instant_outside_is_not_marked() -> None:
    assert not any("▲" in line for line in plot(RAMP, "ramp", at=101.0))


def test_a_single_high_point_among_many_is_not_lost() -> None:
    flat = [(t / 100.0, 30.0) for t in range(10_000)]
    flat[5_000] = (50.0, 40.0)
    top = plot(flat, "spike")[1]
    assert any("\u2800" < char <= "\u28ff" for char in top)


def test_what_is_no_number_is_left_out() -> None:
    lines = plot([(0.0, 1.0), (1.0, nan), (2.0, 3.0)], "gap")
    assert lines[1].startswith("     3.00 ┤")
    assert plot([(0.0, nan), (1.0, 1.0)], "one point") == []
    assert plot([], "none") == []


def test_a_constant_has_a_scale_all_the_same() -> None:
    lines = plot([(0.0, 0.0), (1.0, -0.0)], "off")
    assert lines[1].startswith("     0.50 ┤")
    assert lines[HEIGHT].startswith("    -0.50 ┤")
