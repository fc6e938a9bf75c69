"""Runs in which somebody meddles with the bench, and records folded again through the same interlocks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rig.bench.description import BenchDescription
from rig.clock import VirtualClock
from rig.engine.head import RunRequest
from rig.engine.lane import Lane
from rig.engine.run import RunResult, execute
from rig.plan.loading import load_program
from rig.plan.program import Program
from rig.safety.commands import CommandLog
from rig.safety.interlocks import InterlockSet, Trip, awaited_events
from rig.safety.stop import StopBox
from rig.signals.derive import Derivation
from rig.simulation.bench import SimulatedBench
from tests.runs import lines_of

Meddle = Callable[[SimulatedBench], None]
MeddledRun = Callable[[Path, str | None, Meddle], RunResult]


class At:
    """A watcher that meddles once, when a step has begun and lasted for some scans."""

    def __init__(self, step: str, meddle: Callable[[], None], scans: int) -> None:
        self._step, self._meddle, self._scans = step, meddle, scans

    def began(self, lane: str, folder: Path) -> None:
        """Nothing to do."""

    def scanned(self, lane: Lane) -> None:
        """Count the scans of the step."""
        if lane.step == self._step:
            self._scans -= 1
            if self._scans == 0:
                self._meddle()


@pytest.fixture
def meddled(bench: BenchDescription, tmp_path: Path) -> MeddledRun:
    """Run a plan on the simulated bench and meddle 5 s into a step, or before the run if it is None."""

    def start(plan: Path, step: str | None, meddle: Meddle) -> RunResult:
        with SimulatedBench(bench, bench.slots, 1, VirtualClock()) as simulated:
            request = RunRequest([load_program(plan, bench)], bench, tmp_path / "runs", 1)
            if step is None:
                meddle(simulated)
            watcher = None if step is None else At(step, lambda: meddle(simulated), 50)
            (result,) = execute(request, simulated.ports, StopBox(), watcher)
            return result

    return start


def trip_of_record(result: RunResult, program: Program) -> tuple[float, Trip] | None:
    """The first trip, and its scan, that the lines of a record give: commands, events and readings in their order."""
    derivation = Derivation(lines_of(result, "head")[0]["wiring"])
    interlocks, commands = InterlockSet(program.interlocks, derivation), CommandLog()
    interlocks.obey(commands, awaited_events(program.walk()))
    for line in lines_of(result, "demand", "readback", "event", "scan"):
        match line["k"]:
            case "demand":
                commands.demand(line["t"], line["output"], line["value"])
            case "readback":
                commands.confirm(line["t"], line["output"], line["value"])
            case "event":
                interlocks.take_event(line["what"])
            case _:
                for source, reading in line["s"].items():
                    derivation.take(source, *reading)
                    interlocks.take(source)
                trip = interlocks.evaluate(line["t"])
                if trip is not None:
                    return line["t"], trip
    return None
