"""The belt's firmware: regulation, session timer, latching cut-off, host watchdog, events; a tick each 0.1 s.

It sees what its converter reports and nothing else. All temperatures here are whole m°C, so that the decision
to cut off is taken on exactly the number that telemetry carries.

    OFF  --level--> ON  --a sensor at the threshold--> CUT OFF  --re-arm, all sensors cool--> ON
    any  --session over, OFF, host silent--> level off;  any --implausible sensor--> FAULT until a restart
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final

from dut_drivers.messages import NO_UNIT, EventCode, FaultCode, Reason, ResetCause, State
from dut_drivers.simulated.parameters import WorldParameters

TICK_S: Final = 0.1
TICK_MS: Final = 100
QUEUE_LENGTH: Final = 32
COLDEST_MDEGC: Final = 0  # estimate: below it no body is, so the sensor is open
HOTTEST_MDEGC: Final = 90_000  # estimate: above it the sensor is shorted

QueuedEvent = tuple[int, int, int, int, int]
"""Number, uptime ms, code, unit index, value in thousandths: the fields of ``messages.EVENT``."""


class Firmware:
    """The state of one belt's controller.

    Attributes:
        boot: how often it has started, from 1. cause: why it last did.
        ticks: since that start. level: 0 off to 3 high. normal: regulation is not defeated.
        latched: the cut-off has acted. fault: a ``FaultCode``. session_left_s: 0 without a session.
        heaters: what it commands, by unit. readings: its sensors at the last tick, m°C.
    """

    __slots__ = (
        "_delay_ticks",
        "_events",
        "_last_event",
        "_levels",
        "_over",
        "_parameters",
        "_rearm",
        "_scatter",
        "_session_s",
        "_silence_limit",
        "_silent",
        "_step_s",
        "_threshold",
        "_wants",
        "boot",
        "cause",
        "fault",
        "heaters",
        "latched",
        "level",
        "normal",
        "readings",
        "session_left_s",
        "ticks",
    )

    def __init__(self, parameters: WorldParameters, readings: Sequence[int]) -> None:
        self._parameters = parameters
        self._threshold = round((parameters.cutoff_degc - parameters.trip_scatter_k) * 1000)
        self._scatter = round(2000.0 * parameters.trip_scatter_k)
        self._rearm = round(parameters.rearm_degc * 1000)
        self._delay_ticks = round(parameters.cutoff_delay_s / TICK_S)
        self._silence_limit = round(parameters.host_watchdog_s / TICK_S) if parameters.host_watchdog else -1
        self._step_s = TICK_S * parameters.session_rate
        band, offset = parameters.regulation_band_k, parameters.regulation_offset_k
        # Per level: at or below the first number on, at or above the second off.
        self._levels = tuple(
            (round((degc + offset - band) * 1000), round((degc + offset + band) * 1000))
            for degc in parameters.levels_degc
        )
        self.readings = list(readings)
        self.boot = 0
        self.latched = False
        self.level = 0
        self.session_left_s = 0.0
        self.restart(ResetCause.POWER_ON)

    def restart(self, cause: ResetCause) -> None:
        """Start again: heaters off, no session, events gone; the latch outlives a loss of power."""
        units = len(self._parameters.units)
        self.boot = (self.boot + 1) & 0xFFFF
        self.cause = cause
        self.ticks = 0
        resumes = self._parameters.resumes and cause is not ResetCause.POWER_ON
        self.level = self.level if resumes else 0
        self.normal = True
        self.fault = FaultCode.NONE
        self.session_left_s = self.session_left_s if resumes else 0.0
        self.heaters = [False] * units
        self._wants = [True] * units
        self._session_s = self._parameters.sessions_s[0]
        self._over = 0
        self._silent = 0
        self._last_event = 0
        self._events: deque[QueuedEvent] = deque(maxlen=QUEUE_LENGTH)

    @property
    def state(self) -> State:
        """What the belt does."""
        if self.fault:
            return State.FAULT
        if self.latched:
            return State.CUT_OFF
        return State.ON if self.level else State.OFF

    def tick(self, readings: list[int]) -> None:
        """Take the sensors' readings in m°C and decide, once each ``TICK_S``."""
        self.ticks += 1
        self.readings = readings
        self._silent += 1
        if self._silent == self._silence_limit:
            self._lose_host()
        if self._parameters.plausibility and not self.fault:
            self._check_plausible(readings)
        if self.level:
            self._run_session()
            self._check_cutoff(readings)
        if self.latched and not self._parameters.latching and max(readings) < self._rearm:
            self.latched = False
        self._regulate(readings)

    def hear_host(self) -> None:
        """Note that a valid frame came."""
        self._silent = 0

    def set_level(self, level: int) -> None:
        """Demand level 0 to 3; from off to another starts a session, to off ends it."""
        if level == 0:
            self.switch_off()
            return
        if self.level == 0:
            self.session_left_s = self._session_s
        if self.level != level:
            self._wants = [True] * len(self._wants)
        self.level = level

    def set_session(self, seconds: int) -> bool:
        """Choose the session's length, also of a running one; False if it is not on offer."""
        if seconds not in self._parameters.sessions_s:
            return False
        if self.level:
            self.session_left_s = max(0.0, self.session_left_s + seconds - self._session_s)
        self._session_s = float(seconds)
        return True

    def set_regulation(self, normal: bool) -> None:
        """Bring regulation back or defeat it; the cut-off stays in force."""
        self.normal = normal

    def rearm(self) -> Reason | None:
        """Clear the latch; a reason if that is refused. An event is queued for either."""
        hottest = max(self.readings)
        reason = None if self.latched else Reason.NOT_LATCHED
        if self.latched and hottest >= self._rearm:
            reason = Reason.TOO_HOT
        self._queue(EventCode.REARMED if reason is None else EventCode.REARM_REFUSED, NO_UNIT, hottest)
        if reason is None:
            self.latched = False
            self._over = 0
        return reason

    def switch_off(self) -> None:
        """All heaters off at once; a running session ends, and with it a defeated regulation."""
        if self.level:
            self.normal = True
        self.level = 0
        self.session_left_s = 0.0
        self._all_off()

    def acknowledge(self, boot: int, number: int) -> None:
        """Forget the events up to that number if the host means this start of the belt."""
        events = self._events
        if boot == self.boot:
            while events and events[0][0] <= number:
                events.popleft()

    def pending(self, limit: int) -> list[QueuedEvent]:
        """The oldest events that no host has acknowledged, at most ``limit``."""
        return list(self._events)[:limit] if self._events else []

    def make_up(self, code: EventCode) -> None:
        """Queue an event that did not happen, at the hottest sensor: a defect of the firmware."""
        hottest = max(self.readings)
        self._queue(code, self.readings.index(hottest), hottest)

    def _lose_host(self) -> None:
        if self.level:
            self._queue(EventCode.WATCHDOG, NO_UNIT, self._silent * TICK_MS)
        self.switch_off()
        self.normal = True

    def _run_session(self) -> None:
        self.session_left_s -= self._step_s
        if self.session_left_s > 0.0:
            return
        self.session_left_s = 0.0
        if self._parameters.session_ends:
            self._queue(EventCode.SESSION_END, NO_UNIT, round(self._session_s * 1000))
            self.switch_off()

    def _check_cutoff(self, readings: list[int]) -> None:
        if self.latched:
            return
        hottest = max(readings)
        if hottest < self._threshold:
            self._over = 0
            return
        self._over += 1
        if self._over > self._delay_ticks:
            self.latched = True
            self._over = 0
            self._threshold += self._scatter
            self._scatter = -self._scatter
            self._queue(EventCode.CUTOFF, readings.index(hottest), hottest)

    def _check_plausible(self, readings: list[int]) -> None:
        for unit, reading in enumerate(readings):
            if not COLDEST_MDEGC <= reading <= HOTTEST_MDEGC:
                self.fault = FaultCode.SENSOR_OPEN if reading < COLDEST_MDEGC else FaultCode.SENSOR_SHORT
                self._queue(EventCode.FAULT, unit, self.fault * 1000)
                return

    def _regulate(self, readings: list[int]) -> None:
        if not self.level or self.latched or self.fault:
            self._all_off()
            return
        if not self.normal:
            self.heaters = [True] * len(readings)
            return
        on_at, off_at = self._levels[self.level - 1]
        wants = self._wants
        for unit, reading in enumerate(readings):
            if reading >= off_at:
                wants[unit] = False
            elif reading <= on_at:
                wants[unit] = True
        self.heaters = wants.copy()

    def _all_off(self) -> None:
        self.heaters = [False] * len(self.heaters)

    def _queue(self, code: EventCode, unit: int, value: int) -> None:
        self._last_event += 1
        self._events.append((self._last_event, self.ticks * TICK_MS, code, unit, value))
