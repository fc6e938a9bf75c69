"""One slot of a simulated bench: the belt on its body, its controller, and the serial line to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, final

from dut_drivers.errors import DeviceError
from dut_drivers.profile import shipped_profile
from dut_drivers.simulated import protocol_simdut
from dut_drivers.simulated.belt_world import BeltWorld
from dut_drivers.simulated.defects import with_defects
from dut_drivers.simulated.parameters import draw_parameters
from dut_drivers.simulated.surroundings import network_in
from dut_drivers.simulated.twin import BeltTwin, Fault
from rig.bench.description import BenchDescription, SimulationEntry, SlotEntry
from rig.bench.wiring import device_source
from rig.clock import Clock
from rig.errors import InputError
from rig.simulation.loads import Feed
from rig.simulation.noise import NoiseOf, uniform

BELT_SERIAL = "SIM-BELT-{:04d}"
ALL_SLOTS = "/"
"""Between a slot and a defect: a defect without a slot is every belt's."""


@final
class SimulatedLane:
    """The twin of one slot.

    Attributes:
        world: the belt and the body it lies on, with the true temperatures.
        belt: the belt's twin.
        feeds: by unit, the supply output that it hangs on; filled in once the supplies are there.
    """

    def __init__(
        self,
        bench: BenchDescription,
        slot: SlotEntry,
        simulation: SimulationEntry,
        *,
        seed: int,
        noise: NoiseOf,
        faults: Callable[[str, int], Fault | None],
    ) -> None:
        self.slot = slot
        self.feeds: Mapping[str, Feed] = {}
        parameters = draw_parameters(
            shipped_profile(slot.device),
            uniform(seed, f"belt.{slot.name}"),
            nominal=simulation.tolerances == "nominal",
            ambient_degc=simulation.ambient_degc,
            perfusion=simulation.perfusion,
            thermal=network_in(simulation.surroundings),
        )
        try:
            parameters = with_defects(parameters, tuple(_defects_of(slot.name, simulation)))
        except DeviceError as error:
            raise InputError(str(error)) from error
        self.world = BeltWorld(parameters, self._drive, noise)
        serial = BELT_SERIAL.format(seed % 10_000)
        if len(bench.slots) > 1:
            serial = f"{serial}-{slot.name}"
        self.belt = BeltTwin(self.world, serial, device_source(slot, bench), faults)

    def plug_in(self, number: int, clock: Clock, lock: AbstractContextManager[Any]) -> str:
        """Make the belt answer under a URL of this process, which is returned."""
        self._link = f"{self.slot.name}-{number}"
        protocol_simdut.register(self._link, self.belt, clock, lock)
        return f"simdut://{self._link}"

    def unplug(self) -> None:
        """Take it away again."""
        protocol_simdut.unregister(self._link)

    def _drive(self, unit: str, ohms: float) -> float:
        return self.feeds[unit].amps(ohms)


def _defects_of(slot: str, simulation: SimulationEntry) -> Iterator[str]:
    for defect in simulation.defects:
        where, sign, name = defect.rpartition(ALL_SLOTS)
        if not sign or where == slot:
            yield name
