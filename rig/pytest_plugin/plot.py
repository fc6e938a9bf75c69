"""A trace as a few lines of text: braille dots, the limit as a line, the judged instant as a mark below."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite

WIDTH, HEIGHT = 60, 8
"""Characters; a character has two columns of four dots."""

MARGIN = 11
"""Characters before them."""

_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
_BLANK = 0x2800


def plot(
    points: Sequence[tuple[float, float]],
    title: str,
    *,
    level: float | None = None,
    at: float | None = None,
) -> list[str]:
    """At most eleven lines, without colour; none for fewer than two points.

    Args:
        points: instant in s and value, in order of time; values that are not finite are left out.
        title: what it is, with its unit.
        level: where a line goes through.
        at: the instant to mark.
    """
    seen = [(t, value) for t, value in points if isfinite(value)]
    if len(seen) < 2 or seen[-1][0] <= seen[0][0]:
        return []
    start, end = seen[0][0], seen[-1][0]
    values = [value for _, value in seen] + ([] if level is None else [level])
    low, high = min(values), max(values)
    if high - low < 1e-9:
        low, high = low - 0.5, high + 0.5

    def across(t: float) -> int:
        return round((t - start) / (end - start) * (2 * WIDTH - 1))

    def down(value: float) -> int:
        return round((high - value) / (high - low) * (4 * HEIGHT - 1))

    cells = [[0] * WIDTH for _ in range(HEIGHT)]
    for column, (top, bottom) in _envelope((across(t), down(value)) for t, value in seen).items():
        for dot in range(top, bottom + 1):
            cells[dot // 4][column // 2] |= _DOTS[column % 2][dot % 4]
    line = None if level is None else down(level) // 4
    labels = {0: high, HEIGHT - 1: low} | ({} if line is None or level is None else {line: level})
    rows = [_row(cells[row], labels.get(row), is_level=row == line) for row in range(HEIGHT)]
    mark = [] if at is None or not start <= at <= end else [_mark(across(at) // 2, f"{at:.1f} s")]
    left, right = f"{start:.1f} s", f"{end:.1f} s"
    return [title, *rows, *mark, f"{'':{MARGIN}}{left}{right:>{WIDTH - len(left)}}"]


def _mark(column: int, words: str) -> str:
    """The judged instant, its words on the side where there is room."""
    if column + len(words) + 2 <= WIDTH:
        return f"{'':{MARGIN + column}}▲ {words}"
    return f"{words} ▲".rjust(MARGIN + column + 1)


def _row(cells: Sequence[int], label: float | None, *, is_level: bool) -> str:
    blank = "─" if is_level else " "
    text = "".join(chr(_BLANK | dots) if dots else blank for dots in cells)
    margin = "" if label is None else f"{label + 0.0:.2f}".replace("-0.00", "0.00")
    return f"{margin:>9} {'┤' if margin else '│'}{text}".rstrip()


def _envelope(dots: Iterable[tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """The highest and the lowest dot of each column: no peak is lost, however many points there are."""
    columns: dict[int, tuple[int, int]] = {}
    for column, dot in dots:
        top, bottom = columns.get(column, (dot, dot))
        columns[column] = (min(top, dot), max(bottom, dot))
    return columns
