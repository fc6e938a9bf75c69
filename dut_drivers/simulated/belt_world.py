"""The belt on its body: firmware, switches, resistances and thermal network on one fixed grid of 0.1 s."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, sin, tau
from typing import Final

from dut_drivers.simulated.firmware import TICK_S, Firmware
from dut_drivers.simulated.parameters import Noise, UnitParameters, WorldParameters
from dut_drivers.simulated.sensors import LaggedSensor, NtcSensor
from dut_drivers.simulated.thermal import CORE_DEGC, ThermalUnit

Drive = Callable[[str, float], float]
"""Amps that the supply pushes through a unit, given its name and resistance in ohms."""

STEPS_PER_S: Final = 10
CASE_RISE_K: Final = 1.5  # estimate: the controller's case above ambient
DRIFT_PERIOD_S: Final = 600.0
_GRID_SLACK: Final = 1e-6


class _Unit:
    """A heating unit: what its sensors, its two switches and its current do."""

    __slots__ = (
        "amps",
        "closed_once",
        "gain",
        "name",
        "ohms",
        "open_for_good",
        "second",
        "second_degc",
        "sensor",
        "shares",
        "thermal",
        "unheated_degc",
        "welds",
    )

    def __init__(self, of: UnitParameters, world: WorldParameters, noise: Noise | None) -> None:
        self.name = of.name
        self.ohms = of.ohms / (1.0 - world.weakness.get(of.name, 0.0))
        self.gain = of.ammeter_gain
        self.shares = (1.0, *of.site_shares)
        self.thermal = ThermalUnit(world.thermal, world.perfusion, world.ambient_degc, TICK_S)
        self.unheated_degc = start = self.thermal.skin_degc
        self.sensor = NtcSensor(
            LaggedSensor(world.sensor_lag_s, start, TICK_S),
            error_k=of.sensor_error_k + world.sensor_drift_k.get(of.name, 0.0),
            noise_k=world.sensor_noise_k,
            noise=noise,
            stream=f"sensor.{of.name}",
            stuck_degc=world.sensor_reads_degc.get(of.name),
        )
        self.second = LaggedSensor(world.second_cutout_lag_s, start, TICK_S)
        self.second_degc = of.second_cutout_degc if world.second_cutout else inf
        self.open_for_good = False
        self.welds = of.name in world.welded
        self.closed_once = False
        self.amps = 0.0

    def follow_second(self) -> None:
        """Let the second cut-out's own sensor follow the skin side; it opens once, for good."""
        if self.second.follow(self.thermal.skin_degc) >= self.second_degc:
            self.open_for_good = True


class BeltWorld:
    """One simulated belt and the body under it.

    Step k stands for bench time k x 0.1 s: the network advances with the power of step k - 1, the firmware
    reads its sensors and decides, the currents are solved. Nothing happens between steps but commands.

    Args:
        parameters: the belt, sound or defective, and its surroundings.
        drive: the supply, asked once a step for each unit that conducts.
        noise: standard normal numbers by stream (``sensor.a``) and step; None for a silent belt.

    Attributes:
        firmware: the belt's controller. units: names of the heating units.
    """

    __slots__ = (
        "_ambient_degc",
        "_by_name",
        "_drive",
        "_parameters",
        "_step",
        "_units",
        "firmware",
        "units",
    )

    def __init__(self, parameters: WorldParameters, drive: Drive, noise: Noise | None = None) -> None:
        self._parameters = parameters
        self._drive = drive
        self._step = 0
        self._ambient_degc = self._drifted_ambient()
        self._units = tuple(_Unit(each, parameters, noise) for each in parameters.units)
        self._by_name = {unit.name: (index, unit) for index, unit in enumerate(self._units)}
        self.units = tuple(unit.name for unit in self._units)
        self.firmware = Firmware(parameters, self._read_sensors())

    @property
    def time_s(self) -> float:
        """Bench time of the last step, in seconds."""
        return self._step / STEPS_PER_S

    def advance(self, now: float) -> None:
        """Take all steps up to bench time ``now`` in seconds; an earlier time does nothing."""
        last = int(now * STEPS_PER_S + _GRID_SLACK)
        while self._step < last:
            self._advance_step()

    def resistance_ohms(self, unit: str) -> float:
        """What the supply sees at the unit's terminals now; infinite when one of its switches is open."""
        index, found = self._by_name[unit]
        return found.ohms if self._conducts(index, found) else inf

    def current_amps(self, unit: str) -> float:
        """True current through the unit, in A."""
        index, found = self._by_name[unit]
        return found.amps if self._conducts(index, found) else 0.0

    def reported_amps(self, unit: str) -> float:
        """Current as the belt's own ammeter has it, in A."""
        return self.current_amps(unit) * self._by_name[unit][1].gain

    def weld(self, unit: str | None = None) -> None:
        """From now on the main switch of a unit, or of all, conducts for ever once it is closed."""
        for each in self._chosen(unit):
            each.welds = True
            each.closed_once = self.firmware.heaters[self._by_name[each.name][0]]

    def stick_sensor(self, unit: str | None = None, degc: float | None = None) -> None:
        """From now on the sensor of a unit, or each, reads a temperature for ever: its last, unless one is given."""
        for each in self._chosen(unit):
            last = self.firmware.readings[self._by_name[each.name][0]] / 1000.0
            each.sensor.stick(last if degc is None else degc)

    def _chosen(self, unit: str | None) -> list[_Unit]:
        return [each for each in self._units if unit in (None, each.name)]

    def skin_degc(self, unit: str) -> float:
        """Skin side under the unit's centre, its hottest spot."""
        return self._by_name[unit][1].thermal.skin_degc

    def site_degc(self, unit: str, index: int) -> float:
        """Skin side at a site: 0 the centre, 1 to 4 around it, 0.98 to 0.995 of the centre's rise."""
        found = self._by_name[unit][1]
        return found.unheated_degc + found.shares[index] * (found.thermal.skin_degc - found.unheated_degc)

    def pad_degc(self, unit: str) -> float:
        """The unit's pad."""
        return self._by_name[unit][1].thermal.pad_degc

    def deep_degc(self, unit: str) -> float:
        """Deep tissue under the unit."""
        return self._by_name[unit][1].thermal.deep_degc

    def ambient_degc(self) -> float:
        """Ambient: its mean and, in a drawn world, a slow drift."""
        return self._ambient_degc

    def phantom_degc(self) -> float:
        """The phantom's back plate, held at body core temperature."""
        return CORE_DEGC

    def case_degc(self) -> float:
        """The controller's case."""
        return self.ambient_degc() + CASE_RISE_K

    def _advance_step(self) -> None:
        self._step += 1
        ambient = self._ambient_degc = self._drifted_ambient()
        for unit in self._units:
            unit.thermal.step(unit.amps * unit.amps * unit.ohms, ambient)
            unit.follow_second()
        self.firmware.tick(self._read_sensors())
        heaters = self.firmware.heaters
        for index, unit in enumerate(self._units):
            unit.closed_once = unit.closed_once or heaters[index]
            unit.amps = self._drive(unit.name, unit.ohms) if self._conducts(index, unit) else 0.0

    def _drifted_ambient(self) -> float:
        parameters = self._parameters
        angle = tau * self._step / (STEPS_PER_S * DRIFT_PERIOD_S) + parameters.ambient_phase_rad
        return parameters.ambient_degc + parameters.ambient_drift_k * sin(angle)

    def _read_sensors(self) -> list[int]:
        step = self._step
        return [unit.sensor.read_mdegc(unit.thermal.skin_degc, step) for unit in self._units]

    def _conducts(self, index: int, unit: _Unit) -> bool:
        closed = self.firmware.heaters[index] or (unit.welds and unit.closed_once)
        return closed and not unit.open_for_good
