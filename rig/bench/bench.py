"""An open bench: its stations on their bus workers, and the one inbox that they report to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from rig.bench.description import RELAY, BenchDescription, InstrumentEntry, SlotEntry
from rig.bench.inbox import Inbox
from rig.bench.messages import Value
from rig.bench.ports import Ports
from rig.bench.scanner_station import ScannerStation
from rig.bench.stations import Station, never_raising
from rig.bench.supply_station import SupplyStation
from rig.bench.worker import BusWorker

if TYPE_CHECKING:
    from dut_drivers.protocols import BeltIdentity
    from instruments.protocols import Identity

WORKER_END_S = 5.0
HUNG_S = 0.1
"""How much later than its deadline an exchange may end that is still waited for."""


@dataclass(frozen=True, slots=True)
class Identified:
    """An instrument of the bench file and who answered there."""

    entry: InstrumentEntry
    identity: Identity


@final
class Bench:
    """Made by `open_bench`; use as a context manager, or close it.

    Attributes:
        inbox: messages of all workers, oldest first; the engine alone takes from it.
        identified: instruments with the identities that they gave.
        slots: the lanes that are in use, in the order of the bench file.
        devices: by slot, the identity that the device there gave.
    """

    def __init__(
        self,
        description: BenchDescription,
        slots: Sequence[SlotEntry],
        ports: Ports,
        close_library: Callable[[], None],
    ) -> None:
        self.description = description
        self.slots = tuple(slots)
        self.ports = ports
        self.clock = ports.clock
        self.inbox = Inbox(ports.clock, ports.pace)
        self.identified: list[Identified] = []
        self.devices: dict[str, BeltIdentity] = {}
        self.workers: list[BusWorker] = []
        self._close_library = close_library
        self._buses: dict[str, list[Station]] = {}
        self._owners: dict[tuple[str, str], BusWorker] = {}

    def add(self, station: Station, bus: str) -> None:
        """Put a station on a bus; stations that share a bus share a worker."""
        self._buses.setdefault(bus, []).append(station)

    @property
    def stations(self) -> list[Station]:
        """All stations, in the order in which they were added."""
        return [station for stations in self._buses.values() for station in stations]

    @property
    def supplies(self) -> list[SupplyStation]:
        """The power supplies."""
        return [station for station in self.stations if isinstance(station, SupplyStation)]

    @property
    def scanners(self) -> list[ScannerStation]:
        """The thermocouple scanners."""
        return [station for station in self.stations if isinstance(station, ScannerStation)]

    @property
    def simulated(self) -> bool:
        """Whether any instrument or device is a simulated one, by its own serial number."""
        return any(self._kinds())

    @property
    def mixed(self) -> bool:
        """Whether real and simulated parts stand on one bench, which is refused."""
        return len(self._kinds()) > 1

    def _kinds(self) -> set[bool]:
        return {
            *(item.identity.simulated for item in self.identified),
            *(device.simulated for device in self.devices.values()),
        }

    def start(self, periods_s: Mapping[str, float], start: float) -> None:
        """Start the bus workers; sources are first read at that instant, at their periods by wired name.

        Supplies are read half a scan later, so that their bus is free for an off when the others' readings come.
        """
        self.workers = [
            BusWorker(bus, stations, self.clock, self.inbox, self.ports.pace)
            for bus, stations in self._buses.items()
        ]
        half_s = min(periods_s.values()) / 2
        for worker in self.workers:
            for slot, outputs in worker.outputs.items():
                self._owners.update(((slot, output), worker) for output in outputs)
            worker.start(periods_s, start, half_s)

    def owners(self, slot: str) -> list[BusWorker]:
        """The workers that own outputs of a lane; none before they were started."""
        return [worker for worker in self.workers if slot in worker.outputs]

    def post(self, slot: str, output: str, value: Value) -> None:
        """Ask the worker that owns a lane's output to set it.

        Raises:
            KeyError: nobody owns it.
        """
        self._owners[slot, output].post(slot, output, value)

    def relays(self, slot: str) -> dict[str, list[str]]:
        """The outputs of a lane that are relays, by the worker that owns them."""
        owned = {
            worker.name: [output for output in worker.outputs[slot] if output.startswith(RELAY)]
            for worker in self.owners(slot)
        }
        return {worker: outputs for worker, outputs in owned.items() if outputs}

    def post_rest(self, slot: str) -> dict[str, list[str]]:
        """Ask the workers that own relays of a lane to put them to rest; which they are, by worker."""
        relays = self.relays(slot)
        for worker in self.owners(slot):
            if worker.name in relays:
                worker.post_rest(slot)
        return relays

    def close(self) -> None:
        """End the workers and give every link back; never raises.

        A worker that does not end in time may still be switching off: its links are left to it.
        """
        if self.let_go(WORKER_END_S):
            never_raising(self._close_library)

    def let_go(self, patience_s: float) -> bool:
        """End the workers, and give back the links of those that end within so many seconds; whether all did.

        One whose exchange is past its deadline hangs in a library, and is not waited for.
        """
        clock = self.clock
        until = clock.now() + patience_s
        for worker in self.workers:
            worker.end()
        busy = [
            worker
            for worker in self.workers
            if not worker.stop(max(0.0, min(until, worker.due + HUNG_S) - clock.now()))
        ]
        for station in self.stations:
            if not any(station in worker.stations for worker in busy):
                station.close()
        return not busy

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
