"""Quantities as people write them: ``42 degC``, ``6 K/min``, ``23 ± 2 degC``, ``1.1 * rated``.

A quantity is a number and a unit, or a number times a name that a plan's device gives a value. Nothing else
is an expression. The parsers know no names; they hand them to the caller as a ``Reference``.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from difflib import get_close_matches

from rig.units.dimension import Dimension, describe
from rig.units.foreign import ForeignUnit, foreign_unit
from rig.units.slips import find_slip
from rig.units.table import UNITS

TIMES = "\N{MULTIPLICATION SIGN}"
"""The sign between a number and a name; ``*`` does as well."""

_MINUS = "\N{MINUS SIGN}"
SIGN = rf"[+\-{_MINUS}]?"
UNSIGNED = rf"(?:\d+\.?\d*|\.\d+)(?:[eE][+\-{_MINUS}]?\d{{1,3}})?"
_NUMBER = SIGN + UNSIGNED
_QUANTITY = re.compile(rf"({_NUMBER})\s*([^\s\d.+*\-].{{0,79}}|1/s|1/min|)", re.ASCII)
_REFERENCE = re.compile(rf"(?:({_NUMBER})\s*[{TIMES}*]\s*)?([A-Za-z_][A-Za-z0-9_]*)", re.ASCII)
_COMMA = re.compile(r"\d,\d", re.ASCII)
_TOLERANCE = re.compile(rf"(?:({_NUMBER})\s*([^±]{{0,40}}?)\s*)?(?:±|\+/-)\s*(\S.*)", re.ASCII)

# Capitals that are no slip: the nearest symbol of the table would be 10^9 times smaller.
_LARGE = {"M": "mega, a million", "G": "giga, a thousand million"}


_MEANT = {
    **dict.fromkeys(("C", "Celsius", "\N{DEGREE CELSIUS}", "\N{MASCULINE ORDINAL INDICATOR}C"), "°C"),
    **dict.fromkeys(("F", "Fahrenheit", "\N{DEGREE FAHRENHEIT}"), "°F"),
    "Kelvin": "K",
    "Volt": "V",
    "Volts": "V",
    "Amp": "A",
    "Amps": "A",
    "Ampere": "A",
    "Watt": "W",
    "samples": "readings",
}


class UnitError(ValueError):
    """A text is no quantity; the message says what is wrong with it, ``help`` what would be right."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.help = remedy


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value in the base unit of its dimension, and the text that it was written as."""

    value: float
    dimension: Dimension
    text: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A number times a name, ``1.1 * rated``; a name alone has the factor 1."""

    factor: float
    name: str
    text: str


def parse_quantity(text: str) -> Quantity:
    """The quantity that the text says, e.g. ``"30 min"`` → 1800.0 s.

    A bare number is a plain one (``RATIO``). ``degC`` makes a point, ``K`` and ``delta_degC`` a difference.

    Raises:
        UnitError: no number, not finite, or a unit that neither the table nor pint knows.
    """
    number, symbol = _split(text)
    value, dimension = _to_base(number, symbol, text)
    return Quantity(value, dimension, text)


def parse_expression(text: str) -> Quantity | Reference:
    """A quantity, or a number times a name.

    Raises:
        UnitError: the text is neither.
    """
    match = _REFERENCE.fullmatch(text.strip())
    if match is None:
        return parse_quantity(text)
    number, name = match.groups()
    return Reference(_number(number, text) if number else 1.0, name, text)


def parse_tolerance(text: str) -> tuple[Quantity | None, Quantity]:
    """Nominal value and half width: ``"23 ± 2 degC"`` → 23 °C and 2 K; ``"± 1 %"`` has no nominal value.

    The nominal value takes the unit of the tolerance unless it has its own (``"23 degC ± 2 K"``).

    Raises:
        UnitError: no ``±``, no quantity beside it, unlike dimensions, or a tolerance that is not above zero.
    """
    if _COMMA.search(text):
        raise UnitError(f"{_quoted(text)} is not a quantity", _remedy(text))
    match = _TOLERANCE.fullmatch(text.strip())
    if match is None:
        raise UnitError(f"{_quoted(text)} has no tolerance", "write nominal ± tolerance, e.g. 23 ± 2 degC")
    nominal_number, nominal_unit, rest = match.groups()
    number, symbol = _split(rest)
    value, dimension = _to_base(number, symbol, text)
    if dimension is Dimension.TEMPERATURE:
        value -= _to_base(0.0, symbol, text)[0]
        dimension = Dimension.TEMPERATURE_DIFFERENCE
    if value <= 0.0:
        raise UnitError(f"{_quoted(text)} has no width", "write a tolerance above zero, e.g. 23 ± 2 degC")
    tolerance = Quantity(value, dimension, rest)
    if nominal_number is None:
        return None, tolerance
    nominal_value, nominal = _to_base(_number(nominal_number, text), nominal_unit or symbol, text)
    if difference_of(nominal) is not dimension:
        raise UnitError(
            f"{_quoted(text)}: the tolerance of {describe(nominal)} cannot be {describe(dimension)}",
            "write both in one unit, e.g. 23 ± 2 degC",
        )
    return Quantity(nominal_value, nominal, text), tolerance


def difference_of(dimension: Dimension) -> Dimension:
    """The dimension of the difference of two such values: that of two temperatures is no temperature."""
    return Dimension.TEMPERATURE_DIFFERENCE if dimension is Dimension.TEMPERATURE else dimension


def _split(text: str) -> tuple[float, str]:
    match = None if _COMMA.search(text) else _QUANTITY.fullmatch(text.strip())
    if match is None:
        raise UnitError(f"{_quoted(text)} is not a quantity", _remedy(text))
    return _number(match[1], text), match[2]


def _remedy(text: str) -> str:
    if _COMMA.search(text):
        return f"the decimal sign is a point, and thousands have none: write {text.strip().replace(',', '.')[:60]}"
    return find_slip(text) or "write a number and a unit, e.g. 7.4 V"


def _number(digits: str, text: str) -> float:
    return _finite(float(digits.replace(_MINUS, "-")), text)


def _finite(value: float, text: str) -> float:
    if not math.isfinite(value):
        raise UnitError(f"{_quoted(text)} is too large a number", "write a number below 1e308")
    return value


def _to_base(number: float, symbol: str, text: str) -> tuple[float, Dimension]:
    unit = UNITS.get(symbol)
    if unit is not None:
        return _finite(number * unit.factor, text), unit.dimension
    foreign = foreign_unit(symbol.replace(" ", ""))
    if foreign is None:
        remedy = find_slip(text) or _suggestion(symbol)
        raise UnitError(f"{_quoted(text)}: unknown unit {_quoted(symbol)}", remedy)
    return _finite(_from_foreign(number, foreign), text), foreign.dimension


def _from_foreign(number: float, unit: ForeignUnit) -> float:
    return number * unit.factor + unit.offset


def _suggestion(symbol: str) -> str:
    if symbol in _MEANT:
        return f'did you mean "{_MEANT[symbol]}"?'
    folded = {known.lower(): known for known in UNITS if known}
    scaled = folded.get(symbol[1:].lower())
    if symbol[:1] in _LARGE and scaled is not None:
        return f"{symbol[0]} is {_LARGE[symbol[0]]}; write the number in {scaled}"
    close = get_close_matches(symbol.lower(), folded, n=1, cutoff=0.5)
    if close:
        return f'did you mean "{folded[close[0]]}"?'
    return "units are V, A, W, ohm, s, min, h, Hz, degC, K, K/min, % and what pint knows"


def _quoted(text: str) -> str:
    flat = " ".join(text.split())
    return f'"{flat if len(flat) <= 60 else flat[:57] + "..."}"'
