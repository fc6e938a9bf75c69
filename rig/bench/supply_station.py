"""A power supply on its bus."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, final

from rig.bench.description import HeaterEntry
from rig.bench.messages import OffDetail, Reading, Value
from rig.bench.stamps import SUPPLY
from rig.bench.stations import Columns, as_bench_errors, columns_of, never_raising, require_same
from rig.clock import Clock
from rig.errors import BenchError

if TYPE_CHECKING:
    from instruments.protocols import Supply

OFF_VOLTS = 1.0
OFF_AMPS = 0.02
DEADLINE_WHILE_ON_S = 0.15
SETTING_TOLERANCE = 0.005
QUANTITIES = 3

WATCHDOG_S = 5.0
"""After how long without a word a supply that has a communication watchdog switches off by itself."""

TOGETHER_S = 2.0
"""How long what was set and read back for one heater holds for those that share its output."""

State = tuple[bool, float, float]
"""Whether an output is on, its volts, its amps."""


class _Done(NamedTuple):
    """What an output was last set to for one of the heaters that share it."""

    value: Value
    readback: Value
    at: float


@final
class SupplyStation:
    """A power supply: voltages, currents and output states of the heaters that it feeds, lane by lane.

    Args:
        fed: by slot, the heaters that this supply feeds there.
        serial: the serial number that it gave.
    """

    def __init__(
        self,
        source: str,
        driver: Supply,
        fed: Mapping[str, Sequence[HeaterEntry]],
        clock: Clock,
        *,
        serial: str = "",
    ) -> None:
        self.source = self.wired_as = source
        self.driver = driver
        self.off_beat = True
        self._clock = clock
        self._fed = {
            slot: {heater.name: heater for heater in heaters} for slot, heaters in fed.items() if heaters
        }
        heaters = [heater for of_slot in self._fed.values() for heater in of_slot.values()]
        self._channels = tuple(dict.fromkeys(heater.output for heater in heaters))
        self._serial = serial
        self._trouble: dict[str, str | None] = {}
        self._doubted = False
        self._done: dict[tuple[int, str], _Done] = {}
        self.columns: Mapping[str, Columns] = {
            slot: self._columns(of_slot.values()) for slot, of_slot in self._fed.items()
        }
        self.outputs: Mapping[str, frozenset[str]] = {
            slot: frozenset(
                f"supply.{heater}.{what}"
                for heater in of_slot
                for what in ("voltage", "current_limit", "output")
            )
            for slot, of_slot in self._fed.items()
        }

    def _columns(self, heaters: Iterable[HeaterEntry]) -> Columns:
        places = [self._channels.index(heater.output) for heater in heaters]
        count = len(self._channels)
        wanted = [quantity * count + place for quantity in range(QUANTITIES) for place in places]
        return columns_of(wanted, QUANTITIES * count)

    @property
    def due(self) -> float:
        """Bench time in s at which the present exchange has to be over, inf between exchanges; for any thread."""
        return self.driver.due

    @property
    def has_watchdog(self) -> bool:
        """Whether the supply switches off by itself when nobody talks to it."""
        from instruments.protocols import HasWatchdog

        return isinstance(self.driver, HasWatchdog)

    def prepare(self) -> None:
        """Program over-voltage, over-current and sense of the outputs that feed heaters, and read them back.

        Raises:
            BenchError: the supply did not take one of them.
        """
        from instruments.protocols import HasWatchdog, OutputSetup

        setups = {
            heater.output: OutputSetup(heater.over_voltage_volts, ocp=True, remote_sense=heater.remote_sense)
            for of_slot in self._fed.values()
            for heater in of_slot.values()
        }
        with as_bench_errors(self.source):
            self.driver.prepare(setups)
            if isinstance(self.driver, HasWatchdog):
                self.driver.arm_watchdog(WATCHDOG_S)

    def read(self) -> Reading:
        """Volts, amps and output states, stamped at the middle of the exchange."""
        start = self._clock.now()
        try:
            values = self.driver.measure(self._channels)
        except Exception:
            self._doubted = True
            raise
        half = (self._clock.now() - start) / 2
        return Reading(self.source, start + half, values, within_s=SUPPLY.wider(half))

    def carry_out(self, slot: str, output: str, value: Value) -> Value:
        """Set one quantity of one heater's output and read it back.

        Raises:
            BenchError: what was read back differs from what was set.
        """
        _, name, what = output.split(".")
        heater = self._fed[slot][name]
        if heater.sharing == 1:
            return self._set(output, heater, what, value)
        done = self._done.get((heater.output, what))
        if done is not None and done.value == value and self._clock.now() - done.at < TOGETHER_S:
            return done.readback
        readback = self._set(output, heater, what, value)
        self._done[heater.output, what] = _Done(value, readback, self._clock.now())
        return readback

    def _set(self, output: str, heater: HeaterEntry, what: str, value: Value) -> Value:
        """A limit is each heater's: the output gets as many times that as it feeds heaters."""
        channel = heater.output
        if what == "output":
            return self._switch(channel, on=bool(value))
        if what == "voltage":
            self.driver.set_voltage(channel, float(value))
            readback = self.driver.state(channel).volts
        else:
            self.driver.set_current_limit(channel, heater.sharing * float(value))
            readback = self.driver.state(channel).amps_limit / heater.sharing
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

    def begin_off(self, slot: str) -> None:
        """Off and zero; a link that fails is opened anew."""
        self._done.clear()
        channels = self._channels_of(slot)
        trouble = never_raising(lambda: self.driver.switch_off(channels))
        self._doubted = self._doubted or trouble is not None
        self._trouble[slot] = None if trouble is None else self._insist(channels)

    def look_off(self, slot: str) -> list[OffDetail]:
        """Read back what each output of the lane is and gives; one that still reads on is told again."""
        channels = self._channels_of(slot)
        states: Sequence[State] = ()
        try:
            states = self.driver.off_state(channels)
            self._require_ours()
        except Exception as error:
            states, self._doubted = (), True
            self._trouble[slot] = f"{type(error).__name__}: {error}"
            self._insist(channels)
        if any(on for on, _, _ in states):
            never_raising(lambda: self.driver.switch_off(channels))
        found = dict(zip(channels, states, strict=False))
        return [
            self._detail(name, found.get(heater.output), self._trouble.get(slot))
            for name, heater in self._fed[slot].items()
        ]

    def _require_ours(self) -> None:
        """After any failure the link may have been opened anew: only who was asked to go off can say that it did.

        Raises:
            BenchError: another instrument answers.
        """
        if self._doubted and self._serial:
            require_same(self.source, self._serial, self.driver.identify().serial)
            self._doubted = False

    def _channels_of(self, slot: str) -> tuple[int, ...]:
        return tuple(dict.fromkeys(heater.output for heater in self._fed[slot].values()))

    def _insist(self, channels: Sequence[int]) -> str | None:
        return never_raising(self.driver.reopen) or never_raising(lambda: self.driver.switch_off(channels))

    def _detail(self, heater: str, state: State | None, trouble: str | None) -> OffDetail:
        output = f"supply.{heater}.output"
        if state is None:
            return OffDetail(self.source, output, False, trouble or "no answer")
        on, volts, amps = state
        words = f"output {'on' if on else 'off'}, {volts:.3f} V, {amps:.4f} A"
        dark = is_off(on, volts, amps)
        if trouble and not dark:
            words += f"; {trouble}"
        return OffDetail(self.source, output, dark, words)

    def rest(self, slot: str) -> None:
        """It has no relays."""

    def recover(self) -> None:
        """Open the link anew; whoever answers there must be who answered before.

        Raises:
            BenchError: another instrument answers.
        """
        self.driver.reopen()
        self._doubted = True
        self._require_ours()

    def close(self) -> None:
        """Close the session."""
        never_raising(self.driver.close)


def is_off(on: bool, volts: float, amps: float) -> bool:
    """Whether an output in that state heats nothing; NaN is not off."""
    return not on and abs(volts) < OFF_VOLTS and abs(amps) < OFF_AMPS
