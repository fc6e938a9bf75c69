"""Per-channel settings and the reading's fields of a DAQ970A twin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from instruments.simulated.daq970a_channel import OHM_RANGES, VOLT_RANGES, Channel, span_of, transducer_type
from instruments.simulated.daq970a_scan import Format
from instruments.simulated.scpi_engine import nr3
from instruments.simulated.scpi_parser import (
    BOOLEAN,
    DECIMAL,
    OPTIONAL_CHANNELS,
    OPTIONAL_DECIMAL,
    STRING,
    Handler,
    Parameter,
    ScpiError,
    text,
    word,
)
from instruments.simulated.scpi_status import Add

NPLC = (0.02, 0.2, 1.0, 2.0, 10.0, 20.0, 100.0, 200.0)
"""Integration times in power-line cycles (34970A user's guide); another value takes the next longer one."""

_LIMITS = {"MIN": NPLC[0], "MAX": NPLC[-1], "DEF": 1.0}
_TRANSDUCER = Parameter(word("TCouple", "THERmistor"))
_FUNCTIONS = {
    **dict.fromkeys(("VOLT", "VOLTAGE", "VOLT:DC", "VOLTAGE:DC"), "VOLT"),
    **dict.fromkeys(("TEMP", "TEMPERATURE"), "TEMP"),
    **dict.fromkeys(("RES", "RESISTANCE"), "RES"),
}
"""What SENSe:FUNCtion takes, of what the channels can do here."""

_JUNCTION = Parameter(word("INTernal", "EXTernal", "FIXed"))
_UNIT = Parameter(word("C", "F", "K", "CEL", "FAR"))
_TIME_TYPE = Parameter(word("ABSolute", "RELative"))

Value = float | str
Targets = Callable[[Sequence[int] | None], list[Channel]]


def add_settings(add: Add, targets: Targets, layout: Format) -> None:
    """Register SENSe, UNIT, ROUTe:CHANnel and FORMat commands."""
    _add_integration(add, targets)
    _add_ranges(add, targets)
    _add_input(add, targets)
    _add_function(add, targets)
    _add_transducer(add, targets)
    _add_thermocouple(add, targets)
    _add_format(add, layout)


def _add_integration(add: Add, targets: Targets) -> None:
    names = {"VOLT": "VOLTage[:DC]", "TEMP": "TEMPerature", "RES": "RESistance"}
    for function, pattern in names.items():
        setter, getter = _nplc(targets, function)
        add(f"[SENSe:]{pattern}:NPLC", setter, DECIMAL, OPTIONAL_CHANNELS)
        add(f"[SENSe:]{pattern}:NPLC?", getter, OPTIONAL_DECIMAL, OPTIONAL_CHANNELS)

    def set_delay(seconds: Value, numbers: Sequence[int] | None) -> None:
        delay_s = {"MIN": 0.0, "MAX": 60.0}.get(seconds) if isinstance(seconds, str) else seconds
        if delay_s is None or not 0.0 <= delay_s <= 60.0:
            raise ScpiError(-222)
        for channel in targets(numbers):
            channel.delay_s = delay_s

    def set_automatic(on: bool, numbers: Sequence[int] | None) -> None:
        for channel in targets(numbers):
            channel.delay_s = None if on else channel.delay_s or 0.0

    def get_automatic(numbers: Sequence[int] | None) -> str:
        return ",".join("1" if channel.delay_s is None else "0" for channel in targets(numbers))

    def get_delay(numbers: Sequence[int] | None) -> str:
        return ",".join(nr3(channel.delay_s or 0.0) for channel in targets(numbers))

    add("ROUTe:CHANnel:DELay", set_delay, DECIMAL, OPTIONAL_CHANNELS)
    add("ROUTe:CHANnel:DELay?", get_delay, OPTIONAL_CHANNELS)
    add("ROUTe:CHANnel:DELay:AUTO", set_automatic, BOOLEAN, OPTIONAL_CHANNELS)
    add("ROUTe:CHANnel:DELay:AUTO?", get_automatic, OPTIONAL_CHANNELS)


def _nplc(targets: Targets, function: str) -> tuple[Handler, Handler]:
    def setter(value: Value, numbers: Sequence[int] | None) -> None:
        cycles = _LIMITS.get(value) if isinstance(value, str) else value
        if cycles is None or not NPLC[0] <= cycles <= NPLC[-1]:
            raise ScpiError(-222)
        chosen = next(step for step in NPLC if step >= cycles)
        for channel in _of_function(targets(numbers), function):
            channel.nplc = chosen

    def getter(named: Value | None, numbers: Sequence[int] | None) -> str:
        if named is not None and named not in _LIMITS:
            raise ScpiError(-224)
        channels = _of_function(targets(numbers), function)
        return ",".join(nr3(channel.nplc if named is None else _LIMITS[str(named)]) for channel in channels)

    return setter, getter


def _add_ranges(add: Add, targets: Targets) -> None:
    functions = (("VOLT", "VOLTage[:DC]", VOLT_RANGES), ("RES", "RESistance", OHM_RANGES))
    for function, pattern, ranges in functions:
        setter, getter = _ranges(targets, function, ranges)
        add(f"[SENSe:]{pattern}:RANGe[:UPPer]", setter, DECIMAL, OPTIONAL_CHANNELS)
        add(f"[SENSe:]{pattern}:RANGe[:UPPer]?", getter, OPTIONAL_CHANNELS)
        setter, getter = _automatic_ranges(targets, function)
        add(f"[SENSe:]{pattern}:RANGe:AUTO", setter, BOOLEAN, OPTIONAL_CHANNELS)
        add(f"[SENSe:]{pattern}:RANGe:AUTO?", getter, OPTIONAL_CHANNELS)


def _ranges(targets: Targets, function: str, ranges: Sequence[float]) -> tuple[Handler, Handler]:
    def setter(value: Value, numbers: Sequence[int] | None) -> None:
        chosen = span_of(value, ranges)
        if chosen is None:
            raise ScpiError(-224)
        for channel in _of_function(targets(numbers), function):
            channel.range = chosen

    def getter(numbers: Sequence[int] | None) -> str:
        return ",".join(nr3(channel.range_in_use()) for channel in _of_function(targets(numbers), function))

    return setter, getter


def _automatic_ranges(targets: Targets, function: str) -> tuple[Handler, Handler]:
    def setter(on: bool, numbers: Sequence[int] | None) -> None:
        for channel in _of_function(targets(numbers), function):
            channel.range = None if on else channel.range_in_use()

    def getter(numbers: Sequence[int] | None) -> str:
        channels = _of_function(targets(numbers), function)
        return ",".join("1" if channel.range is None else "0" for channel in channels)

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


def _add_input(add: Add, targets: Targets) -> None:
    """What is kept and told, and changes no reading here: inputs load nothing, and zero does not drift."""

    def shown(on: bool) -> str:
        return "1" if on else "0"

    _add_attribute(add, targets, "INPut:IMPedance:AUTO", "high_impedance", BOOLEAN, shown=shown, only="VOLT")
    zero = Parameter(word("ON", "OFF", "ONCE"))
    _add_attribute(
        add, targets, "[SENSe:]ZERO:AUTO", "zero", zero, shown=lambda mode: shown(mode == "ON"), only=None
    )


def _add_function(add: Add, targets: Targets) -> None:
    def set_function(name: str, numbers: Sequence[int] | None) -> None:
        function = _FUNCTIONS.get(name.upper())
        if function is None:
            raise ScpiError(-224)
        for channel in targets(numbers):
            if channel.function != function:
                channel.function, channel.range = function, None

    def get_function(numbers: Sequence[int] | None) -> str:
        return ",".join(f'"{channel.function}"' for channel in targets(numbers))

    add("[SENSe:]FUNCtion", set_function, STRING, OPTIONAL_CHANNELS)
    add("[SENSe:]FUNCtion?", get_function, OPTIONAL_CHANNELS)


def _add_transducer(add: Add, targets: Targets) -> None:
    def set_transducer(probe: str, numbers: Sequence[int] | None) -> None:
        for channel in _of_function(targets(numbers), "TEMP"):
            channel.transducer, channel.transducer_type = probe, transducer_type(probe, None)

    def transducers(numbers: Sequence[int] | None) -> str:
        return ",".join(channel.transducer for channel in _of_function(targets(numbers), "TEMP"))

    add("[SENSe:]TEMPerature:TRANsducer:TYPE", set_transducer, _TRANSDUCER, OPTIONAL_CHANNELS)
    add("[SENSe:]TEMPerature:TRANsducer:TYPE?", transducers, OPTIONAL_CHANNELS)
    for probe, name in (("TC", "TCouple"), ("THER", "THERmistor")):
        setter, getter = _transducer_types(targets, probe)
        add(f"[SENSe:]TEMPerature:TRANsducer:{name}:TYPE", setter, Parameter(text), OPTIONAL_CHANNELS)
        add(f"[SENSe:]TEMPerature:TRANsducer:{name}:TYPE?", getter, OPTIONAL_CHANNELS)


def _transducer_types(targets: Targets, probe: str) -> tuple[Handler, Handler]:
    def measured(numbers: Sequence[int] | None) -> list[Channel]:
        channels = _of_function(targets(numbers), "TEMP")
        if any(channel.transducer != probe for channel in channels):
            raise ScpiError(-221)
        return channels

    def setter(kind: str, numbers: Sequence[int] | None) -> None:
        chosen = transducer_type(probe, kind)
        for channel in measured(numbers):
            channel.transducer_type = chosen

    def getter(numbers: Sequence[int] | None) -> str:
        return ",".join(channel.transducer_type for channel in measured(numbers))

    return setter, getter


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
