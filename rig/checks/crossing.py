"""When a curve crosses a level: the first crossing that lasts, interpolated, and how steep the curve is there."""

from __future__ import annotations

import numpy as np

from rig.signals.traces import Floats

STAYS = 3
"""A crossing counts from so many readings in a row at or above the level, so that one noisy one does not."""

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
