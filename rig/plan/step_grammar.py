"""The grammar of steps, of blocks of steps, and of the parameters that they refer to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from rig import shipped
from rig.bench.data import shipped_profile
from rig.documents import Scalar
from rig.documents.fields import Field, Flag, Kind, Many, Reader, Record, Table, Text, Word, first_span, pairs
from rig.documents.schema import Schema
from rig.plan import model
from rig.plan.kinds import ANY, Choice, Kept, measure
from rig.plan.scope import EVENTS
from rig.units import Dimension

T = TypeVar("T")

LOST_STEP = "a step"
"""In ``Reader.lost`` where a step could not be read, also inside a block."""

_WAYS = ("repeat", "for_each", "call", "attempts")

_TEXT = Field(Text())
_NAME = Field(Text(), required=True)
_TIME = measure(Dimension.TIME)
_ANY = Field(ANY)
_NUMBER = measure(Dimension.RATIO, example="3")


class _OneOrMore(Kind[tuple[Scalar, ...]]):
    """A text, or a list of texts that is not empty."""

    def read(self, node: Node, reader: Reader, label: str) -> tuple[Scalar, ...] | None:
        """The texts in order."""
        if not isinstance(node, SequenceNode):
            one = Text().read(node, reader, label)
            return None if one is None else (one,)
        texts = Many(Text()).read(node, reader, label)
        if texts == ():
            reader.error("no-value", node, f"{label} names none", f"name at least one, or leave {label} out")
        return texts or None

    def schema(self) -> Schema:
        """A text, or a list of them."""
        return {"anyOf": [Text().schema(), Many(Text()).schema() | {"minItems": 1}]}


@dataclass(frozen=True)
class _Partly(Kind[T]):
    """A record of which the readable keys are kept, so that these can still be linked; a step is lost all the same.

    mark: keys of the record that then say so.
    """

    record: Record[T]
    mark: Mapping[str, bool] = field(default_factory=dict)

    def read(self, node: Node, reader: Reader, label: str) -> T | None:
        """What could be read; None where that is no mapping, or lacks a key that must be there."""
        values, damaged = self.record.read_fields(node, reader, label)
        if not damaged:
            return self.record.build(node, reader, values)
        reader.lost.add(LOST_STEP)
        needed = {name for name, known in self.record.fields.items() if known.required}
        if not isinstance(node, MappingNode) or not needed <= values.keys():
            return None
        return self.record.build(node, reader, {**values, **self.mark})

    def schema(self) -> Schema:
        """That of the record."""
        return self.record.schema()


class _Points(Kind[tuple[model.PointModel, ...]]):
    """Two points or more."""

    _KIND = Many(
        Record(
            model.PointModel,
            {
                "at": measure(Dimension.TIME, required=True, zero=True),
                "voltage": measure(Dimension.VOLTAGE, required=True, zero=True),
            },
        )
    )

    def read(self, node: Node, reader: Reader, label: str) -> tuple[model.PointModel, ...] | None:
        """The points in order."""
        points = self._KIND.read(node, reader, label)
        if points is not None and len(points) < 2:
            remedy = "write e.g. - {at: 0 s, voltage: 6.7 V} and - {at: 5 min, voltage: 8.1 V}"
            reader.error("no-value", node, f"{label} needs two points or more", remedy)
            return None
        return points

    def schema(self) -> Schema:
        """A list of two points or more."""
        return self._KIND.schema() | {"minItems": 2}


def _levels() -> tuple[str, ...]:
    """The levels of every device that ships."""
    profiles = map(shipped_profile, shipped.device_names())
    return ("off", *dict.fromkeys(level for profile in profiles if profile for level in profile.levels_degc))


_UNTIL: Choice[model.EventWait | model.SignalWait] = Choice(
    {
        "event": Record(model.EventWait, {"event": Field(Text(offers=lambda: EVENTS), required=True)}),
        "signal": Record(
            model.SignalWait,
            {
                "signal": _NAME,
                "above": _ANY,
                "below": _ANY,
                "for": measure(Dimension.COUNT, Dimension.TIME),
                "steady": measure(Dimension.TEMPERATURE_RATE),
                "over": _TIME,
            },
        ),
    }
)
_SOAK = Record(
    model.SoakModel,
    {
        "signal": _NAME,
        "at": Field(ANY, required=True),
        "tolerance": Field(ANY, required=True),
        "for": measure(Dimension.TIME, required=True),
    },
)
_SUPPLY = Record(
    model.SupplyModel,
    {
        "heaters": Field(_OneOrMore()),
        "voltage": measure(Dimension.VOLTAGE, zero=True),
        "current_limit": measure(Dimension.CURRENT),
        "output": Field(Flag()),
    },
)
_BELT = Record(
    model.BeltModel,
    {
        "level": Field(Text(offers=_levels, names=True)),
        "session": _TIME,
        "regulation": Field(Word(("normal", "defeated"))),
        "rearm": Field(Flag()),
    },
)
_RAMP = Record(
    model.RampModel,
    {
        "voltage": measure(Dimension.VOLTAGE, required=True, zero=True),
        "over": measure(Dimension.TIME, required=True),
        "heaters": Field(_OneOrMore()),
        "every": _TIME,
    },
)
_PROFILE = Record(
    model.ProfileModel,
    {"points": Field(_Points(), required=True), "heaters": Field(_OneOrMore()), "every": _TIME},
)
_QUESTION = Record(
    model.AskModel,
    {
        "text": _NAME,
        "number": Field(Record(model.NumberModel, {"unit": _TEXT, "least": _ANY, "most": _ANY})),
        "choice": Field(_OneOrMore()),
        "words": Field(Flag()),
        "photograph": Field(Flag()),
        "serial": Field(Word(("device", "any"))),
    },
)


class _Ask(Kind[model.AskModel]):
    """A text to be confirmed, or a mapping with ``text`` and the kind of answer."""

    def read(self, node: Node, reader: Reader, label: str) -> model.AskModel | None:
        """The question."""
        if isinstance(node, ScalarNode):
            text = Text().read(node, reader, label)
            return None if text is None else model.AskModel(reader.span(node), text)
        return _QUESTION.read(node, reader, label)

    def schema(self) -> Schema:
        """A text, or a mapping."""
        return {"anyOf": [Text().schema(), _QUESTION.schema()]}


_STEP = Record(
    model.StepModel,
    {
        "name": _NAME,
        "supply": Field(_Partly(_SUPPLY)),
        "belt": Field(_Partly(_BELT)),
        "relays": Field(Table(Text())),
        "hold": _TIME,
        "until": Field(_UNTIL),
        "soak": Field(_SOAK),
        "within": _TIME,
        "ramp": Field(_RAMP),
        "profile": Field(_PROFILE),
        "ask": Field(_Ask()),
        "annotate": _TEXT,
        "inject": Field(_OneOrMore()),
        "attempts": _NUMBER,
    },
)


class _Items(Kind[tuple[model.ItemModel, ...]]):
    """A list of steps and blocks that is not empty; those that hold mistakes are left out."""

    def read(self, node: Node, reader: Reader, label: str) -> tuple[model.ItemModel, ...] | None:
        """The items that could be read."""
        items = Kept(_Item(), needed=True).read(node, reader, label)
        if items is not None and isinstance(node, SequenceNode) and len(items) < len(node.value):
            reader.lost.add(LOST_STEP)
        return items

    def schema(self) -> Schema:
        """A reference, for blocks hold lists of steps themselves."""
        return {"$ref": f"#/$defs/{STEPS}"}

    def definition(self) -> Schema:
        """A list of steps and blocks that is not empty."""
        return Kept(_Item(), needed=True).schema()


ITEMS = _Items()

STEPS = "a-list-of-steps"
"""Where the definition of ``ITEMS`` stands in a schema."""


class _Item(Kind[model.ItemModel]):
    """A block if it has the key of one, else a step."""

    def read(self, node: Node, reader: Reader, label: str) -> model.ItemModel | None:
        """The step or block."""
        keys = {key.value: key for key, _ in pairs(node)} if isinstance(node, MappingNode) else {}
        way = next((keys[name] for name in ("repeat", "for_each") if name in keys), None)
        if (
            way is not None
            and "steps" not in keys
            and keys.keys() & (_STEP.fields.keys() - _BLOCK.fields.keys())
        ):
            message = f"{way.value} stands on a step; it belongs to a block, which has steps of its own"
            remedy = f"put the step under steps: - {{name: …, {way.value}: …, steps: [{{name: …, …}}]}}"
            reader.error("one-way", way, message, remedy)
            reader.lost.add(LOST_STEP)
            return None
        if keys.keys() & {"repeat", "for_each", "call", "steps"}:
            return _Block().read(node, reader, label)
        return _Partly(_STEP, {"is_whole": False}).read(node, reader, label)

    def schema(self) -> Schema:
        """A step or a block."""
        return {"anyOf": [_STEP.schema(), _Block().schema()]}


class _Block(Kind[model.BlockModel]):
    """Steps under one name, and one key that says what is done with them."""

    def read(self, node: Node, reader: Reader, label: str) -> model.BlockModel | None:
        """The block, with the steps in it that could be read."""
        block = _BLOCK.read(node, reader, label)
        if block is None:
            return None
        ways = [name for name in _WAYS if getattr(block, name) is not None]
        has_steps = (
            "steps" in {key.value for key, _ in pairs(node)} if isinstance(node, MappingNode) else False
        )
        if len(ways) != 1:
            found = " and ".join(ways) or "none of them"
            message = f"a block has one of {', '.join(_WAYS)}; this one has {found}"
            remedy = "put one block into another, or keep one key"
        elif has_steps is (block.call is not None):
            message = f"a block with {ways[0]} has {'steps of its own' if has_steps else 'no steps'}"
            remedy = "remove steps: the called plan brings them" if has_steps else "add steps:"
        elif block.with_ is not None and block.call is None:
            message, remedy = "with: stands without call:", "remove it, or name a plan to call"
        else:
            return block
        reader.error("one-way", first_span(node, reader), message, remedy)
        return None

    def schema(self) -> Schema:
        """Steps with one of the ways, or a call."""
        ways = [{"required": [way] if way == "call" else [way, "steps"]} for way in _WAYS]
        return _BLOCK.schema() | {"oneOf": ways}


class _Values(Kind[tuple[model.ChoiceModel, ...]]):
    """``parameter: [values]``, or several parameters with as many values each."""

    def read(self, node: Node, reader: Reader, label: str) -> tuple[model.ChoiceModel, ...] | None:
        """The parameters and their values."""
        choices = Table(_OneOrMore()).read(node, reader, label)
        if choices is None:
            return None
        if not choices:
            message = f"{label} names no parameter"
            reader.error("no-value", node, message, "write e.g. for_each: {drive: [0.9 × rated, rated]}")
            return None
        first, *others = (model.ChoiceModel(name, values) for name, values in choices.items())
        for other in others:
            if len(other.values) != len(first.values):
                counts = f"{other.name.text} has {len(other.values)} values and {first.name.text} {len(first.values)}"
                remedy = "give each as many: they go together in order; put one for_each into another for all pairs"
                reader.error("wrong-kind", other.name.span, counts, remedy)
                return None
        return (first, *others)

    def schema(self) -> Schema:
        """Parameters with their values."""
        return Table(_OneOrMore()).schema() | {"minProperties": 1}


_BLOCK = Record(
    model.BlockModel,
    {
        "name": _NAME,
        "steps": Field(ITEMS),
        "repeat": _NUMBER,
        "for_each": Field(_Values()),
        "call": _TEXT,
        "with": Field(Table(Text())),
        "attempts": _NUMBER,
    },
)


class _Parameter(Kind[model.ParameterModel]):
    """A value, or a mapping with ``default`` and what the parameter may be set to."""

    _KIND = Record(
        model.ParameterModel,
        {
            "default": _NAME,
            "least": _ANY,
            "most": _ANY,
            "one_of": Field(_OneOrMore()),
            "about": _TEXT,
        },
    )

    def read(self, node: Node, reader: Reader, label: str) -> model.ParameterModel | None:
        """The parameter."""
        if isinstance(node, ScalarNode):
            default = Text().read(node, reader, label)
            return None if default is None else model.ParameterModel(reader.span(node), default)
        return self._KIND.read(node, reader, label)

    def schema(self) -> Schema:
        """A text, or a mapping."""
        return {"anyOf": [Text().schema(), self._KIND.schema()]}


PARAMETER = _Parameter()


def every_step(items: Iterable[model.ItemModel]) -> Iterable[model.StepModel]:
    """The steps as written, those of blocks included, those of other plans not."""
    for item in items:
        if isinstance(item, model.StepModel):
            yield item
        else:
            yield from every_step(item.steps)
