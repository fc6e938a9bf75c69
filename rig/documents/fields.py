"""Kinds of values from which each grammar builds its tables: a kind reads a node or reports what is wrong.

A table of our own rather than pydantic: its models would need a core schema for positioned scalars, its
errors a way back from ``loc`` to the node and its words a translation, at 41 ms of import; this is a page.
A value that cannot be read is None and has been reported, at its place, once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from keyword import iskeyword
from typing import Any, Generic, TypeVar

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from rig.documents.diagnostics import Diagnostics, Span, did_you_mean, nearest, one_of, quoted
from rig.documents.schema import Schema, a_name, any_text, word_among
from rig.documents.yaml_nodes import Document, Scalar, is_plain, span_of

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_TRUE = frozenset({"on", "true", "yes"})
_FALSE = frozenset({"off", "false", "no"})
_MAX_TEXT = 4000


class Reader:
    """Where a kind reads: the file, the prefix of its codes (``plan``, ``bench``), and the diagnostics.

    lost: keys of tables whose values could not be read, so that nobody reports them as missing.
    """

    def __init__(self, document: Document, role: str, diagnostics: Diagnostics) -> None:
        self.file = document.file
        self.role = role
        self.diagnostics = diagnostics
        self.lost: set[str] = set()

    def span(self, node: Node) -> Span:
        """The place of a node."""
        return span_of(node, self.file)

    def error(self, name: str, where: Node | Span, message: str, remedy: str) -> None:
        """Report an error under the code ``role/name``."""
        span = where if isinstance(where, Span) else self.span(where)
        self.diagnostics.error(f"{self.role}/{name}", span, message, remedy)

    def warning(self, name: str, where: Node | Span, message: str, remedy: str) -> None:
        """Report a warning under the code ``role/name``."""
        span = where if isinstance(where, Span) else self.span(where)
        self.diagnostics.warning(f"{self.role}/{name}", span, message, remedy)


class Kind(ABC, Generic[T_co]):
    """What a value has to be."""

    @abstractmethod
    def read(self, node: Node, reader: Reader, label: str) -> T_co | None:
        """The value of the node, or None after reporting; label names the value in messages."""

    @abstractmethod
    def schema(self) -> Schema:
        """The JSON Schema of what ``read`` accepts, or of a little more where JSON Schema cannot say it."""


def scalar_of(node: Node, reader: Reader, label: str, wanted: str, *, allowed: str = "") -> Scalar | None:
    """The scalar of a node; None after reporting what was wanted if it holds something else, or nothing."""
    if not isinstance(node, ScalarNode):
        found = "a mapping" if isinstance(node, MappingNode) else "a list"
        reader.error(
            "wrong-kind", node, f"{label} is {found}; it must be {wanted}", f"write {label}: {wanted}"
        )
        return None
    text = node.value.strip()
    if not text or (node.tag.endswith(":null") and not node.style):
        reader.error("no-value", node, f"{label} has no value", f"write {wanted} after it, or remove the key")
        return None
    if len(text) > _MAX_TEXT:
        reader.error("wrong-kind", node, f"{label} has {len(text)} characters", f"write at most {_MAX_TEXT}")
        return None
    if not is_plain(node, text, reader.file, reader.diagnostics, allowed=allowed):
        return None
    return Scalar(text, reader.span(node))


@dataclass(frozen=True)
class Text(Kind[Scalar]):
    """A text on one line that is not empty; prose may have several lines.

    offers: gives the texts that there are to choose from, for editors; any is read, and linking tells which fits.
    names: whether the name of something else may stand instead, as in plans.
    """

    prose: bool = False
    offers: Callable[[], Iterable[str]] | None = None
    names: bool = False

    def read(self, node: Node, reader: Reader, label: str) -> Scalar | None:
        """The text without blanks around it."""
        return scalar_of(node, reader, label, "a text", allowed="\t\n" if self.prose else "")

    def schema(self) -> Schema:
        """One of the texts on offer, or any."""
        if self.offers is None:
            return any_text()
        offered = word_among(self.offers())
        return {"anyOf": [offered, a_name()]} if self.names else offered


@dataclass(frozen=True)
class Word(Kind[Scalar]):
    """One of a few words."""

    known: tuple[str, ...]

    def read(self, node: Node, reader: Reader, label: str) -> Scalar | None:
        """The word, if it is one of those known."""
        scalar = scalar_of(node, reader, label, "one of " + ", ".join(self.known))
        if scalar is None or scalar.text in self.known:
            return scalar
        message = f"{quoted(scalar.text)} is no {label}"
        reader.error("unknown-word", node, message, did_you_mean(scalar.text, self.known))
        return None

    def schema(self) -> Schema:
        """One of the words."""
        return word_among(self.known)


@dataclass(frozen=True, slots=True)
class Flagged:
    """A yes or no and where it stands."""

    value: bool
    span: Span


class Flag(Kind[Flagged]):
    """``on``, ``yes``, ``true`` or ``off``, ``no``, ``false``."""

    def read(self, node: Node, reader: Reader, label: str) -> Flagged | None:
        """The truth of it."""
        scalar = scalar_of(node, reader, label, "on or off")
        if scalar is None:
            return None
        if scalar.text not in _TRUE | _FALSE:
            reader.error(
                "wrong-kind", node, f"{quoted(scalar.text)} is neither on nor off", "write on or off"
            )
            return None
        return Flagged(scalar.text in _TRUE, scalar.span)

    def schema(self) -> Schema:
        """One of the six words."""
        return word_among(sorted(_TRUE | _FALSE))


@dataclass(frozen=True)
class Many(Kind[tuple[T, ...]]):
    """A list of values of one kind; a value that cannot be read fails the list after all were read."""

    kind: Kind[T]

    def read(self, node: Node, reader: Reader, label: str) -> tuple[T, ...] | None:
        """The values in order."""
        values = self.read_some(node, reader, label)
        if values is None or any(value is None for value in values):
            return None
        return tuple(value for value in values if value is not None)

    def read_some(self, node: Node, reader: Reader, label: str) -> list[T | None] | None:
        """The values in order, None in place of each that could not be read; None if there is no list."""
        if not isinstance(node, SequenceNode):
            reader.error(
                "wrong-kind", node, f"{label} must be a list", f"write {label}: [ … ], or a line with - each"
            )
            return None
        return [self.kind.read(item, reader, f"an item of {label}") for item in node.value]

    def schema(self) -> Schema:
        """A list."""
        return {"type": "array", "items": self.kind.schema()}


@dataclass(frozen=True)
class Table(Kind[dict[Scalar, T]]):
    """A mapping with free keys and values of one kind.

    keep: entries that cannot be read are left out and named in ``Reader.lost``, so that rules can speak of the
    others; without it one such entry fails the whole table.
    """

    kind: Kind[T]
    keep: bool = False

    def read(self, node: Node, reader: Reader, label: str) -> dict[Scalar, T] | None:
        """Keys, with their places, and values; None if there is no mapping, or an entry failed it."""
        if not isinstance(node, MappingNode):
            reader.error("wrong-kind", node, f"{label} must be a mapping", "write name: value, a line each")
            return None
        entries: dict[Scalar, T] = {}
        whole = True
        for key, value in pairs(node):
            read = self.kind.read(value, reader, key.value)
            if read is None:
                whole = False
                reader.lost.add(key.value)
            else:
                entries[Scalar(key.value, reader.span(key))] = read
        return entries if whole or self.keep else None

    def schema(self) -> Schema:
        """A mapping with free keys."""
        return {"type": "object", "additionalProperties": self.kind.schema()}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a document that another grammar reads, where it is needed."""

    document: Document
    node: Node


class AsWritten(Kind[Node]):
    """Anything, left as it stands."""

    def read(self, node: Node, reader: Reader, label: str) -> Node:
        """The node itself."""
        return node

    def schema(self) -> Schema:
        """Anything."""
        return {}


@dataclass(frozen=True)
class Field:
    """A key of a record: what its value must be, and whether the key must be there."""

    kind: Kind[Any]
    required: bool = False


@dataclass(frozen=True)
class Record(Kind[T]):
    """A mapping with known keys, made into ``make(span=…, key=value, …)``; absent keys are left out.

    A key that is a word of Python gets an underscore: ``for`` → ``for_``.
    """

    make: Callable[..., T]
    fields: Mapping[str, Field]

    def read(self, node: Node, reader: Reader, label: str) -> T | None:
        """The record, None if any of its keys is unknown, missing or unreadable."""
        values, damaged = self.read_fields(node, reader, label)
        if damaged:
            return None
        return self.build(node, reader, values)

    def build(self, node: Node, reader: Reader, values: Mapping[str, Any]) -> T:
        """The record of a node with the values of its keys."""
        return self.make(span=reader.span(node), **{attribute(key): value for key, value in values.items()})

    def read_fields(self, node: Node, reader: Reader, label: str) -> tuple[dict[str, Any], set[str]]:
        """The keys that could be read, and the names of those that could not or are unknown or missing."""
        if not isinstance(node, MappingNode):
            reader.error("wrong-kind", node, f"{label} must be a mapping", one_of(self.fields))
            return {}, set(self.fields)
        values: dict[str, Any] = {}
        damaged: set[str] = set()
        for key, value in pairs(node):
            name = key.value
            known = self.fields.get(name)
            read = None if known is None else known.kind.read(value, reader, name)
            if known is None:
                message = f"unknown key {quoted(name)} in {label}"
                reader.error("unknown-key", key, message, did_you_mean(name, self.fields))
            if read is None:
                damaged.add(name)
            else:
                values[name] = read
        misspelt = [name for name in damaged if name not in self.fields]
        damaged |= {close for name in misspelt if (close := nearest(name, self.fields)) is not None}
        for name in self.fields:
            if self.fields[name].required and name not in values and name not in damaged:
                damaged.add(name)
                reader.error(
                    "missing-key", first_span(node, reader), f'{label} has no "{name}"', f'add "{name}:"'
                )
        return values, damaged

    def schema(self) -> Schema:
        """A mapping with these keys and no others."""
        return {
            "type": "object",
            "properties": {name: known.kind.schema() for name, known in self.fields.items()},
            "required": [name for name, known in self.fields.items() if known.required],
            "additionalProperties": False,
        }


def pairs(node: MappingNode) -> Iterable[tuple[ScalarNode, Node]]:
    """The keys and values of a mapping, each key once; others were reported when the document was read."""
    seen: set[str] = set()
    for key, value in node.value:
        if isinstance(key, ScalarNode) and key.value not in seen:
            seen.add(key.value)
            yield key, value


def first_span(node: Node, reader: Reader) -> Span:
    """The place of a mapping's first key, or of the node itself."""
    if isinstance(node, MappingNode) and node.value:
        return reader.span(node.value[0][0])
    return reader.span(node)


def attribute(key: str) -> str:
    """The name of a key as a Python attribute."""
    return f"{key}_" if iskeyword(key) else key
