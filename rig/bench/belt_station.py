"""The belt's controller on its serial line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, final

from rig.bench.messages import DeviceEvent, OffDetail, Reading, Value
from rig.bench.stations import never_raising
from rig.clock import Clock

if TYPE_CHECKING:
    from dut_drivers.protocols import Belt, BeltEvent

OFF_PATIENCE_S = 3.0
LOOK_S = 0.05


@final
class BeltStation:
    """The belt's controller."""

    def __init__(self, source: str, driver: Belt, clock: Clock) -> None:
        self.source = source
        self.driver = driver
        self._clock = clock
        self._setters: dict[str, Callable[[Value], Value]] = {
            "belt.level": self._set_level,
            "belt.session": self._set_session,
            "belt.regulation": self._set_regulation,
            "belt.rearm": lambda _: driver.rearm(),
        }
        self.outputs = frozenset(self._setters)

    def read(self) -> Reading:
        """Telemetry and the events since the last reading, stamped at the middle of the exchange."""
        start = self._clock.now()
        values, news = self.driver.poll()
        instant = (start + self._clock.now()) / 2
        raw: list[float | str] = [*values]
        return Reading(self.source, instant, raw, None, [_event(item) for item in news] if news else ())

    def carry_out(self, output: str, value: Value) -> Value:
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

    def switch_off(self) -> list[OffDetail]:
        """Heaters off, then look; a link that fails is opened anew and tried again, until patience is over."""
        until = self._clock.now() + OFF_PATIENCE_S
        trouble = never_raising(self.driver.switch_off)
        while True:
            try:
                confirmed, words = self.driver.confirm_off()
            except Exception as error:
                confirmed, words = False, f"{type(error).__name__}: {error}"
            if confirmed or self._clock.now() >= until:
                return [
                    OffDetail(self.source, "belt.level", confirmed, words if confirmed else trouble or words)
                ]
            trouble = never_raising(self._insist) or words
            self._clock.sleep(LOOK_S)

    def _insist(self) -> None:
        self.driver.reopen()
        self.driver.switch_off()

    def recover(self) -> None:
        """Open the port anew."""
        self.driver.reopen()

    def close(self) -> None:
        """Close the port."""
        never_raising(self.driver.close)


def _event(event: BeltEvent) -> DeviceEvent:
    data = {"unit": event.unit, "value": event.value, "uptime_s": event.uptime_s, "number": event.number}
    return DeviceEvent(event.name, data)
