"""Check point before and after: probes read at one steady temperature before the heating and after it.

What differs is how far the channel drifted meanwhile, whatever the temperature is. An ice point and a 42 °C block
will do alike; nobody has to know it better than it is steady.
"""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np

from rig.checks.check_point_times import READ_S
from rig.checks.demanded import heat_demanded
from rig.checks.finding import UnjudgedError
from rig.checks.sharing import leaders
from rig.checks.stretches import longest_gap, within
from rig.checks.verdict import Verdict
from rig.checks.view import GAP_PERIODS, Line, RunView
from rig.signals.folds import slope

LEAST_READINGS = 5
"""Fewer readings make no mean that a shift could be told by."""

_FINISHED = ("done", "held", "reached")


def needs(declare: Line) -> list[str]:
    """Signals that must be kept."""
    return list(declare["signals"])


def judge_shift(view: RunView, declare: Line) -> tuple[float, str]:
    """The greatest shift of any probe in K, with its sign, and words about what is wrong, '' if all is well.

    Raises:
        UnjudgedError: INVALID, a check point was not made, was made in the heat, or a probe was not steady there.
    """
    before, after = _span(view, declare["before"], 0), _span(view, declare["after"], -1)
    _require_around_heat(view, declare, before, after)
    tolerance = declare["tolerance"]
    shifts = {
        name: _mean(view, name, declare["after"], after, tolerance)
        - _mean(view, name, declare["before"], before, tolerance)
        for name in declare["signals"]
    }
    worst = max(shifts, key=lambda name: abs(shifts[name]))
    shift = shifts[worst]
    words = (
        f"{worst} shifted by {shift:+.2f} K between {declare['before']!r} and {declare['after']!r}, "
        f"more than {tolerance:g} K"
    )
    return shift, words if abs(shift) > tolerance else ""


def _span(view: RunView, step: str, which: int) -> tuple[float, float]:
    """The first or last pass of a step, which must have been finished."""
    spans, outcomes = view.step_spans(step), view.step_outcomes(step)
    if not spans or outcomes[which] not in _FINISHED:
        raise UnjudgedError(Verdict.INVALID, f"the check point {step!r} was not made to its end")
    return spans[which]


def _require_around_heat(
    view: RunView, declare: Line, before: tuple[float, float], after: tuple[float, float]
) -> None:
    spans = [span for heater in leaders(view.layout) for span in heat_demanded(view, heater)]
    first, last = min((s for s, _ in spans), default=inf), max((e for _, e in spans), default=-inf)
    if before[1] > first:
        raise UnjudgedError(
            Verdict.INVALID, f"heat was demanded before the check point {declare['before']!r} ended"
        )
    if after[0] < max(last, before[1]):
        raise UnjudgedError(
            Verdict.INVALID, f"the check point {declare['after']!r} began before the heating ended"
        )


def _mean(view: RunView, name: str, step: str, span: tuple[float, float], tolerance: float) -> float:
    """The mean of the last readings of a step, in °C; they may not move by more than half of what is looked for."""
    trace = view.trace(name)
    start = max(span[0], span[1] - READ_S)
    keep = within(trace.t, start, span[1])
    valid = np.isfinite(trace.value[keep])
    t, value = trace.t[keep][valid], trace.value[keep][valid]
    _, length = longest_gap(t, (start, span[1]))
    if len(t) < LEAST_READINGS or length > GAP_PERIODS * view.period_s(name) + 1e-9:
        raise UnjudgedError(Verdict.INVALID, f"{name} was not read throughout the end of {step!r}")
    points: list[Any] = list(zip(t.tolist(), value.tolist(), strict=True))
    moved = abs(slope(points)) * (points[-1][0] - points[0][0])
    if moved > 0.5 * tolerance:
        raise UnjudgedError(Verdict.INVALID, f"{name} had not settled in {step!r}: it moved by {moved:.2f} K")
    return float(np.mean(value))
