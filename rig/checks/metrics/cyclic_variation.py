"""Cyclic variation: from the lowest to the highest reading of a regulation cycle, mean over the steady cycles.

Of the unit that varies more. The metric that IEC 61255 names for heating pads; its procedure has not been compared
with the standard (unverified). A difference of readings of the same channels: what is constant cancels. The extremes
of noisy readings lie further apart than those of the truth, which is added to the uncertainty, rectangular.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from rig.checks.blocks import Block, Blocks
from rig.checks.budget import (
    Budget,
    Component,
    expanded_of,
    expected_maximum,
    find_repeatability,
    rectangular,
)
from rig.checks.curves import Curve, curves
from rig.checks.curves import needs as curve_needs
from rig.checks.finding import Ask, Finding, Params, UnjudgedError
from rig.checks.steady import find_steady, steady_finding
from rig.checks.verdict import Verdict
from rig.checks.view import RunView
from rig.signals.layout import Layout

_NEAR = 3.0


def needs(layout: Layout, params: Params) -> list[str]:
    """Signals that must be kept for this check."""
    return curve_needs(layout, params["of"])


def measure(view: RunView, ask: Ask) -> Finding:
    """The variation in K."""
    found = curves(view, ask.params["of"])
    steady = find_steady(view, found, ask.window, ask.params)
    still = [blocks.curve.name for blocks in steady.blocks if not blocks.cycles]
    if still:
        words = f"not exercised: {', '.join(still)} was not regulated, its current never fell and came back"
        raise UnjudgedError(Verdict.INCONCLUSIVE, words)
    widest = max(steady.blocks, key=_mean_height)
    value = _mean_height(widest)
    detail = {"variations_k": {blocks.curve.name: _mean_height(blocks) for blocks in steady.blocks}}
    finding = Finding(value, expanded_of(_budget(widest, value)), widest.curve.name, detail=detail)
    return steady_finding(view, ask.window, steady, finding)


def _heights(blocks: Blocks) -> list[float]:
    return [block.high - block.low for block in blocks.items]


def _mean_height(blocks: Blocks) -> float:
    return float(np.mean(_heights(blocks)))


def _budget(blocks: Blocks, value: float) -> Budget:
    curve, count = blocks.curve, len(blocks.items)
    if not curve.budget.components:
        return curve.budget
    noise = find_repeatability(curve.budget) or 0.0
    near = max(_readings_near(curve, block, noise) for block in blocks.items)
    bias = rectangular(2.0 * expected_maximum(near) * noise)
    scatter = float(np.std(_heights(blocks), ddof=1)) / sqrt(count)
    return curve.budget.of_rise(value).plus(
        Component("scatter of the cycles", scatter, dof=float(count - 1)),
        Component(f"extremes of {near} readings", bias),
    )


def _readings_near(curve: Curve, block: Block, noise: float) -> int:
    _, value = curve.within((block.start, block.end))
    return int(np.count_nonzero(value >= block.high - _NEAR * noise))
