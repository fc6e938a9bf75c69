"""What the drivers ask of a clock and of a serial port, and what they offer for a belt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Clock(Protocol):
    """Bench time."""

    def now(self) -> float:
        """Bench time in seconds, monotonic."""

    def sleep(self, seconds: float) -> None:
        """Let others run for that long."""


class SerialPort(Protocol):
    """The part of ``serial.SerialBase`` that a link uses; ``timeout`` is in seconds."""

    timeout: float | None

    @property
    def in_waiting(self) -> int:
        """Bytes that can be read without waiting."""

    def read(self, size: int = 1, /) -> bytes:
        """Up to ``size`` bytes, fewer when the timeout passes first."""

    def write(self, data: bytes, /) -> int | None:
        """Send bytes."""

    def reset_input_buffer(self) -> None:
        """Drop what was received and not yet read."""

    def close(self) -> None:
        """Close the port."""


class Numbering(Protocol):
    """How frames of a protocol are numbered one after the other.

    A driver class whose requests hold such a number has it as ``numbering``, so that a session can be replayed in which
    two requests stand the other way round.
    """

    def without(self, sent: bytes) -> bytes:
        """What was sent, as if it had no number."""

    def answering(self, replies: bytes, request: bytes, other: bytes) -> bytes:
        """Replies to a request as they would have come to another one, which differs from it by its number alone."""


@dataclass(frozen=True, slots=True)
class BeltIdentity:
    """Who the belt says it is; reset_cause is why its controller last started, e.g. ``power-on``."""

    model: str
    serial: str
    firmware: str
    reset_cause: str

    @property
    def simulated(self) -> bool:
        """Whether this is a twin: its serial number begins with ``SIM``."""
        return self.serial.startswith("SIM")


@dataclass(frozen=True, slots=True)
class BeltEvent:
    """Something that happened in the belt.

    number: the belt's count since its start, from 1; 0 for what the driver itself found (``belt.reset``,
        ``belt.events_lost``). uptime_s: seconds since the belt's start. unit: the heater concerned, if any.
    value: °C for ``belt.cutoff`` (the unit's sensor), ``belt.rearmed`` and ``belt.rearm_refused`` (the
        hottest sensor); s for ``belt.session_end`` (its length) and ``belt.watchdog`` (the host's silence);
        a code for ``belt.fault`` and ``belt.reset``; a count for ``belt.events_lost``.
    """

    number: int
    uptime_s: float
    name: str
    unit: str | None
    value: float | None


class Belt(Protocol):
    """A heating belt as the rig drives it. Every method may raise a ``DeviceError``.

    Attributes:
        units: names of the heating units, in the order of the telemetry's columns.
    """

    units: tuple[str, ...]

    @property
    def exchange_s(self) -> float:
        """Longest time that one ordinary exchange takes, in seconds."""

    def identify(self) -> BeltIdentity:
        """Ask who the belt is."""

    def poll(self) -> tuple[list[float], list[BeltEvent]]:
        """Telemetry columns and the events since the last poll, each delivered exactly once.

        Columns: uptime_s, state, level, session_left_s, latched, regulation, fault, then per unit
        sensor_degc, current_amps, heater.
        """

    def set_level(self, level: str) -> None:
        """Demand ``off``, ``low``, ``medium`` or ``high``."""

    def set_session(self, seconds: float) -> None:
        """Choose the session's length in seconds."""

    def set_regulation(self, defeated: bool) -> None:
        """Defeat regulation (test mode) or bring it back."""

    def rearm(self) -> bool:
        """Clear a latched cut-off; False means that the belt refused."""

    def switch_off(self) -> None:
        """Switch all heaters off and end the session."""

    def confirm_off(self) -> tuple[bool, str]:
        """Whether every heater is commanded off and carries no current, and what was read."""

    def reopen(self) -> None:
        """Close the port and open it again."""

    def close(self) -> None:
        """Close the port; later calls raise ``LinkLost``."""
