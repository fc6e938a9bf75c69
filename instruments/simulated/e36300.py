"""The twin of a Keysight E36312A or E36313A triple-output supply.

Commands follow the E36300 programming guide as far as open drivers use them (libsigrok, PyMeasure, QCoDeS,
goivi); remote sense, the summary bits and what clearing a trip does come from siblings and are unverified.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from instruments.catalogue import SUPPLIES, SUPPLY_QUERY_S
from instruments.simulated.e36300_output import Load, Output
from instruments.simulated.scpi_engine import Noise, ScpiTwin
from instruments.simulated.scpi_parser import (
    BOOLEAN,
    DECIMAL,
    INTEGER,
    OPTIONAL_CHANNELS,
    OPTIONAL_DECIMAL,
    TEXT,
    Parameter,
    ScpiError,
    word,
)

FIRMWARE = "2.1.0-1.0.4-1.12"
"""Firmware field of a real E36312A (one capture)."""

VOLTS_NOISE = 2e-4
"""Standard deviation of a voltage reading in V: estimate."""

AMPS_NOISE = 1e-4
"""Standard deviation of a current reading in A: estimate."""

READING_DECIMALS = 4
"""Readings step in 0.1 mV and 0.1 mA: estimate."""

_OUTPUT_WORDS = {"P6V": 1, "P25V": 2, "N25V": 3, "CH1": 1, "CH2": 2, "CH3": 3}
_OUTPUT = Parameter(word(*_OUTPUT_WORDS))
_SENSE = Parameter(word("INTernal", "EXTernal"))
_LEVEL = "[SOURce:]{}[:LEVel][:IMMediate][:AMPLitude]"

Value = float | str


class E36300Twin(ScpiTwin):
    """A supply whose outputs feed loads.

    Args:
        model: ``E36312A`` or ``E36313A``.
        serial: must begin with ``SIM``.
        loads: what is wired to each output; one that is missing is open.
        noise: standard normal noise, keyed by channel ("2.volts") and index.
        advance: brings the world to a bench instant.
        name: what faults call this twin; the serial number unless given.

    Raises:
        ValueError: unknown model, or a serial number that does not begin with ``SIM``.
    """

    def __init__(
        self,
        model: str,
        serial: str,
        loads: Mapping[int, Load],
        noise: Noise,
        advance: Callable[[float], None],
        *,
        name: str = "",
    ) -> None:
        if model not in SUPPLIES:
            raise ValueError(f"no such model: {model}; known are {', '.join(SUPPLIES)}")
        if not serial.startswith("SIM"):
            raise ValueError(f"a twin's serial number begins with SIM, not {serial!r}")
        idn = f"Keysight Technologies,{model},{serial},{FIRMWARE}"
        super().__init__(name or serial, idn, advance, SUPPLY_QUERY_S)
        self.outputs = {
            number: Output(rating, loads.get(number, _OPEN)) for number, rating in SUPPLIES[model].items()
        }
        self._noise = noise
        self._volts_channels = {number: f"{number}.volts" for number in self.outputs}
        self._amps_channels = {number: f"{number}.amps" for number in self.outputs}
        self._indices = dict.fromkeys((*self._volts_channels.values(), *self._amps_channels.values()), 0)
        self._selected = 1
        self._questionable_enable = 0
        self._summary_enable = dict.fromkeys(self.outputs, 0)
        self._add_source()
        self._add_protection()
        self._add_output()
        self._add_status()

    def amps_into(self, output: int, ohms: float) -> float:
        """Amps that so many ohms at the far end of the leads draw from an output; trips what must trip."""
        return self.outputs[output].amps_into(ohms)

    def volts_at(self, output: int) -> float:
        """Volts at the far end of an output's leads, at the load that is wired to it."""
        return self.outputs[output].load_volts(self.now)

    def _reset(self) -> None:
        for output in self.outputs.values():
            output.reset(self.now)
        self._selected = 1

    def _targets(self, channels: Sequence[int] | None) -> list[Output]:
        return [self.outputs[channel] for channel in self._numbers(channels)]

    def _numbers(self, channels: Sequence[int] | None) -> Sequence[int]:
        if channels is None:
            return (self._selected,)
        if not channels or not all(map(self.outputs.__contains__, channels)):
            raise ScpiError(-222)
        return channels

    def _add_source(self) -> None:
        add = self.tree.add
        volts, amps = _LEVEL.format("VOLTage"), _LEVEL.format("CURRent")
        add(volts, self._set_volts, DECIMAL, OPTIONAL_CHANNELS)
        add(volts + "?", self._get_volts, OPTIONAL_DECIMAL, OPTIONAL_CHANNELS)
        add(amps, self._set_amps, DECIMAL, OPTIONAL_CHANNELS)
        add(amps + "?", self._get_amps, OPTIONAL_DECIMAL, OPTIONAL_CHANNELS)
        add("APPLy", self._apply, _OUTPUT, OPTIONAL_DECIMAL, OPTIONAL_DECIMAL)
        add("APPLy?", self._get_applied, _OUTPUT)
        add("INSTrument[:SELect]", self._select_word, _OUTPUT)
        add("INSTrument[:SELect]?", lambda: f"CH{self._selected}")
        add("INSTrument:NSELect", self._select_number, INTEGER)
        add("INSTrument:NSELect?", lambda: f"{self._selected}")
        sense = "[SOURce:]VOLTage:SENSe[:SOURce]"
        add(sense, self._set_sense, _SENSE, OPTIONAL_CHANNELS)
        add(sense + "?", self._get_sense, OPTIONAL_CHANNELS)

    def _set_volts(self, value: Value, channels: Sequence[int] | None) -> None:
        targets = self._targets(channels)
        values = [_resolved(value, 0.0, output.rating.volts_max, 0.0) for output in targets]
        for output, volts in zip(targets, values, strict=True):
            output.volts = volts
            output.settle()

    def _get_volts(self, value: Value | None, channels: Sequence[int] | None) -> str:
        return ",".join(
            _setting(output.volts if value is None else _resolved(value, 0.0, output.rating.volts_max, 0.0))
            for output in self._targets(channels)
        )

    def _set_amps(self, value: Value, channels: Sequence[int] | None) -> None:
        targets = self._targets(channels)
        values = [_resolved_amps(value, output) for output in targets]
        for output, amps in zip(targets, values, strict=True):
            output.amps_limit = amps
            output.settle()

    def _get_amps(self, value: Value | None, channels: Sequence[int] | None) -> str:
        return ",".join(
            _setting(output.amps_limit if value is None else _resolved_amps(value, output))
            for output in self._targets(channels)
        )

    def _apply(self, output: str, volts: Value | None, amps: Value | None) -> None:
        channels = (_OUTPUT_WORDS[output],)
        if amps is not None:
            self._set_amps(amps, channels)
        if volts is not None:
            self._set_volts(volts, channels)

    def _get_applied(self, output: str) -> str:
        channels = (_OUTPUT_WORDS[output],)
        return f'"{self._get_volts(None, channels)},{self._get_amps(None, channels)}"'

    def _select_word(self, output: str) -> None:
        self._selected = _OUTPUT_WORDS[output]

    def _select_number(self, number: int) -> None:
        if number not in self.outputs:
            raise ScpiError(-222)
        self._selected = number

    def _set_sense(self, source: str, channels: Sequence[int] | None) -> None:
        for output in self._targets(channels):
            output.remote_sense = source == "EXT"
            output.settle()

    def _get_sense(self, channels: Sequence[int] | None) -> str:
        return ",".join("EXT" if output.remote_sense else "INT" for output in self._targets(channels))

    def _add_protection(self) -> None:
        add = self.tree.add
        level = "[SOURce:]VOLTage:PROTection[:LEVel]"
        add(level, self._set_ovp, DECIMAL, OPTIONAL_CHANNELS)
        add(level + "?", self._get_ovp, OPTIONAL_DECIMAL, OPTIONAL_CHANNELS)
        add("[SOURce:]VOLTage:PROTection:TRIPped?", self._over_voltage, OPTIONAL_CHANNELS)
        add("[SOURce:]CURRent:PROTection:TRIPped?", self._over_current, OPTIONAL_CHANNELS)
        add("[SOURce:]CURRent:PROTection:STATe", self._set_ocp, BOOLEAN, OPTIONAL_CHANNELS)
        add("[SOURce:]CURRent:PROTection:STATe?", self._get_ocp, OPTIONAL_CHANNELS)
        add("[SOURce:]CURRent:PROTection:DELay[:TIME]", self._set_ocp_delay, DECIMAL, OPTIONAL_CHANNELS)
        add("[SOURce:]CURRent:PROTection:DELay[:TIME]?", self._get_ocp_delay, OPTIONAL_CHANNELS)
        add("[SOURce:]VOLTage:PROTection:CLEar", self._clear_over_voltage, OPTIONAL_CHANNELS)
        add("[SOURce:]CURRent:PROTection:CLEar", self._clear_over_current, OPTIONAL_CHANNELS)
        add("OUTPut:PROTection:CLEar", self._clear_trips, OPTIONAL_CHANNELS)

    def _set_ovp(self, value: Value, channels: Sequence[int] | None) -> None:
        targets = self._targets(channels)
        values = [_resolved_ovp(value, output) for output in targets]
        for output, volts in zip(targets, values, strict=True):
            output.ovp_volts = volts
            output.settle()

    def _get_ovp(self, value: Value | None, channels: Sequence[int] | None) -> str:
        return ",".join(
            _setting(output.ovp_volts if value is None else _resolved_ovp(value, output))
            for output in self._targets(channels)
        )

    def _set_ocp(self, on: bool, channels: Sequence[int] | None) -> None:
        for output in self._targets(channels):
            output.ocp = on
            output.settle()

    def _get_ocp(self, channels: Sequence[int] | None) -> str:
        return ",".join("1" if output.ocp else "0" for output in self._targets(channels))

    def _set_ocp_delay(self, value: Value, channels: Sequence[int] | None) -> None:
        for output in self._targets(channels):
            output.ocp_delay_s = _resolved(value, 0.0, 3600.0, 0.05)

    def _get_ocp_delay(self, channels: Sequence[int] | None) -> str:
        return ",".join(_setting(output.ocp_delay_s) for output in self._targets(channels))

    def _over_voltage(self, channels: Sequence[int] | None) -> str:
        targets = self._targets(channels)
        for output in targets:
            output.settle()
        return ",".join("1" if output.over_voltage else "0" for output in targets)

    def _over_current(self, channels: Sequence[int] | None) -> str:
        targets = self._targets(channels)
        for output in targets:
            output.settle()
        return ",".join("1" if output.over_current else "0" for output in targets)

    def _clear_over_voltage(self, channels: Sequence[int] | None) -> None:
        for output in self._targets(channels):
            output.over_voltage = False
            output.settle()

    def _clear_over_current(self, channels: Sequence[int] | None) -> None:
        for output in self._targets(channels):
            output.over_current = False
            output.settle()

    def _clear_trips(self, channels: Sequence[int] | None) -> None:
        self._clear_over_voltage(channels)
        self._clear_over_current(channels)

    def _add_output(self) -> None:
        add = self.tree.add
        add("OUTPut[:STATe]", self._switch, BOOLEAN, OPTIONAL_CHANNELS)
        add("OUTPut[:STATe]?", self._get_output, OPTIONAL_CHANNELS)
        add("MEASure[:SCALar][:VOLTage][:DC]?", self._measure_volts, OPTIONAL_CHANNELS)
        add("MEASure[:SCALar]:CURRent[:DC]?", self._measure_amps, OPTIONAL_CHANNELS)
        add("DISPlay[:WINDow]:TEXT[:DATA]", lambda _text: None, TEXT)
        add("DISPlay[:WINDow]:TEXT:CLEar", lambda: None)

    def _switch(self, on: bool, channels: Sequence[int] | None) -> None:
        for output in self._targets(channels):
            output.switch(on, self.now)
            output.settle()

    def _get_output(self, channels: Sequence[int] | None) -> str:
        targets = self._targets(channels)
        for output in targets:
            output.settle()
        return ",".join(["1" if output.live else "0" for output in targets])

    def _measure_volts(self, channels: Sequence[int] | None) -> str:
        taken, names = self.now + SUPPLY_QUERY_S, self._volts_channels
        return ",".join(
            [
                self._read_out(names[number], self.outputs[number].measured_volts(taken), VOLTS_NOISE)
                for number in self._numbers(channels)
            ]
        )

    def _measure_amps(self, channels: Sequence[int] | None) -> str:
        names = self._amps_channels
        return ",".join(
            [
                self._read_out(names[number], self.outputs[number].settle(), AMPS_NOISE)
                for number in self._numbers(channels)
            ]
        )

    def _read_out(self, channel: str, value: float, deviation: float) -> str:
        index = self._indices[channel]
        self._indices[channel] = index + 1
        return f"{round(value + deviation * self._noise(channel, index), READING_DECIMALS):+.8E}"

    def _add_status(self) -> None:
        add = self.tree.add
        summary = "STATus:QUEStionable:INSTrument:ISUMmary#"
        for query in (summary + ":CONDition?", summary + "[:EVENt]?"):
            add(query, lambda number: f"+{self._summary(number).condition()}")
        add(summary + ":ENABle", self._enable_summary, INTEGER)
        for query in ("STATus:QUEStionable:CONDition?", "STATus:QUEStionable[:EVENt]?"):
            add(query, lambda: f"+{8192 if self._any_summary() else 0}")
        add("STATus:QUEStionable:ENABle", self._enable_questionable, INTEGER)
        add("STATus:QUEStionable:ENABle?", lambda: f"+{self._questionable_enable}")

    def _summary(self, number: int) -> Output:
        if number not in self.outputs:
            raise ScpiError(-114)
        return self.outputs[number]

    def _enable_summary(self, number: int, mask: int) -> None:
        self._summary(number)
        self._summary_enable[number] = mask

    def _enable_questionable(self, mask: int) -> None:
        self._questionable_enable = mask

    def _any_summary(self) -> bool:
        return any(
            output.condition() & self._summary_enable[number] for number, output in self.outputs.items()
        )

    def _questionable_summary(self) -> int:
        return 8 if self._questionable_enable & 8192 and self._any_summary() else 0


class _Open:
    """Nothing is wired to the output."""

    lead_ohms = 0.0

    def resistance_ohms(self) -> float:
        return math.inf


_OPEN: Load = _Open()


def _setting(value: float) -> str:
    return f"{value:+.5E}"


def _resolved(value: Value, low: float, high: float, default: float) -> float:
    """A number within its range, or what MIN, MAX and DEF stand for."""
    if isinstance(value, str):
        named = {"MIN": low, "MAX": high, "DEF": default}.get(value)
        if named is None:
            raise ScpiError(-224)
        return named
    if not low <= value <= high:
        raise ScpiError(-222)
    return value


def _resolved_amps(value: Value, output: Output) -> float:
    rating = output.rating
    return _resolved(value, rating.amps_min, rating.amps_max, rating.amps_rated)


def _resolved_ovp(value: Value, output: Output) -> float:
    rating = output.rating
    return _resolved(value, rating.ovp_min, rating.ovp_max, rating.ovp_max)
