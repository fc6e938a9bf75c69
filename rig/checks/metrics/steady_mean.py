"""Steady mean: the mean temperature over the steady state, of the hotter unit.

Over whole regulation cycles, each weighted by its length, so that the part of a cycle at which the record ends does
not count. The uncertainty is that of the mean of the unit's channels and the scatter of the cycles' means.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from rig.checks.blocks import Blocks, means
from rig.checks.budget import Component, expanded_of
from rig.checks.curves import curves
from rig.checks.curves import needs as curve_needs
from rig.checks.finding import Ask, Finding, Params
from rig.checks.steady import find_steady, steady_finding
from rig.checks.view import RunView
from rig.signals.layout import Layout


def needs(layout: Layout, params: Params) -> list[str]:
    """Signals that must be kept for this check."""
    return curve_needs(layout, params["of"])


def measure(view: RunView, ask: Ask) -> Finding:
    """The mean in °C."""
    found = curves(view, ask.params["of"])
    steady = find_steady(view, found, ask.window, ask.params)
    hottest = max(steady.blocks, key=mean_of)
    curve = hottest.curve
    budget = curve.budget.plus(scatter(hottest)) if curve.budget.components else curve.budget
    detail = {"means_degc": {blocks.curve.name: mean_of(blocks) for blocks in steady.blocks}}
    finding = Finding(mean_of(hottest), expanded_of(budget), curve.name, detail=detail)
    return steady_finding(view, ask.window, steady, finding)


def mean_of(blocks: Blocks) -> float:
    """The mean over all blocks in °C, each weighted by its length."""
    lengths = np.array([block.end - block.start for block in blocks.items])
    return float(np.average(means(blocks.items), weights=lengths))


def scatter(blocks: Blocks) -> Component:
    """The standard uncertainty in K of the mean of blocks from their scatter (JCGM 100 4.2.3)."""
    count = len(blocks.items)
    spread = float(np.std(means(blocks.items), ddof=1)) / sqrt(count)
    return Component("scatter of the cycles' means", spread, dof=float(count - 1))
