"""Reasons and remedies: values as a plan may write them, rounded to the side on which the remedy works."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from rig.units import Dimension

_UNITS = {
    Dimension.TEMPERATURE: (1.0, " degC"),
    Dimension.TEMPERATURE_DIFFERENCE: (1.0, " K"),
    Dimension.TEMPERATURE_RATE: (60.0, " K/min"),
    Dimension.TIME: (1.0, " s"),
    Dimension.RATIO: (100.0, " %"),
}
_DIGITS = 3


class Why(NamedTuple):
    """Why something cannot be, and what would help.

    certain: it cannot be in any run of a sound belt, and is not only unlikely. at: the key of the value that is wrong.
    """

    words: str
    remedy: str
    certain: bool = True
    at: str = ""


def at_least(value: float, dimension: Dimension | str) -> str:
    """A value of that dimension or a little more, in three digits."""
    return _written(value, dimension, math.ceil, -1e-9)


def at_most(value: float, dimension: Dimension | str) -> str:
    """A value of that dimension or a little less, in three digits."""
    return _written(value, dimension, math.floor, 1e-9)


def rate_of(period_s: float) -> str:
    """A rate or a period that a plan may write: as fast as this period or a little faster."""
    if period_s > 1.0:
        return at_most(period_s, Dimension.TIME)
    return f"{math.ceil(10.0 / period_s - 1e-9) / 10.0:g} Hz"


def _written(value: float, dimension: Dimension | str, whole: Callable[[float], int], slack: float) -> str:
    scale, unit = _UNITS[Dimension(dimension)]
    value *= scale
    decimals = 0 if value == 0.0 else _DIGITS - 1 - math.floor(math.log10(abs(value)))
    step = 10.0**decimals
    return f"{whole(value * step + slack) / step:.10g}{unit}"
