"""The firmware's side of each message: payload in, payload or refusal out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from dut_drivers.frames import Frame
from dut_drivers.messages import (
    EVENT,
    IDENTITY_HEAD,
    LEVEL_REQUEST,
    LEVELS,
    MAX_EVENTS,
    POLL_REQUEST,
    REGULATION_REQUEST,
    SESSION_REQUEST,
    TELEMETRY,
    TEST_KEY,
    Kind,
    Reason,
)
from dut_drivers.simulated.belt_world import BeltWorld
from dut_drivers.simulated.firmware import TICK_MS

MODEL: Final = "ir-lumbar-wrap"
FIRMWARE: Final = "1.0.0"
TELEMETRY_UNITS: Final = 2


class Replies:
    """Answers requests for one belt of two units.

    Raises:
        ValueError: the world's belt does not have two units, as the telemetry's layout needs.
    """

    __slots__ = ("_firmware", "_handlers", "_serial", "_units", "_world")

    def __init__(self, world: BeltWorld, serial: str) -> None:
        if len(world.units) != TELEMETRY_UNITS:
            raise ValueError(f"the wrap's telemetry carries {TELEMETRY_UNITS} units, not {len(world.units)}")
        self._world = world
        self._units = world.units
        self._firmware = world.firmware
        self._serial = serial
        self._handlers: dict[int, tuple[int, Callable[[bytes], bytes | Reason]]] = {
            Kind.PING: (0, self._ping),
            Kind.IDENTIFY: (0, self._identify),
            Kind.POLL: (POLL_REQUEST.size, self._poll),
            Kind.SET_LEVEL: (LEVEL_REQUEST.size, self._set_level),
            Kind.SET_SESSION: (SESSION_REQUEST.size, self._set_session),
            Kind.SET_REGULATION: (REGULATION_REQUEST.size, self._set_regulation),
            Kind.REARM: (0, self._rearm),
            Kind.OFF: (0, self._switch_off),
        }

    def to(self, request: Frame) -> bytes | Reason:
        """The reply's payload, or why the request is refused."""
        if request.kind not in self._handlers:
            return Reason.UNKNOWN_KIND
        size, handler = self._handlers[request.kind]
        if len(request.payload) != size:
            return Reason.BAD_LENGTH
        return handler(request.payload)

    def _ping(self, _: bytes) -> bytes:
        return b""

    def _identify(self, _: bytes) -> bytes:
        firmware = self._firmware
        texts = (text.encode("ascii") for text in (MODEL, self._serial, FIRMWARE))
        head = IDENTITY_HEAD.pack(firmware.boot, firmware.cause, len(self._units))
        return head + b"".join(bytes((len(text),)) + text for text in texts)

    def _poll(self, payload: bytes) -> bytes:
        firmware, world = self._firmware, self._world
        firmware.acknowledge(*POLL_REQUEST.unpack(payload))
        events = firmware.pending(MAX_EVENTS)
        a, b = self._units
        telemetry = TELEMETRY.pack(
            firmware.boot,
            firmware.cause,
            firmware.ticks * TICK_MS,
            firmware.state,
            firmware.level,
            round(firmware.session_left_s * 1000.0),
            firmware.latched,
            firmware.normal,
            firmware.fault,
            firmware.readings[0],
            round(world.reported_amps(a) * 1000.0),
            firmware.heaters[0],
            firmware.readings[1],
            round(world.reported_amps(b) * 1000.0),
            firmware.heaters[1],
            len(events),
        )
        return telemetry + b"".join(EVENT.pack(*event) for event in events) if events else telemetry

    def _set_level(self, payload: bytes) -> bytes | Reason:
        (level,) = LEVEL_REQUEST.unpack(payload)
        if level >= len(LEVELS):
            return Reason.BAD_VALUE
        self._firmware.set_level(level)
        return b""

    def _set_session(self, payload: bytes) -> bytes | Reason:
        (seconds,) = SESSION_REQUEST.unpack(payload)
        return b"" if self._firmware.set_session(seconds) else Reason.BAD_VALUE

    def _set_regulation(self, payload: bytes) -> bytes | Reason:
        normal, key = REGULATION_REQUEST.unpack(payload)
        if normal > 1:
            return Reason.BAD_VALUE
        if not normal and key != TEST_KEY:
            return Reason.BAD_KEY
        self._firmware.set_regulation(bool(normal))
        return b""

    def _rearm(self, _: bytes) -> bytes | Reason:
        reason = self._firmware.rearm()
        return b"" if reason is None else reason

    def _switch_off(self, _: bytes) -> bytes:
        self._firmware.switch_off()
        return b""
