"""A picture in text cells: values at the left, labels at the right ends, time below, the curves between."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import final

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from rig.tui.plot.axes import digits, time_ticks, value_ticks
from rig.tui.plot.palette import trace_colour
from rig.tui.plot.picture import Band, Level, Line, Picture, Tick
from rig.tui.plot.raster import BRAILLE, Raster
from rig.tui.words import clock_words, cut, plain

LEFT = 6
RIGHT = 11
FRAMED = 6
"""From so many rows on there is a title and an axis of time."""
WORDY = 8
"""From so many rows on events have words."""
_SPACE = ord(" ")


@dataclass(frozen=True, slots=True)
class Look:
    """How it is drawn: foreground and background colour, dark or light, in ASCII or not."""

    foreground: str = "#e0e0e0"
    background: str = "#121212"
    is_dark: bool = True
    is_ascii: bool = False

    @property
    def faint(self) -> str:
        """For axes and grid."""
        return "#8a8a8a" if self.is_dark else "#666666"

    @property
    def limit(self) -> str:
        """For limit lines."""
        return "#ff6b6b" if self.is_dark else "#b00020"

    @property
    def window(self) -> str:
        """The ground of a window."""
        return "#1f3a2d" if self.is_dark else "#d5ecdf"


@final
class Canvas:
    """Cells of signs and styles; styles are kept once and named by their number, the first one is the ground."""

    def __init__(self, width: int, height: int, ground: Style) -> None:
        self.width = width
        self.height = height
        self.styles = [ground]
        self._numbers = {ground: 0}
        self.signs = np.full((height, width), _SPACE, dtype=np.uint32)
        self.ground = np.zeros((height, width), dtype=np.uint16)

    def style(self, style: Style) -> int:
        """The number of a style."""
        number = self._numbers.setdefault(style, len(self.styles))
        if number == len(self.styles):
            self.styles.append(style)
        return number

    def put(self, row: int, column: int, text: str, style: Style) -> None:
        """Words, as far as they fit; outside nothing is drawn."""
        if not 0 <= row < self.height or column >= self.width:
            return
        text = text[max(0, -column) : self.width - column]
        column = max(0, column)
        self.signs[row, column : column + len(text)] = [ord(sign) for sign in text]
        self.ground[row, column : column + len(text)] = self.style(style)

    def strips(self) -> list[Strip]:
        """The rows."""
        rows = []
        for signs, ground in zip(self.signs, self.ground, strict=True):
            text = signs.astype("<u4").tobytes().decode("utf-32-le")
            edges = [0, *(np.flatnonzero(np.diff(ground)) + 1).tolist(), self.width]
            segments = [
                Segment(text[begin:end], self.styles[ground[begin]])
                for begin, end in itertools.pairwise(edges)
                if end > begin
            ]
            rows.append(Strip(segments, self.width))
        return rows


def _room_for_labels(lines: Sequence[Line], width: int) -> int:
    """Columns at the right: as many as the longest label takes, at most a third of all."""
    if width < 40:
        return 0
    return min(max(RIGHT, *(len(line.label) + 2 for line in lines), 0), width // 3)


def draw(picture: Picture, width: int, height: int, look: Look) -> list[Strip]:
    """The picture in so many cells; costs as much as its cells, whatever was measured."""
    canvas = Canvas(width, height, Style(color=look.foreground, bgcolor=look.background))
    right = _room_for_labels(picture.lines, width)
    top, below = (1, 1) if height >= FRAMED else (0, 0)
    inner_width, inner_height = width - LEFT - right, height - top - below
    if inner_width < 8 or inner_height < 2:
        words = cut(picture.title, width)
        canvas.put(0, 0, plain(words) if look.is_ascii else words, canvas.styles[0])
        return canvas.strips()
    picture = _apart(picture, inner_height)
    raster = Raster(inner_width, inner_height, picture.t0, picture.t1, picture.low, picture.high)
    drawing = _Drawing(canvas, raster, look, top=top, right=right)
    if top:
        drawing.title(picture)
    drawing.axes(picture)
    for tick in picture.ticks:
        drawing.step(tick)
    for band in picture.bands:
        drawing.band(band)
    drawing.levels(picture.levels)
    tops = drawing.lines(picture.lines)
    drawing.ticks(picture.ticks, tops)
    drawing.labels(picture.lines)
    return canvas.strips()


def _apart(picture: Picture, height: int) -> Picture:
    """With the limit alone in the uppermost row, where a curve that keeps it would be drawn over it."""
    limit = min((level.value for level in picture.levels if level.is_limit), default=picture.high)
    highest = max(
        (float(line.curve.high.max()) for line in picture.lines if line.curve.t.size), default=limit
    )
    row = (picture.high - picture.low) / height
    if highest >= limit or limit - highest > row or height < 2:
        return picture
    return replace(picture, high=(limit * height - picture.low) / (height - 1) - 1e-6 * row)


@final
class _Drawing:
    """Layers of one picture on its canvas, from the ground up."""

    def __init__(self, canvas: Canvas, raster: Raster, look: Look, *, top: int, right: int) -> None:
        self._canvas = canvas
        self._raster = raster
        self._look = look
        self._right = right
        self._top = top
        self._area = (slice(top, top + raster.height), slice(LEFT, LEFT + raster.width))

    def _style(self, colour: str, *, bold: bool = False, ground: str | None = None) -> Style:
        return Style(color=colour, bgcolor=ground or self._look.background, bold=bold)

    def _put(self, row: int, column: int, text: str, style: Style) -> None:
        self._canvas.put(row, column, plain(text) if self._look.is_ascii else text, style)

    def title(self, picture: Picture) -> None:
        """What it is, with the unit, and a sentence at the right."""
        self._put(0, 0, f"{picture.unit:>{LEFT - 1}} ", self._style(self._look.faint))
        room = self._canvas.width - LEFT
        self._put(0, LEFT, cut(picture.title, room), self._style(self._look.foreground, bold=True))
        if len(picture.title) + len(picture.says) + 2 <= room:
            self._put(0, self._canvas.width - len(picture.says), picture.says, self._style(self._look.faint))

    def axes(self, picture: Picture) -> None:
        """Values at the left, time below."""
        raster, faint = self._raster, self._style(self._look.faint)
        places = digits(picture.low, picture.high)
        for value in value_ticks(picture.low, picture.high, max(2, raster.height // 2)):
            row = min(raster.row(value), raster.height - 1)
            self._put(self._top + row, 0, f"{value:{LEFT - 1}.{places}f}┤", faint)
        bottom = self._top + raster.height
        for t in time_ticks(picture.t0 - picture.origin_s, picture.t1 - picture.origin_s, raster.width // 10):
            words = clock_words(t)
            column = LEFT + raster.column(t + picture.origin_s)
            self._put(bottom, column - len(words) // 2, words, faint)

    def step(self, tick: Tick) -> None:
        """A step begins: a broken line from top to bottom."""
        column = self._raster.column(tick.t)
        if tick.is_step and 0 < column < self._raster.width:
            for row in range(self._raster.height):
                self._put(self._top + row, LEFT + column, "┊", self._style(self._look.faint))

    def band(self, band: Band) -> None:
        """The window or the planned curve, under what is measured."""
        raster = self._raster
        times = [point[0] for point in band.points]
        first, last = max(0, raster.column(times[0])), min(raster.width, raster.column(times[-1]) + 1)
        seconds = (raster.t1 - raster.t0) / raster.width
        for column in range(first, last):
            t = raster.t0 + (column + 0.5) * seconds
            low, high = (
                float(np.interp(t, times, [point[bound] for point in band.points])) for bound in (1, 2)
            )
            self._window(column, raster.row(high), raster.row(low), is_line=low == high)

    def _window(self, column: int, top: int, bottom: int, *, is_line: bool) -> None:
        sign = "╌" if is_line else " "
        style = self._style(self._look.faint, ground=None if is_line else self._look.window)
        for row in range(max(0, top), min(self._raster.height - 1, bottom) + 1):
            self._put(self._top + row, LEFT + column, sign, style)

    def levels(self, levels: Sequence[Level]) -> None:
        """Limits from side to side; of those on one row the lowest, which comes first."""
        rows = {
            self._raster.row(level.value): level for level in sorted(levels, key=lambda each: -each.value)
        }
        for row, level in rows.items():
            if 0 <= row < self._raster.height:
                self._level(row, level)

    def _level(self, row: int, level: Level) -> None:
        """One, with its words at the left end of the line."""
        style = self._style(self._look.limit if level.is_limit else self._look.faint)
        sign = "─" if level.is_limit else "┄"
        words = f"{sign}{level.label}"
        self._put(self._top + row, LEFT, words + sign * (self._raster.width - len(words)), style)

    def lines(self, lines: Sequence[Line]) -> list[int]:
        """The curves, the bold one last; the row of its highest dot by column, the height where it has none."""
        raster, canvas, look = self._raster, self._canvas, self._look
        tops = np.full(raster.width, raster.height)
        signs, ground = canvas.signs[self._area], canvas.ground[self._area]
        before = np.zeros((raster.height, raster.width), dtype=np.uint8)
        windows = {number for number, style in enumerate(canvas.styles) if self._is_window(style)}
        inside = np.isin(ground, list(windows)) if windows else np.zeros_like(before, dtype=bool)
        for line in sorted(lines, key=lambda each: each.is_bold):
            dots = raster.dots(line.curve)
            touched = dots > 0
            before |= dots
            colour = look.foreground if line.is_bold else trace_colour(line.colour, is_dark=look.is_dark)
            for where, back in ((touched & ~inside, None), (touched & inside, look.window)):
                ground[where] = canvas.style(self._style(colour, bold=line.is_bold, ground=back))
            if line.is_bold:
                tops = np.where(touched.any(axis=0), touched.argmax(axis=0), raster.height)
        drawn = before > 0
        signs[drawn] = ord("*") if look.is_ascii else before[drawn].astype(np.uint32) + BRAILLE
        return [int(top) for top in tops]

    def _is_window(self, style: Style) -> bool:
        ground = style.bgcolor
        return ground is not None and ground.name == self._look.window

    def ticks(self, ticks: Sequence[Tick], tops: Sequence[int]) -> None:
        """Events, above the bold curve, with words where they fit."""
        raster = self._raster
        free = 0
        for tick in ticks:
            column = raster.column(tick.t)
            if tick.is_step or not 0 <= column < raster.width:
                continue
            top = tops[column] if tops[column] < raster.height else raster.height // 2
            row = max(0, top - 1)
            self._put(
                self._top + row, LEFT + column, tick.sign, self._style(self._look.foreground, bold=True)
            )
            words = cut(tick.words, raster.width - column - 2)
            if column >= free and len(words) > 5 and row > 0 and raster.height >= WORDY:
                self._put(
                    self._top + max(0, row - 1), LEFT + column, words, self._style(self._look.foreground)
                )
                free = column + len(words) + 1

    def labels(self, lines: Sequence[Line]) -> None:
        """Names and newest values at the right ends, the hottest first, each on a row of its own."""
        raster = self._raster
        if not self._right:
            return
        ends = [
            (min(max(raster.row(float(line.curve.high[-1])), 0), raster.height - 1), line)
            for line in sorted(
                lines, key=lambda each: -float(each.curve.high[-1]) if each.curve.t.size else 0.0
            )
            if line.curve.t.size
        ]
        kept = ends[: raster.height]
        more = len(ends) - len(kept) + 1 if len(ends) > len(kept) else 0
        rows: list[int] = []
        for index, (row, _) in enumerate(kept):
            lowest = raster.height - (len(kept) - index)
            rows.append(min(max(row, rows[-1] + 1 if rows else 0), lowest))
        for row, (_, line) in zip(rows, kept, strict=True):
            colour = (
                self._look.foreground
                if line.is_bold
                else trace_colour(line.colour, is_dark=self._look.is_dark)
            )
            self._put(
                self._top + row,
                LEFT + raster.width + 1,
                cut(f"+{more} more" if more and line is kept[-1][1] else line.label, self._right - 1),
                self._style(colour, bold=line.is_bold),
            )
