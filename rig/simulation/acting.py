"""Faults acted out on the twins of a simulated bench."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from math import exp
from typing import Any, Literal, cast, final

from dut_drivers.messages import EventCode, ResetCause
from dut_drivers.simulated.belt_world import BeltWorld
from instruments.simulated.daq970a import Daq970aTwin
from instruments.simulated.faults import Gate
from instruments.simulated.scpi_engine import ScpiTwin
from instruments.simulated.supply_twin import SupplyTwin
from rig.bench.fault_kinds import Fault, Role
from rig.clock import Clock
from rig.errors import InputError
from rig.simulation.lane import SimulatedLane
from rig.simulation.probes import Block, Probe

REBOOT_S = 4.0
"""How long the link of an instrument is gone that loses its power; a LAN instrument takes longer still."""

ON_VOLTS = 5.0
"""At what an output turns on by itself unless told otherwise: it reads on and heats, below each device's rating."""

LAG_S = 5.0
"""Time constant of a bare junction in still air, in s: estimate."""


@dataclass(frozen=True, slots=True)
class ProbePlace:
    """A thermocouple with its terminals: the scanner that it hangs on by name, and the belt that it lies under."""

    probe: Probe
    scanner: str
    channel: int
    block: Block
    lane: SimulatedLane


@final
class Actor:
    """Sets faults off and mends them.

    Args:
        instruments: twins by name.
        gates: by name of an instrument, the gates of all its servers.
        belts: lanes by the source of their belt.
        probes: by what faults call them.
        clock: bench time.
        lock: held while a twin is touched.
    """

    def __init__(
        self,
        *,
        instruments: Mapping[str, ScpiTwin],
        gates: Mapping[str, Sequence[Gate]],
        belts: Mapping[str, SimulatedLane],
        probes: Mapping[str, ProbePlace],
        clock: Clock,
        lock: AbstractContextManager[Any],
    ) -> None:
        self._instruments, self._gates, self._belts, self._probes = instruments, gates, belts, probes
        self._clock, self._lock = clock, lock
        self._spots = {name: place.probe.sits_on for name, place in probes.items()}

    def __call__(self, fault: Fault) -> None:
        """Set it off.

        Raises:
            InputError: it names a probe or unit that is not there.
        """
        with self._lock:
            now = self._clock.now()
            if fault.target in self._instruments:
                self._befall_instrument(self._instruments[fault.target], fault, now)
            elif fault.target in self._belts:
                self._befall_belt(self._belts[fault.target], fault, now)
            else:
                self._befall_probe(self._probes[fault.target], fault)

    def _befall_instrument(self, twin: ScpiTwin, fault: Fault, now: float) -> None:
        gates = self._gates[fault.target]
        match fault.kind.name:
            case "cut":
                _break_all(gates, now + fault.seconds if fault.seconds else None)
            case "refuse":
                _break_all(gates, None, refusing=True)
            case "reboot":
                twin.power_cycle(now)
                _break_all(gates, now + (fault.seconds or REBOOT_S))
            case "swap":
                twin.become(f"{twin.serial}-2", now)
                _break_all(gates, now)
            case "mend":
                for gate in gates:
                    gate.mend()
        if isinstance(twin, SupplyTwin):
            _befall_supply(twin, fault)
        elif isinstance(twin, Daq970aTwin):
            _befall_scanner(twin, fault)

    def _befall_belt(self, lane: SimulatedLane, fault: Fault, now: float) -> None:
        lane.world.advance(now)
        belt = lane.belt
        match fault.kind.name:
            case "cut":
                belt.unplug(fault.seconds, now=now)
            case "refuse":
                belt.unplug(held=True)
            case "swap":
                belt.become(f"{belt.serial}-2")
                belt.unplug()
                belt.mend()
            case "mend":
                belt.mend()
            case _:
                _befall_world(lane.world, fault)

    def _befall_probe(self, place: ProbePlace, fault: Fault) -> None:
        probe = place.probe
        match fault.kind.name:
            case "open":
                probe.open = True
            case "reversed":
                probe.reversed = True
            case "drift":
                probe.drift_k = float(fault.value)
            case "short":
                probe.sits_on = place.block.degc
            case "detached":
                probe.sits_on = _cooling(place.lane.world, probe.sits_on(), fault.seconds or LAG_S)
            case "swapped":
                other = self._other(fault).probe
                probe.sits_on, other.sits_on = other.sits_on, probe.sits_on
            case "frozen":
                self._scanner(place).stick([place.channel])
            case "mend":
                probe.open = probe.reversed = False
                probe.drift_k = 0.0
                probe.sits_on = self._spots[fault.target]
                self._scanner(place).unstick([place.channel])

    def _other(self, fault: Fault) -> ProbePlace:
        slot, sign, _ = fault.target.rpartition("/")
        name = f"{slot}{sign}{fault.value}"
        if name not in self._probes or name == fault.target:
            raise InputError(
                f"injecting the fault {fault.text!r}: there is no other probe {name}; "
                f"there are {', '.join(self._probes)}"
            )
        return self._probes[name]

    def _scanner(self, place: ProbePlace) -> Daq970aTwin:
        twin = self._instruments[place.scanner]
        assert isinstance(twin, Daq970aTwin), "probes hang on scanners"
        return twin


def roles_of(
    instruments: Mapping[str, ScpiTwin], belts: Mapping[str, SimulatedLane], probes: Mapping[str, ProbePlace]
) -> dict[str, Role]:
    """What can have faults, and what each is."""
    found: dict[str, Role] = {
        name: "supply" if isinstance(twin, SupplyTwin) else "scanner" for name, twin in instruments.items()
    }
    found.update(dict.fromkeys(belts, "belt"))
    found.update(dict.fromkeys(probes, "probe"))
    return found


def _break_all(gates: Sequence[Gate], until: float | None, *, refusing: bool = False) -> None:
    for gate in gates:
        gate.break_off(float("inf") if until is None else until, refusing=refusing)


def _befall_supply(twin: SupplyTwin[Any], fault: Fault) -> None:
    match fault.kind.name:
        case "lie":
            twin.tell(cast('Literal["setting", "volts", "off"]', fault.value))
        case "comes-on":
            twin.come_on(float(fault.value or ON_VOLTS))
        case "stuck":
            for output in twin.outputs.values():
                output.stuck = True
        case "mend":
            twin.tell(None)
            for output in twin.outputs.values():
                output.stuck = False


def _befall_scanner(twin: Daq970aTwin, fault: Fault) -> None:
    match fault.kind.name:
        case "frozen":
            twin.stick()
        case "overload":
            twin.stick(overload=True)
        case "mend":
            twin.unstick()


def _befall_world(world: BeltWorld, fault: Fault) -> None:
    unit = fault.value or None
    match fault.kind.name:
        case "reset":
            cause = fault.value or ResetCause.PROCESSOR_WATCHDOG.name
            world.firmware.restart(ResetCause[cause.upper()])
        case "spurious":
            world.firmware.make_up(EventCode.CUTOFF)
        case "welded":
            world.weld(_unit(world, fault, unit))
        case "sensor-stuck":
            world.stick_sensor(_unit(world, fault, unit))


def _unit(world: BeltWorld, fault: Fault, unit: str | None) -> str | None:
    if unit is not None and unit not in world.units:
        raise InputError(
            f"injecting the fault {fault.text!r}: the belt has no unit {unit}; it has {', '.join(world.units)}"
        )
    return unit


def _cooling(world: BeltWorld, degc: float, lag_s: float) -> Callable[[], float]:
    """A junction that was so warm and now hangs in the world's ambient."""
    last = world.time_s

    def now() -> float:
        nonlocal degc, last
        ambient = world.ambient_degc()
        degc = ambient + (degc - ambient) * exp(-(world.time_s - last) / lag_s)
        last = world.time_s
        return degc

    return now
