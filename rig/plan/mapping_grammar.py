"""The grammar of mapping files: what the columns of another logger's file are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from yaml.nodes import Node, ScalarNode

from rig import shipped
from rig.bench.grammar import (
    BUDGET,
    CALIBRATION,
    CORRECTIONS,
    WIRE_TYPES,
    BudgetModel,
    CalibrationModel,
    CorrectionModel,
)
from rig.documents import Scalar, Span
from rig.documents.fields import Field, Kind, Many, Reader, Record, Table, Text, Word
from rig.documents.quantities import Amount, Measure
from rig.documents.schema import Schema
from rig.plan.scope import EVENTS
from rig.units import Dimension

SEPARATORS: Mapping[str, str] = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "blanks": " "}
"""What may stand between cells, by the words of a mapping; blanks are one or more of them."""

DECIMALS: Mapping[str, str] = {"point": ".", "comma": ","}

ENCODINGS = ("utf-8", "utf-16", "latin-1", "cp1252")

FORMATS = ("seconds", "iso8601", "epoch", "excel", "h:m:s", "m:s")
"""How instants are written, beside patterns of strptime."""

TIME_UNITS: Mapping[str, float] = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "min": 60.0, "h": 3600.0, "d": 86400.0}
"""Units of a time column by their length in s."""

START, FIRST_READING = "start", "first reading"


@dataclass(frozen=True, slots=True)
class LoggerModel:
    """Who wrote the file."""

    span: Span
    name: Scalar
    serial: Scalar | None = None
    calibration: CalibrationModel | None = None


@dataclass(frozen=True, slots=True)
class CsvModel:
    """How the file is written."""

    span: Span
    separator: Scalar | None = None
    decimal: Scalar | None = None
    encoding: Scalar | None = None
    header: Amount | None = None
    data: Amount | None = None
    comment: Scalar | None = None


@dataclass(frozen=True, slots=True)
class TimeModel:
    """Which column says when, and how."""

    span: Span
    column: Scalar
    format: Scalar
    clock: Scalar | None = None
    unit: Scalar | None = None
    zone: Scalar | None = None
    began: Scalar | None = None


@dataclass(frozen=True, slots=True)
class SignalModel:
    """What a column holds."""

    span: Span
    column: Scalar
    unit: Scalar | None = None
    words: dict[Scalar, Amount] | None = None
    every: Amount | None = None
    thermocouple: Scalar | None = None
    junction: Scalar | None = None
    correction: Scalar | None = None


@dataclass(frozen=True, slots=True)
class HeatModel:
    """What says when heat flowed."""

    span: Span
    signal: Scalar | None = None
    above: Amount | None = None
    from_: Amount | Scalar | None = None
    to: Amount | None = None
    baseline: Amount | Scalar | None = None


@dataclass(frozen=True, slots=True)
class StepSpanModel:
    """When a step was done."""

    span: Span
    from_: Amount
    to: Amount


@dataclass(frozen=True, slots=True)
class EventModel:
    """What a text in a column stands for."""

    span: Span
    column: Scalar
    is_: Scalar
    event: Scalar


@dataclass(frozen=True, slots=True)
class MappingModel:
    """A mapping as written."""

    span: Span
    mapping: Scalar
    logger: LoggerModel
    time: TimeModel
    signals: dict[Scalar, SignalModel]
    device: Scalar | None = None
    csv: CsvModel | None = None
    heat: HeatModel | None = None
    steps: dict[Scalar, StepSpanModel] | None = None
    events: tuple[EventModel, ...] = ()
    uncertainty: BudgetModel | None = None
    corrections: dict[Scalar, CorrectionModel] | None = None


@dataclass(frozen=True)
class WordOr(Kind[Amount | Scalar]):
    """One certain word, or a quantity."""

    word: str
    measure: Measure

    def read(self, node: Node, reader: Reader, label: str) -> Amount | Scalar | None:
        """The word as a scalar, or the amount."""
        if isinstance(node, ScalarNode) and node.value.strip() == self.word:
            return Scalar(self.word, reader.span(node))
        return self.measure.read(node, reader, label)

    def schema(self) -> Schema:
        """Either."""
        return {"anyOf": [{"enum": [self.word]}, self.measure.schema()]}


_TEXT = Field(Text(), required=True)
_SECONDS = Measure((Dimension.TIME,), zero=True, negative=True)
_PERIOD = Field(Measure((Dimension.TIME,)))
_LINE = Field(Measure((Dimension.RATIO,), zero=True))
_VALUE = Measure(tuple(Dimension), zero=True, negative=True)

_LOGGER = Record(LoggerModel, {"name": _TEXT, "serial": Field(Text()), "calibration": Field(CALIBRATION)})
_CSV = Record(
    CsvModel,
    {
        "separator": Field(Word(tuple(SEPARATORS))),
        "decimal": Field(Word(tuple(DECIMALS))),
        "encoding": Field(Word(ENCODINGS)),
        "header": _LINE,
        "data": _LINE,
        "comment": Field(Text()),
    },
)
_TIME = Record(
    TimeModel,
    {
        "column": _TEXT,
        "clock": Field(Text()),
        "format": _TEXT,
        "unit": Field(Word(tuple(TIME_UNITS))),
        "zone": Field(Text()),
        "began": Field(Text()),
    },
)
_SIGNAL = Record(
    SignalModel,
    {
        "column": _TEXT,
        "unit": Field(Text()),
        "words": Field(Table(Measure((Dimension.RATIO,), zero=True, negative=True))),
        "every": _PERIOD,
        "thermocouple": Field(Word(WIRE_TYPES)),
        "junction": Field(Text()),
        "correction": Field(Text()),
    },
)
_HEAT = Record(
    HeatModel,
    {
        "signal": Field(Text()),
        "above": Field(_VALUE),
        "from": Field(WordOr(START, _SECONDS)),
        "to": Field(_SECONDS),
        "baseline": Field(WordOr(FIRST_READING, Measure((Dimension.TIME, Dimension.TEMPERATURE)))),
    },
)
_STEP = Record(StepSpanModel, {"from": Field(_SECONDS, required=True), "to": Field(_SECONDS, required=True)})
_EVENT = Record(EventModel, {"column": _TEXT, "is": _TEXT, "event": Field(Word(EVENTS), required=True)})

MAPPING = Record(
    MappingModel,
    {
        "mapping": _TEXT,
        "device": Field(Text(offers=shipped.device_names)),
        "logger": Field(_LOGGER, required=True),
        "csv": Field(_CSV),
        "time": Field(_TIME, required=True),
        "signals": Field(Table(_SIGNAL), required=True),
        "heat": Field(_HEAT),
        "steps": Field(Table(_STEP)),
        "events": Field(Many(_EVENT)),
        "uncertainty": Field(BUDGET),
        "corrections": Field(CORRECTIONS),
    },
)
