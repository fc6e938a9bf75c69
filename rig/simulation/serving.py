"""A simulated bench that other programs can reach: instruments on loopback TCP, belts on PTYs, in real time."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import final

from dut_drivers.simulated.pty_server import PtyServer
from instruments.simulated.tcp_server import TwinServer
from rig.bench.description import BenchDescription, SlotEntry
from rig.clock import WallClock
from rig.simulation.bench import SimulatedBench


@final
class ServedBench:
    """Serves until closed; the world's time begins with it.

    Attributes:
        simulated: the bench behind the sockets.
        description: the same bench for a client: addresses of the servers, and no ``simulation`` part.
    """

    def __init__(
        self,
        description: BenchDescription,
        slots: Sequence[SlotEntry],
        seed: int,
        faults: tuple[str, ...] = (),
    ) -> None:
        self._stack = ExitStack()
        with ExitStack() as opening:
            self.simulated = opening.enter_context(
                SimulatedBench(description, slots, seed, WallClock(), faults)
            )
            bench = self.simulated
            by_name = {entry.name: bench.twins[entry.resource] for entry in description.instruments}
            server = opening.enter_context(
                TwinServer(by_name, bench.clock, bench.lock, bench.instrument_fault)
            )
            bench.add_gates(server.gates)
            ptys = {
                name: opening.enter_context(PtyServer(lane.belt, bench.clock, bench.lock))
                for name, lane in bench.lanes.items()
            }
            self._stack = opening.pop_all()
        self.description = replace(
            description,
            simulation=None,
            instruments=tuple(
                replace(entry, resource=server.resource(entry.name)) for entry in description.instruments
            ),
            slots=tuple(
                replace(entry, link=ptys[entry.name].path) if entry.name in ptys else entry
                for entry in description.slots
            ),
        )

    def close(self) -> None:
        """Stop serving."""
        self._stack.close()

    def __enter__(self) -> ServedBench:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
