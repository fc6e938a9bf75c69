"""Units that the table lacks, through pint; it is imported on the first such unit only."""

from __future__ import annotations

import importlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rig.units.dimension import Dimension

if TYPE_CHECKING:
    import pint

# Names joined by * or /, one-digit exponents: nothing that pint's evaluator could spend time on.
_SAFE = re.compile(r"(?:1/)?[A-Za-zµμΩ°_]{1,32}(?:\^-?\d)?(?:[*/·][A-Za-zµμΩ°_]{1,32}(?:\^-?\d)?){0,4}")

_ZERO_CELSIUS_K = 273.15

# No frequency and no plain number: to pint a radian, a turn and a bit are 1, so rpm would pass as Hz.
_BASES: tuple[tuple[Dimension, str], ...] = (
    (Dimension.VOLTAGE, "volt"),
    (Dimension.CURRENT, "ampere"),
    (Dimension.POWER, "watt"),
    (Dimension.RESISTANCE, "ohm"),
    (Dimension.TIME, "second"),
    (Dimension.TEMPERATURE_RATE, "kelvin/second"),
    (Dimension.ENERGY, "joule"),
)


class ForeignUnit(NamedTuple):
    """A unit that pint knows: base value = number * factor + offset; a point alone has an offset."""

    dimension: Dimension
    factor: float
    offset: float


@lru_cache(maxsize=256)
def foreign_unit(symbol: str) -> ForeignUnit | None:
    """The unit of that symbol, None if pint does not know it or if it measures nothing that the rig measures.

    ``degF`` is a point on a scale; ``delta_degF`` and every multiplicative unit of temperature a difference.
    """
    if not _SAFE.fullmatch(symbol):
        return None
    registry, failures = _pint()
    try:
        unit = registry.parse_units(symbol)
        if unit.dimensionality == registry.kelvin.dimensionality:
            return _temperature(registry, unit)
        return _scaled(registry, unit)
    except failures:
        return None


def _temperature(registry: pint.UnitRegistry[float], unit: pint.Unit) -> ForeignUnit:
    zero = float(registry.Quantity(0.0, unit).to("kelvin").magnitude)
    factor = float(registry.Quantity(1.0, unit).to("kelvin").magnitude) - zero
    if zero == 0.0:
        return ForeignUnit(Dimension.TEMPERATURE_DIFFERENCE, factor, 0.0)
    return ForeignUnit(Dimension.TEMPERATURE, factor, zero - _ZERO_CELSIUS_K)


def _scaled(registry: pint.UnitRegistry[float], unit: pint.Unit) -> ForeignUnit | None:
    for dimension, base in _BASES:
        if unit.dimensionality == registry.Unit(base).dimensionality:
            factor = float(registry.Quantity(1.0, unit).to(base).magnitude)
            return ForeignUnit(dimension, factor, 0.0)
    return None


@lru_cache(maxsize=1)
def _pint() -> tuple[pint.UnitRegistry[float], tuple[type[Exception], ...]]:
    library = importlib.import_module("pint")
    failures = (library.errors.PintError, AttributeError, TypeError, ValueError, ArithmeticError, SyntaxError)
    return library.UnitRegistry(), failures
