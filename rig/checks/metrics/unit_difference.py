"""Unit difference: how far the units' temperatures, each the mean of its sites, are apart.

On the ramp: the greatest difference between their rises since the heaters were switched on, up to the moment at which
the first of them is switched off by regulation. Regulation hides a weak unit once it is warm, so it is told there.
The baselines are taken off, and what is constant in a channel cancels. In the steady state: the difference between
their means over whole cycles; only what all channels share cancels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

import numpy as np

from rig.checks.budget import (
    Budget,
    Component,
    expanded_of,
    expected_maximum,
    find_repeatability,
    rectangular,
)
from rig.checks.curves import Curve, Window, curves
from rig.checks.curves import needs as curve_needs
from rig.checks.finding import Ask, Finding, Params, UnjudgedError
from rig.checks.heating import LEAST_READINGS, baseline, first_fall, heaters_on, heating_end
from rig.checks.metrics.steady_mean import mean_of, scatter
from rig.checks.steady import find_steady, steady_finding
from rig.checks.verdict import Verdict
from rig.checks.view import RunView
from rig.signals.layout import Layout
from rig.signals.traces import Floats

Line = tuple[Floats, Floats]
"""Instants in bench seconds, and rises in K."""

LEAST_RISE_K = 1.0
_NEAR = 3.0


@dataclass(frozen=True, slots=True)
class _Apart:
    """Where two units' rises were furthest apart, and how many readings come near to that."""

    difference_k: float
    at_s: float
    near: int
    pair: tuple[str, str]


def needs(layout: Layout, _params: Params) -> list[str]:
    """Signals that must be kept for this check."""
    return curve_needs(layout, None)


def measure(view: RunView, ask: Ask) -> Finding:
    """The difference in K."""
    units = curves(view, None)
    if len(units) < 2:
        raise UnjudgedError(Verdict.INVALID, "there are no two units with probes to compare")
    if ask.params["during"] == "steady":
        return _in_steady_state(view, ask, units)
    return _on_the_ramp(view, ask.window, units)


def _in_steady_state(view: RunView, ask: Ask, units: list[Curve]) -> Finding:
    steady = find_steady(view, units, ask.window, ask.params)
    means = {blocks.curve.name: mean_of(blocks) for blocks in steady.blocks}
    hottest, coldest = max(means, key=means.__getitem__), min(means, key=means.__getitem__)
    budget = _vaguest(units).budget
    if budget.components:
        budget = budget.of_difference().plus(*(scatter(blocks) for blocks in steady.blocks))
    words = f"{hottest} at {means[hottest]:.2f} degC, {coldest} at {means[coldest]:.2f} degC"
    detail = {"means_degc": means}
    finding = Finding(means[hottest] - means[coldest], expanded_of(budget), words, detail=detail)
    return steady_finding(view, ask.window, steady, finding)


def _on_the_ramp(view: RunView, window: Window, units: list[Curve]) -> Finding:
    on = heaters_on(view, window)
    first_falls = (first_fall(view, heater, window) for heater in view.layout.heaters)
    ramp = (on.by, min(*first_falls, heating_end(view, window)))
    rises = {curve.name: _rise(curve, baseline(curve, on), ramp) for curve in units}
    highest = max(float(rise.max()) for _, rise in rises.values())
    if highest < LEAST_RISE_K:
        raise UnjudgedError(Verdict.INCONCLUSIVE, f"not exercised: no unit rose by more than {highest:.2f} K")
    pairs = (_apart(rises, pair, _noise(_vaguest(units))) for pair in combinations(rises, 2))
    worst = max(pairs, key=lambda pair: pair.difference_k)
    missing = view.gap([m for curve in units for m in curve.members], (on.after, ramp[1]))
    return Finding(
        worst.difference_k,
        expanded_of(_ramp_budget(_vaguest(units), highest, worst.near)),
        missing or f"{' and '.join(worst.pair)} at {worst.at_s:.1f} s",
        Verdict.INVALID if missing else Verdict.PASS,
        detail={"at_s": worst.at_s, "ramp_s": list(ramp), "rise_k": highest, "readings_near": worst.near},
    )


def _rise(curve: Curve, base_degc: float, ramp: Window) -> Line:
    t, value = curve.within(ramp)
    if len(t) < LEAST_READINGS:
        raise UnjudgedError(Verdict.INVALID, f"{curve.name} has fewer than three readings on the ramp")
    return t, value - base_degc


def _apart(rises: Mapping[str, Line], pair: tuple[str, str], noise: float) -> _Apart:
    (t, one), (times, other) = rises[pair[0]], rises[pair[1]]
    difference = np.abs(one - np.interp(t, times, other))
    row = int(np.argmax(difference))
    near = int(np.count_nonzero(difference >= difference[row] - _NEAR * noise))
    return _Apart(float(difference[row]), float(t[row]), near, pair)


def _vaguest(units: list[Curve]) -> Curve:
    """The unit whose temperature is the least certain; the other is taken to be so as well."""
    return max(units, key=lambda curve: curve.budget.standard)


def _noise(curve: Curve) -> float:
    return sqrt(2.0) * (find_repeatability(curve.budget) or 0.0)


def _ramp_budget(curve: Curve, rise_k: float, near: int) -> Budget:
    if not curve.budget.components:
        return curve.budget
    bias = rectangular(expected_maximum(near) * _noise(curve))
    return curve.budget.of_rise(rise_k).of_difference().plus(Component(f"maximum of {near} readings", bias))
