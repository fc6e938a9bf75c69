"""Time to a temperature: from the moment the heaters were switched on until the slowest unit has reached it.

Reached means that three readings in a row stand at or above it; the crossing is interpolated between readings
(domain practice after IEEE 181). The clock starts when current first flowed. The instant of a crossing is as
uncertain as the temperature over the slope. A unit that did not get there gives a lower bound: for how long it
surely had not, its readings taken as low as the uncertainty allows.
"""

from __future__ import annotations

from dataclasses import dataclass

from rig.checks.budget import Component, expanded_of, time_of_temperature
from rig.checks.crossing import first_crossing, slope_around
from rig.checks.curves import Curve, curves
from rig.checks.curves import needs as curve_needs
from rig.checks.finding import Ask, Finding, Params, UnjudgedError
from rig.checks.heating import heaters_on, observed_end
from rig.checks.instants import mapping, timing_of
from rig.checks.verdict import Verdict
from rig.checks.view import RunView
from rig.signals.layout import Layout


@dataclass(frozen=True, slots=True)
class _Reached:
    """When a curve reached the temperature and with what uncertainty of the instant in s; or that it did not."""

    curve: Curve
    at_s: float
    standard_s: float
    reached: bool = True


def needs(layout: Layout, params: Params) -> list[str]:
    """Signals that must be kept for this check."""
    return curve_needs(layout, params["of"])


def measure(view: RunView, ask: Ask) -> Finding:
    """The time in s."""
    level = float(ask.params["temperature"])
    on = heaters_on(view, ask.window)
    end = observed_end(view, ask.window, on)
    found = [_reached(curve, level, (on.after, end)) for curve in curves(view, ask.params["of"])]
    last = max(found, key=lambda each: (not each.reached, each.at_s))
    missing = view.gap([m for each in found for m in each.curve.members], (on.after, last.at_s))
    slope = Component("temperature over slope", last.standard_s)
    budget = timing_of(on).plus(slope, mapping(last.curve.within_s))
    words = f"{last.curve.name} reached {level:g} degC at {last.at_s:.1f} s"
    if not last.reached:
        words = f"{last.curve.name} surely stood below {level:g} degC until {last.at_s:.1f} s"
    return Finding(
        last.at_s - on.middle,
        expanded_of(budget) if last.curve.budget.components else None,
        missing or words,
        Verdict.INVALID if missing else Verdict.PASS,
        at_least=not last.reached,
        detail={"on_s": on.by, "reached_s": {e.curve.name: e.at_s if e.reached else None for e in found}},
    )


def _reached(curve: Curve, level: float, window: tuple[float, float]) -> _Reached:
    t, value = curve.within(window)
    if not len(t):
        raise UnjudgedError(Verdict.INVALID, f"{curve.name} has no valid reading while it was heated")
    crossed = first_crossing(t, value, level)
    if crossed is None:
        surely = first_crossing(t, value, level - curve.budget.expanded) if curve.budget.components else None
        return _Reached(curve, window[1] if surely is None else surely, 0.0, reached=False)
    if crossed <= float(t[0]):
        words = f"not exercised: {curve.name} stood at {level:g} degC before it was heated"
        raise UnjudgedError(Verdict.INCONCLUSIVE, words)
    slope = slope_around(t, value, crossed)
    return _Reached(curve, crossed, time_of_temperature(curve.budget.standard, slope))
