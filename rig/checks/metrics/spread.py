"""Spread: the difference between the hottest and the coldest site of the belt, each its mean in the steady state.

Uniformity of domain practice, and the metric that IEC 61255 names; its procedure has not been compared with the
standard (unverified). What all channels share cancels, the rest counts twice. The extremes of n channels with errors
of their own lie further apart than those of the truth, which is added to the uncertainty, rectangular.
"""

from __future__ import annotations

import numpy as np

from rig.checks.blocks import Blocks
from rig.checks.budget import expanded_of
from rig.checks.curves import curves
from rig.checks.curves import needs as curve_needs
from rig.checks.finding import Ask, Finding, Params, UnjudgedError
from rig.checks.steady import find_steady, steady_finding
from rig.checks.verdict import Verdict
from rig.checks.view import RunView
from rig.signals.layout import Layout


def needs(layout: Layout, _params: Params) -> list[str]:
    """Signals that must be kept for this check."""
    return curve_needs(layout, None)


def measure(view: RunView, ask: Ask) -> Finding:
    """The spread in K."""
    steady = find_steady(view, curves(view, None), ask.window, ask.params)
    sites = {name: mean for blocks in steady.blocks for name, mean in _site_means(view, blocks).items()}
    hottest, coldest = max(sites, key=sites.__getitem__), min(sites, key=sites.__getitem__)
    deviation = float(np.std(list(sites.values()), ddof=1)) if len(sites) > 1 else 0.0
    words = f"{hottest} at {sites[hottest]:.2f} degC, {coldest} at {sites[coldest]:.2f} degC"
    detail = {"sites_degc": sites, "standard_deviation_k": deviation}
    expanded = expanded_of(view.budget.of_range(len(sites))) if view.budget.components else None
    finding = Finding(sites[hottest] - sites[coldest], expanded, words, detail=detail)
    return steady_finding(view, ask.window, steady, finding)


def _site_means(view: RunView, blocks: Blocks) -> dict[str, float]:
    start, end = blocks.items[0].start, blocks.items[-1].end
    found = {}
    for name in blocks.curve.members:
        trace = view.trace(name)
        inside = (trace.t >= start) & (trace.t <= end) & np.isfinite(trace.value)
        if not inside.any():
            raise UnjudgedError(Verdict.INVALID, f"{name} has no valid reading in the steady state")
        found[name] = float(trace.value[inside].mean())
    return found
