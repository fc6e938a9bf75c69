"""Probes that kept their digits while their heater heated: a number that no longer comes from a junction.

By the digits as they were received, as the interlock has it, for a frozen channel over a live reference junction still
changes its °C. A channel whose readings mostly differ by several of its own last digits does not repeat itself ten
times; one that resolves no more than its noise may well, and of it the digits tell nothing unless they never moved.
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
SEVERAL_DIGITS = 4.0


def needs(layout: Layout) -> list[str]:
    """Signals that must be kept to see it: the probes on heaters, and what says when heat flowed."""
    return [*_probes(layout), *layout.heat_signals]


def _probes(layout: Layout) -> list[str]:
    return [s.name for s in layout.signals if s.heater is not None and s.place is not None]


def frozen_probes(view: RunView) -> Iterator[str]:
    """Words for each probe that kept its digits in the heating; none where no heat flowed or nobody can say."""
    try:
        window = (view.first_s, view.last_s)
        start, end = heaters_on(view, window).by, heating_end(view, window)
    except UnjudgedError:
        return
    for name in _probes(view.layout):
        t, digits = view.received(name)
        keep = np.isfinite(digits) & (t >= start) & (t <= end)
        found = frozen_span(t[keep], digits[keep])
        if found is not None:
            yield f"{name} kept its digits for {found[1] - found[0]:.3g} s from {found[0]:.1f} s on while it was heated"


def frozen_span(t: Floats, digits: Floats) -> tuple[float, float] | None:
    """The longest stretch over which digits stayed, if it is too long for a channel that is alive; else None."""
    steps = np.abs(np.diff(digits))
    moved = steps[steps > 0.0]
    if len(digits) < LEAST_ALIKE or (
        len(moved) and float(np.median(moved)) < SEVERAL_DIGITS * float(moved.min())
    ):
        return None
    first, last = _longest(steps == 0.0)
    if last - first + 1 < LEAST_ALIKE or t[last] - t[first] < FROZEN_S:
        return None
    return float(t[first]), float(t[last])


def _longest(same: NDArray[np.bool_]) -> tuple[int, int]:
    """First and last row of the longest stretch of readings that are alike."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], same, [False])).astype(np.int8)))
    if not len(edges):
        return 0, 0
    starts, ends = edges[::2], edges[1::2]
    row = int(np.argmax(ends - starts))
    return int(starts[row]), int(ends[row])
