"""Overshoot and undershoot of a heating curve, as shares of the way from the baseline to the steady state (IEEE 181).

The baseline is the mean of the minute before heat, the top the mean of the steady state; a two-position controller
swings about it, and so shows both. What is constant in a channel cancels in either rise. The extreme of many noisy
readings lies beyond that of the truth, which is added to the uncertainty, rectangular.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rig.checks.blocks import Blocks
from rig.checks.budget import (
    Budget,
    Component,
    expanded_of,
    expected_maximum,
    find_repeatability,
    rectangular,
)
from rig.checks.curves import curves
from rig.checks.finding import Ask, Finding, UnjudgedError
from rig.checks.heating import baseline, heaters_on, heating_end
from rig.checks.instants import Bracket
from rig.checks.metrics.rise_time import LEAST_RISE_K
from rig.checks.metrics.steady_mean import mean_of, scatter
from rig.checks.steady import find_steady, steady_finding
from rig.checks.transition import Levels
from rig.checks.verdict import Verdict
from rig.checks.view import RunView
from rig.signals.traces import Floats

Share = Callable[[Floats, Levels], float]
"""Values after the transition and the state levels, both in °C, to a share of the amplitude."""

_NEAR = 3.0


@dataclass(frozen=True, slots=True)
class _Aberration:
    """One unit's: the share, its budget, and the levels that it is a share of."""

    share: float
    budget: Budget
    name: str
    levels: Levels


def aberration(view: RunView, ask: Ask, share: Share, *, after_peak: bool) -> Finding:
    """The greatest share of any unit.

    Args:
        view: the run.
        ask: with ``of`` and ``detector``.
        share: what to compute.
        after_peak: only from the hottest reading on, else from the moment at which the heaters were switched on.
    """
    found = curves(view, ask.params["of"])
    on = heaters_on(view, ask.window)
    steady = find_steady(view, found, ask.window, ask.params)
    window = (on.after, heating_end(view, ask.window))
    each = [_of_unit(blocks, on, window, share, after_peak=after_peak) for blocks in steady.blocks]
    worst = max(each, key=lambda one: one.share)
    words = f"{worst.name}, on the way from {worst.levels.base:.2f} to {worst.levels.top:.2f} degC"
    detail = {"shares": {one.name: one.share for one in each}}
    expanded = expanded_of(worst.budget) if found[0].budget.components else None
    return steady_finding(view, ask.window, steady, Finding(worst.share, expanded, words, detail=detail))


def _of_unit(
    blocks: Blocks, on: Bracket, window: tuple[float, float], share: Share, *, after_peak: bool
) -> _Aberration:
    curve = blocks.curve
    levels = Levels(baseline(curve, on), mean_of(blocks))
    if levels.amplitude < LEAST_RISE_K:
        words = f"not exercised: {curve.name} rose by {levels.amplitude:.2f} K only"
        raise UnjudgedError(Verdict.INCONCLUSIVE, words)
    _, value = curve.within(window)
    value = value[int(np.argmax(value)) :] if after_peak else value
    found = share(value, levels)
    return _Aberration(found, _budget(blocks, value, levels, found), curve.name, levels)


def _budget(blocks: Blocks, value: Floats, levels: Levels, share: float) -> Budget:
    """Of the ratio of two rises: each over the amplitude, that of the amplitude times the share."""
    channel, noise = blocks.curve.budget, find_repeatability(blocks.curve.budget) or 0.0
    if not channel.components:
        return channel
    distance = np.abs(value - levels.top)
    extreme_k = share * levels.amplitude
    near = int(np.count_nonzero(np.abs(distance - extreme_k) <= _NEAR * noise))
    own = channel.of_rise(extreme_k).plus(scatter(blocks)).standard
    way = channel.of_rise(levels.amplitude).standard
    return Budget(
        (
            Component("rise beyond the top", own / levels.amplitude),
            Component("amplitude", share * way / levels.amplitude),
            Component(
                f"extreme of {near} readings", rectangular(expected_maximum(near) * noise) / levels.amplitude
            ),
        )
    )
