"""A bench file made into simulated ports: twins wired as the file says, on one world and one clock."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, ClassVar, final

from dut_drivers.errors import DeviceError
from dut_drivers.profile import shipped_profile
from dut_drivers.simulated import protocol_simdut
from dut_drivers.simulated.belt_world import BeltWorld
from dut_drivers.simulated.defects import with_defects
from dut_drivers.simulated.parameters import draw_parameters
from dut_drivers.simulated.twin import BeltTwin
from dut_drivers.simulated.twin import Fault as BeltFault
from instruments.simulated.daq970a import Daq970aTwin
from instruments.simulated.e36300 import E36300Twin
from instruments.simulated.faults import Fault as InstrumentFault
from instruments.simulated.hmp4040 import Hmp4040Twin
from instruments.simulated.supply_output import Load
from instruments.simulated.visa_library import SimulatedVisaLibrary
from rig.bench.description import (
    BenchDescription,
    HeaterEntry,
    InstrumentEntry,
    SimulationEntry,
    SlotEntry,
)
from rig.bench.ports import Ports, open_serial_port
from rig.bench.wiring import BELT
from rig.clock import Clock
from rig.errors import InputError
from rig.simulation.faults import FaultPlan
from rig.simulation.noise import NoiseOf, NoiseStream, silent, uniform
from rig.simulation.probes import Probe, make_probes

SupplyTwin = E36300Twin | Hmp4040Twin
Twin = SupplyTwin | Daq970aTwin

BELT_SERIAL = "SIM-BELT-{:04d}"
COUNTER = iter(range(1, 1_000_000_000))


@final
class SimulatedBench:
    """One bench of twins. Close it, or use it as a context manager.

    Attributes:
        world: the belt and the body it lies on, with the true temperatures.
        twins: the instruments' twins by VISA resource.
        belt: the belt's twin.
        ports: what `open_bench` takes.
        faults: the fault plan, which the ports' inject adds to.
        probes: thermocouples by signal, whose wires can be broken.
    """

    def __init__(
        self,
        description: BenchDescription,
        slot: SlotEntry,
        seed: int,
        clock: Clock,
        faults: tuple[str, ...] = (),
    ) -> None:
        simulation = description.simulation
        if simulation is None:
            raise InputError(
                f"simulating the bench {description.name!r} ({description.file}): the file has no `simulation:` "
                f"part; add one, or run it on the real instruments"
            )
        self.description, self.slot, self.seed, self.clock = description, slot, seed, clock
        self.faults = FaultPlan({entry.name for entry in description.instruments} | {BELT}, faults)
        self.lock: AbstractContextManager[Any] = clock.lock()
        self._nominal = simulation.tolerances == "nominal"
        self.world = self._make_world(simulation)
        self.probes: dict[str, Probe] = {}
        self.supplies: dict[str, SupplyTwin] = {}
        self.twins: dict[str, Twin] = {}
        for number, entry in enumerate(description.instruments, start=1):
            self.twins[entry.resource] = self._make_twin(entry, number)
        self.belt = BeltTwin(self.world, BELT_SERIAL.format(seed % 10_000), BELT, self._belt_fault)
        self._feeds = {heater.name: (self.supplies[heater.supply], heater.output) for heater in slot.heaters}
        self.ports = self._make_ports()

    def close(self) -> None:
        """Unplug the belt."""
        protocol_simdut.unregister(self._link_name)

    def __enter__(self) -> SimulatedBench:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _noise(self, device: str) -> NoiseOf:
        return silent if self._nominal else NoiseStream(self.seed, device)

    def _make_world(self, simulation: SimulationEntry) -> BeltWorld:
        sound = draw_parameters(
            shipped_profile(self.slot.device),
            uniform(self.seed, f"belt.{self.slot.name}"),
            nominal=self._nominal,
            ambient_degc=simulation.ambient_degc,
            perfusion=simulation.perfusion,
        )
        try:
            parameters = with_defects(sound, simulation.defects)
        except DeviceError as error:
            raise InputError(str(error)) from error
        return BeltWorld(parameters, self._drive, self._noise(f"belt.{self.slot.name}"))

    def _drive(self, unit: str, ohms: float) -> float:
        twin, output = self._feeds[unit]
        return twin.amps_into(output, ohms)

    def _make_twin(self, entry: InstrumentEntry, number: int) -> Twin:
        if entry.driver not in self._TWINS:
            raise InputError(
                f"simulating {entry.name} ({self.description.file}): there is no twin for the driver "
                f"{entry.driver!r}; there is one for {', '.join(self._TWINS)}"
            )
        serial, make = self._TWINS[entry.driver]
        return make(self, entry, serial.format(number))

    def _make_e36300(self, entry: InstrumentEntry, serial: str) -> Twin:
        loads, noise = self._loads(entry), self._noise(entry.name)
        twin = E36300Twin(entry.model, serial, loads, noise, self.world.advance, name=entry.name)
        self.supplies[entry.name] = twin
        return twin

    def _make_hmp(self, entry: InstrumentEntry, serial: str) -> Twin:
        loads, noise = self._loads(entry), self._noise(entry.name)
        sensed = {heater.output for heater in self._fed_by(entry) if heater.remote_sense}
        twin = Hmp4040Twin(
            entry.model, serial, loads, noise, self.world.advance, four_wire=sensed, name=entry.name
        )
        self.supplies[entry.name] = twin
        return twin

    def _fed_by(self, entry: InstrumentEntry) -> list[HeaterEntry]:
        return [heater for heater in self.slot.heaters if heater.supply == entry.name]

    def _loads(self, entry: InstrumentEntry) -> dict[int, Load]:
        return {
            heater.output: _HeaterLoad(self.world, heater.name, heater.lead_ohms)
            for heater in self._fed_by(entry)
        }

    def _make_daq970a(self, entry: InstrumentEntry, serial: str) -> Twin:
        inputs = make_probes(
            self.description, self.slot, entry.name, self.world, self.seed, nominal=self._nominal
        )
        self.probes.update(
            (probe.signal, inputs[probe.channel]) for probe in self.slot.probes if probe.scanner == entry.name
        )
        line_hz, noise = float(entry.options["line_hz"]), self._noise(entry.name)
        return Daq970aTwin(serial, inputs, noise, self.world.advance, line_hz, name=entry.name)

    _TWINS: ClassVar[dict[str, tuple[str, Callable[[Any, InstrumentEntry, str], Twin]]]] = {
        "keysight-e36300": ("SIM-E363-{:04d}", _make_e36300),
        "rohde-schwarz-hmp": ("SIM-HMP4-{:04d}", _make_hmp),
        "keysight-daq970a": ("SIM-DAQ9-{:04d}", _make_daq970a),
    }
    """By driver name: the pattern of the twin's serial number, and what makes the twin."""

    def instrument_fault(self, name: str, reply: int) -> InstrumentFault | None:
        """The fault of an instrument's reply, in the shape that its servers take."""
        fault = self.faults(name, reply)
        return None if fault is None else InstrumentFault(fault.kind, fault.seconds)

    def _belt_fault(self, name: str, replies_before: int) -> BeltFault | None:
        fault = self.faults(name, replies_before + 1)
        return None if fault is None else BeltFault(fault.kind, fault.seconds)

    def _make_ports(self) -> Ports:
        number = next(COUNTER)
        self._link_name = f"{self.slot.name}-{number}"
        library = SimulatedVisaLibrary(
            f"rig-{number}", self.twins, self.clock, self.lock, self.instrument_fault
        )
        protocol_simdut.register(self._link_name, self.belt, self.clock, self.lock)
        return Ports(
            visa=library,
            open_serial=lambda _url, baud: open_serial_port(f"simdut://{self._link_name}", baud),
            clock=self.clock,
            inject=self.faults.inject,
        )


@final
class _HeaterLoad:
    """A heating unit at the end of its leads, as its supply output sees it."""

    __slots__ = ("_unit", "_world", "lead_ohms")

    def __init__(self, world: BeltWorld, unit: str, lead_ohms: float) -> None:
        self._world = world
        self._unit = unit
        self.lead_ohms = lead_ohms

    def resistance_ohms(self) -> float:
        return self._world.resistance_ohms(self._unit)
