"""Quantities in documents: amounts with units, of the dimensions that a key allows, and values with a tolerance."""

from __future__ import annotations

from dataclasses import dataclass

from yaml.nodes import Node

from rig.documents.diagnostics import Span, quoted
from rig.documents.fields import Kind, Reader, scalar_of
from rig.documents.schema import Schema
from rig.units import (
    EXAMPLES,
    Dimension,
    Quantity,
    Reference,
    UnitError,
    describe,
    difference_of,
    out_of_range,
    parse_expression,
    parse_quantity,
    parse_tolerance,
    quantity_pattern,
    tolerance_pattern,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity, or a number times a name that linking resolves, and what it has to be."""

    expression: Quantity | Reference
    span: Span

    @property
    def quantity(self) -> Quantity:
        """The quantity, where the grammar admits no names.

        Raises:
            TypeError: the amount is a reference, which only linking can resolve.
        """
        if isinstance(self.expression, Reference):
            raise TypeError(f"{self.expression.text} has no value before it is linked")
        return self.expression

    @property
    def value(self) -> float:
        """The value of the quantity in base units."""
        return self.quantity.value

    @property
    def dimension(self) -> Dimension:
        """The dimension of the quantity."""
        return self.quantity.dimension

    @property
    def text(self) -> str:
        """As it was written."""
        return self.expression.text


@dataclass(frozen=True)
class Measure(Kind[Amount]):
    """A quantity of one of these dimensions; zero and less are refused unless allowed.

    names: whether ``number * name`` may stand instead, as in plans. example: where that of the dimension would mislead.
    """

    dimensions: tuple[Dimension, ...]
    zero: bool = False
    negative: bool = False
    names: bool = False
    example: str = ""

    def read(self, node: Node, reader: Reader, label: str) -> Amount | None:
        """The amount; a reference is not resolved and its dimension is left to linking."""
        example = EXAMPLES[self.dimensions[0]]
        scalar = scalar_of(node, reader, label, f"{describe(self.dimensions[0])}, e.g. {example}")
        if scalar is None:
            return None
        try:
            parse = parse_expression if self.names else parse_quantity
            expression = parse(scalar.text)
        except UnitError as error:
            reader.error("bad-quantity", node, str(error), error.help)
            return None
        amount = Amount(expression, scalar.span)
        if isinstance(expression, Reference):
            return amount
        return amount if self.accepts(expression, scalar.span, reader, label) else None

    def accepts(self, quantity: Quantity, span: Span, reader: Reader, label: str) -> bool:
        """Whether the quantity has a right dimension and sign; reports it if not."""
        if quantity.dimension not in self.dimensions:
            report_dimension(quantity, self.dimensions[0], span, reader, label, example=self.example)
            return False
        refused = (quantity.value < 0.0 and not self.negative) or (quantity.value == 0.0 and not self.zero)
        if refused and quantity.dimension is not Dimension.TEMPERATURE:
            least = "zero or more" if self.zero else "more than zero"
            reader.error(
                "out-of-range", span, f"{quoted(quantity.text)}: {label} must be {least}", f"write {least}"
            )
            return False
        return in_range(quantity, span, reader, label)

    def schema(self) -> Schema:
        """A text, or a number where a bare one is a quantity; only its unit and sign are looked at."""
        plain = Dimension.RATIO in self.dimensions
        signed = self.zero or self.negative or Dimension.TEMPERATURE in self.dimensions
        least = {"minimum" if self.zero else "exclusiveMinimum": 0}
        title, examples = self._title(), [EXAMPLES[dimension] for dimension in self.dimensions]
        return {
            "title": title,
            "type": ["string", "number"] if plain else "string",
            "pattern": quantity_pattern(self.dimensions, signed=signed, names=self.names),
            "patternErrorMessage": f"this must be {title}, e.g. {examples[0]}",
            **(least if plain and not self.negative else {}),
            "examples": examples,
        }

    def _title(self) -> str:
        every = len(self.dimensions) == len(Dimension)
        what = "any quantity" if every else " or ".join(map(describe, self.dimensions))
        sign = ", of either sign" if self.negative else ", zero or more" if self.zero else ""
        return what + sign + (", or a number × a name" if self.names else "")


def in_range(quantity: Quantity, span: Span, reader: Reader, label: str) -> bool:
    """Whether a bench could know such a number; reports it if not."""
    found = out_of_range(quantity.value, quantity.dimension)
    if found is not None:
        reader.error("out-of-range", span, f"{quoted(quantity.text)}: {label} {found[0]}", found[1])
    return found is None


def report_dimension(
    quantity: Quantity, wanted: Dimension, span: Span, reader: Reader, label: str, *, example: str = ""
) -> None:
    """Report that a quantity is of another dimension than the one that its place needs."""
    remedy = f"write e.g. {example or EXAMPLES[wanted]}"
    if difference_of(wanted) is difference_of(quantity.dimension):
        remedy = f"degC is a point on the scale, K a difference; {remedy}"
    found = describe(quantity.dimension)
    message = f"{quoted(quantity.text)} is {found}; {label} needs {describe(wanted)}"
    reader.error("wrong-dimension", span, message, remedy)


_BOILS = 100.0
"""Kelvin below this were meant as °C: nothing on a bench is as cold as that."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Nominal ± half width in base units; no nominal value where only ``± 1 %`` was written."""

    nominal: float | None
    half_width: float
    span: Span


@dataclass(frozen=True)
class Within(Kind[Tolerance]):
    """``nominal ± tolerance`` of a dimension, or ``± tolerance`` alone if nominal is False."""

    dimension: Dimension
    nominal: bool = True

    @property
    def _example(self) -> str:
        return "23 ± 2 degC" if self.nominal else "± 1 %"

    def read(self, node: Node, reader: Reader, label: str) -> Tolerance | None:
        """Nominal value and tolerance."""
        example = self._example
        scalar = scalar_of(node, reader, label, example)
        if scalar is None:
            return None
        try:
            nominal, tolerance = parse_tolerance(scalar.text)
        except UnitError as error:
            remedy = error.help if self.nominal or "point" in error.help else f"write {example}"
            reader.error("bad-quantity", node, str(error), remedy)
            return None
        if (nominal is not None) is not self.nominal:
            reader.error("bad-quantity", node, f"{label} needs the form {example}", f"write e.g. {example}")
            return None
        parts = [(tolerance, difference_of(self.dimension), f"the tolerance of {label}")]
        parts += [(nominal, self.dimension, label)] if nominal else []
        stray = next((part for part, dimension, _ in parts if part.dimension is not dimension), None)
        if stray is not None:
            report_dimension(
                stray, self.dimension, scalar.span, reader, label, example=self._meant(nominal, tolerance)
            )
            return None
        if not all(in_range(part, scalar.span, reader, name) for part, _, name in parts):
            return None
        return Tolerance(nominal.value if nominal else None, tolerance.value, scalar.span)

    def _meant(self, nominal: Quantity | None, tolerance: Quantity) -> str:
        """What was most likely meant by a point on the scale that was written as a difference of temperatures."""
        differs = nominal is not None and nominal.dimension is Dimension.TEMPERATURE_DIFFERENCE
        if (
            self.dimension is Dimension.TEMPERATURE
            and nominal is not None
            and differs
            and nominal.value < _BOILS
        ):
            return f"{nominal.value:g} ± {tolerance.value:g} degC"
        return self._example

    def schema(self) -> Schema:
        """A text; only its units are looked at."""
        title = f"{describe(self.dimension)} with its tolerance" if self.nominal else "a tolerance"
        return {
            "title": title,
            "type": "string",
            "pattern": tolerance_pattern(self.dimension, nominal=self.nominal),
            "patternErrorMessage": f"this must be {title}, e.g. {self._example}",
            "examples": [self._example],
        }
