"""What the rig asks of a supply, of a scanner and of a clock, whatever the make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

Reading = float | str
"""A finite number in base units, or the text as received when the instrument reports none (9.9E37, NaN)."""


class Clock(Protocol):
    """Bench time; on the virtual clock ``sleep`` lets the other workers run."""

    def now(self) -> float:
        """Seconds of bench time, monotonic."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return after so many seconds of bench time."""
        ...


@dataclass(frozen=True, slots=True)
class Identity:
    """Who answers: the four fields of ``*IDN?`` (IEEE 488.2 §10.14), blanks stripped, missing ones ''."""

    maker: str
    model: str
    serial: str
    firmware: str

    @property
    def simulated(self) -> bool:
        """Whether a twin answers: the serial number of every twin begins with ``SIM``."""
        return self.serial.startswith("SIM")


@dataclass(frozen=True, slots=True)
class OutputSetup:
    """Protections of one supply output: over-voltage level in V, over-current trip, four-wire sense."""

    volts_limit_ovp: float
    ocp: bool
    remote_sense: bool


@dataclass(frozen=True, slots=True)
class OutputState:
    """What one supply output is programmed to: volts, amps limit, switched on."""

    volts: float
    amps_limit: float
    on: bool


class Supply(Protocol):
    """A bench supply with numbered outputs (from 1). Every method may raise ``InstrumentError``."""

    @property
    def due(self) -> float:
        """Bench time in s at which the present exchange has to be over, inf between exchanges; for any thread."""
        ...

    def identify(self) -> Identity:
        """Ask who answers; raises ``UnexpectedReply`` for another model than the bench file names."""
        ...

    def prepare(self, setups: Mapping[int, OutputSetup]) -> None:
        """Switch off, 0 V, protections and sense; raises ``NotConfirmed`` if a read-back differs."""
        ...

    def set_voltage(self, output: int, volts: float) -> None:
        """Program the voltage in V; raises ``Refused``."""
        ...

    def set_current_limit(self, output: int, amps: float) -> None:
        """Program the current limit in A; raises ``Refused``."""
        ...

    def set_output(self, output: int, on: bool) -> None:
        """Switch one output; raises ``Refused``."""
        ...

    def state(self, output: int) -> OutputState:
        """Read back what the output is programmed to."""
        ...

    def measure(self, outputs: Sequence[int]) -> list[Reading]:
        """Volts of all, then amps of all, then on (0 or 1) of all, in one exchange."""
        ...

    def switch_off(self, outputs: Sequence[int]) -> None:
        """Output off, then 0 V, without waiting for any reply."""
        ...

    def off_state(self, outputs: Sequence[int]) -> list[tuple[bool, float, float]]:
        """On, measured volts and measured amps of each, to confirm that it is off."""
        ...

    def clear_protection(self, output: int) -> None:
        """Clear a trip and leave the output off; raises ``NotConfirmed`` if it is not."""
        ...

    def drain_errors(self) -> list[tuple[int, str]]:
        """Empty the error queue, oldest first."""
        ...

    def set_deadline(self, seconds: float) -> None:
        """How long one exchange may take from now on, in s."""
        ...

    def reopen(self) -> None:
        """Close the link and open it again; raises ``LinkLost``."""
        ...

    def close(self) -> None:
        """Close the link; never raises."""
        ...


@runtime_checkable
class HasSelfTest(Protocol):
    """An instrument that can test itself; that may take seconds and click its relays."""

    def self_test(self) -> int:
        """Run the self-test; 0 means passed, anything else is the instrument's own code."""
        ...


@runtime_checkable
class HasWatchdog(Protocol):
    """A supply that switches off by itself when nobody talks to it; few models can."""

    def arm_watchdog(self, seconds: float) -> None:
        """Switch off after so many seconds without a message; raises ``NotConfirmed`` if it is not read back."""
        ...


@dataclass(frozen=True, slots=True)
class ScanChannel:
    """One channel of a scan; range_volts is for 'voltage', thermistor_ohms (2252, 5000, 10000) at 25 °C."""

    number: int
    function: Literal["voltage", "thermocouple", "thermistor"]
    thermocouple_type: str = "T"
    range_volts: float = 0.1
    thermistor_ohms: int = 5000


@runtime_checkable
class Relays(Protocol):
    """An instrument with changeover relays, by channel. At rest one is open: common on its normally closed contact."""

    def require_relays(self, channels: Sequence[int]) -> None:
        """Ask which modules are fitted; raises ``NotConfirmed`` unless each channel is a relay's."""
        ...

    def switch_relays(self, channels: Sequence[int], *, closed: bool) -> None:
        """Close or open them, all or none; raises ``Refused``."""
        ...

    def relay_states(self, channels: Sequence[int]) -> list[bool]:
        """Whether each is closed, as the instrument has it: it does not sense its contacts."""
        ...


class Scanner(Protocol):
    """A scanning meter. Values are V for 'voltage' and °C for the others."""

    def identify(self) -> Identity:
        """Ask who answers; raises ``UnexpectedReply`` for another model."""
        ...

    def configure(
        self, channels: Sequence[ScanChannel], nplc: float, line_hz: float, open_check: bool
    ) -> None:
        """Set up a scan, integration in power-line cycles; raises ``Refused`` or ``NotConfirmed``."""
        ...

    def probe_resistances(self, channels: Sequence[int]) -> list[Reading]:
        """Loop resistance of each probe in ohms; text for an open loop."""
        ...

    def scan(self) -> tuple[list[Reading], list[float]]:
        """Values, and seconds after the scan's start, per channel in configured order."""
        ...

    @property
    def scan_time_s(self) -> float:
        """How long one scan takes, in s."""
        ...

    def drain_errors(self) -> list[tuple[int, str]]:
        """Empty the error queue, oldest first."""
        ...

    def reopen(self) -> None:
        """Close the link and open it again; raises ``LinkLost``."""
        ...

    def close(self) -> None:
        """Close the link; never raises."""
        ...
