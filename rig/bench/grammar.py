"""The grammar of bench files: which keys there are, and what kind of value each has to be."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from yaml.nodes import Node

from rig import shipped
from rig.bench.data import surroundings_names
from rig.bench.drivers import DRIVERS
from rig.documents import Document, Scalar, Span
from rig.documents.fields import (
    AsWritten,
    Field,
    Flag,
    Flagged,
    Many,
    Reader,
    Record,
    Table,
    Text,
    Word,
    first_span,
)
from rig.documents.quantities import Amount, Measure
from rig.units import Dimension

WIRE_TYPES = ("T", "K")
CUTOFF_KINDS = ("thermostat", "thermal fuse", "relay")


@dataclass(frozen=True, slots=True)
class CalibrationModel:
    """A calibration certificate."""

    span: Span
    certificate: Scalar
    date: Scalar
    due: Scalar


@dataclass(frozen=True, slots=True)
class OptionsModel:
    """How a scanner measures."""

    span: Span
    nplc: Amount | None = None
    line: Amount | None = None
    open_check: Flagged | None = None


@dataclass(frozen=True, slots=True)
class InstrumentModel:
    """One instrument."""

    span: Span
    driver: Scalar
    model: Scalar
    resource: Scalar
    options: OptionsModel | None = None
    calibration: CalibrationModel | None = None
    serial: Scalar | None = None


@dataclass(frozen=True, slots=True)
class ComponentModel:
    """One line of an uncertainty budget; exactly one of half_width, standard, expanded."""

    span: Span
    name: Scalar
    half_width: Amount | None = None
    standard: Amount | None = None
    expanded: Amount | None = None
    k: Amount | None = None
    common: Flagged | None = None
    correlation: Amount | None = None
    dof: Amount | None = None


@dataclass(frozen=True, slots=True)
class BudgetModel:
    """The uncertainty budget of a channel."""

    span: Span
    name: Scalar
    components: tuple[ComponentModel, ...]


@dataclass(frozen=True, slots=True)
class PointModel:
    """One point of a table over temperature."""

    span: Span
    at: Amount
    value: Amount


@dataclass(frozen=True, slots=True)
class CorrectionModel:
    """What a calibration of wires found."""

    span: Span
    points: tuple[PointModel, ...]
    expanded: Amount
    k: Amount
    calibration: CalibrationModel | None = None
    in_place_of: Scalar | None = None
    held: Amount | None = None


@dataclass(frozen=True, slots=True)
class ThermocouplesModel:
    """How temperatures are measured."""

    span: Span
    type: Scalar
    method: Scalar
    budget: BudgetModel
    junction: Scalar | None = None


@dataclass(frozen=True, slots=True)
class HeaterModel:
    """What feeds one heater; shared: its output feeds another heater of the slot, too."""

    span: Span
    output: Scalar
    leads: Amount
    sense: Scalar
    over_voltage: Amount
    shared: Flagged | None = None


@dataclass(frozen=True, slots=True)
class ProbeModel:
    """Where one thermocouple sits and where it is read."""

    span: Span
    channel: Scalar
    site: Scalar
    correction: Scalar | None = None


@dataclass(frozen=True, slots=True)
class CutoffModel:
    """What opens a heater's lead by itself."""

    span: Span
    kind: Scalar
    trips_at: Amount
    place: Scalar
    proven: Scalar
    by: Scalar


@dataclass(frozen=True, slots=True)
class SlotModel:
    """A place for one device."""

    span: Span
    device: Scalar
    link: Scalar
    heaters: dict[Scalar, HeaterModel]
    probes: dict[Scalar, ProbeModel]
    independent_cutoff: CutoffModel | None = None


@dataclass(frozen=True, slots=True)
class SimulatesModel:
    """The faults that a relay makes on a simulated bench."""

    span: Span
    closed: Scalar
    open: Scalar


@dataclass(frozen=True, slots=True)
class RelayModel:
    """A relay that makes a fault; slot may be left out on a bench of one."""

    span: Span
    channel: Scalar
    about: Scalar
    slot: Scalar | None = None
    simulates: SimulatesModel | None = None


@dataclass(frozen=True, slots=True)
class SimulationModel:
    """The world behind a simulated bench."""

    span: Span
    ambient: Amount
    perfusion: Amount
    tolerances: Scalar
    defects: tuple[Scalar, ...] = ()
    surroundings: Scalar | None = None
    wire_errors: dict[Scalar, tuple[PointModel, ...]] | None = None


@dataclass(frozen=True, slots=True)
class BenchModel:
    """A whole bench file; what could not be read is absent.

    interlocks: as they were written: they are entries of the plan language, and read with each plan.
    """

    span: Span
    bench: Scalar | None
    instruments: dict[Scalar, InstrumentModel]
    slots: dict[Scalar, SlotModel] | None
    thermocouples: ThermocouplesModel | None
    simulation: SimulationModel | None
    interlocks: Node | None = None
    relays: dict[Scalar, RelayModel] = field(default_factory=dict)
    corrections: dict[Scalar, CorrectionModel] = field(default_factory=dict)


_TEXT = Field(Text(), required=True)
_DRIVER = Field(Text(offers=lambda: DRIVERS), required=True)
_MODEL = Field(
    Text(offers=lambda: [name for each in DRIVERS.values() for name in each.models]), required=True
)
_DEVICE = Field(Text(offers=shipped.device_names), required=True)
_KELVIN = Field(Measure((Dimension.TEMPERATURE_DIFFERENCE,)))
_NUMBER = Measure((Dimension.RATIO,))

CALIBRATION = Record(CalibrationModel, {"certificate": _TEXT, "date": _TEXT, "due": _TEXT})
_OPTIONS = Record(
    OptionsModel,
    {"nplc": Field(_NUMBER), "line": Field(Measure((Dimension.FREQUENCY,))), "open_check": Field(Flag())},
)
_INSTRUMENT = Record(
    InstrumentModel,
    {
        "driver": _DRIVER,
        "model": _MODEL,
        "resource": _TEXT,
        "options": Field(_OPTIONS),
        "calibration": Field(CALIBRATION),
        "serial": Field(Text()),
    },
)
_COMPONENT = Record(
    ComponentModel,
    {
        "name": _TEXT,
        "half_width": _KELVIN,
        "standard": _KELVIN,
        "expanded": _KELVIN,
        "k": Field(_NUMBER),
        "common": Field(Flag()),
        "correlation": Field(Measure((Dimension.RATIO,), zero=True)),
        "dof": Field(_NUMBER),
    },
)
BUDGET = Record(BudgetModel, {"name": _TEXT, "components": Field(Many(_COMPONENT), required=True)})


def _points(key: str) -> Many[PointModel]:
    """A table of what a wire does at temperatures, in K."""
    value = Field(Measure((Dimension.TEMPERATURE_DIFFERENCE,), zero=True, negative=True), required=True)
    make = partial(_make_point, key)
    return Many(Record(make, {"at": Field(Measure((Dimension.TEMPERATURE,)), required=True), key: value}))


def _make_point(key: str, span: Span, at: Amount, **values: Amount) -> PointModel:
    return PointModel(span, at, values[key])


_CORRECTION = Record(
    CorrectionModel,
    {
        "calibration": Field(CALIBRATION),
        "points": Field(_points("correction"), required=True),
        "expanded": Field(Measure((Dimension.TEMPERATURE_DIFFERENCE,)), required=True),
        "k": Field(_NUMBER, required=True),
        "in_place_of": Field(Text()),
        "held": Field(Measure((Dimension.TEMPERATURE_DIFFERENCE,), zero=True)),
    },
)
CORRECTIONS = Table(_CORRECTION, keep=True)
_THERMOCOUPLES = Record(
    ThermocouplesModel,
    {
        "type": Field(Word(WIRE_TYPES), required=True),
        "method": Field(Word(("volts", "function")), required=True),
        "junction": Field(Text()),
        "budget": Field(BUDGET, required=True),
    },
)
_HEATER = Record(
    HeaterModel,
    {
        "output": _TEXT,
        "leads": Field(Measure((Dimension.RESISTANCE,), zero=True), required=True),
        "sense": Field(Word(("remote", "local")), required=True),
        "over_voltage": Field(Measure((Dimension.VOLTAGE,)), required=True),
        "shared": Field(Flag()),
    },
)
_PROBE = Record(ProbeModel, {"channel": _TEXT, "site": _TEXT, "correction": Field(Text())})
_CUTOFF = Record(
    CutoffModel,
    {
        "kind": Field(Word(CUTOFF_KINDS), required=True),
        "trips_at": Field(Measure((Dimension.TEMPERATURE,)), required=True),
        "place": _TEXT,
        "proven": _TEXT,
        "by": _TEXT,
    },
)
_SLOT = Record(
    SlotModel,
    {
        "device": _DEVICE,
        "link": _TEXT,
        "heaters": Field(Table(_HEATER, keep=True), required=True),
        "probes": Field(Table(_PROBE, keep=True), required=True),
        "independent_cutoff": Field(_CUTOFF),
    },
)
_RELAY = Record(
    RelayModel,
    {
        "channel": _TEXT,
        "about": _TEXT,
        "slot": Field(Text()),
        "simulates": Field(Record(SimulatesModel, {"closed": _TEXT, "open": _TEXT})),
    },
)
_SIMULATION = Record(
    SimulationModel,
    {
        "ambient": Field(Measure((Dimension.TEMPERATURE,)), required=True),
        "perfusion": Field(_NUMBER, required=True),
        "tolerances": Field(Word(("drawn", "nominal")), required=True),
        "defects": Field(Many(Text())),
        "surroundings": Field(Text(offers=surroundings_names)),
        "wire_errors": Field(Table(_points("error"))),
    },
)
BENCH: Record[None] = Record(
    lambda **_: None,
    {
        "bench": _TEXT,
        "instruments": Field(Table(_INSTRUMENT, keep=True), required=True),
        "thermocouples": Field(_THERMOCOUPLES, required=True),
        "corrections": Field(CORRECTIONS),
        "slots": Field(Table(_SLOT, keep=True), required=True),
        "interlocks": Field(AsWritten()),
        "relays": Field(Table(_RELAY, keep=True)),
        "simulation": Field(_SIMULATION),
    },
)


def read_bench(document: Document, reader: Reader) -> BenchModel:
    """The bench that a document writes down, without what holds mistakes; these are reported."""
    values, damaged = BENCH.read_fields(document.root, reader, "a bench file")
    reader.lost |= damaged
    return BenchModel(
        span=first_span(document.root, reader),
        bench=values.get("bench"),
        instruments=values.get("instruments", {}),
        slots=values.get("slots"),
        thermocouples=values.get("thermocouples"),
        simulation=values.get("simulation"),
        interlocks=values.get("interlocks"),
        relays=values.get("relays", {}),
        corrections=values.get("corrections", {}),
    )
