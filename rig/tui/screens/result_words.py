"""A result in words: banner, lanes, checks, and the facts below them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text

from rig.tui.models.history import span
from rig.tui.models.result import CheckRow, Result
from rig.tui.words import cut, hung, short_path


class Column(NamedTuple):
    """A column of the table: its title, its width, and the width of the screen from which it is shown."""

    title: str
    room: int
    is_number: bool = False
    from_width: int = 0


COLUMNS = (
    Column("verdict", 16),
    Column("check", 19),
    Column("measured", 17, is_number=True),
    Column("limit", 13),
    Column("margin", 11, is_number=True),
    Column("rule", 13, from_width=104),
    Column("covers", 16, from_width=104),
)


def banner(result: Result, width: int) -> Text:
    """Three lines: the word, what decides, what was tested."""
    mark = "SIMULATED" if result.simulated else "LIVE" if result.is_recorded else ""
    who = " · ".join(words for words in (result.plan, result.lane, result.serial, mark) if words)
    lines = (f"  {result.glyph}  {result.word}", f"     {result.deciding}", f"     {who}")
    text = Text(no_wrap=True)
    for number, line in enumerate(lines):
        text.append(cut(line, width).ljust(width), "bold" if number < 2 else "")
        text.append("\n" if number < 2 else "")
    return text


def lanes(results: Sequence[Result], shown: int, width: int) -> Text:
    """One line a lane, where there are several."""
    text = Text(no_wrap=True)
    for number, result in enumerate(results if len(results) > 1 else ()):
        pointer, style = ("▶", "bold") if number == shown else (" ", "")
        text.append(cut(f" {pointer} {result.lane:<8} {result.banner}", width) + "\n", style)
    return text


def checks(result: Result, width: int) -> Text:
    """The table; why a check did not pass stands below its line."""
    text = Text()
    if result.rows:
        text.append(f"\n{_line([column.title for column in COLUMNS], width)}\n", "bold dim")
    for row in result.rows:
        quiet = row.verdict in {"PASS", "REPORTED"}
        text.append(f"{_line(_cells(row), width)}\n", "" if quiet else "bold")
        if not quiet:
            text.append(f"      {hung(_why(row), width - 7, 6)}\n")
    return text


def _cells(row: CheckRow) -> list[str]:
    verdict = f"{row.glyph} {row.verdict}"
    return [verdict, row.name, row.measured, row.limit, row.margin, row.rule, row.requirements]


def _why(row: CheckRow) -> str:
    return (
        ", ".join(words for words in (row.reason, row.step) if words) or f"{row.measured} against {row.limit}"
    )


def _line(cells: Sequence[str], width: int) -> str:
    shown = [
        (column, cell) for column, cell in zip(COLUMNS, cells, strict=True) if column.from_width <= width
    ]
    spare = max(0, min(8, (width - 1 - sum(column.room for column, _ in shown)) // len(shown)))
    line = " "
    for column, cell in shown:
        room = column.room + spare - 2
        words = cut(cell, room)
        pad = " " * (room - cell_len(words))
        line += (pad + words if column.is_number else words + pad) + "  "
    return line.rstrip()


def facts(result: Result, width: int) -> Text:
    """Notes, then where the record is."""
    text = Text("\n")
    for note in result.notes:
        text.append(f" {hung(note, width - 3, 3)}\n", "bold" if "NOT CONFIRMED" in note else "")
    took = span(result.duration_s)
    about = [
        f"bench time {took}" if took else "",
        f"operator {result.operator}" if result.operator else "",
        f"record {short_path(result.folder)}" if result.is_recorded else "",
    ]
    text.append("".join(f" {words}\n" for words in about if words), "dim")
    return text
