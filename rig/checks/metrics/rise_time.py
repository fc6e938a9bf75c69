"""Rise time: from 10 % to 90 % of the way from the baseline to the steady state, of the slowest unit.

Levels after IEEE 181 and IEC 60469, with what a thermal curve needs: the baseline is the mean of the last minute
before heat, the top the mean of the steady state that the detector finds (a histogram of a curve without plateau
has no modes). With `levels: histogram` both are the modes of a histogram of 100 bins, from that minute to the end of
heating, each known to half a bin; a steady state is asked for all the same. Crossings last three readings and are
interpolated. Both levels are rises of the same channels, so what is common to all cancels.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np

from rig.checks.blocks import Blocks, means
from rig.checks.budget import Budget, Component, expanded_of, rectangular, time_of_temperature
from rig.checks.crossing import first_crossing, slope_around
from rig.checks.curves import curves
from rig.checks.curves import needs as curve_needs
from rig.checks.finding import Ask, Finding, Params, UnjudgedError
from rig.checks.heating import BASELINE_S, baseline, heaters_on
from rig.checks.instants import Bracket, mapping
from rig.checks.steady import find_steady, steady_finding
from rig.checks.transition import HISTOGRAM_BINS, REFERENCE_SHARES, Levels, histogram_levels
from rig.checks.verdict import Verdict
from rig.checks.view import RunView
from rig.signals.layout import Layout

LEAST_RISE_K = 1.0


@dataclass(frozen=True, slots=True)
class _Rise:
    """One curve's rise: time in s, its budget, and the temperatures that it lies between."""

    seconds: float
    budget: Budget
    name: str
    base_degc: float
    top_degc: float


def needs(layout: Layout, params: Params) -> list[str]:
    """Signals that must be kept for this check."""
    return curve_needs(layout, params["of"])


def measure(view: RunView, ask: Ask) -> Finding:
    """The rise time in s."""
    found = curves(view, ask.params["of"])
    on = heaters_on(view, ask.window)
    steady = find_steady(view, found, ask.window, ask.params)
    by_histogram = ask.params["levels"] == "histogram"
    rises = (_rise(blocks, on, ask.window, by_histogram=by_histogram) for blocks in steady.blocks)
    slowest = max(rises, key=lambda r: r.seconds)
    words = f"{slowest.name}, from {slowest.base_degc:.2f} to {slowest.top_degc:.2f} degC"
    detail = {"base_degc": slowest.base_degc, "top_degc": slowest.top_degc}
    expanded = expanded_of(slowest.budget) if found[0].budget.components else None
    finding = Finding(slowest.seconds, expanded, words, detail=detail)
    return steady_finding(view, ask.window, steady, finding)


def _rise(blocks: Blocks, on: Bracket, window: tuple[float, float], *, by_histogram: bool) -> _Rise:
    curve = blocks.curve
    (base, top), scatter_k = _histogram(blocks, on) if by_histogram else _means(blocks, on)
    if top - base < LEAST_RISE_K:
        words = f"not exercised: {curve.name} rose by {top - base:.2f} K only"
        raise UnjudgedError(Verdict.INCONCLUSIVE, words)
    t, value = curve.within((on.after, window[1]))
    instants: list[float] = []
    parts: list[Component] = []
    for share in REFERENCE_SHARES[::2]:
        rise_k = share * (top - base)
        crossed = first_crossing(t, value, base + rise_k)
        if crossed is None:
            raise UnjudgedError(Verdict.INVALID, f"{curve.name} did not stay above {share:.0%} of its rise")
        level = curve.budget.of_rise(rise_k).plus(Component("scatter of the levels", share * scatter_k))
        slope = slope_around(t, value, crossed)
        uncertain = time_of_temperature(level.standard, slope) if slope > 0.0 else inf
        parts += [Component(f"level of {share:.0%} over slope", uncertain), mapping(curve.within_s)]
        instants.append(crossed)
    return _Rise(instants[1] - instants[0], Budget(tuple(parts)), curve.name, base, top)


def _means(blocks: Blocks, on: Bracket) -> tuple[Levels, float]:
    """Baseline and mean of the steady state, and how its blocks scatter about their mean."""
    tops = means(blocks.items)
    scatter_k = float(np.std(tops, ddof=1)) / sqrt(len(tops))
    return Levels(baseline(blocks.curve, on), float(tops.mean())), scatter_k


def _histogram(blocks: Blocks, on: Bracket) -> tuple[Levels, float]:
    """The modes from the minute before heat to the end of the steady state, and half a bin, rectangular."""
    _, value = blocks.curve.within((on.after - BASELINE_S, blocks.items[-1].end))
    found = histogram_levels(value)
    if found is None:
        raise UnjudgedError(Verdict.INCONCLUSIVE, f"not exercised: {blocks.curve.name} did not move")
    return found, rectangular(0.5 * float(np.ptp(value)) / HISTOGRAM_BINS)
