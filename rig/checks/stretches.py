"""Stretches of rising instants: those of a window, and the longest without any."""

from __future__ import annotations

import numpy as np

from rig.signals.traces import Floats


def within(t: Floats, start: float, end: float) -> slice:
    """Which of rising instants lie from start to end."""
    first = int(np.searchsorted(t, start))
    return slice(first, max(first, int(np.searchsorted(t, end, side="right"))))


def longest_gap(t: Floats, window: tuple[float, float]) -> tuple[float, float]:
    """Where the longest stretch without one of rising instants begins within a window, and its length, in seconds."""
    start, end = window
    edges = np.concatenate(([start], t[within(t, start, end)], [max(end, start)]))
    steps = np.diff(edges)
    where = int(np.argmax(steps))
    return float(edges[where]), float(steps[where])
