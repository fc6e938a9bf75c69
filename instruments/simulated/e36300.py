"""The twin of a Keysight E36312A or E36313A triple-output supply.

Commands follow the E36300 programming guide as far as open drivers use them (libsigrok, PyMeasure, QCoDeS,
goivi); remote sense, the summary bits, what clearing a trip does, MEASure by an output's name and APPLy? without one
come from siblings and are unverified.
"""

from __future__ import annotations

from collections.abc import Sequence

from instruments.catalogue import E36300, SUPPLY_QUERY_S, OutputRating
from instruments.simulated.front_panel import FrontPanel
from instruments.simulated.scpi_parser import (
    BOOLEAN,
    DECIMAL,
    OPTIONAL_CHANNELS,
    OPTIONAL_DECIMAL,
    Parameter,
    ScpiError,
    word,
)
from instruments.simulated.supply_output import OCP_DELAY_S, Load, Output
from instruments.simulated.supply_twin import (
    LEVEL,
    SupplyTwin,
    Value,
    amps_of,
    ovp_of,
    resolved,
    set_amps,
    set_ovp,
    set_volts,
    volts_of,
)

FIRMWARE = "2.1.0-1.0.4-1.12"
"""Firmware field of a real E36312A (one capture)."""

READING_DECIMALS = 4
"""Readings step in 0.1 mV and 0.1 mA: estimate."""

_OUTPUT_WORDS = {"P6V": 1, "P25V": 2, "N25V": 3, "CH1": 1, "CH2": 2, "CH3": 3}
_OUTPUT = Parameter(word(*_OUTPUT_WORDS))
_OPTIONAL_OUTPUT = Parameter(word(*_OUTPUT_WORDS), optional=True)
_SENSE = Parameter(word("INTernal", "EXTernal"))


class E36300Twin(SupplyTwin[Output]):
    """A supply of the series: every command names its outputs, or means the selected one."""

    MODELS = E36300
    MAKER = "Keysight Technologies"
    FIRMWARE = FIRMWARE
    QUERY_S = SUPPLY_QUERY_S

    def _make_output(self, number: int, rating: OutputRating, load: Load) -> Output:
        return Output(rating, load)

    def _add_commands(self) -> None:
        self._panel = FrontPanel()
        self._panel.add_display(self.tree.add)
        self._panel.add_remote_state(self.tree.add)
        self._add_source()
        self._add_protection()
        self._add_output()

    def _reset(self) -> None:
        super()._reset()
        self._panel.reset()

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
        volts, amps = LEVEL.format("VOLTage"), LEVEL.format("CURRent")
        add(volts, self._set_volts, DECIMAL, OPTIONAL_CHANNELS)
        add(volts + "?", self._get_volts, OPTIONAL_DECIMAL, OPTIONAL_CHANNELS)
        add(amps, self._set_amps, DECIMAL, OPTIONAL_CHANNELS)
        add(amps + "?", self._get_amps, OPTIONAL_DECIMAL, OPTIONAL_CHANNELS)
        add("APPLy", self._apply, _OUTPUT, OPTIONAL_DECIMAL, OPTIONAL_DECIMAL)
        add("APPLy?", self._get_applied, _OPTIONAL_OUTPUT)
        add("INSTrument[:SELect]", self._select_word, _OUTPUT)
        add("INSTrument[:SELect]?", lambda: f"CH{self._selected}")
        sense = "[SOURce:]VOLTage:SENSe[:SOURce]"
        add(sense, self._set_sense, _SENSE, OPTIONAL_CHANNELS)
        add(sense + "?", self._get_sense, OPTIONAL_CHANNELS)

    def _set_volts(self, value: Value, channels: Sequence[int] | None) -> None:
        targets = self._targets(channels)
        set_volts(targets, [volts_of(output, value) for output in targets])

    def _get_volts(self, value: Value | None, channels: Sequence[int] | None) -> str:
        return ",".join(_setting(volts_of(output, value)) for output in self._targets(channels))

    def _set_amps(self, value: Value, channels: Sequence[int] | None) -> None:
        targets = self._targets(channels)
        set_amps(targets, [amps_of(output, value) for output in targets])

    def _get_amps(self, value: Value | None, channels: Sequence[int] | None) -> str:
        return ",".join(_setting(amps_of(output, value)) for output in self._targets(channels))

    def _apply(self, output: str, volts: Value | None, amps: Value | None) -> None:
        channels = (_OUTPUT_WORDS[output],)
        if amps is not None:
            self._set_amps(amps, channels)
        if volts is not None:
            self._set_volts(volts, channels)

    def _get_applied(self, output: str | None) -> str:
        channels = None if output is None else (_OUTPUT_WORDS[output],)
        return f'"{self._get_volts(None, channels)},{self._get_amps(None, channels)}"'

    def _select_word(self, output: str) -> None:
        self._selected = _OUTPUT_WORDS[output]

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
        delay = "[SOURce:]CURRent:PROTection:DELay[:TIME]?"
        add(delay, self._get_ocp_delay, OPTIONAL_DECIMAL, OPTIONAL_CHANNELS)
        add("[SOURce:]VOLTage:PROTection:CLEar", self._clear_over_voltage, OPTIONAL_CHANNELS)
        add("[SOURce:]CURRent:PROTection:CLEar", self._clear_over_current, OPTIONAL_CHANNELS)
        add("OUTPut:PROTection:CLEar", self._clear_trips, OPTIONAL_CHANNELS)

    def _set_ovp(self, value: Value, channels: Sequence[int] | None) -> None:
        targets = self._targets(channels)
        set_ovp(targets, [ovp_of(output, value) for output in targets])

    def _get_ovp(self, value: Value | None, channels: Sequence[int] | None) -> str:
        return ",".join(_setting(ovp_of(output, value)) for output in self._targets(channels))

    def _set_ocp(self, on: bool, channels: Sequence[int] | None) -> None:
        for output in self._targets(channels):
            output.ocp = on
            output.settle()

    def _get_ocp(self, channels: Sequence[int] | None) -> str:
        return ",".join("1" if output.ocp else "0" for output in self._targets(channels))

    def _set_ocp_delay(self, value: Value, channels: Sequence[int] | None) -> None:
        for output in self._targets(channels):
            output.ocp_delay_s = _delay_of(output, value)

    def _get_ocp_delay(self, value: Value | None, channels: Sequence[int] | None) -> str:
        return ",".join(_setting(_delay_of(output, value)) for output in self._targets(channels))

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
        add("MEASure[:SCALar][:VOLTage][:DC]?", self._measure_volts, _OPTIONAL_OUTPUT, OPTIONAL_CHANNELS)
        add("MEASure[:SCALar]:CURRent[:DC]?", self._measure_amps, _OPTIONAL_OUTPUT, OPTIONAL_CHANNELS)

    def _switch(self, on: bool, channels: Sequence[int] | None) -> None:
        for output in self._targets(channels):
            output.switch(on, self.now)
            output.settle()

    def _get_output(self, channels: Sequence[int] | None) -> str:
        targets = self._targets(channels)
        for output in targets:
            output.settle()
        return ",".join(["1" if self._says_on(output) else "0" for output in targets])

    def _measure_volts(self, output: str | None, channels: Sequence[int] | None) -> str:
        numbers = self._measured(output, channels)
        return ",".join([_reading(self._volts_reading(number)) for number in numbers])

    def _measure_amps(self, output: str | None, channels: Sequence[int] | None) -> str:
        numbers = self._measured(output, channels)
        return ",".join([_reading(self._amps_reading(number)) for number in numbers])

    def _measured(self, output: str | None, channels: Sequence[int] | None) -> Sequence[int]:
        """Outputs by list, or one by its name (E3631A user's guide)."""
        if output is None:
            return self._numbers(channels)
        if channels is not None:
            raise ScpiError(-108)
        return (_OUTPUT_WORDS[output],)


def _delay_of(output: Output, value: Value | None) -> float:
    """The over-current delay in s that a parameter names for an output; its setting for None."""
    return output.ocp_delay_s if value is None else resolved(value, 0.0, 3600.0, OCP_DELAY_S)


def _reading(value: float) -> str:
    return f"{round(value, READING_DECIMALS):+.8E}"


def _setting(value: float) -> str:
    return f"{value:+.5E}"
