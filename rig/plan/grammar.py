"""The grammar of plans as tables: which keys there are and what kind of value each has to be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode

from rig import shipped
from rig.checks.table import METRICS
from rig.documents import Document, Scalar
from rig.documents.fields import Field, Kind, Many, Reader, Record, Table, Text, Word, pairs
from rig.documents.quantities import Measure, Within
from rig.documents.schema import Schema
from rig.plan import model
from rig.plan.check_keys import schema_of_check
from rig.plan.interlock_grammar import INTERLOCKS
from rig.plan.kinds import Kept, Tag
from rig.plan.step_grammar import ITEMS, LOST_STEP, PARAMETER
from rig.units import Dimension

_NAME = Field(Text(), required=True)
_RATE = Field(Measure((Dimension.FREQUENCY, Dimension.TIME)))
_DEVICE = Field(Text(offers=shipped.device_names), required=True)


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

    def schema(self) -> Schema:
        """A mapping with one key: a metric, or ``report``."""
        metrics = {name: schema_of_check(spec) for name, spec in METRICS.items()}
        report = Many(Text(offers=lambda: METRICS)).schema()
        return {
            "type": "object",
            "properties": {**metrics, "report": report},
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
        }


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


_CHECK_POINT = Record(
    model.CheckPointModel,
    {
        "of": _NAME,
        "before": _NAME,
        "after": _NAME,
        "shift": Field(Measure((Dimension.TEMPERATURE_DIFFERENCE,))),
    },
)
_CONDITIONS = Record(
    model.ConditionsModel,
    {
        "ambient": Field(Within(Dimension.TEMPERATURE)),
        "phantom": Field(Within(Dimension.TEMPERATURE)),
        "start": Field(Word(("stable",))),
        "supply": Field(Within(Dimension.RATIO, nominal=False)),
        "check_point": Field(_CHECK_POINT),
    },
)
_SAMPLING = Record(model.SamplingModel, {"thermocouples": _RATE, "belt": _RATE, "supply": _RATE})


PLAN: Record[None] = Record(
    lambda **_: None,
    {
        "plan": _NAME,
        "purpose": Field(Text(prose=True), required=True),
        "covers": Field(Kept(Text())),
        "tags": Field(Kept(Tag())),
        "device": _DEVICE,
        "conditions": Field(_CONDITIONS),
        "sampling": Field(_SAMPLING),
        "interlocks": Field(INTERLOCKS),
        "parameters": Field(Table(PARAMETER, keep=True)),
        "setup": Field(ITEMS),
        "steps": Field(ITEMS, required=True),
        "teardown": Field(ITEMS),
        "checks": Field(Kept(_Check())),
    },
)


JUDGING: Record[None] = Record(
    PLAN.make, {**PLAN.fields, "device": Field(_DEVICE.kind), "steps": Field(ITEMS)}
)
"""A plan that only judges records of other loggers: nothing in it says what is done, and the device may be foreign."""


def read_plan(document: Document, reader: Reader, *, judges: bool = False) -> model.PlanModel | None:
    """The plan that a document writes down, without the parts that hold mistakes; these are reported.

    None if the top of the document is no mapping. judges: it needs neither device nor steps.
    """
    grammar = JUDGING if judges else PLAN
    if not isinstance(document.root, MappingNode):
        grammar.read_fields(document.root, reader, "a plan")
        return None
    values, damaged = grammar.read_fields(document.root, reader, "a plan")
    damaged |= _damaged_parts(document.root, values)
    if LOST_STEP in reader.lost or "setup" in damaged:
        damaged.add("steps")
    span = reader.span(document.root)
    return model.PlanModel(
        span=span,
        plan=values.get("plan", Scalar("", span)),
        purpose=values.get("purpose"),
        covers=values.get("covers", ()),
        tags=values.get("tags", ()),
        device=values.get("device"),
        conditions=values.get("conditions"),
        sampling=values.get("sampling"),
        interlocks=values.get("interlocks", ()),
        steps=values.get("steps", ()),
        checks=tuple(check for checks in values.get("checks", ()) for check in checks),
        damaged=frozenset(damaged),
        parameters=values.get("parameters", {}),
        setup=values.get("setup", ()),
        teardown=values.get("teardown", ()),
    )


def _damaged_parts(root: MappingNode, values: Mapping[str, Any]) -> set[str]:
    """The lists of which an item was lost: rules about what is absent must not speak of them."""
    sizes = {key.value: len(value.value) for key, value in pairs(root) if key.value in values}
    return {
        name
        for name in ("covers", "interlocks", "setup", "steps", "teardown", "checks")
        if name in values and len(values[name]) < sizes[name]
    }
