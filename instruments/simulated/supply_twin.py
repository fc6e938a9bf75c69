"""What the twins of bench supplies have in common: outputs into loads, readings, selection, status summary."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Generic, Literal, TypeVar

from instruments.catalogue import OutputRating
from instruments.simulated.scpi_engine import Noise, ScpiTwin
from instruments.simulated.scpi_parser import INTEGER, ScpiError
from instruments.simulated.scpi_status import StatusRegister, add_register
from instruments.simulated.supply_output import Load, Output

Value = float | str
"""A number, or MIN, MAX or DEF."""

VOLTS_NOISE = 2e-4
"""Standard deviation of a voltage reading in V: estimate."""

AMPS_NOISE = 1e-4
"""Standard deviation of a current reading in A: estimate."""

LEVEL = "[SOURce:]{}[:LEVel][:IMMediate][:AMPLitude]"
"""Pattern of the commands that program a voltage or a current."""

AnyOutput = TypeVar("AnyOutput", bound=Output)

Lie = Literal["setting", "volts", "off"]
"""What a supply says that is not so. setting: its outputs deliver nothing and read as if they did. volts: measured
volts are 10 % low. off: every output reads off, 0 V and 0 A, whatever it gives."""

LIE_OF_VOLTS = 0.9


class _Open:
    """Nothing is wired to the output."""

    lead_ohms = 0.0

    def resistance_ohms(self) -> float:
        return math.inf


OPEN: Load = _Open()
"""The load of an output that nothing is wired to."""


class SupplyTwin(ScpiTwin, Generic[AnyOutput]):
    """A supply whose outputs feed loads.

    Args:
        model: one of `MODELS`.
        serial: must begin with ``SIM``.
        loads: what is wired to each output; one that is missing is open.
        noise: standard normal noise, keyed by channel ("2.volts") and index.
        advance: brings the world to a bench instant.
        maker: the first field of the ``*IDN?`` reply; `MAKER` unless given.
        name: what faults call this twin; the serial number unless given.

    Attributes:
        MODELS: the ratings of each output, from 1, by model.
        MAKER: who says that it has made it. FIRMWARE: the last field of the ``*IDN?`` reply.
        QUERY_S: time for one query, in s.
        lie: a defect; None for an honest one. See ``tell``.

    Raises:
        ValueError: unknown model, or a serial number that does not begin with ``SIM``.
    """

    MODELS: ClassVar[Mapping[str, Mapping[int, OutputRating]]]
    MAKER: ClassVar[str]
    FIRMWARE: ClassVar[str]
    QUERY_S: ClassVar[float]

    def __init__(
        self,
        model: str,
        serial: str,
        loads: Mapping[int, Load],
        noise: Noise,
        advance: Callable[[float], None],
        *,
        maker: str = "",
        name: str = "",
    ) -> None:
        if model not in self.MODELS:
            raise ValueError(f"no such model: {model}; known are {', '.join(self.MODELS)}")
        if not serial.startswith("SIM"):
            raise ValueError(f"a twin's serial number begins with SIM, not {serial!r}")
        idn = f"{maker or self.MAKER},{model},{serial},{self.FIRMWARE}"
        super().__init__(name or serial, idn, advance, self.QUERY_S)
        self.outputs = {
            number: self._make_output(number, rating, loads.get(number, OPEN))
            for number, rating in self.MODELS[model].items()
        }
        self.lie: Lie | None = None
        self._noise = noise
        self._volts_channels = {number: f"{number}.volts" for number in self.outputs}
        self._amps_channels = {number: f"{number}.amps" for number in self.outputs}
        self._indices = dict.fromkeys((*self._volts_channels.values(), *self._amps_channels.values()), 0)
        self._selected = 1
        self.tree.add("INSTrument:NSELect", self._select_number, INTEGER)
        self.tree.add("INSTrument:NSELect?", lambda: f"{self._selected}")
        self._add_status()
        self._add_commands()

    @abstractmethod
    def _make_output(self, number: int, rating: OutputRating, load: Load) -> AnyOutput:
        """An output of the kind that this family has."""

    @abstractmethod
    def _add_commands(self) -> None:
        """Grow the tree by what this family knows."""

    def amps_into(self, output: int, ohms: float) -> float:
        """Amps that so many ohms at the far end of the leads draw from an output; trips what must trip."""
        return self.outputs[output].amps_into(ohms)

    def volts_at(self, output: int) -> float:
        """Volts at the far end of an output's leads, at the load that is wired to it."""
        return self.outputs[output].load_volts(self.now)

    def tell(self, lie: Lie | None) -> None:
        """Begin to tell a lie, or the truth again."""
        self.lie = lie
        for output in self.outputs.values():
            output.dead = lie == "setting"

    def come_on(self, volts: float) -> None:
        """A defect: each wired output that is off turns on by itself, at so many volts or what it gives at most."""
        for output in self.outputs.values():
            if not output.enabled and output.load is not OPEN:
                output.volts = min(volts, output.rating.volts_max)
                output.switch(True, self.now)
                output.settle()

    def _reset(self) -> None:
        for output in self.outputs.values():
            output.reset(self.now)
        self._selected = 1

    def _select_number(self, number: int) -> None:
        if number not in self.outputs:
            raise ScpiError(-222)
        self._selected = number

    def _volts_reading(self, number: int) -> float:
        """Measured volts with their noise, at the end of the query."""
        volts = self.outputs[number].measured_volts(self.now + self._reply_s)
        if self.lie is not None:
            volts = self._said_volts(self.outputs[number], volts)
        return volts + VOLTS_NOISE * self._next_noise(self._volts_channels[number])

    def _amps_reading(self, number: int) -> float:
        """Measured amps with their noise."""
        amps = self.outputs[number].settle()
        if self.lie is not None:
            amps = self._said_amps(self.outputs[number], amps)
        return amps + AMPS_NOISE * self._next_noise(self._amps_channels[number])

    def _says_on(self, output: Output) -> bool:
        """Whether it says that an output delivers."""
        if self.lie is None:
            return output.live
        return output.enabled and self.lie != "off"

    def _said_volts(self, output: Output, volts: float) -> float:
        match self.lie:
            case "setting":
                return output.volts if output.enabled else volts
            case "volts":
                return LIE_OF_VOLTS * volts
        return 0.0

    def _said_amps(self, output: Output, amps: float) -> float:
        match self.lie:
            case "setting":
                ohms = output.load.resistance_ohms() + output.lead_ohms
                return min(output.volts / ohms, output.amps_limit) if output.enabled else amps
            case "volts":
                return amps
        return 0.0

    def _next_noise(self, channel: str) -> float:
        index = self._indices[channel]
        self._indices[channel] = index + 1
        return self._noise(channel, index)

    def _add_status(self) -> None:
        self._summaries = {
            number: StatusRegister(output.condition) for number, output in self.outputs.items()
        }
        self._instrument = StatusRegister(self._instrument_condition)
        self._registers += [self._instrument, *self._summaries.values()]
        instrument = "STATus:QUEStionable:INSTrument"
        add_register(self.tree.add, instrument, lambda: self._instrument)
        add_register(self.tree.add, f"{instrument}:ISUMmary#", self._summary)

    def _summary(self, number: int) -> StatusRegister:
        if number not in self.outputs:
            raise ScpiError(-114)
        return self._summaries[number]

    def _instrument_condition(self) -> int:
        """Bit n while an enabled event of output n stands."""
        return sum(1 << number for number, register in self._summaries.items() if register.summary())

    def _questionable_condition(self) -> int:
        """Bit 13 while an enabled bit of the register before it stands (SCPI-1999 vol. 1 §9.4)."""
        return 8192 if self._instrument.summary() else 0


def volts_of(output: Output, value: Value | None) -> float:
    """The volts that a parameter names for an output; its setting for None.

    Raises:
        ScpiError: out of range.
    """
    return output.volts if value is None else resolved(value, 0.0, output.rating.volts_max, 0.0)


def amps_of(output: Output, value: Value | None) -> float:
    """The current limit in A that a parameter names for an output; its setting for None.

    Raises:
        ScpiError: out of range.
    """
    rating = output.rating
    if value is None:
        return output.amps_limit
    return resolved(value, rating.amps_min, rating.amps_max, rating.amps_rated)


def ovp_of(output: Output, value: Value | None) -> float:
    """The over-voltage level in V that a parameter names for an output; its setting for None.

    Raises:
        ScpiError: out of range.
    """
    rating = output.rating
    return (
        output.ovp_volts if value is None else resolved(value, rating.ovp_min, rating.ovp_max, rating.ovp_max)
    )


def set_volts(outputs: Sequence[Output], volts: Sequence[float]) -> None:
    """Program voltages in V and let the loads act."""
    for output, value in zip(outputs, volts, strict=True):
        output.volts = value
        output.settle()


def set_amps(outputs: Sequence[Output], amps: Sequence[float]) -> None:
    """Program current limits in A and let the loads act."""
    for output, value in zip(outputs, amps, strict=True):
        output.amps_limit = value
        output.settle()


def set_ovp(outputs: Sequence[Output], volts: Sequence[float]) -> None:
    """Program over-voltage levels in V and let the loads act."""
    for output, value in zip(outputs, volts, strict=True):
        output.ovp_volts = value
        output.settle()


def resolved(value: Value, low: float, high: float, default: float) -> float:
    """A number within its range, or what MIN, MAX and DEF stand for.

    Raises:
        ScpiError: -222 out of range, -224 another word.
    """
    if isinstance(value, str):
        named = {"MIN": low, "MAX": high, "DEF": default}.get(value)
        if named is None:
            raise ScpiError(-224)
        return named
    if not low <= value <= high:
        raise ScpiError(-222)
    return value
