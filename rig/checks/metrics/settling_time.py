"""Settling time: from the moment the heaters were switched on until a curve stays within a band of its steady state.

The last time at which it enters the mean of the steady state ± band, of the slowest unit, while the heaters still
regulate (IEEE 181), and three whole cycles stay within. A belt that swings further than the band never settles:
INCONCLUSIVE, for a longer record could not show it either. The band's edge is a rise of the same channels above the
mean, so what is constant cancels.
"""

from __future__ import annotations

from math import inf
from typing import NamedTuple

from rig.checks.blocks import Blocks
from rig.checks.budget import Component, expanded_of, time_of_temperature
from rig.checks.crossing import slope_around
from rig.checks.curves import curves
from rig.checks.curves import needs as curve_needs
from rig.checks.finding import Ask, Finding, Params, UnjudgedError
from rig.checks.heating import heaters_on
from rig.checks.instants import mapping, timing_of
from rig.checks.metrics.steady_mean import mean_of, scatter
from rig.checks.steady import LEAST_BLOCKS, find_steady, steady_finding
from rig.checks.transition import settling_instant
from rig.checks.verdict import Verdict
from rig.checks.view import RunView
from rig.signals.layout import Layout


class _Settled(NamedTuple):
    at_s: float
    standard_s: float
    name: str


def needs(layout: Layout, params: Params) -> list[str]:
    """Signals that must be kept for this check."""
    return curve_needs(layout, params["of"])


def measure(view: RunView, ask: Ask) -> Finding:
    """The time in s."""
    band = float(ask.params["band"])
    found = curves(view, ask.params["of"])
    on = heaters_on(view, ask.window)
    steady = find_steady(view, found, ask.window, ask.params)
    each = [_settled(blocks, on.after, band) for blocks in steady.blocks]
    last = max(each, key=lambda one: one.at_s)
    read = mapping(found[0].within_s)
    budget = timing_of(on).plus(Component("band over slope", last.standard_s), read)
    expanded = expanded_of(budget) if found[0].budget.components else None
    words = f"{last.name} settled within {band:g} K at {last.at_s:.1f} s"
    detail = {"settled_s": {one.name: one.at_s for one in each}}
    return steady_finding(
        view, ask.window, steady, Finding(last.at_s - on.middle, expanded, words, detail=detail)
    )


def _settled(blocks: Blocks, start: float, band: float) -> _Settled:
    curve, top = blocks.curve, mean_of(blocks)
    t, value = curve.within((start, blocks.items[-1].end))
    at = settling_instant(t, value, top, band)
    if at is None or at > blocks.items[-LEAST_BLOCKS].start:
        words = f"{curve.name} left {top:.2f} ± {band:g} degC again in its steady state, so it never settles"
        raise UnjudgedError(Verdict.INCONCLUSIVE, words)
    edge = curve.budget.of_rise(band).plus(scatter(blocks))
    slope = slope_around(t, value, at)
    return _Settled(at, time_of_temperature(edge.standard, slope) if slope else inf, curve.name)
