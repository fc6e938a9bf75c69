"""Driver of the infrared lumbar wrap: two heating units, one controller, one serial line."""

from __future__ import annotations

from struct import error as struct_error
from typing import Final

from dut_drivers.errors import Refused
from dut_drivers.frames import SequenceNumbers
from dut_drivers.link import Link
from dut_drivers.messages import (
    EVENT,
    EVENT_NAMES,
    IDENTITY_HEAD,
    LEVEL_REQUEST,
    LEVELS,
    NO_UNIT,
    POLL_REQUEST,
    REGULATION_REQUEST,
    SESSION_REQUEST,
    TELEMETRY,
    TEST_KEY,
    Kind,
    Reason,
    describe_cause,
)
from dut_drivers.protocols import BeltEvent, BeltIdentity, Clock

UNITS: Final = ("a", "b")
OFF_AMPS: Final = 0.081
"""A tenth of a unit's rated current, 6 W / 7.4 V: below it a unit counts as off."""
_EXCHANGE_S: Final = 0.010
_OFF_READINGS: Final = 4
_OFF_WAIT_S: Final = 0.1
_COUNT_AT: Final = TELEMETRY.size - 1
_LEVEL_COLUMN: Final = 2
_UNIT_COLUMNS: Final = ((7, 8, 9), (10, 11, 12))


class IrLumbarWrap:
    """The wrap at the other end of a link.

    Args:
        link: the serial line to it.
        clock: bench time, for the pauses between the readings of ``confirm_off``.
    """

    __slots__ = ("_boot", "_clock", "_events", "_last_event", "_link", "_uptime_ms")

    units: tuple[str, ...] = UNITS
    numbering: Final = SequenceNumbers()

    def __init__(self, link: Link, clock: Clock) -> None:
        self._link = link
        self._clock = clock
        self._boot = 0
        self._uptime_ms = 0
        self._last_event = 0
        self._events: list[BeltEvent] = []

    @property
    def exchange_s(self) -> float:
        """Longest ordinary exchange in seconds: 55 bytes at 115200 baud and the belt's answer."""
        return _EXCHANGE_S

    def identify(self) -> BeltIdentity:
        """Ask who the belt is; the reset cause says why its controller last started.

        Raises:
            DeviceError: no usable reply.
        """
        reply = self._link.exchange(Kind.IDENTIFY)
        try:
            _, cause, _ = IDENTITY_HEAD.unpack_from(reply)
            model, serial, firmware = _texts(reply, IDENTITY_HEAD.size)
        except (struct_error, ValueError, IndexError) as error:
            raise self._link.bad_payload(Kind.IDENTIFY, reply) from error
        return BeltIdentity(model, serial, firmware, describe_cause(cause))

    def poll(self) -> tuple[list[float], list[BeltEvent]]:
        """Telemetry columns and the events since the last poll, each exactly once, oldest first.

        The belt keeps an event until a later poll acknowledges it, so a lost reply loses none. A restart of
        the belt shows as the event ``belt.reset``; a gap in its numbers as ``belt.events_lost``.

        Returns:
            uptime_s, state, level, session_left_s, latched, regulation (1 normal, 0 defeated), fault, then
            per unit sensor_degc, current_amps, heater; and the events.

        Raises:
            DeviceError: no usable reply; events received so far come with the next poll.
        """
        columns = self._telemetry()
        events = self._events
        if events:
            self._events = []
        return columns, events

    def set_level(self, level: str) -> None:
        """Demand a level; one other than ``off`` starts a session, ``off`` ends it.

        Args:
            level: ``off``, ``low``, ``medium`` or ``high``.

        Raises:
            ValueError: there is no such level.
            DeviceError: no usable reply, or refused.
        """
        if level not in LEVELS:
            raise ValueError(f"setting the level: {level!r} is none of {', '.join(LEVELS)}")
        self._link.exchange(Kind.SET_LEVEL, LEVEL_REQUEST.pack(LEVELS.index(level)))

    def set_session(self, seconds: float) -> None:
        """Choose the session's length; a running session gets the new length, counted from its start.

        Args:
            seconds: 600, 1200 or 1800; others the belt refuses.

        Raises:
            ValueError: not a whole number of seconds between 0 and 65535.
            DeviceError: no usable reply, or refused.
        """
        if not 0 <= seconds <= 0xFFFF or seconds != int(seconds):
            raise ValueError(
                f"setting the session's length: {seconds!r} s is not a whole number from 0 to 65535"
            )
        self._link.exchange(Kind.SET_SESSION, SESSION_REQUEST.pack(int(seconds)))

    def set_regulation(self, defeated: bool) -> None:
        """Defeat regulation (the documented test mode) or bring it back; the cut-off stays in force.

        The belt goes back to normal by itself at a reset, a session's end and when the host falls silent.

        Raises:
            DeviceError: no usable reply, or refused.
        """
        key = TEST_KEY if defeated else bytes(len(TEST_KEY))
        self._link.exchange(Kind.SET_REGULATION, REGULATION_REQUEST.pack(not defeated, key))

    def rearm(self) -> bool:
        """Clear a latched cut-off.

        Returns:
            True if it was cleared; False if the belt refused, because a sensor is not below the re-arm
            temperature or because nothing was latched. The belt also queues an event for either.

        Raises:
            DeviceError: no usable reply.
        """
        try:
            self._link.exchange(Kind.REARM)
        except Refused as refusal:
            if refusal.reason in (Reason.TOO_HOT, Reason.NOT_LATCHED):
                return False
            raise
        return True

    def switch_off(self) -> None:
        """Switch all heaters off and end the session; sent twice if the first reply is lost.

        Raises:
            DeviceError: no usable reply; the belt may still have heard.
        """
        self._link.exchange(Kind.OFF)

    def confirm_off(self) -> tuple[bool, str]:
        """Whether the level is off, every heater is commanded off and each current is below ``OFF_AMPS``.

        Reads up to four times over 0.3 s, as a current takes a moment to fall. Events met on the way
        are kept for the next poll.

        Returns:
            The answer, and what the last reading said, for people.

        Raises:
            DeviceError: no usable reply, so nothing is confirmed.
        """
        for reading in range(_OFF_READINGS):
            if reading:
                self._clock.sleep(_OFF_WAIT_S)
            confirmed, words = _judge_off(self._telemetry())
            if confirmed:
                break
        return confirmed, words

    def reopen(self) -> None:
        """Close the port and open it again; no event is lost or repeated by it.

        Raises:
            LinkLost: the port cannot be opened.
        """
        self._link.reopen()

    def close(self) -> None:
        """Close the port; later calls raise ``LinkLost``."""
        self._link.close()

    def _telemetry(self) -> list[float]:
        reply = self._link.exchange(Kind.POLL, POLL_REQUEST.pack(self._boot, self._last_event))
        if len(reply) < TELEMETRY.size or len(reply) != TELEMETRY.size + reply[_COUNT_AT] * EVENT.size:
            raise self._link.bad_payload(Kind.POLL, reply)
        (
            boot,
            cause,
            uptime_ms,
            state,
            level,
            left_ms,
            latched,
            regulation,
            fault,
            a_mdegc,
            a_ma,
            a_heater,
            b_mdegc,
            b_ma,
            b_heater,
            count,
        ) = TELEMETRY.unpack_from(reply)
        if boot != self._boot or uptime_ms < self._uptime_ms:
            self._notice_reset(boot, cause, uptime_ms)
        self._uptime_ms = uptime_ms
        if count:
            self._take_events(reply)
        return [
            uptime_ms / 1000.0,
            float(state),
            float(level),
            left_ms / 1000.0,
            float(latched),
            float(regulation),
            float(fault),
            a_mdegc / 1000.0,
            a_ma / 1000.0,
            float(a_heater),
            b_mdegc / 1000.0,
            b_ma / 1000.0,
            float(b_heater),
        ]

    def _notice_reset(self, boot: int, cause: int, uptime_ms: int) -> None:
        if self._boot:
            self._events.append(BeltEvent(0, uptime_ms / 1000.0, "belt.reset", None, float(cause)))
        self._boot = boot
        self._last_event = 0

    def _take_events(self, reply: bytes) -> None:
        for number, uptime_ms, code, unit, value in EVENT.iter_unpack(reply[TELEMETRY.size :]):
            if number <= self._last_event:
                continue
            lost = number - self._last_event - 1
            uptime_s = uptime_ms / 1000.0
            if lost and self._last_event:
                self._events.append(BeltEvent(0, uptime_s, "belt.events_lost", None, float(lost)))
            self._last_event = number
            name = EVENT_NAMES.get(code, f"belt.event_{code}")
            heater = None if unit == NO_UNIT or unit >= len(UNITS) else UNITS[unit]
            self._events.append(BeltEvent(number, uptime_s, name, heater, value / 1000.0))


def _judge_off(columns: list[float]) -> tuple[bool, str]:
    level = columns[_LEVEL_COLUMN]
    off = level == 0.0
    words = [f"level {LEVELS[int(level)] if level < len(LEVELS) else level}"]
    for unit, (_, current, heater) in zip(UNITS, _UNIT_COLUMNS, strict=True):
        off = off and columns[heater] == 0.0 and columns[current] < OFF_AMPS
        words.append(f"unit {unit} {'on' if columns[heater] else 'off'}, {columns[current]:.3f} A")
    return off, "; ".join(words)


def _texts(data: bytes, start: int) -> tuple[str, str, str]:
    texts = []
    for _ in range(3):
        end = start + 1 + data[start]
        if end > len(data):
            raise ValueError("a text is longer than its message")
        texts.append(data[start + 1 : end].decode("ascii"))
        start = end
    if start != len(data):
        raise ValueError("bytes follow the last text")
    return texts[0], texts[1], texts[2]
