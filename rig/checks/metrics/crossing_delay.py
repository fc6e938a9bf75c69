"""Crossing delay: from the skin's crossing of the declared threshold until the cut-off made the current fall.

The instant of a crossing is as uncertain as the temperature over the slope, so this is far coarser than the
response delay and only reported.
"""

from __future__ import annotations

from rig.checks.budget import Component, time_of_temperature
from rig.checks.crossing import first_crossing
from rig.checks.cutoff import needs_for, require_cutoff
from rig.checks.finding import Ask, Finding, UnjudgedError
from rig.checks.instants import mapping, timing_of
from rig.checks.skin import slope_at, valid_hottest
from rig.checks.verdict import Verdict
from rig.checks.view import RunView
from rig.signals.layout import HOTTEST

needs = needs_for


def measure(view: RunView, ask: Ask) -> Finding:
    """The delay in s, negative where the belt cut off before the skin crossed."""
    fell = require_cutoff(view, ask.window)
    crossed = _crossing(view, view.number("cutoff_degc"), ask.window)
    rise = slope_at(view, max(crossed, fell.middle))
    level = Component("temperature over slope", time_of_temperature(view.budget.standard, rise))
    read = mapping(view.within_s(HOTTEST, crossed, crossed))
    expanded = timing_of(fell).plus(level, read).expanded if view.budget.components else None
    return Finding(fell.middle - crossed, expanded, detail={"crossed_s": crossed, "fell_s": fell.by})


def _crossing(view: RunView, level: float, window: tuple[float, float]) -> float:
    """First crossing from which three readings stay at or above the level, interpolated."""
    crossed = first_crossing(*valid_hottest(view, window), level)
    if crossed is None:
        raise UnjudgedError(Verdict.INCONCLUSIVE, f"the skin never stayed at or above {level:g} degC")
    return crossed
