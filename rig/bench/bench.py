"""An open bench: its stations on their bus workers, and the one inbox that they report to."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from rig.bench.description import BenchDescription, InstrumentEntry, SlotEntry
from rig.bench.messages import Message, Value
from rig.bench.ports import Ports
from rig.bench.scanner_station import ScannerStation
from rig.bench.stations import Station, never_raising
from rig.bench.supply_station import SupplyStation
from rig.bench.worker import BusWorker

if TYPE_CHECKING:
    from dut_drivers.protocols import BeltIdentity
    from instruments.protocols import Identity

WORKER_END_S = 5.0


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
        device: the identity that the device gave.
    """

    def __init__(
        self,
        description: BenchDescription,
        slot: SlotEntry,
        ports: Ports,
        close_library: Callable[[], None],
    ) -> None:
        self.description = description
        self.slot = slot
        self.ports = ports
        self.clock = ports.clock
        self.inbox: deque[Message] = deque()
        self.identified: list[Identified] = []
        self.device: BeltIdentity | None = None
        self.workers: list[BusWorker] = []
        self._close_library = close_library
        self._buses: dict[str, list[Station]] = {}

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
        """Whether any instrument or the device is a simulated one, by its own serial number."""
        instruments = any(item.identity.simulated for item in self.identified)
        return instruments or (self.device is not None and self.device.simulated)

    @property
    def mixed(self) -> bool:
        """Whether real and simulated parts stand on one bench, which is refused."""
        kinds = {item.identity.simulated for item in self.identified}
        return len(kinds | ({self.device.simulated} if self.device else set())) > 1

    def start(self, periods_s: Mapping[str, float], start: float) -> None:
        """Start the bus workers; sources are first read at that instant."""
        self.workers = [
            BusWorker(bus, stations, self.clock, self.inbox) for bus, stations in self._buses.items()
        ]
        for worker in self.workers:
            worker.start(periods_s, start)

    def post(self, output: str, value: Value) -> None:
        """Ask the worker that owns the output to set it."""
        for worker in self.workers:
            if output in worker.outputs:
                worker.post(output, value)
                return
        raise KeyError(output)

    def close(self) -> None:
        """End the workers and give every link back; never raises.

        A worker that does not end in time may still be switching off: its links are left to it.
        """
        busy = [worker for worker in self.workers if not worker.stop(WORKER_END_S)]
        for station in self.stations:
            if not any(station in worker.stations for worker in busy):
                station.close()
        if not busy:
            never_raising(self._close_library)

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
