"""When a curve crosses a level: the first crossing that lasts, interpolated, and how steep the curve is there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rig.signals.traces import Floats

STAYS = 3
"""A crossing counts from so many readings in a row at or above the level, so that one noisy one does not."""

FILLED = 0.8
"""A window has a slope when its readings span so much of it."""

_STRETCH = 4096

SLOPE_AROUND_S = 30.0
"""The slope at a crossing is fitted over this long before and after it."""


def first_crossing(t: Floats, value: Floats, level: float) -> float | None:
    """The instant at which the value first reaches a level and stays there for three readings, interpolated.

    The first instant of all if the value is there from the start; None if it never stays there. The values
    must be finite.
    """
    if len(value) < STAYS:
        return None
    runs = np.flatnonzero(np.convolve(value >= level, np.ones(STAYS), "valid") == STAYS)
    if not len(runs):
        return None
    row = int(runs[0])
    if row == 0:
        return float(t[0])
    low, high = float(value[row - 1]), float(value[row])
    return float(t[row - 1] + (level - low) / (high - low) * (t[row] - t[row - 1]))


def slope_around(t: Floats, value: Floats, instant: float, half_s: float = SLOPE_AROUND_S) -> float:
    """The least-squares slope of finite values around an instant in units per s; 0 below three readings."""
    near = np.abs(t - instant) <= half_s
    return fitted_line(t[near], value[near])[0] if np.count_nonzero(near) >= STAYS else 0.0


def fitted_line(t: Floats, value: Floats) -> tuple[float, float]:
    """The least-squares slope of three or more points, and its standard error from their residuals (n - 2).

    JCGM 100 H.3. The error is 0 for points on a line.
    """
    from_mean = t - t.mean()
    spread = float(np.dot(from_mean, from_mean))
    slope = float(np.dot(from_mean, value - value.mean())) / spread
    residual = value - value.mean() - slope * from_mean
    return slope, float(np.sqrt(np.dot(residual, residual) / (len(t) - 2) / spread))


def sliding_slopes(t: Floats, value: Floats, over_s: float) -> Floats:
    """The least-squares slope over the window that ends at each of rising instants, in units per s.

    nan where the readings do not span 80 % of the window or are fewer than three, as the live fold has it
    (`rig.signals.folds.Rise`). A reading at the window's edge belongs to it. Sums run along within stretches of some
    thousand readings, each counted from a point of its own, so that no rounding gathers.
    """
    first = np.searchsorted(t, t - over_s * (1.0 + 1e-9))
    slopes = np.full(len(t), np.nan)
    for start in range(0, len(t), _STRETCH):
        rows = np.arange(start, min(start + _STRETCH, len(t)))
        slopes[rows] = _slopes(t, value, first[rows], rows)
    covered = t - t[first] >= FILLED * over_s
    slopes[~(covered & (np.arange(len(t)) - first >= STAYS - 1))] = np.nan
    return slopes


def _slopes(t: Floats, value: Floats, first: NDArray[np.int64], last: NDArray[np.int64]) -> Floats:
    """The slope from each first row to its last, by differences of running sums."""
    start = int(first[0])
    stretch = slice(start, int(last[-1]) + 1)
    dt, dv = t[stretch] - t[start], value[stretch] - value[start]
    since, until = first - start, last - start + 1
    count = until - since
    sums = (np.concatenate(([0.0], np.cumsum(part))) for part in (dt, dv, dt * dt, dt * dv))
    by_t, by_v, by_tt, by_tv = (running[until] - running[since] for running in sums)
    below = count * by_tt - by_t * by_t
    found: Floats = (count * by_tv - by_t * by_v) / np.where(below > 0.0, below, np.nan)
    return found
