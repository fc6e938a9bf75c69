"""Wires that are wrong, and a bench that knows by how much: without the correction the verdict would be another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rig import shipped
from rig.bench.description import BenchDescription, Component, SlotEntry
from rig.bench.loading import load_bench
from rig.checks.judge import judge
from rig.clock import VirtualClock
from rig.engine.head import RunRequest
from rig.engine.run import RunResult, execute
from rig.plan.loading import load_program
from rig.record.reader import read_run
from rig.safety.stop import StopBox
from rig.simulation.bench import SimulatedBench
from tests.runs import lines_of, verdicts

TRUSTED = Component("wire of class 2 (IEC 60584-1)", 0.05, "normal", common=False)
"""What somebody writes who takes an uncalibrated wire for a calibrated one."""


@pytest.fixture
def bench() -> BenchDescription:
    return load_bench(shipped.bench("calibrated-wires"))


def uncorrected(bench: BenchDescription) -> BenchDescription:
    """The same wires, taken to be right."""
    slot = bench.slot("main")
    bare: SlotEntry = replace(slot, probes=tuple(replace(p, correction=None) for p in slot.probes))
    wires = bench.thermocouples
    budget = tuple(TRUSTED if part.name == TRUSTED.name else part for part in wires.budget)
    return replace(bench, slots=(bare,), corrections=(), thermocouples=replace(wires, budget=budget))


def with_errors(bench: BenchDescription, error_k: float) -> BenchDescription:
    """All wires on the skin, of one reel, read so much too much, and its correction says so; the others are right."""
    assert bench.simulation is not None
    slot = bench.slot("main")
    skins = [probe.signal for probe in slot.probes if probe.place == "skin"]
    errors = dict.fromkeys(skins, ((0.0, error_k), (60.0, error_k)))
    reel = replace(bench.correction("reel-17"), points=((15.0, -error_k), (50.0, -error_k)))
    probes = tuple(replace(p, correction=reel.name if p.signal in skins else None) for p in slot.probes)
    return replace(
        bench,
        slots=(replace(slot, probes=probes),),
        corrections=(reel,),
        simulation=replace(bench.simulation, wire_errors=errors),
    )


def run(
    bench: BenchDescription, folder: Path, plan: str, *, seed: int = 1, defects: tuple[str, ...] = ()
) -> RunResult:
    assert bench.simulation is not None
    here = replace(bench, simulation=replace(bench.simulation, defects=defects))
    program = load_program(shipped.plans()[plan], here)
    with SimulatedBench(here, here.slots, seed, VirtualClock(), ()) as simulated:
        request = RunRequest([program], here, folder, seed)
        (result,) = execute(request, simulated.ports, StopBox())
    return result


def peak(result: RunResult) -> tuple[str, float]:
    assert result.judgement is not None
    found = next(r for r in result.judgement.results if r["name"] == "peak_temperature")
    return found["verdict"], found["value"]


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_sound_belt_on_wires_that_are_corrected_passes(
    bench: BenchDescription, tmp_path: Path, seed: int
) -> None:
    result = run(bench, tmp_path, "cutoff", seed=seed)
    assert set(verdicts(result).values()) <= {"PASS", "REPORTED"}, verdicts(result)
    assert peak(result)[1] == pytest.approx(40.66, abs=0.5)


def test_a_sound_belt_on_wires_that_read_too_much_passes_only_with_their_correction(
    bench: BenchDescription, tmp_path: Path
) -> None:
    high = with_errors(bench, 1.5)
    assert peak(run(high, tmp_path / "with", "cutoff"))[0] == "PASS"
    verdict, value = peak(run(uncorrected(high), tmp_path / "without", "cutoff"))
    assert verdict in {"INCONCLUSIVE", "FAIL"}
    assert value > 41.6


def test_a_wrong_threshold_on_wires_that_read_too_little_fails_only_with_their_correction(
    bench: BenchDescription, tmp_path: Path
) -> None:
    low = with_errors(bench, -2.6)
    hidden = peak(run(uncorrected(low), tmp_path / "without", "cutoff", defects=("threshold-43.5",)))
    shown = peak(run(low, tmp_path / "with", "cutoff", defects=("threshold-43.5",)))
    assert (hidden[0], shown[0]) == ("PASS", "FAIL"), (hidden, shown)
    assert shown[1] == pytest.approx(hidden[1] + 2.6, abs=0.1)


def test_a_record_is_judged_again_from_itself_alone(bench: BenchDescription, tmp_path: Path) -> None:
    result = run(bench, tmp_path, "cutoff")
    again = judge(read_run(result.folder).lines())
    assert result.judgement is not None
    assert again.results == result.judgement.results
    (head,) = lines_of(result, "head")
    assert set(head["wiring"]["corrections"]) == {"reel-17", "reel-18"}
    assert set(head["budget"]["corrected"]) == {"reel-17", "reel-18"}
