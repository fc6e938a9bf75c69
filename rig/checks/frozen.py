"""Probes that kept their digits while their heater heated: a number that no longer comes from a junction.

By the digits as they were received, as the interlock has it, for a frozen channel over a live reference junction still
changes its °C. A channel whose readings scatter by several of its own last digits does not repeat itself ten times, nor
one that scatters by three of them thirty times; one that resolves no more than its noise may well, and of it the digits
tell nothing unless they never moved.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rig.checks.finding import UnjudgedError
from rig.checks.heating import heaters_on, heating_end
from rig.checks.view import RunView
from rig.signals.layout import Layout
from rig.signals.traces import Floats

FROZEN_S = 60.0
"""Digits that stay for so long are frozen, as the plans' interlocks have it."""

LEAST_ALIKE = 10
SCATTERS = ((4.0, LEAST_ALIKE), (3.0, 30))
"""Scatter in last digits, and from how many readings on a stretch that is alike is then no chance; as many show it.

Two would be too few: that is the bend of a channel that goes to and fro between two digits, and it may come to rest.
"""

_MOST = 0.65
"""The share of readings that scatter by no more; a third of pure noise goes on in one direction."""


def needs(layout: Layout) -> list[str]:
    """Signals that must be kept to see it: the probes on heaters, and what says when heat flowed."""
    skins = [layout.signals[i].name for i in layout.skins]
    return [*skins, *layout.heat_signals]


def _probes(view: RunView) -> list[str]:
    """The probes on heaters; of another logger's temperatures those that a check is of, and never what drives.

    All of these where there is no heater.
    """
    layout, drives = view.layout, view.layout.heat_signals
    probes = [s for s in layout.signals if s.place is not None and s.name not in drives]
    on_heaters = [s.name for s in probes if s.heater is not None or not layout.heaters]
    return [name for name in on_heaters if view.keeps(name)]


def frozen_probes(view: RunView) -> Iterator[str]:
    """Words for each probe that kept its digits in the heating; none where no heat flowed.

    Where another logger's record does not say when heat flowed, those that moved at other times.
    """
    window = (view.first_s, view.last_s)
    is_told = bool(view.layout.heaters) or not view.is_logged
    start, end = window
    if is_told:
        try:
            start, end = heaters_on(view, window).by, heating_end(view, window)
        except UnjudgedError:
            return
    for name in _probes(view):
        t, digits = view.received(name)
        keep = np.isfinite(digits) & (t >= start) & (t <= end)
        found = frozen_span(t[keep], digits[keep])
        if found is None or not (is_told or np.ptp(digits[keep])):
            continue
        lasted = f"{name} kept its digits for {found[1] - found[0]:.3g} s from {found[0]:.1f} s on"
        yield f"{lasted} while it was heated" if is_told else lasted


def frozen_span(t: Floats, digits: Floats) -> tuple[float, float] | None:
    """The longest stretch over which digits stayed, if it is too long for a channel that is alive; else None."""
    if len(digits) < LEAST_ALIKE:
        return None
    steps = np.diff(digits)
    moves = np.flatnonzero(steps)
    first, last = _longest(moves, len(digits))
    alike = last - first + 1
    if alike < LEAST_ALIKE or t[last] - t[first] < FROZEN_S:
        return None
    if len(moves) and not _is_lively(steps, alike):
        return None
    return float(t[first]), float(t[last])


def _is_lively(steps: Floats, alike: int) -> bool:
    """Whether readings scatter by so many of their last digits, to and fro, that so many alike are no chance."""
    digit = float(np.min(np.abs(steps[steps != 0.0])))
    bends = np.diff(steps)
    before, after = bends[:-1], bends[1:]
    moved = (before != 0.0) | (after != 0.0)
    scatter = np.where(before * after < 0.0, np.minimum(np.abs(before), np.abs(after)), 0.0)[moved]
    return any(
        alike >= count <= len(scatter) and float(np.quantile(scatter, _MOST)) >= digits * digit
        for digits, count in SCATTERS
    )


def _longest(moves: NDArray[np.int64], count: int) -> tuple[int, int]:
    """First and last row of the longest stretch of readings that are alike; moves: rows after which they change."""
    starts = np.concatenate(([0], moves + 1))
    ends = np.concatenate((moves, [count - 1]))
    row = int(np.argmax(ends - starts))
    return int(starts[row]), int(ends[row])
