"""Drift: the slope of the least-squares line through the cycles' means in the steady state, of the worse unit.

Its size, either way. The uncertainty is the standard error of that slope (JCGM 100 H.3) with n - 2 degrees of
freedom: a channel's constant errors move no slope.
"""

from __future__ import annotations

from rig.checks.blocks import Blocks, means, middles
from rig.checks.budget import Budget, Component
from rig.checks.crossing import fitted_line
from rig.checks.curves import curves
from rig.checks.curves import needs as curve_needs
from rig.checks.finding import Ask, Finding, Params
from rig.checks.instants import placing
from rig.checks.steady import find_steady, steady_finding
from rig.checks.view import RunView
from rig.signals.layout import Layout


def needs(layout: Layout, params: Params) -> list[str]:
    """Signals that must be kept for this check."""
    return curve_needs(layout, params["of"])


def measure(view: RunView, ask: Ask) -> Finding:
    """The size of the drift in K/s."""
    found = curves(view, ask.params["of"])
    steady = find_steady(view, found, ask.window, ask.params)
    lines = [(blocks, *_line(blocks)) for blocks in steady.blocks]
    blocks, slope, error = max(lines, key=lambda line: abs(line[1]))
    part = Component("standard error of the slope", error, dof=float(len(blocks.items) - 2))
    within_s = max(view.placed_within_s(name) for name in blocks.curve.members)
    placed = placing(slope, within_s, steady.end_s - steady.start_s)
    words = f"{blocks.curve.name} drifts by {slope * 3600.0:+.3g} K/h over {len(blocks.items)} means"
    detail = {"slopes_k_per_s": {each.curve.name: rate for each, rate, _ in lines}}
    finding = Finding(abs(slope), Budget((part, placed)).expanded, words, detail=detail)
    return steady_finding(view, ask.window, steady, finding)


def _line(blocks: Blocks) -> tuple[float, float]:
    return fitted_line(middles(blocks.items), means(blocks.items))
