"""What adds up over a trace: integrals over instants as they were read, with a rule for what was not read.

Between two valid readings a rate is taken to run in a straight line (trapezoid of the rate, on the readings' own
instants). Readings that are invalid are left out, so their time belongs to the step between their valid neighbours.
A step longer than `longest_s` is a gap: nothing is added for it, the sum is then a lower bound for a rate that is never
negative, and the bound counts the greater of the two neighbours for the whole of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rig.signals.traces import Floats


@dataclass(frozen=True, slots=True)
class Integral:
    """An integral over a trace, in the unit of the rate times s.

    total: without the gaps. bound: with the greater neighbour over each gap. gap_s: how long all gaps are together.
    variation: all changes of the rate and the rates at both ends: how fast the total moves with errors of instants.
    """

    total: float
    bound: float
    gap_s: float
    variation: float = 0.0


def integrate(t: Floats, rate: Floats, longest_s: float) -> Integral:
    """The integral of a rate that is nowhere negative.

    Args:
        t: instants in s, rising.
        rate: per s, nan where it was not read.
        longest_s: the longest step between two readings that is no gap.

    Raises:
        ValueError: the instants do not rise.
    """
    steps, low, high = _steps(t, rate)
    gap = steps > longest_s
    total = float(np.sum(np.where(gap, 0.0, 0.5 * (low + high)) * steps))
    missing = float(np.sum((np.maximum(low, high) * steps)[gap]))
    return Integral(total, total + missing, float(np.sum(steps[gap])), _variation(low, high))


def time_above(t: Floats, value: Floats, level: float, longest_s: float) -> Integral:
    """For how long a value stands at or above a level, in s; crossings are interpolated between two readings.

    Over a gap the bound counts the whole of it if either neighbour stands there. Arguments and errors as of
    ``integrate``.
    """
    steps, first, last = _steps(t, value)
    low, high = np.minimum(first, last), np.maximum(first, last)
    span = np.where(high > low, high - low, 1.0)
    share = np.where(low >= level, 1.0, np.where(high < level, 0.0, (high - level) / span))
    gap = steps > longest_s
    total = float(np.sum((share * steps)[~gap]))
    missing = float(np.sum(steps[gap & (high >= level)]))
    above = _variation((first >= level).astype(float), (last >= level).astype(float))
    return Integral(total, total + missing, float(np.sum(steps[gap])), above)


def _variation(first: Floats, last: Floats) -> float:
    return float(np.sum(np.abs(last - first)) + first[0] + last[-1]) if len(first) else 0.0


def _steps(t: Floats, value: Floats) -> tuple[Floats, Floats, Floats]:
    """The steps between valid readings in s, and the value before and after each."""
    if len(t) > 1 and not bool(np.all(t[1:] > t[:-1])):
        raise ValueError(
            "integrating a trace: its instants do not rise; sort them and drop what stands twice"
        )
    valid = np.isfinite(value)
    return np.diff(t[valid]), value[valid][:-1], value[valid][1:]
