"""What a number on a bench can be; a number beyond it is a slip, however sound its unit."""

from __future__ import annotations

from rig.units.dimension import Dimension
from rig.units.text import format_value

ABSOLUTE_ZERO_DEGC = -273.15
"""No temperature is below it (SI: 0 K)."""

YEAR_S = 366.0 * 86400.0
"""No time in a plan is longer than a year, and no rate is slower than once in it."""

RANGES: dict[Dimension, tuple[float, float]] = {
    Dimension.VOLTAGE: (-1e4, 1e4),
    Dimension.CURRENT: (-1e3, 1e3),
    Dimension.POWER: (-1e6, 1e6),
    Dimension.RESISTANCE: (-1e9, 1e9),
    Dimension.TIME: (-YEAR_S, YEAR_S),
    Dimension.FREQUENCY: (-1e9, 1e9),
    Dimension.TEMPERATURE: (ABSOLUTE_ZERO_DEGC, 1e4),
    Dimension.TEMPERATURE_DIFFERENCE: (-1e6, 1e6),
    Dimension.TEMPERATURE_RATE: (-1e6, 1e6),
    Dimension.ENERGY: (-1e12, 1e12),
    Dimension.RATIO: (-1e9, 1e9),
    Dimension.COUNT: (-1e9, 1e9),
}
"""The lowest and the highest number of each dimension in base units [estimates, far beyond any use]."""


def out_of_range(value: float, dimension: Dimension) -> tuple[str, str] | None:
    """What is wrong with a number and what would be right, None if a bench could know it.

    Args:
        value: in the base unit of the dimension.
        dimension: what it is a number of.
    """
    low, high = RANGES[dimension]
    if low <= value <= high and not (dimension is Dimension.FREQUENCY and 0.0 < value < 1.0 / YEAR_S):
        return None
    if dimension is Dimension.TEMPERATURE and value < low:
        return "is below absolute zero", f"write more than {format_value(low, dimension)}"
    if dimension is Dimension.FREQUENCY and value < high:
        return "is less than once a year", "write a higher rate, or a period such as 20 s"
    return "is beyond any range", f"write {format_value(high, dimension)} or less"
