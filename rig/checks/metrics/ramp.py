"""Ramp: the greatest least-squares slope of any unit over a sliding window while it heats up.

A raw difference of two noisy readings is not acceptable (domain practice). What is common to all channels does not
change within a window and cancels; a channel's own errors are taken to grow in proportion. The steepest of many
noisy windows is steeper than the steepest truth: that bias is added to the uncertainty, rectangular, as for a peak.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rig.checks.budget import Budget, Component, expanded_of, expected_maximum, rectangular
from rig.checks.crossing import fitted_line, sliding_slopes
from rig.checks.curves import Curve, curves
from rig.checks.curves import needs as curve_needs
from rig.checks.finding import Ask, Finding, Params, UnjudgedError
from rig.checks.heating import heaters_on, heating_end
from rig.checks.instants import placing
from rig.checks.verdict import Verdict
from rig.checks.view import RunView
from rig.signals.layout import Layout

_NEAR = 3.0


@dataclass(frozen=True, slots=True)
class _Steepest:
    """The steepest window of a curve: slope and its standard error in K/s, end in bench seconds, rivals."""

    slope: float
    error: float
    end_s: float
    near: int
    curve: Curve


def needs(layout: Layout, params: Params) -> list[str]:
    """Signals that must be kept for this check."""
    return curve_needs(layout, params["of"])


def measure(view: RunView, ask: Ask) -> Finding:
    """The slope in K/s."""
    over_s = float(ask.params["over"])
    window = (heaters_on(view, ask.window).after, heating_end(view, ask.window))
    found = curves(view, ask.params["of"])
    best = max((_steepest(curve, window, over_s) for curve in found), key=lambda s: s.slope)
    missing = view.gap([m for curve in found for m in curve.members], window)
    return Finding(
        best.slope,
        expanded_of(_budget(view, best, over_s)) if best.curve.budget.components else None,
        missing or f"{best.curve.name} in the {over_s:g} s up to {best.end_s:.1f} s",
        Verdict.INVALID if missing else Verdict.PASS,
        detail={"at_s": best.end_s, "standard_error_k_per_s": best.error, "windows_near": best.near},
    )


def _steepest(curve: Curve, window: tuple[float, float], over_s: float) -> _Steepest:
    t, value = curve.within(window)
    slopes = sliding_slopes(t, value, over_s)
    if not np.isfinite(slopes).any():
        words = f"not exercised: {curve.name} was heated for less than {over_s:g} s"
        raise UnjudgedError(Verdict.INCONCLUSIVE, words)
    row = int(np.nanargmax(slopes))
    inside = (t >= t[row] - over_s) & (t <= t[row])
    slope, error = fitted_line(t[inside], value[inside])
    near = int(np.count_nonzero(slopes >= slope - _NEAR * error))
    return _Steepest(slope, error, float(t[row]), near, curve)


def _budget(view: RunView, best: _Steepest, over_s: float) -> Budget:
    own = best.curve.budget.of_rise(best.slope * over_s).standard / over_s
    bias = rectangular(expected_maximum(best.near) * best.error)
    within_s = max(view.placed_within_s(name) for name in best.curve.members)
    return Budget(
        (
            Component("standard error of the slope", best.error),
            Component("channel over the window", own),
            Component(f"steepest of {best.near} windows", bias),
            placing(best.slope, within_s, over_s),
        )
    )
