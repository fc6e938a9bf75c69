"""A curve cut into blocks, one for each regulation cycle of its heater, or of equal length if it does not cycle.

A two-position controller never lets a temperature stand still. What can be steady is the mean of its cycles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from rig.checks.curves import Curve, Window
from rig.checks.finding import UnjudgedError
from rig.checks.heating import LEAST_READINGS, falls, heaters_on, heating_end
from rig.checks.verdict import Verdict
from rig.checks.view import RunView
from rig.signals.traces import Floats

MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class Block:
    """One cycle or minute: bench seconds, and mean, lowest and highest reading in °C."""

    start: float
    end: float
    mean: float
    low: float
    high: float

    @property
    def middle(self) -> float:
        """The instant that its mean stands for."""
        return 0.5 * (self.start + self.end)


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks of a curve in order; cycles: they are regulation cycles and not of equal length."""

    curve: Curve
    items: tuple[Block, ...]
    cycles: bool


def cut(view: RunView, curve: Curve, window: Window, length_s: float = MINUTE_S) -> Blocks:
    """The blocks of a curve while its heater heats within a window.

    A cycle runs from one fall of the heater's current to the next; what comes before the first fall is the
    ramp. A fall after which no current flows any more ends no cycle. Where heaters share an output, whose current
    cannot tell which of them fell, the belt's telemetry says when it switched this one (see `falls`).

    length_s: of a block of a curve that does not cycle; one that is read slowly has blocks of three of its periods.

    Raises:
        UnjudgedError: INVALID, the curve is no heater's, or that telemetry is missing; INCONCLUSIVE, cycles
            shorter than three readings.
    """
    if curve.heater is None:
        raise UnjudgedError(Verdict.INVALID, f"{curve.name} is on no heater, so it has no cycles")
    edges = falls(view, curve.heater, window)
    cycles = bool(edges)
    if not cycles:
        start, end = heaters_on(view, window).by, heating_end(view, window)
        length_s = max(length_s, LEAST_READINGS * view.period_s(curve.members[0]))
        edges = [start + length_s * n for n in range(int((end - start) / length_s) + 1)]
    if len(edges) < 2:
        return Blocks(curve, (), cycles)
    readings = curve.within((edges[0], edges[-1]))
    items = tuple(_block(curve.name, readings, span) for span in pairwise(edges))
    return Blocks(curve, items, cycles)


def _block(name: str, readings: tuple[Floats, Floats], span: Window) -> Block:
    t, values = readings
    value = values[int(np.searchsorted(t, span[0], "left")) : int(np.searchsorted(t, span[1], "right"))]
    if len(value) < LEAST_READINGS:
        words = f"{name} has fewer than three readings from {span[0]:.1f} s to {span[1]:.1f} s"
        raise UnjudgedError(Verdict.INCONCLUSIVE, words)
    return Block(span[0], span[1], float(value.mean()), float(value.min()), float(value.max()))


def middles(blocks: Sequence[Block]) -> Floats:
    """The instants that the blocks' means stand for."""
    return np.array([block.middle for block in blocks])


def means(blocks: Sequence[Block]) -> Floats:
    """The blocks' means in °C."""
    return np.array([block.mean for block in blocks])
