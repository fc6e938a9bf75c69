"""Transitions after IEEE 181 and IEC 60469: state levels, reference levels, duration, aberrations, settling.

Pure functions of one curve: instants in s that rise, and finite values in one unit. They hold for a transition either
way: a fall is a rise turned upside down. Instants are absolute, on the axis of t.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rig.checks.crossing import first_crossing
from rig.signals.traces import Floats

REFERENCE_SHARES = (0.1, 0.5, 0.9)
"""The proximal, mesial and distal reference levels, as shares of the way from base to top."""

HISTOGRAM_BINS = 100


class Levels(NamedTuple):
    """The state before and the state after a transition, in the unit of the curve."""

    base: float
    top: float

    @property
    def amplitude(self) -> float:
        """The way from one to the other, negative for a fall."""
        return self.top - self.base

    def at(self, share: float) -> float:
        """The reference level at a share of the way."""
        return self.base + share * self.amplitude


def histogram_levels(value: Floats, bins: int = HISTOGRAM_BINS) -> Levels | None:
    """The state levels by the modes of a histogram of all values (IEEE 181): the fullest bin of each half.

    For curves with two plateaus; of several fullest bins the lowest counts. The middle of a bin stands for it.

    Returns:
        Levels in order of time, so a curve that ends lower than it began has the higher one as its base; None if all
        values are the same.
    """
    if float(np.ptp(value)) == 0.0:
        return None
    counts, edges = np.histogram(value, bins=bins)
    middles, half = 0.5 * (edges[:-1] + edges[1:]), bins // 2
    low = float(middles[int(np.argmax(counts[:half]))])
    high = float(middles[half + int(np.argmax(counts[half:]))])
    return Levels(low, high) if value[-1] >= value[0] else Levels(high, low)


def reference_instants(
    t: Floats, value: Floats, levels: Levels, shares: tuple[float, ...] = REFERENCE_SHARES
) -> tuple[float | None, ...]:
    """When the curve first reaches each reference level and stays there for three readings, interpolated.

    None for one that it does not reach.
    """
    sign = 1.0 if levels.amplitude >= 0.0 else -1.0
    return tuple(first_crossing(t, sign * value, sign * levels.at(share)) for share in shares)


def transition_duration(t: Floats, value: Floats, levels: Levels) -> float | None:
    """From the 10 % to the 90 % reference level in s: rise or fall time; None if one is not reached."""
    first, _, last = reference_instants(t, value, levels)
    return None if first is None or last is None else last - first


def overshoot(value: Floats, levels: Levels) -> float:
    """How far the curve goes beyond the top, as a share of the amplitude; 0 if it does not.

    Over all values given: those after the transition for a post-transition overshoot.
    """
    sign = 1.0 if levels.amplitude >= 0.0 else -1.0
    return max(0.0, float(np.max(sign * (value - levels.top))) / abs(levels.amplitude))


def undershoot(value: Floats, levels: Levels) -> float:
    """How far the curve comes back from the top, as a share of the amplitude; 0 if it does not.

    Over all values given: those after the first peak beyond the top.
    """
    sign = 1.0 if levels.amplitude >= 0.0 else -1.0
    return max(0.0, float(np.max(sign * (levels.top - value))) / abs(levels.amplitude))


def settling_instant(t: Floats, value: Floats, top: float, band: float) -> float | None:
    """When the curve enters top ± band for the last time, interpolated; None if its last value is outside.

    The first instant of all if it never leaves the band.
    """
    outside = np.flatnonzero(np.abs(value - top) > band)
    if not len(outside):
        return float(t[0])
    row = int(outside[-1])
    if row == len(t) - 1:
        return None
    off, then = float(value[row] - top), float(value[row + 1] - top)
    edge = band if off > 0.0 else -band
    return float(t[row] + (off - edge) / (off - then) * (t[row + 1] - t[row]))
