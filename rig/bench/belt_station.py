"""The belt's controller on its serial line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, final

from rig.bench.messages import DeviceEvent, OffDetail, Reading, Value
from rig.bench.stamps import BELT as STAMP
from rig.bench.stations import Columns, never_raising, require_same
from rig.bench.wiring import BELT
from rig.clock import Clock

if TYPE_CHECKING:
    from dut_drivers.protocols import Belt, BeltEvent


@final
class BeltStation:
    """The belt's controller in one slot, and the serial number that it gave."""

    def __init__(self, source: str, slot: str, driver: Belt, clock: Clock, *, serial: str = "") -> None:
        self.source = source
        self.wired_as = BELT
        self.driver = driver
        self.off_beat = False
        self._serial = serial
        self._trouble: str | None = None
        self._doubted = False
        self._clock = clock
        self._setters: dict[str, Callable[[Value], Value]] = {
            "belt.level": self._set_level,
            "belt.session": self._set_session,
            "belt.regulation": self._set_regulation,
            "belt.rearm": lambda _: driver.rearm(),
        }
        self.columns: Mapping[str, Columns] = {slot: None}
        self.outputs: Mapping[str, frozenset[str]] = {slot: frozenset(self._setters)}

    def read(self) -> Reading:
        """Telemetry and the events since the last reading, stamped at the middle of the exchange."""
        start = self._clock.now()
        try:
            values, news = self.driver.poll()
        except Exception:
            self._doubted = True
            raise
        half = (self._clock.now() - start) / 2
        raw: list[float | str] = [*values]
        events = [_event(item) for item in news] if news else ()
        return Reading(self.source, start + half, raw, None, events, STAMP.wider(half))

    def carry_out(self, slot: str, output: str, value: Value) -> Value:
        """Set level, session, regulation, or ask for re-arming; the belt's acknowledgement is the read-back."""
        return self._setters[output](value)

    def _set_level(self, value: Value) -> Value:
        self.driver.set_level(str(value))
        return value

    def _set_session(self, value: Value) -> Value:
        self.driver.set_session(float(value))
        return value

    def _set_regulation(self, value: Value) -> Value:
        self.driver.set_regulation(defeated=value == "defeated")
        return value

    def begin_off(self, slot: str) -> None:
        """Heaters off; a link that fails is opened anew."""
        trouble = never_raising(self.driver.switch_off)
        self._doubted = self._doubted or trouble is not None
        self._trouble = trouble and self._insist()

    def look_off(self, slot: str) -> list[OffDetail]:
        """Look whether no heater takes current; if one does, or nothing answers, the belt is told again."""
        try:
            confirmed, words = self.driver.confirm_off()
            self._require_ours()
        except Exception as error:
            self._doubted = True
            confirmed, words = False, f"{type(error).__name__}: {error}"
        if not confirmed:
            words = self._trouble or words
            self._trouble = self._insist()
        return [OffDetail(self.source, "belt.level", confirmed, words)]

    def _insist(self) -> str | None:
        return never_raising(self.driver.reopen) or never_raising(self.driver.switch_off)

    def rest(self, slot: str) -> None:
        """It has no relays."""

    def recover(self) -> None:
        """Open the port anew; whoever answers there must be who answered before.

        Raises:
            BenchError: another device answers.
        """
        self.driver.reopen()
        self._doubted = True
        self._require_ours()

    def _require_ours(self) -> None:
        """After any failure the port may have been opened anew: only who was asked to go off can say that it did.

        Raises:
            BenchError: another device answers.
        """
        if self._doubted and self._serial:
            require_same(self.source, self._serial, self.driver.identify().serial)
            self._doubted = False

    def close(self) -> None:
        """Close the port."""
        never_raising(self.driver.close)


def _event(event: BeltEvent) -> DeviceEvent:
    data = {"unit": event.unit, "value": event.value, "uptime_s": event.uptime_s, "number": event.number}
    return DeviceEvent(event.name, data)
