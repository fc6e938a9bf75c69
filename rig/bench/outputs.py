"""What can switch heaters off on a bench, each part opened alone, so that one which fails keeps no other waiting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from rig.bench.belt_station import BeltStation
from rig.bench.description import BenchDescription, InstrumentEntry, SlotEntry
from rig.bench.opening import bus_of, device_driver, instrument_driver, open_library, supply_station
from rig.bench.ports import Ports
from rig.bench.registry import load_device_driver, load_instrument_driver
from rig.bench.stations import Station
from rig.bench.wiring import device_source

if TYPE_CHECKING:
    from pyvisa import ResourceManager

DEADLINE_S = 0.5
"""Longest exchange with a supply that is to be switched off."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A part with an open link; identify raises where somebody else answers than the bench file says."""

    station: Station
    identify: Callable[[], object]


@dataclass(frozen=True, slots=True)
class OutputPart:
    """A supply or a device, not opened yet.

    Attributes:
        source: its name among the bench's sources.
        bus: parts of one bus must not be spoken to at the same time.
        outputs: by slot, the outputs whose read-back shows that it is off.
        open: opens its link and asks nothing; raises what the leaf packages raise.
    """

    source: str
    bus: str
    outputs: Mapping[str, tuple[str, ...]]
    open: Callable[[], Opened]


def prepare_library(
    description: BenchDescription, slots: Sequence[SlotEntry], ports: Ports
) -> ResourceManager:
    """Import everything that `output_parts` will need, and open the VISA library, so that acting takes no time.

    Raises:
        BenchError: the library cannot be opened, or a driver is not there.
    """
    for module in ("serial", "dut_drivers.link", "instruments.session"):
        import_module(module)
    for entry in description.instruments:
        load_instrument_driver(entry.driver)
    for slot in slots:
        load_device_driver(slot.device)
    return open_library(ports)


def output_parts(
    description: BenchDescription, slots: Sequence[SlotEntry], ports: Ports, manager: ResourceManager
) -> list[OutputPart]:
    """The parts that own outputs of those slots: supplies first, then the devices. Scanners own none."""
    supplies = [
        part
        for entry in description.instruments
        if entry.role == "supply" and (part := _supply_part(entry, slots, ports, manager)).outputs
    ]
    return [*supplies, *(_device_part(description, slot, ports) for slot in slots)]


def _supply_part(
    entry: InstrumentEntry, slots: Sequence[SlotEntry], ports: Ports, manager: ResourceManager
) -> OutputPart:
    def open_it() -> Opened:
        driver = instrument_driver(entry, ports, manager, DEADLINE_S)
        return Opened(supply_station(entry, slots, driver, ports), driver.identify)

    outputs = {
        slot.name: tuple(f"supply.{h.name}.output" for h in slot.heaters if h.supply == entry.name)
        for slot in slots
    }
    return OutputPart(entry.name, bus_of(entry.resource), {s: o for s, o in outputs.items() if o}, open_it)


def _device_part(description: BenchDescription, slot: SlotEntry, ports: Ports) -> OutputPart:
    source = device_source(slot, description)

    def open_it() -> Opened:
        driver = device_driver(slot, ports)
        return Opened(BeltStation(source, slot.name, driver, ports.clock), driver.identify)

    return OutputPart(source, slot.link, {slot.name: ("belt.level",)}, open_it)
