"""The bench that a command is about: its file as set, its slots, and the ports that it is opened with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rig import shipped
from rig.bench.description import BenchDescription, SlotEntry
from rig.bench.loading import load_bench
from rig.bench.ports import Ports, machine_ports
from rig.bench.settings import apply_settings
from rig.clock import VirtualClock, WallClock
from rig.engine.work import choose_slots
from rig.errors import InputError
from rig.order import split_settings


@dataclass(frozen=True, slots=True)
class Chosen:
    """A bench and those of its slots that were chosen; seed and faults are a simulated one's."""

    bench: BenchDescription
    slots: Sequence[SlotEntry]
    seed: int = 1
    faults: tuple[str, ...] = ()

    @property
    def in_process(self) -> bool:
        """Whether it is simulated in this process."""
        return self.bench.simulation is not None

    @contextmanager
    def ports(self) -> Iterator[Ports]:
        """The ports of this machine, or those of a simulation on the virtual clock, while the block runs."""
        if self.bench.simulation is None:
            yield machine_ports(WallClock())
            return
        from rig.simulation.bench import SimulatedBench

        clock = VirtualClock()
        with SimulatedBench(self.bench, self.bench.slots, self.seed, clock, self.faults) as simulated:
            yield simulated.ports


def choose(
    file: Path | None,
    slots: Sequence[str] = (),
    settings: Sequence[str] = (),
    seed: int = 1,
    faults: tuple[str, ...] = (),
) -> Chosen:
    """Read the bench file and choose slots, all of them if none is named.

    Raises:
        InputError: the file holds mistakes, there is no such slot, or a setting does not fit.
    """
    bench = apply_settings(load_bench(file or shipped.bench()), split_settings(settings))
    if faults and bench.simulation is None:
        raise InputError("--fault is for the simulated bench of this process; a real bench has no fault port")
    return Chosen(bench, choose_slots(bench, slots), seed, faults)
