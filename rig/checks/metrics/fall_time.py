"""Fall time: from 90 % to 10 % of the way down, of the slowest unit, once the heat is off (IEEE 181).

The upper state is the mean of the minute before the last current ended, the lower one the baseline of the minute
before heat: a curve that cools has no plateau of its own. Crossings last three readings and are interpolated. A unit
that has not come down to 10 % by the end of the record gives a lower bound.
"""

from __future__ import annotations

from typing import NamedTuple

from rig.checks.budget import Budget, Component, expanded_of, time_of_temperature
from rig.checks.crossing import slope_around
from rig.checks.curves import Curve, Window, curves
from rig.checks.curves import needs as curve_needs
from rig.checks.finding import Ask, Finding, Params, UnjudgedError
from rig.checks.heating import BASELINE_S, LEAST_READINGS, baseline, heaters_on, heating_end
from rig.checks.instants import Bracket, mapping
from rig.checks.metrics.rise_time import LEAST_RISE_K
from rig.checks.transition import REFERENCE_SHARES, Levels, reference_instants
from rig.checks.verdict import Verdict
from rig.checks.view import RunView
from rig.signals.layout import Layout
from rig.signals.traces import Floats


class _Fall(NamedTuple):
    seconds: float
    budget: Budget
    name: str
    levels: Levels
    whole: bool


def needs(layout: Layout, params: Params) -> list[str]:
    """Signals that must be kept for this check."""
    return curve_needs(layout, params["of"])


def measure(view: RunView, ask: Ask) -> Finding:
    """The fall time in s, or a lower bound of it."""
    found = curves(view, ask.params["of"])
    on, off = heaters_on(view, ask.window), heating_end(view, ask.window)
    end = min(ask.window[1], view.last_s)
    falls = [_fall(curve, on, (off, end)) for curve in found]
    slowest = max(falls, key=lambda fall: (not fall.whole, fall.seconds))
    missing = view.gap([m for curve in found for m in curve.members], (off - BASELINE_S, end))
    words = f"{slowest.name}, from {slowest.levels.base:.2f} to {slowest.levels.top:.2f} degC"
    return Finding(
        slowest.seconds,
        expanded_of(slowest.budget) if found[0].budget.components else None,
        missing or (words if slowest.whole else f"{words}, not over by {end:.1f} s"),
        Verdict.INVALID if missing else Verdict.PASS,
        at_least=not slowest.whole,
        detail={"seconds": {fall.name: fall.seconds if fall.whole else None for fall in falls}},
    )


def _fall(curve: Curve, on: Bracket, window: Window) -> _Fall:
    _, before = curve.within((window[0] - BASELINE_S, window[0]))
    t, value = curve.within(window)
    if min(len(before), len(t)) < LEAST_READINGS:
        raise UnjudgedError(Verdict.INVALID, f"{curve.name} was not read around the end of heat")
    levels = Levels(float(before.mean()), baseline(curve, on))
    if -levels.amplitude < LEAST_RISE_K:
        words = f"not exercised: {curve.name} stood {-levels.amplitude:.2f} K above its baseline only"
        raise UnjudgedError(Verdict.INCONCLUSIVE, words)
    first, _, last = reference_instants(t, value, levels)
    if first is None:
        words = f"not exercised: {curve.name} did not come down by a tenth of its way"
        raise UnjudgedError(Verdict.INCONCLUSIVE, words)
    parts = [_part(curve, levels, (t, value), 0, first), mapping(curve.within_s)]
    parts += [] if last is None else [_part(curve, levels, (t, value), -1, last), mapping(curve.within_s)]
    until = window[1] if last is None else last
    return _Fall(until - first, Budget(tuple(parts)), curve.name, levels, last is not None)


def _part(curve: Curve, levels: Levels, readings: tuple[Floats, Floats], which: int, at: float) -> Component:
    """How uncertain the instant of a reference level is: the level is a rise above the baseline, over the slope."""
    share = REFERENCE_SHARES[which]
    level = curve.budget.of_rise((1.0 - share) * levels.amplitude).standard
    return Component(
        f"level of {1.0 - share:.0%} over slope", time_of_temperature(level, slope_around(*readings, at))
    )
