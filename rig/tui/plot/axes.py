"""Round numbers for axes."""

from __future__ import annotations

from math import ceil, floor, log10

_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)


def value_ticks(low: float, high: float, most: int) -> list[float]:
    """At most so many round values within a span."""
    if most < 1 or not high > low:
        return []
    rough = (high - low) / max(1, most)
    size = 10.0 ** floor(log10(rough))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough * 0.999999)
    first = ceil(low / step - 1e-9)
    return [round(step * n, 9) for n in range(first, floor(high / step + 1e-9) + 1)][:most]


def time_ticks(t0: float, t1: float, most: int) -> list[float]:
    """At most so many round instants in s within a span."""
    if most < 1 or not t1 > t0:
        return []
    step = next((step for step in _STEPS_S if (t1 - t0) / step <= most), _STEPS_S[-1])
    return [float(step * n) for n in range(ceil(t0 / step), floor(t1 / step) + 1)][:most]


def digits(low: float, high: float) -> int:
    """How many decimals the labels of an axis need."""
    span = high - low
    return 0 if span >= 10.0 else 1 if span >= 1.0 else 2
