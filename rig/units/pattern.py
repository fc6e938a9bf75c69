"""Regular expressions for JSON Schema: what the parsers of quantities accept, and little else.

They are in the common part of Python's and ECMAScript's grammar. A unit of the table that belongs to another dimension
is refused; of units that only pint knows the letters are looked at, not the meaning.
"""

from __future__ import annotations

from collections.abc import Collection

from rig.units.dimension import Dimension
from rig.units.quantity import SIGN, TIMES, UNSIGNED, difference_of
from rig.units.table import UNITS

_NAME = r"[A-Za-zµμΩ°%_][A-Za-zµμΩ°_ ]*(?:\^-?\d *)?"
_UNIT = rf"(?:1/s|1/min|{_NAME}(?:[*/·] *{_NAME}){{0,4}})"
_REFERENCE = rf"(?:{SIGN}{UNSIGNED}\s*[{TIMES}*]\s*)?[A-Za-z_][A-Za-z0-9_]*"


def quantity_pattern(dimensions: Collection[Dimension], *, signed: bool, names: bool) -> str:
    """What a quantity of one of these dimensions looks like.

    Args:
        dimensions: those allowed; a bare number is one of ``RATIO``.
        signed: whether it may begin with a minus.
        names: whether ``number * name`` may stand instead.
    """
    number = (SIGN if signed else r"\+?") + UNSIGNED
    bare = "?" if Dimension.RATIO in dimensions else ""
    quantity = rf"{number}\s*(?:{_unit_of(dimensions)}){bare}"
    return rf"^\s*(?:{quantity}|{_REFERENCE})\s*$" if names else rf"^\s*{quantity}\s*$"


def tolerance_pattern(dimension: Dimension, *, nominal: bool) -> str:
    """What ``nominal ± tolerance``, or ``± tolerance`` alone, of a dimension looks like."""
    unit = _unit_of({dimension, difference_of(dimension)})
    bare = "?" if dimension is Dimension.RATIO else ""
    before = rf"{SIGN}{UNSIGNED}\s*[^±]{{0,40}}?\s*" if nominal else ""
    return rf"^\s*{before}(?:±|\+/-)\s*{SIGN}{UNSIGNED}\s*(?:{unit}){bare}\s*$"


def _unit_of(dimensions: Collection[Dimension]) -> str:
    others = (symbol for symbol, unit in UNITS.items() if symbol and unit.dimension not in dimensions)
    excluded = "|".join(others)
    return (rf"(?!(?:{excluded})\s*$)" if excluded else "") + _UNIT
