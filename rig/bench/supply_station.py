"""A power supply on its bus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, final

from rig.bench.description import HeaterEntry
from rig.bench.messages import OffDetail, Reading, Value
from rig.bench.stations import as_bench_errors, never_raising
from rig.clock import Clock
from rig.errors import BenchError

if TYPE_CHECKING:
    from instruments.protocols import Supply

OFF_VOLTS = 1.0
OFF_AMPS = 0.02
OFF_PATIENCE_S = 3.0
LOOK_S = 0.05
DEADLINE_WHILE_ON_S = 0.15
SETTING_TOLERANCE = 0.005


@final
class SupplyStation:
    """A power supply: voltages, currents and output states of its heaters."""

    def __init__(self, source: str, driver: Supply, heaters: Mapping[str, int], clock: Clock) -> None:
        self.source = source
        self.driver = driver
        self._clock = clock
        self._heaters = dict(heaters)
        self._channels = tuple(heaters.values())
        self.outputs = frozenset(
            f"supply.{heater}.{what}" for heater in heaters for what in ("voltage", "current_limit", "output")
        )

    def prepare(self, heaters: Sequence[HeaterEntry]) -> None:
        """Program over-voltage, over-current and sense of the outputs that feed these heaters, and read them back.

        Raises:
            BenchError: the supply did not take one of them.
        """
        from instruments.protocols import OutputSetup

        setups = {
            heater.output: OutputSetup(heater.over_voltage_volts, ocp=True, remote_sense=heater.remote_sense)
            for heater in heaters
        }
        with as_bench_errors(self.source):
            self.driver.prepare(setups)

    def read(self) -> Reading:
        """Volts, amps and output states in one exchange, stamped at its middle."""
        start = self._clock.now()
        values = self.driver.measure(self._channels)
        return Reading(self.source, (start + self._clock.now()) / 2, values)

    def carry_out(self, output: str, value: Value) -> Value:
        """Set one quantity of one heater's output and read it back.

        Raises:
            BenchError: what was read back differs from what was set.
        """
        _, heater, what = output.split(".")
        channel = self._heaters[heater]
        if what == "output":
            return self._switch(channel, on=bool(value))
        if what == "voltage":
            self.driver.set_voltage(channel, float(value))
            readback = self.driver.state(channel).volts
        else:
            self.driver.set_current_limit(channel, float(value))
            readback = self.driver.state(channel).amps_limit
        if not abs(readback - float(value)) <= SETTING_TOLERANCE:
            raise BenchError(
                f"setting {output} to {value} on {self.source}: it reads back {readback}; "
                f"check the instrument's ranges and whether somebody works at its front panel"
            )
        return readback

    def _switch(self, channel: int, *, on: bool) -> Value:
        if on:
            self.driver.set_deadline(DEADLINE_WHILE_ON_S)
        self.driver.set_output(channel, on)
        state = self.driver.state(channel).on
        if state is not on:
            raise BenchError(
                f"switching output {channel} of {self.source} {'on' if on else 'off'}: it reads back the contrary; "
                f"look at the instrument's front panel for a protection that has tripped"
            )
        return state

    def switch_off(self) -> list[OffDetail]:
        """Off and zero, then read back until nothing flows.

        A link that fails is opened anew, and an output that still reads on is told again, until patience is over.
        """
        trouble = never_raising(lambda: self.driver.switch_off(self._channels))
        if trouble is not None:
            trouble = never_raising(self._insist)
        return self._look(trouble)

    def _insist(self) -> None:
        self.driver.reopen()
        self.driver.switch_off(self._channels)

    def _look(self, trouble: str | None) -> list[OffDetail]:
        until = self._clock.now() + OFF_PATIENCE_S
        states: list[tuple[bool, float, float]] = []
        while True:
            try:
                states = self.driver.off_state(self._channels)
            except Exception as error:
                trouble = f"{type(error).__name__}: {error}"
                never_raising(self._insist)
            if states and all(is_off(*state) for state in states):
                return [self._detail(heater, state, None) for heater, state in self._paired(states)]
            if self._clock.now() >= until:
                return [self._detail(heater, state, trouble) for heater, state in self._paired(states)]
            if any(on for on, _, _ in states):
                never_raising(lambda: self.driver.switch_off(self._channels))
            self._clock.sleep(LOOK_S)

    def _paired(
        self, states: list[tuple[bool, float, float]]
    ) -> list[tuple[str, tuple[bool, float, float] | None]]:
        padded = [*states, *[None] * (len(self._heaters) - len(states))]
        return list(zip(self._heaters, padded, strict=True))

    def _detail(self, heater: str, state: tuple[bool, float, float] | None, trouble: str | None) -> OffDetail:
        if state is None:
            return OffDetail(self.source, f"supply.{heater}.output", False, trouble or "no answer")
        on, volts, amps = state
        words = f"output {'on' if on else 'off'}, {volts:.3f} V, {amps:.4f} A" + (
            f"; {trouble}" if trouble else ""
        )
        return OffDetail(self.source, f"supply.{heater}.output", is_off(on, volts, amps), words)

    def recover(self) -> None:
        """Open the link anew."""
        self.driver.reopen()

    def close(self) -> None:
        """Close the session."""
        never_raising(self.driver.close)


def is_off(on: bool, volts: float, amps: float) -> bool:
    """Whether an output in that state heats nothing; NaN is not off."""
    return not on and abs(volts) < OFF_VOLTS and abs(amps) < OFF_AMPS
