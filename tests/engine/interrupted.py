"""Runs that a crash has left, made from whole ones by cutting their files, and how they go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rig import shipped
from rig.bench.ports import Ports
from rig.clock import Clock, VirtualClock
from rig.engine.head import RunRequest
from rig.engine.resume import Resume, prepare, read_work
from rig.engine.run import RunResult, execute
from rig.engine.work import Work, link_plans, read_bench
from rig.record.naming import RUN_FILE
from rig.record.reader import read_run
from rig.safety.stop import StopBox
from rig.simulation.bench import SimulatedBench

Line = dict[str, Any]
Chosen = Callable[[Line], bool]

CYCLES = """
plan: Cycles
purpose: Short passes, for what does not need minutes.
covers: []
device: ir-lumbar-wrap
parameters:
  cycles: {default: %d, least: 1, most: 100000}
sampling: {thermocouples: 1 Hz, belt: 10 Hz, supply: 5 Hz}
interlocks:
  - {signal: skin.*, above: 45 degC, for: 2 readings}
  - {signal: supply.*.current, above: 1.1 A}
  - {stale: scanner, after: 3 s}
setup:
  - name: ready
    belt: {level: off}
    hold: 1 s
steps:
  - name: power
    supply: {voltage: rated, current_limit: 1.2 A, output: on}
    belt: {session: 10 min, regulation: normal}
  - name: cycles
    repeat: cycles
    steps:
      - name: heat
        belt: {level: high}
        hold: 3 s
      - name: rest
        belt: {level: off}
        hold: 1 s
  - name: after
    hold: 2 s
teardown:
  - name: wait
    hold: 1 s
checks:
  - peak_temperature: {limit: ir-lumbar-wrap/skin-peak, rule: guarded, step: cycles}
  - peak_temperature: {name: heating, limit: ir-lumbar-wrap/skin-peak, rule: guarded, step: heat}
"""

WHOLE_RUN_CHECK = """
  - peak_temperature: {name: whole, limit: ir-lumbar-wrap/skin-peak, rule: guarded}
"""


def write_plan(folder: Path, text: str = CYCLES % 4) -> Path:
    """The plan file, with the limits beside its folder."""
    limits = folder / "limits"
    if not limits.exists():
        limits.symlink_to(shipped.test_plans() / "limits")
    path = folder / "cycles.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def run_whole(plan: Path, out: Path, *, under: Clock | None = None, clock: Clock | None = None) -> RunResult:
    """The plan from beginning to end, on the simulated bench that ships.

    Args:
        plan: the file.
        out: the folder of runs.
        under: the clock of the simulated world, a virtual one if none.
        clock: the clock of the bench, the same if none.
    """
    work = link_plans(read_bench(shipped.bench(), {}), [str(plan)], [], {})
    with SimulatedBench(work.bench, work.bench.slots, 1, under or VirtualClock()) as simulated:
        return _execute(work, replace(simulated.ports, clock=clock or simulated.ports.clock), out, None, {})


def leave(result: RunResult, runs: Path, keep: int) -> Path:
    """A run's folder elsewhere, with so many bytes of the file: what a crash at that instant leaves."""
    folder = runs / result.folder.name
    folder.mkdir(parents=True)
    (folder / RUN_FILE).write_bytes((result.folder / RUN_FILE).read_bytes()[:keep])
    return folder


def resume(
    folder: Path, *, seed: int | None = None, faults: tuple[str, ...] = (), stop: StopBox | None = None
) -> RunResult:
    """Go on with a run, as ``rig run --resume`` does; with another seed another belt lies on the bench."""
    work = read_work(folder)
    point = prepare(folder, work.plans[0][0])
    head = point.interrupted.head
    clock = VirtualClock()
    seed = head["seed"] if seed is None else seed
    with SimulatedBench(
        work.bench, work.bench.slots, seed, clock, faults, session=point.session
    ) as simulated:
        ports = replace(simulated.ports, clock=point.clock(clock, simulated=True))
        return _execute(work, ports, folder.parent, point, head["bench"]["settings"], stop=stop)


def _execute(
    work: Work,
    ports: Ports,
    out: Path,
    point: Resume | None,
    settings: Mapping[str, str],
    *,
    stop: StopBox | None = None,
) -> RunResult:
    request = RunRequest(work.plans[0], work.bench, out, 1, settings=settings, resume=point)
    (result,) = execute(request, ports, stop or StopBox())
    return result


def ends_of(folder: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each line of a run with the byte behind it."""
    at = 0
    for raw, line in zip(
        (folder / RUN_FILE).read_bytes().splitlines(keepends=True), read_run(folder).lines(), strict=True
    ):
        at += len(raw)
        yield at, line


def passes_made(folder: Path, block: str = "cycles") -> list[int]:
    """The numbers of the complete passes of a block, as they stand in the record."""
    return [
        line["pass"][0]
        for line in read_run(folder).lines("step")
        if line["step"] == block and line["outcome"] == "done"
    ]


def cut_behind(whole: RunResult, runs: Path, chosen: Chosen, further: int = 0) -> Path:
    """The run as a crash leaves it some bytes behind the first line that is meant."""
    at = next(at for at, line in ends_of(whole.folder) if chosen(line))
    return leave(whole, runs, at + further)


def ended(step: str, number: int) -> Chosen:
    return lambda line: (
        line["k"] == "step" and (line["step"], line["state"], line.get("pass")) == (step, "end", [number])
    )


def began(step: str, number: int) -> Chosen:
    return lambda line: (
        line["k"] == "step" and (line["step"], line["state"], line.get("pass")) == (step, "start", [number])
    )


def point_of(whole: RunResult, runs: Path) -> Resume:
    """Where the run goes on that a crash has left behind its second pass."""
    folder = cut_behind(whole, runs, ended("cycles", 2))
    return prepare(folder, read_work(folder).plans[0][0])
