"""`open_bench`: the one door to a bench, real, served or simulated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rig.bench.belt_station import BeltStation
from rig.bench.bench import Bench, Identified
from rig.bench.description import BenchDescription, InstrumentEntry, SlotEntry
from rig.bench.ports import Ports
from rig.bench.registry import load_device_driver, load_instrument_driver
from rig.bench.scanner_station import ScannerStation
from rig.bench.stations import never_raising
from rig.bench.supply_station import SupplyStation
from rig.bench.wiring import BELT, device_source
from rig.errors import BenchError

if TYPE_CHECKING:
    from pyvisa import ResourceManager

FIRST_CONTACT_S = 5.0
OPEN_TIMEOUT_MS = 1000


def open_bench(description: BenchDescription, slots: Sequence[SlotEntry], ports: Ports) -> Bench:
    """Open every instrument of the bench and the devices in the slots, and ask each who it is.

    Nothing is switched on. Every failure is reported at once, and what had been opened is closed again.

    Raises:
        BenchError: an instrument or the device cannot be opened or does not answer.
    """
    manager = open_library(ports)
    bench = Bench(description, slots, ports, close_library=manager.close)
    troubles: list[str] = []
    for entry in description.instruments:
        _attempt(
            troubles, f"{entry.name} at {entry.resource}", _instrument_opener(bench, entry, ports, manager)
        )
    for slot in slots:
        _attempt(troubles, f"device {slot.device} at {slot.link}", _device_opener(bench, slot, ports))
    if troubles:
        bench.close()
        raise BenchError(
            f"opening the bench {description.name!r} ({description.file}):\n  "
            + "\n  ".join(troubles)
            + "\nnothing was switched on; check power, cables and addresses, then run it again"
        )
    return bench


def open_library(ports: Ports) -> ResourceManager:
    """The VISA library of the ports.

    Raises:
        BenchError: it cannot be opened.
    """
    from pyvisa import ResourceManager

    try:
        return ResourceManager(ports.visa)
    except (OSError, ValueError) as error:
        raise BenchError(
            f"opening the VISA library {ports.visa!r}: {error}; install it or name another"
        ) from error


def _attempt(troubles: list[str], what: str, action: Callable[[], None]) -> None:
    trouble = never_raising(action)
    if trouble is not None:
        troubles.append(f"{what}: {trouble}")


def open_what_answers(
    description: BenchDescription,
    slots: Sequence[SlotEntry],
    ports: Ports,
) -> tuple[Bench, dict[str, str]]:
    """Open each part of the bench by itself, supplies first, then the devices in the slots, then the scanners.

    Args:
        description: the bench.
        slots: whose devices are wanted.
        ports: of the bench.

    Returns:
        The bench with those that answered, and of the others, by their source, what was wrong.

    Raises:
        BenchError: there is no VISA library.
    """
    manager = open_library(ports)
    bench = Bench(description, slots, ports, close_library=manager.close)

    def parts(role: str) -> dict[str, Callable[[], None]]:
        entries = [entry for entry in description.instruments if entry.role == role]
        return {entry.name: _instrument_opener(bench, entry, ports, manager) for entry in entries}

    devices = {device_source(slot, description): _device_opener(bench, slot, ports) for slot in slots}
    troubles: dict[str, str] = {}
    for source, action in {**parts("supply"), **devices, **parts("scanner")}.items():
        trouble = never_raising(action)
        if trouble is not None:
            troubles[source] = trouble
    return bench, troubles


def _instrument_opener(
    bench: Bench, entry: InstrumentEntry, ports: Ports, manager: ResourceManager
) -> Callable[[], None]:
    return lambda: _open_instrument(bench, entry, ports, manager)


def _open_instrument(bench: Bench, entry: InstrumentEntry, ports: Ports, manager: ResourceManager) -> None:
    driver = instrument_driver(entry, ports, manager, FIRST_CONTACT_S)
    try:
        identity = driver.identify()
    except Exception:
        never_raising(driver.close)
        raise
    bus = bus_of(entry.resource)
    if entry.role == "supply":
        bench.add(supply_station(entry, bench.slots, driver, ports, serial=identity.serial), bus)
    else:
        probes = {slot.name: [p for p in slot.probes if p.scanner == entry.name] for slot in bench.slots}
        wires = bench.description.thermocouples
        used = {slot.name for slot in bench.slots}
        relays = [r for r in bench.description.relays if r.scanner == entry.name and r.slot in used]
        station = ScannerStation(
            entry.name, driver, probes, wires, ports.clock, serial=identity.serial, relays=relays
        )
        bench.add(station, bus)
    bench.identified.append(Identified(entry, identity))


def instrument_driver(
    entry: InstrumentEntry, ports: Ports, manager: ResourceManager, deadline_s: float
) -> Any:
    """The driver of an instrument over a new session; nothing is asked of it yet.

    Raises:
        InstrumentError: the link cannot be opened.
    """
    from instruments.session import Session

    session = Session(lambda: _open_resource(manager, entry), entry.name, ports.clock, deadline_s)
    return load_instrument_driver(entry.driver)(session, entry.model)


def supply_station(
    entry: InstrumentEntry, slots: Sequence[SlotEntry], driver: Any, ports: Ports, *, serial: str = ""
) -> SupplyStation:
    """A supply with the heaters that it feeds in those slots, and the serial number that it gave, if it was asked."""
    fed = {slot.name: [h for h in slot.heaters if h.supply == entry.name] for slot in slots}
    return SupplyStation(entry.name, driver, fed, ports.clock, serial=serial)


def _open_resource(manager: ResourceManager, entry: InstrumentEntry) -> Any:
    """A pyvisa resource, opened in bounded time; backends raise what they please when nobody answers.

    Raises:
        LinkLost: it cannot be opened.
    """
    from instruments.errors import LinkLost

    try:
        return manager.open_resource(entry.resource, open_timeout=OPEN_TIMEOUT_MS)
    except Exception as error:
        words = f"{type(error).__name__}: {error}"
        remedy = "check that it is switched on, connected and free, and the resource name in the bench file"
        raise LinkLost(entry.name, f"opening {entry.resource}", words, remedy) from error


def bus_of(resource: str) -> str:
    """The bus that a VISA resource sits on: instruments of one GPIB board share it, others have one each."""
    interface = resource.partition("::")[0]
    return interface if interface.upper().startswith("GPIB") else resource


def _device_opener(bench: Bench, slot: SlotEntry, ports: Ports) -> Callable[[], None]:
    return lambda: _open_device(bench, slot, ports)


def _open_device(bench: Bench, slot: SlotEntry, ports: Ports) -> None:
    driver = device_driver(slot, ports)
    try:
        identity = bench.devices[slot.name] = driver.identify()
    except Exception:
        never_raising(driver.close)
        raise
    source = device_source(slot, bench.description)
    bench.add(BeltStation(source, slot.name, driver, ports.clock, serial=identity.serial), bus=slot.link)


def device_driver(slot: SlotEntry, ports: Ports) -> Any:
    """The driver of the device in a slot over a new link; nothing is asked of it yet.

    Raises:
        DeviceError: the port cannot be opened.
    """
    from dut_drivers.link import Link

    link = Link(lambda: ports.open_serial(slot.link, _baud(slot.device)), slot.device, ports.clock)
    return load_device_driver(slot.device)(link, ports.clock)


def _baud(device: str) -> int:
    from dut_drivers.profile import shipped_profile

    return shipped_profile(device).baud


def periods(bench: BenchDescription, sampling_s: Mapping[str, float]) -> dict[str, float]:
    """Period of each source by the name that it is wired as, from the sampling by role (supply, scanner, belt)."""
    named = {entry.name: sampling_s[entry.role] for entry in bench.instruments}
    return {**named, BELT: sampling_s["belt"]}
