"""Plans as text on the simulated bench of reference, on the virtual clock, with something done to it at instants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rig import shipped
from rig.bench.loading import load_bench
from rig.clock import VirtualClock
from rig.engine.head import RunRequest
from rig.engine.lane import Lane
from rig.engine.run import RunResult, execute
from rig.plan.loading import load_program
from rig.record.reader import read_run
from rig.safety.stop import StopBox
from rig.simulation.bench import SimulatedBench

HEAD = """\
plan: Scripted
purpose: Shows what the engine does with steps.
device: ir-lumbar-wrap
interlocks:
  - {signal: skin.*, above: 45 degC, for: 2 readings}
  - {signal: supply.*.current, above: 1.1 A}
"""
ON = (
    "supply: {voltage: rated, current_limit: 1.2 A, output: on}, "
    "belt: {level: high, session: 30 min, regulation: normal}"
)

Action = Callable[[SimulatedBench], None]


@dataclass
class Script:
    """Does things at bench seconds after the first scan, and notes which outputs a twin had on after the lane's off.

    Attributes:
        seen_on: instants at which an output was on though the lane had been seen off.
    """

    at: Mapping[float, Action] = field(default_factory=dict)
    simulated: SimulatedBench | None = None
    folder: Path | None = None
    lane: Lane | None = None
    seen_on: list[float] = field(default_factory=list)
    _start: float | None = None
    _done: set[float] = field(default_factory=set)

    def began(self, lane: str, folder: Path) -> None:
        self.folder = folder

    def scanned(self, lane: Lane) -> None:
        assert self.simulated is not None
        self.lane = lane
        self._start = lane.now if self._start is None else self._start
        if lane.step == "after" or lane.step.startswith("after "):
            on = [o for twin in self.simulated.supplies.values() for o in twin.outputs.values() if o.enabled]
            self.seen_on += [lane.now] if on else []
        for instant, action in self.at.items():
            if instant not in self._done and lane.now - self._start >= instant - 1e-9:
                self._done.add(instant)
                action(self.simulated)


def run_script(
    body: str,
    folder: Path,
    *,
    head: str = HEAD,
    script: Script | None = None,
    stop: StopBox | None = None,
    faults: tuple[str, ...] = (),
    settings: Mapping[str, str] | None = None,
) -> RunResult:
    """Run a plan made of the head, which ends with its interlocks, and the body."""
    bench = load_bench(shipped.bench())
    file = folder / "scripted.yaml"
    file.write_text(head + body, encoding="utf-8")
    script = script or Script()
    with SimulatedBench(bench, bench.slots, 1, VirtualClock(), faults) as simulated:
        script.simulated = simulated
        program = load_program(file, bench, settings or {})
        request = RunRequest([program], bench, folder / "runs", 1)
        (result,) = execute(request, simulated.ports, stop or StopBox(), script)
    return result


def lines(result: RunResult, *kinds: str) -> list[dict[str, Any]]:
    """The lines of those kinds."""
    return list(read_run(result.folder).lines(*kinds))


def told(result: RunResult) -> list[str]:
    """The step lines as ``name pass attempt > `` at their start and ``name … outcome`` at their end."""
    words = []
    for line in lines(result, "step"):
        number = "".join(f" #{n}" for n in line.get("pass", ()))
        attempt = f" try {line['attempt']}" if "attempt" in line else ""
        words.append(f"{line['step']}{number}{attempt} {line['outcome'] or '>'}")
    return words
