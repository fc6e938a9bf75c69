"""One multiplexer channel of a DAQ970A: what is wired to it, how it is set up, what it reads.

Noise and steps are estimates for 1 power-line cycle; they fall with the root of the integration time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

from instruments.catalogue import channel_time_s
from instruments.simulated.scpi_engine import NOT_A_NUMBER, OVERLOAD, Noise, nr3
from instruments.simulated.scpi_parser import ScpiError

VOLTS_NOISE = 2e-7
"""Standard deviation in V on the 100 mV range: estimate; about 5 mK of type T."""

TEMPERATURE_NOISE = 0.005
"""Standard deviation in K of the temperature functions: estimate."""

OHMS_NOISE = 0.01
"""Standard deviation in ohms: estimate."""

DRIFT_VOLTS = 6e-7
"""Step of the random walk of an open input in V: estimate; it wanders some microvolts about 0."""

OPEN_OHMS = 5000.0
"""The open-thermocouple check calls a loop above this open (34970A user's guide)."""

BLOCK_DEGC = 23.0
"""What the internal reference reads on an open thermocouple input whose check is off: estimate."""

VOLT_RANGES = (0.1, 1.0, 10.0, 100.0, 300.0)
OHM_RANGES = (100.0, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8)
OVER_RANGE = 1.2
"""A range measures to 120 % of its name."""

THERMISTORS = (2252, 5000, 10000)
"""Thermistor types by their resistance at 25 °C in ohms."""

_UNIT_TEXTS = {"VOLT": "VDC", "RES": "OHM"}


def transducer_type(probe: str, kind: str | None) -> str:
    """The type that goes with a probe, TC or THER, or the default.

    Raises:
        ScpiError: -224 there is no such type.
    """
    default, known = ("J", tuple("BEJKNRST")) if probe == "TC" else ("5000", tuple(map(str, THERMISTORS)))
    if kind is None or kind.upper() in {"DEF", "DEFAULT"}:
        return default
    plain = kind.upper().lstrip("+").removesuffix(".0")
    if plain not in known:
        raise ScpiError(-224)
    return plain


def span_of(span: float | str | None, ranges: Sequence[float]) -> float | None:
    """The smallest range that holds a value; None is automatic.

    Raises:
        ScpiError: -222 there is none, -224 a word that names none.
    """
    if isinstance(span, str):
        named = {"MIN": ranges[0], "MAX": ranges[-1], "AUTO": None, "DEF": None}
        if span not in named:
            raise ScpiError(-224)
        return named[span]
    if span is None:
        return None
    fitting = [candidate for candidate in ranges if candidate >= abs(span)]
    if not fitting:
        raise ScpiError(-222)
    return fitting[0]


class ScanInput(Protocol):
    """What is wired to a channel."""

    def volts(self) -> float:
        """Thermocouple emf at the terminals."""
        ...

    def degc(self) -> float:
        """What the temperature functions read, with their own systematic error."""
        ...

    def resistance_ohms(self) -> float:
        """Loop resistance of the probe; inf when open."""
        ...


class _OpenInput:
    """Nothing is wired to the channel."""

    def volts(self) -> float:
        return 0.0

    def degc(self) -> float:
        return math.nan

    def resistance_ohms(self) -> float:
        return math.inf


OPEN: ScanInput = _OpenInput()


class StuckChannel:
    """A channel in place of one whose reading does not follow its input.

    Args:
        channel: the one that it stands for.
        kept: by number and function, the text that it gives; a reading that is missing is taken and kept for ever.
        always: the text that it gives whatever the function; None to keep the first.
    """

    __slots__ = ("_always", "_channel", "_kept", "number")

    def __init__(self, channel: Channel, kept: dict[tuple[int, str], str], always: str | None) -> None:
        self.number = channel.number
        self._channel = channel
        self._kept = kept
        self._always = always

    def time_s(self, line_hz: float) -> float:
        """As the channel has it."""
        return self._channel.time_s(line_hz)

    def unit_text(self) -> str:
        """As the channel has it."""
        return self._channel.unit_text()

    def measure(self) -> str:
        """The same text each time."""
        if self._always is not None:
            return self._always
        key = self.number, self._channel.function
        if key not in self._kept:
            self._kept[key] = self._channel.measure()
        return self._kept[key]


class Channel:
    """Settings and state of one channel; a new one is as after ``*RST``."""

    __slots__ = (
        "_drift_volts",
        "_drifts",
        "_index",
        "_key",
        "_noise",
        "_open_key",
        "check",
        "cycles",
        "delay_s",
        "function",
        "high_impedance",
        "junction",
        "junction_degc",
        "nplc",
        "number",
        "range",
        "transducer",
        "transducer_type",
        "unit",
        "wired",
        "zero",
    )

    def __init__(self, number: int, wired: ScanInput, noise: Noise) -> None:
        self.number = number
        self.wired = wired
        self._noise = noise
        self._key = str(number)
        self._open_key = f"{number}.open"
        self._index = 0
        self._drifts = 0
        self._drift_volts = 0.0
        self.cycles = 0
        self.reset()

    def reset(self) -> None:
        """Settings as CONFigure leaves them before it applies its own."""
        self.function = "VOLT"
        self.range: float | None = None
        self.transducer = "TC"
        self.transducer_type = "J"
        self.nplc = 1.0
        self.unit = "C"
        self.check = False
        self.junction = "INT"
        self.junction_degc = 0.0
        self.delay_s: float | None = None
        self.high_impedance = False
        self.zero = "ON"

    def time_s(self, line_hz: float) -> float:
        """How long one reading takes, in s."""
        checked = self.check and self.function == "TEMP" and self.transducer == "TC"
        return channel_time_s(self.nplc, line_hz, checked) + (self.delay_s or 0.0)

    def range_in_use(self) -> float:
        """The range that is set, or the smallest one that holds what is wired now, in V or ohms."""
        if self.range is not None:
            return self.range
        in_ohms = self.function == "RES"
        ranges: Sequence[float] = OHM_RANGES if in_ohms else VOLT_RANGES
        value = self.wired.resistance_ohms() if in_ohms else self.wired.volts()
        return next((span for span in ranges if abs(value) <= OVER_RANGE * span), ranges[-1])

    def unit_text(self) -> str:
        """The unit as FORMat:READing:UNIT appends it."""
        return _UNIT_TEXTS.get(self.function, self.unit)

    def measure(self) -> str:
        """One reading of what is wired now, as the instrument writes it."""
        self.cycles += 1
        index = self._index
        self._index = index + 1
        deviate = self._noise(self._key, index)
        if self.nplc != 1.0:
            deviate /= math.sqrt(self.nplc)
        if self.function == "VOLT":
            return self._volts(deviate)
        if self.function == "RES":
            return self._ohms(deviate)
        return self._temperature(deviate)

    def _volts(self, deviate: float) -> str:
        wired = self.wired
        volts = self._drift() if math.isinf(wired.resistance_ohms()) else wired.volts()
        if abs(volts) > OVER_RANGE * (self.range or VOLT_RANGES[-1]):
            return OVERLOAD if volts > 0 else OVERLOAD.replace("+", "-", 1)
        return f"{round(volts + deviate * VOLTS_NOISE, 9):+.8E}"

    def _ohms(self, deviate: float) -> str:
        ohms = self.wired.resistance_ohms()
        if not ohms <= OVER_RANGE * (self.range or OHM_RANGES[-1]):
            return OVERLOAD
        return nr3(round(ohms + deviate * OHMS_NOISE, 3))

    def _temperature(self, deviate: float) -> str:
        ohms = self.wired.resistance_ohms()
        degc = self.wired.degc()
        if self.transducer == "TC":
            if self.junction == "EXT":
                return OVERLOAD
            if ohms > OPEN_OHMS and self.check:
                return OVERLOAD
            if math.isinf(ohms):
                degc = BLOCK_DEGC + self._drift() / 4.1e-5
        elif math.isinf(ohms):
            return OVERLOAD
        if math.isnan(degc):
            return NOT_A_NUMBER
        degc += deviate * TEMPERATURE_NOISE
        shown = {"F": degc * 1.8 + 32.0, "K": degc + 273.15}.get(self.unit, degc)
        return nr3(round(shown, 3))

    def _drift(self) -> float:
        step = self._noise(self._open_key, self._drifts)
        self._drifts += 1
        self._drift_volts = 0.98 * self._drift_volts + DRIFT_VOLTS * step
        return self._drift_volts
