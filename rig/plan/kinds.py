"""Kinds of values that only plans have, and those interlocks that a bench file writes like a plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from yaml.nodes import MappingNode, Node, SequenceNode

from rig.documents import Scalar, nearest, one_of, quoted
from rig.documents.fields import Field, Kind, Many, Reader, Text, first_span, pairs
from rig.documents.quantities import Measure
from rig.documents.schema import Schema
from rig.units import Dimension

T = TypeVar("T")

_TAG = re.compile("[A-Za-z][A-Za-z0-9_-]*")
_OPERATORS = ("and", "or", "not")

ANY = Measure(
    (Dimension.TEMPERATURE, *(d for d in Dimension if d is not Dimension.TEMPERATURE)),
    zero=True,
    negative=True,
    names=True,
)
"""A quantity of any dimension; what it has to be is told by the signal that it is compared with."""


def measure(*dimensions: Dimension, required: bool = False, zero: bool = False) -> Field:
    """A key with a quantity, or a number times a name."""
    return Field(Measure(dimensions, zero=zero, names=True), required=required)


@dataclass(frozen=True)
class Choice(Kind[T]):
    """A mapping whose kind is told by the key that is present; the first of the table's keys decides."""

    kinds: Mapping[str, Kind[T]]

    def read(self, node: Node, reader: Reader, label: str) -> T | None:
        """The value, as the kind that its key names."""
        if not isinstance(node, MappingNode):
            reader.error("wrong-kind", node, f"{label} must be a mapping", one_of(self.kinds))
            return None
        present = {key.value for key, _ in pairs(node)}
        for word, kind in self.kinds.items():
            if word in present:
                return kind.read(node, reader, label)
        for key, _ in pairs(node):
            close = nearest(key.value, self.kinds)
            if close is not None:
                message = f'unknown key "{key.value}" in {label}'
                reader.error("unknown-key", key, message, f'did you mean "{close}"?')
                return None
        message = f"{label} has none of the keys {', '.join(self.kinds)}"
        reader.error("unknown-kind", first_span(node, reader), message, one_of(self.kinds))
        return None

    def schema(self) -> Schema:
        """Any of the kinds; each requires the key that tells it."""
        return {"anyOf": [kind.schema() for kind in self.kinds.values()]}


class Pair(Kind[tuple[Scalar, Scalar]]):
    """A list of exactly two names."""

    def read(self, node: Node, reader: Reader, label: str) -> tuple[Scalar, Scalar] | None:
        """Both names in order."""
        if not isinstance(node, SequenceNode) or len(node.value) != 2:
            message = f"{label} must be a list of two signals"
            reader.error("wrong-kind", node, message, f"write e.g. {label}: [skin.a1, skin.a2]")
            return None
        names = Many(Text()).read(node, reader, label)
        return None if names is None else (names[0], names[1])

    def schema(self) -> Schema:
        """A list of two names."""
        return Many(Text()).schema() | {"minItems": 2, "maxItems": 2}


class Tag(Kind[Scalar]):
    """A word that people select plans by."""

    def read(self, node: Node, reader: Reader, label: str) -> Scalar | None:
        """The word, if it can stand in an expression that selects."""
        scalar = Text().read(node, reader, label)
        if scalar is None or (_TAG.fullmatch(scalar.text) and scalar.text not in _OPERATORS):
            return scalar
        message = f"{quoted(scalar.text)} cannot be selected by"
        reader.error("tag-word", node, message, "write letters, digits, - and _, e.g. incoming-goods")
        return None

    def schema(self) -> Schema:
        """A word of these characters."""
        return {"type": "string", "pattern": f"^{_TAG.pattern}$"}


class Kept(Kind[tuple[T, ...]]):
    """A list of which the readable items are kept, so that the rest of the plan can still be checked."""

    def __init__(self, kind: Kind[T], *, needed: bool = False) -> None:
        self._kind = kind
        self._needed = needed

    def read(self, node: Node, reader: Reader, label: str) -> tuple[T, ...] | None:
        """The items that could be read; the others have been reported. None if there is none, but must be."""
        if self._needed and isinstance(node, SequenceNode) and not node.value:
            remedy = "add a step, e.g. - {name: look, hold: 5 s}"
            reader.error("no-steps", node, f"{label} has no step", remedy)
            return None
        items = Many(self._kind).read_some(node, reader, label)
        return None if items is None else tuple(item for item in items if item is not None)

    def schema(self) -> Schema:
        """A list, with an item at least if one is needed."""
        return Many(self._kind).schema() | ({"minItems": 1} if self._needed else {})
