"""A bench file made into simulated ports: twins wired as the file says, on one clock, a world in each slot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar, final

from dut_drivers.simulated.twin import Fault as BeltFault
from instruments.simulated.daq970a import Daq970aTwin
from instruments.simulated.e36300 import E36300Twin
from instruments.simulated.faults import Fault as InstrumentFault
from instruments.simulated.faults import Gate
from instruments.simulated.hmp4040 import Hmp4040Twin
from instruments.simulated.supply_output import Load
from instruments.simulated.visa_library import SimulatedVisaLibrary
from rig.bench.description import BenchDescription, HeaterEntry, InstrumentEntry, SlotEntry
from rig.bench.ports import Ports, open_serial_port
from rig.bench.wiring import device_source
from rig.clock import Clock
from rig.errors import InputError
from rig.simulation.acting import Actor, ProbePlace, roles_of
from rig.simulation.faults import FaultPlan
from rig.simulation.lane import SimulatedLane
from rig.simulation.loads import Feed, ParallelLoad, UnitLoad
from rig.simulation.noise import NoiseOf, NoiseStream, silent
from rig.simulation.probes import Block, Probe, block_of, make_probes
from rig.simulation.relays import act_out_relays, relay_slots

SupplyTwin = E36300Twin | Hmp4040Twin
Twin = SupplyTwin | Daq970aTwin

COUNTER = iter(range(1, 1_000_000_000))


@final
class SimulatedBench:
    """One bench of twins. Close it, or use it as a context manager.

    Of a run that is resumed, session counts the parts from 1: the same devices again, with noise of their own.

    Attributes:
        lanes: by slot, the belt with its world.
        twins: the instruments' twins by VISA resource.
        ports: what `open_bench` takes.
        faults: the fault plan, which the ports' inject adds to.
        gates: by instrument, what the clients of each of its servers pass through.
        probes: thermocouples by slot and signal, whose wires can be broken.

    Raises:
        InputError: the bench file has no ``simulation`` part, or one that cannot be made, or a fault is none.
    """

    def __init__(
        self,
        description: BenchDescription,
        slots: Sequence[SlotEntry],
        seed: int,
        clock: Clock,
        faults: tuple[str, ...] = (),
        *,
        session: int = 1,
    ) -> None:
        simulation = description.simulation
        if simulation is None:
            raise InputError(
                f"simulating the bench {description.name!r} ({description.file}): the file has no `simulation:` "
                f"part; add one, or run it on the real instruments"
            )
        self.description, self.slots, self.seed, self.clock = description, tuple(slots), seed, clock
        self._session = session
        self.lock: AbstractContextManager[Any] = clock.lock()
        self._nominal = simulation.tolerances == "nominal"
        self.lanes = {
            slot.name: SimulatedLane(
                description,
                slot,
                simulation,
                seed=seed,
                noise=self._noise(f"belt.{slot.name}"),
                faults=self._belt_fault,
            )
            for slot in slots
        }
        worlds = [lane.world for lane in self.lanes.values()]
        self._advance = worlds[0].advance if len(worlds) == 1 else _together([w.advance for w in worlds])
        self.probes: dict[tuple[str, str], Probe] = {}
        self._blocks: dict[str, Block] = {}
        self.supplies: dict[str, SupplyTwin] = {}
        self.scanners: dict[str, Daq970aTwin] = {}
        self.twins: dict[str, Twin] = {}
        for number, entry in enumerate(description.instruments, start=1):
            self.twins[entry.resource] = self._make_twin(entry, number)
        for lane in self.lanes.values():
            lane.feeds = {heater.name: self._feed(lane, heater) for heater in lane.slot.heaters}
        self.gates: dict[str, list[Gate]] = {entry.name: [] for entry in description.instruments}
        self.faults = self._make_fault_plan()
        act_out_relays(description, self.slots, self.scanners, self.faults.inject)
        self.ports = self._make_ports()
        try:
            for fault in faults:
                self.faults.inject(fault)
        except InputError:
            self.close()
            raise

    def close(self) -> None:
        """Unplug the belts."""
        for lane in self.lanes.values():
            lane.unplug()

    def __enter__(self) -> SimulatedBench:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _noise(self, device: str) -> NoiseOf:
        return silent if self._nominal else NoiseStream(self.seed, device, self._session)

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
        twin = E36300Twin(entry.model, serial, loads, noise, self._advance, name=entry.name)
        self.supplies[entry.name] = twin
        return twin

    def _make_hmp(self, entry: InstrumentEntry, serial: str) -> Twin:
        loads, noise = self._loads(entry), self._noise(entry.name)
        sensed = {
            heater.output for slot in self.slots for heater in _fed_by(entry, slot) if heater.remote_sense
        }
        twin = Hmp4040Twin(
            entry.model, serial, loads, noise, self._advance, four_wire=sensed, name=entry.name
        )
        self.supplies[entry.name] = twin
        return twin

    def _loads(self, entry: InstrumentEntry) -> dict[int, Load]:
        return {
            heater.output: _load(lane, heater)
            for lane in self.lanes.values()
            for heater in _fed_by(entry, lane.slot)
        }

    def _feed(self, lane: SimulatedLane, heater: HeaterEntry) -> Feed:
        return Feed(self.supplies[heater.supply], heater.output, _load(lane, heater))

    def _make_daq970a(self, entry: InstrumentEntry, serial: str) -> Twin:
        block = self._blocks[entry.name] = block_of(self.description, next(iter(self.lanes.values())).world)
        inputs = {}
        for lane in self.lanes.values():
            of_lane = make_probes(
                self.description,
                lane.slot,
                entry.name,
                world=lane.world,
                block=block,
                seed=self.seed,
                nominal=self._nominal,
            )
            self.probes.update(
                ((lane.slot.name, probe.signal), of_lane[probe.channel])
                for probe in lane.slot.probes
                if probe.scanner == entry.name
            )
            inputs.update(of_lane)
        line_hz, noise = float(entry.options["line_hz"]), self._noise(entry.name)
        slots = relay_slots(self.description, entry.name)
        twin = Daq970aTwin(serial, inputs, noise, self._advance, line_hz, name=entry.name, relay_slots=slots)
        self.scanners[entry.name] = twin
        return twin

    _TWINS: ClassVar[dict[str, tuple[str, Callable[[Any, InstrumentEntry, str], Twin]]]] = {
        "keysight-e36300": ("SIM-E363-{:04d}", _make_e36300),
        "rohde-schwarz-hmp": ("SIM-HMP4-{:04d}", _make_hmp),
        "keysight-daq970a": ("SIM-DAQ9-{:04d}", _make_daq970a),
    }
    """By driver name: the pattern of the twin's serial number, and what makes the twin."""

    def _make_fault_plan(self) -> FaultPlan:
        instruments = {entry.name: self.twins[entry.resource] for entry in self.description.instruments}
        belts = {device_source(lane.slot, self.description): lane for lane in self.lanes.values()}
        probes = dict(self._probe_places())
        counted = {name: place.scanner for name, place in probes.items()}
        act = Actor(
            instruments=instruments,
            gates=self.gates,
            belts=belts,
            probes=probes,
            clock=self.clock,
            lock=self.lock,
        )
        return FaultPlan(roles_of(instruments, belts, probes), counted, act)

    def _probe_places(self) -> Iterator[tuple[str, ProbePlace]]:
        """Each probe by what faults call it: its signal, with its slot where there are several."""
        for lane in self.lanes.values():
            slot = lane.slot
            for entry in slot.probes:
                place = ProbePlace(
                    self.probes[slot.name, entry.signal],
                    entry.scanner,
                    entry.channel,
                    self._blocks[entry.scanner],
                    lane,
                )
                several = len(self.description.slots) > 1
                yield f"{slot.name}/{entry.signal}" if several else entry.signal, place

    def add_gates(self, gates: Mapping[str, Gate]) -> None:
        """Let faults act on those of another server, too."""
        for name, gate in gates.items():
            self.gates[name].append(gate)

    def instrument_fault(self, name: str, reply: int) -> InstrumentFault | None:
        """The fault of an instrument's reply, in the shape that its servers take."""
        fault = self.faults(name, reply)
        return None if fault is None else InstrumentFault(fault.kind, fault.seconds)

    def _belt_fault(self, name: str, replies_before: int) -> BeltFault | None:
        fault = self.faults(name, replies_before + 1)
        return None if fault is None else BeltFault(fault.kind, fault.seconds)

    def _inject(self, fault: str) -> None:
        with self.lock:
            self.faults.inject(fault)

    def _make_ports(self) -> Ports:
        number = next(COUNTER)
        library = SimulatedVisaLibrary(
            f"rig-{number}", self.twins, self.clock, self.lock, self.instrument_fault
        )
        self.add_gates(library.gates)
        urls = {lane.slot.link: lane.plug_in(number, self.clock, self.lock) for lane in self.lanes.values()}
        return Ports(
            visa=library,
            open_serial=lambda url, baud: open_serial_port(urls.get(url, url), baud),
            clock=self.clock,
            inject=self._inject,
        )


def _together(advances: Sequence[Callable[[float], None]]) -> Callable[[float], None]:
    """All worlds brought to one instant."""

    def advance(now: float) -> None:
        for each in advances:
            each(now)

    return advance


def _fed_by(entry: InstrumentEntry, slot: SlotEntry) -> list[HeaterEntry]:
    return [heater for heater in slot.heaters if heater.supply == entry.name]


def _load(lane: SimulatedLane, heater: HeaterEntry) -> UnitLoad | ParallelLoad:
    beside = [
        other.name
        for other in lane.slot.heaters
        if (other.supply, other.output) == (heater.supply, heater.output)
    ]
    if len(beside) == 1:
        return UnitLoad(lane.world, heater.name, heater.lead_ohms)
    return ParallelLoad(lane.world, beside, heater.lead_ohms)
