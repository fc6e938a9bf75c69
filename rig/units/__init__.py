"""Units at the edges: quantities as people write and read them, floats in base units inside."""

from rig.units.dimension import BASE_UNITS, EXAMPLES, Dimension, describe
from rig.units.pattern import quantity_pattern, tolerance_pattern
from rig.units.quantity import (
    TIMES,
    Quantity,
    Reference,
    UnitError,
    difference_of,
    parse_expression,
    parse_quantity,
    parse_tolerance,
)
from rig.units.ranges import out_of_range
from rig.units.text import format_value

__all__ = [
    "BASE_UNITS",
    "EXAMPLES",
    "TIMES",
    "Dimension",
    "Quantity",
    "Reference",
    "UnitError",
    "describe",
    "difference_of",
    "format_value",
    "out_of_range",
    "parse_expression",
    "parse_quantity",
    "parse_tolerance",
    "quantity_pattern",
    "tolerance_pattern",
]
