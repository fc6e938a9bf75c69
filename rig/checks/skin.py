"""The hottest skin site at an instant, with its uncertainty, and how fast it rises."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rig.checks.budget import Budget, Component, rectangular
from rig.checks.finding import UnjudgedError
from rig.checks.instants import Bracket, mapping, timing_of
from rig.checks.verdict import Verdict
from rig.checks.view import GAP_PERIODS, RunView
from rig.signals.folds import Rise
from rig.signals.layout import HOTTEST
from rig.signals.traces import Floats

SLOPE_WINDOW_S = 60.0


def valid_hottest(view: RunView, window: tuple[float, float]) -> tuple[Floats, Floats]:
    """Instants and values in °C of the hottest skin site within a window, valid readings only.

    Raises:
        UnjudgedError: INVALID, there is none.
    """
    trace = view.trace(HOTTEST)
    keep = np.isfinite(trace.value) & (trace.t >= window[0]) & (trace.t <= window[1])
    if not keep.any():
        raise UnjudgedError(
            Verdict.INVALID, f"the record has no valid reading of {HOTTEST} where it is judged"
        )
    return trace.t[keep], trace.value[keep]


def degc_at(view: RunView, t: float) -> float:
    """The hottest skin site at an instant in °C, interpolated between the readings around it.

    Raises:
        UnjudgedError: INVALID, the readings around it are missing or over three periods apart.
    """
    times, values = valid_hottest(view, (-np.inf, np.inf))
    row = int(np.searchsorted(times, t, side="right"))
    if not 0 < row < len(times) or times[row] - times[row - 1] > GAP_PERIODS * view.period_s(HOTTEST):
        raise UnjudgedError(Verdict.INVALID, f"the record has no skin temperature around {t:.1f} s")
    return float(np.interp(t, times, values))


def slope_at(view: RunView, t: float) -> float:
    """Least-squares slope of the hottest site in K/s over the minute up to an instant; 0 below 3 readings."""
    times, values = valid_hottest(view, (t - SLOPE_WINDOW_S, t))
    if len(times) < 3:
        return 0.0
    from_mean = times - times.mean()
    return float(np.dot(from_mean, values - values.mean()) / np.dot(from_mean, from_mean))


def steepest(view: RunView, window: tuple[float, float]) -> float:
    """The greatest least-squares slope over a minute within a window, in K/s; at least 0."""
    return _greatest(Rise(SLOPE_WINDOW_S).update, *valid_hottest(view, window))


def _greatest(update: Callable[[float, float], float | None], times: Floats, values: Floats) -> float:
    slopes = (update(t, v) for t, v in zip(times.tolist(), values.tolist(), strict=True))
    return max((s for s in slopes if s is not None and s > 0.0), default=0.0)


def at_instant(view: RunView, instant: Bracket, budget: Budget) -> tuple[float, Budget]:
    """The hottest site in °C at an instant known to a bracket, and its budget in K: channel and timing."""
    value = degc_at(view, instant.middle)
    read = mapping(view.within_s(HOTTEST, instant.after, instant.by))
    moved = abs(slope_at(view, instant.middle)) * timing_of(instant).plus(read).standard
    return value, budget.plus(Component("instant of the reading", moved))


def gradient(temperatures: list[float]) -> Component:
    """What is not known of a surface between its sites: half their range, rectangular, in K."""
    spread = max(temperatures) - min(temperatures) if temperatures else 0.0
    return Component("gradient over the sites", rectangular(0.5 * spread))
