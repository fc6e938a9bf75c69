"""The grammar of plans as tables: which keys there are and what kind of value each has to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from rig.documents import Document, Scalar, Span, nearest, one_of
from rig.documents.fields import (
    Field,
    Flag,
    Kind,
    Many,
    Measure,
    Reader,
    Record,
    Text,
    Within,
    Word,
    first_span,
    pairs,
)
from rig.plan import model
from rig.plan.program import InterlockKind
from rig.units import Dimension

T = TypeVar("T")

_TEXT = Field(Text())
_NAME = Field(Text(), required=True)


def _measure(*dimensions: Dimension, required: bool = False, zero: bool = False) -> Field:
    return Field(Measure(dimensions, zero=zero, names=True), required=required)


_TIME = _measure(Dimension.TIME)
_RATE = Field(Measure((Dimension.FREQUENCY, Dimension.TIME)))
_ANY = Measure(
    (Dimension.TEMPERATURE, *(d for d in Dimension if d is not Dimension.TEMPERATURE)),
    zero=True,
    negative=True,
    names=True,
)
_LIMIT = Field(_ANY, required=True)
_FOR = _measure(Dimension.COUNT, Dimension.TIME)


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


def _interlock(
    kind: InterlockKind, watched: str, limit: str, window: str | None = None
) -> Callable[..., model.InterlockModel]:
    def make(span: Span, name: Scalar | None = None, **values: Any) -> model.InterlockModel:
        return model.InterlockModel(
            span, kind, values[watched], values[limit], values.get(window or ""), name
        )

    return make


_PATTERN = Field(Text(), required=True)
_KELVIN = _measure(Dimension.TEMPERATURE_DIFFERENCE, required=True)
_SECONDS = _measure(Dimension.TIME, required=True)

_INTERLOCK: Choice[model.InterlockModel] = Choice(
    {
        "detached": Record(
            _interlock(InterlockKind.DETACHED, "detached", "rise", "within"),
            {"detached": _PATTERN, "rise": _KELVIN, "within": _SECONDS, "name": _TEXT},
        ),
        "open": Record(
            _interlock(InterlockKind.OPEN, "open", "jump"),
            {"open": _PATTERN, "jump": _KELVIN, "name": _TEXT},
        ),
        "frozen": Record(
            _interlock(InterlockKind.FROZEN, "frozen", "for_", "for_"),
            {"frozen": _PATTERN, "for": _SECONDS, "name": _TEXT},
        ),
        "spread": Record(
            _interlock(InterlockKind.SPREAD, "spread", "above", "for_"),
            {"spread": _PATTERN, "above": _KELVIN, "for": _TIME, "name": _TEXT},
        ),
        "stale": Record(
            _interlock(InterlockKind.STALE, "stale", "after"),
            {"stale": _PATTERN, "after": _SECONDS, "name": _TEXT},
        ),
        "rising": Record(
            _interlock(InterlockKind.RISING, "signal", "rising", "over"),
            {
                "signal": _PATTERN,
                "rising": _measure(Dimension.TEMPERATURE_RATE, required=True),
                "over": _SECONDS,
                "name": _TEXT,
            },
        ),
        "above": Record(
            _interlock(InterlockKind.ABOVE, "signal", "above", "for_"),
            {"signal": _PATTERN, "above": _LIMIT, "for": _FOR, "name": _TEXT},
        ),
        "below": Record(
            _interlock(InterlockKind.BELOW, "signal", "below", "for_"),
            {"signal": _PATTERN, "below": _LIMIT, "for": _FOR, "name": _TEXT},
        ),
    }
)

_UNTIL: Choice[model.EventWait | model.SignalWait] = Choice(
    {
        "event": Record(model.EventWait, {"event": _NAME}),
        "signal": Record(
            model.SignalWait,
            {"signal": _NAME, "above": Field(_ANY), "below": Field(_ANY), "for": _measure(Dimension.COUNT)},
        ),
    }
)


@dataclass(frozen=True)
class _OneOrMore(Kind[tuple[Scalar, ...]]):
    """A name, or a list of names that is not empty."""

    def read(self, node: Node, reader: Reader, label: str) -> tuple[Scalar, ...] | None:
        """The names in order."""
        if isinstance(node, SequenceNode):
            names = Many(Text()).read(node, reader, label)
            if names == ():
                reader.error(
                    "no-value",
                    node,
                    f"{label} names none",
                    f"name at least one, or leave {label} out for all",
                )
            return names or None
        name = Text().read(node, reader, label)
        return None if name is None else (name,)


_STEP = Record(
    model.StepModel,
    {
        "name": _NAME,
        "supply": Field(
            Record(
                model.SupplyModel,
                {
                    "heaters": Field(_OneOrMore()),
                    "voltage": _measure(Dimension.VOLTAGE, zero=True),
                    "current_limit": _measure(Dimension.CURRENT),
                    "output": Field(Flag()),
                },
            )
        ),
        "belt": Field(
            Record(
                model.BeltModel,
                {
                    "level": _TEXT,
                    "session": _TIME,
                    "regulation": Field(Word(("normal", "defeated"))),
                    "rearm": Field(Flag()),
                },
            )
        ),
        "hold": _TIME,
        "until": Field(_UNTIL),
        "within": _TIME,
    },
)


class _Check(Kind[tuple[model.CheckModel, ...]]):
    """``- metric: {parameters}``, or ``- report: [metrics]``."""

    def read(self, node: Node, reader: Reader, label: str) -> tuple[model.CheckModel, ...] | None:
        """One check, or one for each reported metric."""
        entries = list(pairs(node)) if isinstance(node, MappingNode) else []
        if len(entries) != 1:
            message = f"{label} must be one metric with its parameters"
            reader.error("wrong-kind", node, message, "write e.g. - response_delay: {at_most: 1 s}")
            return None
        key, value = entries[0]
        metric = Scalar(key.value, reader.span(key))
        if metric.text == "report":
            names = Many(Text()).read(value, reader, "report")
            return (
                None if names is None else tuple(model.CheckModel(name, {}, reported=True) for name in names)
            )
        parameters = _parameters(value, reader, metric.text)
        return None if parameters is None else (model.CheckModel(metric, parameters),)


def _parameters(node: Node, reader: Reader, metric: str) -> dict[str, tuple[Scalar, Scalar]] | None:
    if isinstance(node, ScalarNode) and not node.value:
        return {}
    if not isinstance(node, MappingNode):
        reader.error("wrong-kind", node, f"{metric} must be a mapping", f"write {metric}: {{ … }}")
        return None
    read = {
        key.value: (Scalar(key.value, reader.span(key)), Text().read(value, reader, key.value))
        for key, value in pairs(node)
    }
    whole = {name: (key, value) for name, (key, value) in read.items() if value is not None}
    return whole if len(whole) == len(read) else None


_CONDITIONS = Record(
    model.ConditionsModel,
    {
        "ambient": Field(Within(Dimension.TEMPERATURE)),
        "phantom": Field(Within(Dimension.TEMPERATURE)),
        "start": Field(Word(("stable",))),
        "supply": Field(Within(Dimension.RATIO, nominal=False)),
    },
)
_SAMPLING = Record(model.SamplingModel, {"thermocouples": _RATE, "belt": _RATE, "supply": _RATE})


class _Kept(Kind[tuple[T, ...]]):
    """A list of which the readable items are kept, so that the rest of the plan can still be checked."""

    def __init__(self, kind: Kind[T], *, needed: bool = False) -> None:
        self._kind = kind
        self._needed = needed

    def read(self, node: Node, reader: Reader, label: str) -> tuple[T, ...] | None:
        """The items that could be read; the others have been reported. None if there is none, but must be."""
        if self._needed and isinstance(node, SequenceNode) and not node.value:
            reader.error(
                "no-steps", node, f"the plan has no {label}", "add a step, e.g. - {name: look, hold: 5 s}"
            )
            return None
        items = Many(self._kind).read_some(node, reader, label)
        return None if items is None else tuple(item for item in items if item is not None)


_PLAN: Record[None] = Record(
    lambda **_: None,
    {
        "plan": _NAME,
        "purpose": Field(Text(prose=True), required=True),
        "covers": Field(_Kept(Text())),
        "device": _NAME,
        "conditions": Field(_CONDITIONS),
        "sampling": Field(_SAMPLING),
        "interlocks": Field(_Kept(_INTERLOCK)),
        "steps": Field(_Kept(_STEP, needed=True), required=True),
        "checks": Field(_Kept(_Check())),
    },
)


def read_plan(document: Document, reader: Reader) -> model.PlanModel | None:
    """The plan that a document writes down, without the parts that hold mistakes; these are reported.

    None if the top of the document is no mapping.
    """
    if not isinstance(document.root, MappingNode):
        _PLAN.read_fields(document.root, reader, "a plan")
        return None
    values, damaged = _PLAN.read_fields(document.root, reader, "a plan")
    damaged |= _damaged_parts(document.root, values)
    span = reader.span(document.root)
    return model.PlanModel(
        span=span,
        plan=values.get("plan", Scalar("", span)),
        purpose=values.get("purpose"),
        covers=values.get("covers", ()),
        device=values.get("device"),
        conditions=values.get("conditions"),
        sampling=values.get("sampling"),
        interlocks=values.get("interlocks", ()),
        steps=values.get("steps", ()),
        checks=tuple(check for checks in values.get("checks", ()) for check in checks),
        damaged=frozenset(damaged),
    )


def _damaged_parts(root: MappingNode, values: Mapping[str, Any]) -> set[str]:
    """The lists of which an item was lost: rules about what is absent must not speak of them."""
    sizes = {key.value: len(value.value) for key, value in pairs(root) if key.value in values}
    return {
        name
        for name in ("covers", "interlocks", "steps", "checks")
        if name in values and len(values[name]) < sizes[name]
    }
