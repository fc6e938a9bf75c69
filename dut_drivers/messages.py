"""The belt's messages: kinds, codes and payload layouts, shared by the driver and the simulated firmware.

Numbers are big-endian. A reply carries the request's kind plus ``REPLY``; a refusal is ``NAK`` with the
request's kind and a reason. ``docs/belt-protocol.md`` describes each message with its bytes.
"""

from __future__ import annotations

from enum import IntEnum
from struct import Struct
from typing import Final

REPLY: Final = 0x80
NAK: Final = 0xFF
TEST_KEY: Final = b"TEST"
MAX_EVENTS: Final = 8
NO_UNIT: Final = 0xFF
LEVELS: Final = ("off", "low", "medium", "high")


class Kind(IntEnum):
    """What a request asks for."""

    PING = 0x01
    IDENTIFY = 0x02
    POLL = 0x03
    SET_LEVEL = 0x10
    SET_SESSION = 0x11
    SET_REGULATION = 0x12
    REARM = 0x13
    OFF = 0x14


REPEATABLE: Final = frozenset({Kind.PING, Kind.IDENTIFY, Kind.POLL, Kind.OFF})
"""Requests that may be sent again when the reply is lost: a second one does what the first did."""


class Reason(IntEnum):
    """Why the belt refused a request."""

    UNKNOWN_KIND = 1
    BAD_LENGTH = 2
    BAD_VALUE = 3
    BAD_KEY = 4
    NOT_LATCHED = 5
    TOO_HOT = 6


class State(IntEnum):
    """What the belt does."""

    OFF = 0
    ON = 1
    CUT_OFF = 2
    FAULT = 3


class FaultCode(IntEnum):
    """What the belt found wrong with itself."""

    NONE = 0
    SENSOR_OPEN = 1
    SENSOR_SHORT = 2


class ResetCause(IntEnum):
    """Why the belt's controller started."""

    POWER_ON = 1
    BROWN_OUT = 2
    PROCESSOR_WATCHDOG = 3
    SOFTWARE = 4


class EventCode(IntEnum):
    """Events that the belt queues until the host has acknowledged them."""

    CUTOFF = 1
    REARMED = 2
    REARM_REFUSED = 3
    SESSION_END = 4
    FAULT = 5
    WATCHDOG = 6


EVENT_NAMES: Final = {int(code): f"belt.{code.name.lower()}" for code in EventCode}
"""Names of the events, ``belt.cutoff`` and so on, by code."""

POLL_REQUEST: Final = Struct(">HI")
"""Boot number that the host knows (0: none), last event number of that boot that it has."""

TELEMETRY: Final = Struct(">HBIBBIBBBiHBiHBB")
"""Boot number, reset cause, uptime ms, state, level, session left ms, latched, regulation, fault; for each of
the two units sensor m°C, current mA, heater; number of events that follow."""

EVENT: Final = Struct(">IIBBi")
"""Number, uptime ms, code, unit index or ``NO_UNIT``, value in thousandths."""

IDENTITY_HEAD: Final = Struct(">HBB")
"""Boot number, reset cause, number of units; then model, serial, firmware, each a length byte and ASCII."""

LEVEL_REQUEST: Final = Struct(">B")
SESSION_REQUEST: Final = Struct(">H")
REGULATION_REQUEST: Final = Struct(">B4s")
REFUSAL: Final = Struct(">BB")


def describe_reason(code: int) -> str:
    """A reason code in words, ``too hot``; an unknown one by number."""
    return _words(Reason, code)


def describe_cause(code: int) -> str:
    """A reset cause in words, ``power-on``; an unknown one by number."""
    return _words(ResetCause, code).replace(" ", "-")


def _words(codes: type[IntEnum], code: int) -> str:
    try:
        return codes(code).name.lower().replace("_", " ")
    except ValueError:
        return f"code {code}"
