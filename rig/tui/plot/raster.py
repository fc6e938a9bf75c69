"""Curves to dots: the lowest and the highest value in each column of dots, joined to its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import final

import numpy as np
import numpy.typing as npt

from rig.tui.view.envelope import Curve

Cells = npt.NDArray[np.uint8]
_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], dtype=np.uint8)
BRAILLE = 0x2800
GAP_S = 5.0
"""A longer silence stays a gap in the curve, as long as its buckets are not that wide themselves."""


@final
@dataclass(frozen=True, slots=True)
class Raster:
    """An area of cells, each of 2 by 4 dots, over a span of time and values."""

    width: int
    height: int
    t0: float
    t1: float
    low: float
    high: float

    def column(self, t: float) -> int:
        """The cell of an instant; it may lie outside."""
        return floor((t - self.t0) / (self.t1 - self.t0) * self.width)

    def row(self, value: float) -> int:
        """The cell of a value, from the top; it may lie outside."""
        return floor((self.high - value) / (self.high - self.low) * self.height)

    def dots(self, curve: Curve) -> Cells:
        """Which dots of each cell the curve touches, as bits of a braille sign."""
        columns, rows = self.width * 2, self.height * 4
        none: Cells = np.zeros((self.height, self.width), dtype=np.uint8)
        at = ((curve.t - self.t0) * (columns / (self.t1 - self.t0))).astype(np.int64)
        inside = (at >= 0) & (at < columns)
        if not inside.any():
            return none
        at, t = at[inside], curve.t[inside]
        low = np.full(columns, np.inf)
        high = np.full(columns, -np.inf)
        np.minimum.at(low, at, curve.low[inside])
        np.maximum.at(high, at, curve.high[inside])
        known = np.flatnonzero(high > -np.inf)
        low, high = self._filled(low, high, known, self._longest_gap(t))
        top, bottom = self._rows(high, rows), self._rows(low, rows)
        line = np.arange(rows)[:, None]
        touched = (line >= top) & (line <= bottom)
        cells = none
        for (row, column), bit in np.ndenumerate(_BITS):
            cells |= touched[row::4, column::2] * bit
        return cells

    def _longest_gap(self, t: npt.NDArray[np.float64]) -> float:
        """In columns of dots."""
        usual_s = float(np.median(np.diff(t))) if t.size > 1 else 0.0
        return max(GAP_S, 3.0 * usual_s) / (self.t1 - self.t0) * self.width * 2

    @staticmethod
    def _filled(
        low: npt.NDArray[np.float64],
        high: npt.NDArray[np.float64],
        known: npt.NDArray[np.int64],
        gap: float,
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Straight lines over columns between two readings, and each column reaching to the one before it."""
        every = np.arange(low.size)
        after = np.searchsorted(known, every)
        between = (after > 0) & (after < known.size)
        spans = np.zeros(low.size)
        spans[between] = known[after[between]] - known[after[between] - 1]
        fill = between & (high == -np.inf) & (spans <= max(gap, 2.0))
        middle = np.interp(every, known, (low[known] + high[known]) / 2.0)
        low, high = np.where(fill, middle, low), np.where(fill, middle, high)
        joined = (high[1:] > -np.inf) & (high[:-1] > -np.inf)
        reach_low = np.where(joined, np.minimum(low[1:], high[:-1]), low[1:])
        reach_high = np.where(joined, np.maximum(high[1:], low[:-1]), high[1:])
        return np.concatenate((low[:1], reach_low)), np.concatenate((high[:1], reach_high))

    def _rows(self, values: npt.NDArray[np.float64], rows: int) -> npt.NDArray[np.int64]:
        """Rows of dots from the top; what is above is drawn on the upper edge, what is below or not known nowhere."""
        scaled = (self.high - values) * (rows / (self.high - self.low))
        unknown = ~np.isfinite(values)
        rows_of = np.clip(np.where(unknown, 0.0, scaled), 0.0, rows + 1.0)
        return np.where(unknown, np.where(values < 0, rows + 1, -1), rows_of).astype(np.int64)
