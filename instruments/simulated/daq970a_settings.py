"""Per-channel settings and the reading's fields of a DAQ970A twin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from instruments.simulated.daq970a_channel import Channel
from instruments.simulated.daq970a_scan import Format
from instruments.simulated.scpi_engine import nr3
from instruments.simulated.scpi_parser import (
    BOOLEAN,
    DECIMAL,
    OPTIONAL_CHANNELS,
    Handler,
    Parameter,
    ScpiError,
    word,
)
from instruments.simulated.scpi_status import Add

NPLC = (0.02, 0.2, 1.0, 2.0, 10.0, 20.0, 100.0, 200.0)
"""Integration times in power-line cycles (34970A user's guide); another value takes the next longer one."""

_JUNCTION = Parameter(word("INTernal", "EXTernal", "FIXed"))
_UNIT = Parameter(word("C", "F", "K", "CEL", "FAR"))
_TIME_TYPE = Parameter(word("ABSolute", "RELative"))

Value = float | str
Targets = Callable[[Sequence[int] | None], list[Channel]]


def add_settings(add: Add, targets: Targets, layout: Format) -> None:
    """Register SENSe, UNIT, ROUTe:CHANnel and FORMat commands."""
    _add_integration(add, targets)
    _add_thermocouple(add, targets)
    _add_format(add, layout)


def _add_integration(add: Add, targets: Targets) -> None:
    names = {"VOLT": "VOLTage[:DC]", "TEMP": "TEMPerature", "RES": "RESistance"}
    for function, pattern in names.items():
        setter, getter = _nplc(targets, function)
        add(f"[SENSe:]{pattern}:NPLC", setter, DECIMAL, OPTIONAL_CHANNELS)
        add(f"[SENSe:]{pattern}:NPLC?", getter, OPTIONAL_CHANNELS)

    def set_delay(seconds: Value, numbers: Sequence[int] | None) -> None:
        if isinstance(seconds, str) or not 0.0 <= seconds <= 60.0:
            raise ScpiError(-222)
        for channel in targets(numbers):
            channel.delay_s = seconds

    def get_delay(numbers: Sequence[int] | None) -> str:
        return ",".join(nr3(channel.delay_s or 0.0) for channel in targets(numbers))

    add("ROUTe:CHANnel:DELay", set_delay, DECIMAL, OPTIONAL_CHANNELS)
    add("ROUTe:CHANnel:DELay?", get_delay, OPTIONAL_CHANNELS)


def _nplc(targets: Targets, function: str) -> tuple[Handler, Handler]:
    def setter(value: Value, numbers: Sequence[int] | None) -> None:
        cycles = {"MIN": NPLC[0], "MAX": NPLC[-1], "DEF": 1.0}.get(value) if isinstance(value, str) else value
        if cycles is None or not NPLC[0] <= cycles <= NPLC[-1]:
            raise ScpiError(-222)
        chosen = next(step for step in NPLC if step >= cycles)
        for channel in _of_function(targets(numbers), function):
            channel.nplc = chosen

    def getter(numbers: Sequence[int] | None) -> str:
        return ",".join(nr3(channel.nplc) for channel in _of_function(targets(numbers), function))

    return setter, getter


def _of_function(channels: list[Channel], function: str) -> list[Channel]:
    """The same channels, all of one function; else -221."""
    if any(channel.function != function for channel in channels):
        raise ScpiError(-221)
    return channels


def _add_thermocouple(add: Add, targets: Targets) -> None:
    couple = "[SENSe:]TEMPerature:TRANsducer:TCouple"
    _add_attribute(add, targets, couple + ":CHECk", "check", BOOLEAN, shown=lambda on: "1" if on else "0")
    _add_attribute(add, targets, couple + ":RJUNction:TYPE", "junction", _JUNCTION, shown=str)
    fixed = Parameter(_junction_degc)
    _add_attribute(add, targets, couple + ":RJUNction", "junction_degc", fixed, shown=nr3)
    _add_attribute(add, targets, "UNIT:TEMPerature", "unit", _UNIT, shown=str, only=None)

    def types(numbers: Sequence[int] | None) -> str:
        return ",".join(channel.transducer_type for channel in _of_function(targets(numbers), "TEMP"))

    def transducers(numbers: Sequence[int] | None) -> str:
        return ",".join(channel.transducer for channel in _of_function(targets(numbers), "TEMP"))

    add(couple + ":TYPE?", types, OPTIONAL_CHANNELS)
    add("[SENSe:]TEMPerature:TRANsducer:TYPE?", transducers, OPTIONAL_CHANNELS)


def _junction_degc(token: str) -> float:
    """A fixed reference temperature, -20 to 80 °C."""
    value = DECIMAL.convert(token)
    if not isinstance(value, float) or not -20.0 <= value <= 80.0:
        raise ScpiError(-222)
    return value


def _add_attribute(
    add: Add,
    targets: Targets,
    pattern: str,
    attribute: str,
    parameter: Parameter,
    *,
    shown: Callable[[Any], str],
    only: str | None = "TEMP",
) -> None:
    def chosen(numbers: Sequence[int] | None) -> list[Channel]:
        return targets(numbers) if only is None else _of_function(targets(numbers), only)

    def setter(value: object, numbers: Sequence[int] | None) -> None:
        for channel in chosen(numbers):
            setattr(channel, attribute, value)

    def getter(numbers: Sequence[int] | None) -> str:
        return ",".join(shown(getattr(channel, attribute)) for channel in chosen(numbers))

    add(pattern, setter, parameter, OPTIONAL_CHANNELS)
    add(pattern + "?", getter, OPTIONAL_CHANNELS)


def _add_format(add: Add, layout: Format) -> None:
    def switches(attribute: str) -> tuple[Handler, Handler]:
        def setter(on: bool) -> None:
            setattr(layout, attribute, on)

        def getter() -> str:
            return "1" if getattr(layout, attribute) else "0"

        return setter, getter

    fields = {"CHANnel": "channel", "TIME": "time", "UNIT": "unit", "ALARm": "alarm"}
    for pattern, attribute in fields.items():
        setter, getter = switches(attribute)
        add(f"FORMat:READing:{pattern}", setter, BOOLEAN)
        add(f"FORMat:READing:{pattern}?", getter)

    def set_type(kind: str) -> None:
        layout.absolute = kind == "ABS"

    add("FORMat:READing:TIME:TYPE", set_type, _TIME_TYPE)
    add("FORMat:READing:TIME:TYPE?", lambda: "ABS" if layout.absolute else "REL")
