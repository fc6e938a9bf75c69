"""What the columns of another logger's file measure: unit, dimension, and where a signal of a lane's name belongs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rig.bench.wiring import BELT_COMMON, BELT_UNIT, SUPPLY_QUANTITIES
from rig.documents import Scalar, Span, did_you_mean, quoted
from rig.documents.fields import Reader
from rig.plan.mapping_grammar import SignalModel
from rig.units import Dimension, UnitError, describe, parse_quantity

SCALES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"K": (1.0, -273.15), "degF": (5.0 / 9.0, -160.0 / 9.0), "°F": (5.0 / 9.0, -160.0 / 9.0)}
)
"""Scales of temperature beside °C: factor and offset to it. K is a point on one, for a column holds no difference."""

_NAME = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)*", re.ASCII)
_SKIN = re.compile(r"skin\.([a-z][a-z0-9]*?)(\d+)", re.ASCII)
_SUPPLY = re.compile(r"supply\.([a-z][a-z0-9_-]*)\.([a-z]+)", re.ASCII)
_BELT_UNIT = re.compile(r"belt\.([a-z][a-z0-9_-]*)\.([a-z]+)", re.ASCII)
_PLACES = ("ambient", "phantom", "case")
_MADE = ("skin.hottest", "junction")
"""Signals that the rig makes itself, which no column can be."""


@dataclass(frozen=True, slots=True)
class LoggedSignal:
    """A column of a file as a signal.

    measured: the dimension of the column; dimension: of the signal, as records name it. A number x of the column is
    factor · x + offset in base units, a word what words says. heater, place, site: where it sits, as in a wiring.
    thermocouple: its type where the column holds the volts of one, with the signal of its reference junction.
    correction: the name of that of its wire or sensor.
    """

    name: str
    column: Scalar
    measured: Dimension
    dimension: str
    factor: float
    offset: float
    words: Mapping[str, float]
    every_s: float | None
    heater: str | None
    place: str | None
    site: str | None
    thermocouple: str | None = None
    junction: str | None = None
    correction: str | None = None


def read_signals(
    models: Mapping[Scalar, SignalModel], whole: Span, reader: Reader
) -> tuple[LoggedSignal, ...]:
    """The signals of a mapping; what is wrong with one is reported."""
    if not models and not reader.lost:
        reader.error("no-signal", whole, "the mapping names no signal", "add signals: {name: {column, unit}}")
    signals = tuple(_signal(name, model, reader) for name, model in models.items())
    by_name = {signal.name: signal for signal in signals}
    for model, signal in zip(models.values(), signals, strict=True):
        _check_junction(model, signal, by_name, reader)
        _check_correction(model, signal, signals, reader)
    return signals


def _signal(name: Scalar, model: SignalModel, reader: Reader) -> LoggedSignal:
    _check_name(name, reader)
    measured, factor, offset = _unit(name, model, reader)
    wanted = _lane_dimension(name.text)
    volts = model.thermocouple is not None
    if volts and measured is Dimension.VOLTAGE:
        measured = Dimension.TEMPERATURE
    dimension = measured.value if wanted is None else wanted
    found = "count" if measured is Dimension.RATIO and wanted == "count" else measured.value
    if found != dimension:
        where = (model.unit or name).span
        message = f"{name.text} is {describe(Dimension(dimension))}, and its column {describe(measured)}"
        reader.error("wrong-dimension", where, message, "correct the unit, or choose another name")
    heater, place, site = _where(name.text, dimension)
    return LoggedSignal(
        name=name.text,
        column=model.column,
        measured=measured,
        dimension=dimension,
        factor=factor,
        offset=offset,
        words={word.text: amount.value for word, amount in (model.words or {}).items()},
        every_s=None if model.every is None else model.every.value,
        heater=heater,
        place=place,
        site=site,
        thermocouple=None if model.thermocouple is None else model.thermocouple.text,
        junction=None if model.junction is None else model.junction.text,
        correction=None if model.correction is None else model.correction.text,
    )


def _check_name(name: Scalar, reader: Reader) -> None:
    if _NAME.fullmatch(name.text) is None or len(name.text) > 64:
        message = f"{quoted(name.text)} cannot be the name of a signal"
        remedy = "write small letters, digits, - and _, with points between parts, e.g. plate or skin.a1"
        reader.error("signal-name", name.span, message, remedy)
    elif name.text in _MADE or (name.text.endswith(".power") and name.text.startswith("supply.")):
        message = f"{name.text} is made of other signals"
        reader.error("signal-name", name.span, message, "choose another name")


def _unit(name: Scalar, model: SignalModel, reader: Reader) -> tuple[Dimension, float, float]:
    """Dimension of a column, and by which line its numbers come to base units."""
    if (model.unit is None) is (model.words is None):
        message = f"{name.text} needs either a unit or the values of its words"
        reader.error("column-unit", name.span, message, 'add e.g. unit: degC, or words: {"ON": 1, "OFF": 0}')
    unit = "1" if model.unit is None else model.unit.text
    if unit in SCALES:
        return Dimension.TEMPERATURE, *SCALES[unit]
    if unit == "1":
        return Dimension.RATIO, 1.0, 0.0
    try:
        zero, one = parse_quantity(f"0 {unit}"), parse_quantity(f"1 {unit}")
    except UnitError as error:
        assert model.unit is not None, "1 is a unit"
        reader.error("column-unit", model.unit.span, str(error), error.help)
        return Dimension.RATIO, 1.0, 0.0
    return zero.dimension, one.value - zero.value, zero.value


def _lane_dimension(name: str) -> str | None:
    """What a signal of a lane's name must be; None for a name of one's own."""
    if name in _PLACES or _SKIN.fullmatch(name):
        return "temperature"
    supply, unit = _SUPPLY.fullmatch(name), _BELT_UNIT.fullmatch(name)
    if supply is not None:
        return dict(SUPPLY_QUANTITIES).get(supply[2])
    if unit is not None:
        return dict(BELT_UNIT).get(unit[2])
    return dict(BELT_COMMON).get(name)


def _where(name: str, dimension: str) -> tuple[str | None, str | None, str | None]:
    """Heater, place and site."""
    skin, other = _SKIN.fullmatch(name), _SUPPLY.fullmatch(name) or _BELT_UNIT.fullmatch(name)
    if skin is not None:
        return skin[1], "skin", skin[2]
    if other is not None:
        return other[1], None, None
    if name in _PLACES:
        return None, name, None
    return None, "own" if dimension == "temperature" else None, None


def _check_junction(
    model: SignalModel, signal: LoggedSignal, by_name: Mapping[str, LoggedSignal], reader: Reader
) -> None:
    if (model.thermocouple is None) is not (model.junction is None):
        where = model.thermocouple or model.junction
        assert where is not None, "one of them is there"
        message = "volts of a thermocouple need the temperature of its reference junction"
        reader.error("junction", where.span, message, "give both thermocouple: and junction:, a signal")
    if model.thermocouple is not None and model.unit is not None and _is_no_voltage(model.unit.text):
        message = f"{quoted(model.unit.text)} is no voltage; what a thermocouple gives is one"
        reader.error("junction", model.unit.span, message, "write e.g. mV, or leave thermocouple out")
    if model.junction is None:
        return
    junction = by_name.get(model.junction.text)
    if junction is None or junction is signal or junction.thermocouple is not None:
        message = f"{quoted(model.junction.text)} is no signal that can be a reference junction"
        known = [name for name, other in by_name.items() if other.dimension == "temperature"]
        reader.error("junction", model.junction.span, message, did_you_mean(model.junction.text, known))


def _check_correction(
    model: SignalModel, signal: LoggedSignal, signals: tuple[LoggedSignal, ...], reader: Reader
) -> None:
    if model.correction is None:
        return
    if signal.dimension != "temperature":
        message = f"{signal.name} is no temperature, and a correction is one of temperatures"
        reader.error("corrected-signal", model.correction.span, message, "remove it")
    elif any(other.junction == signal.name for other in signals):
        message = f"{signal.name} is a reference junction, and its volts were read against what it showed"
        reader.error(
            "corrected-signal", model.correction.span, message, "correct the probes that refer to it"
        )


def _is_no_voltage(unit: str) -> bool:
    try:
        return parse_quantity(f"1 {unit}").dimension is not Dimension.VOLTAGE
    except UnitError:
        return False
