"""The probe check on simulated benches: sound wiring passes, and each way of wiring a probe wrongly is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from rig import shipped
from rig.bench.description import BenchDescription, ProbeEntry
from rig.bench.loading import load_bench
from rig.checks.judge import judge
from rig.clock import VirtualClock
from rig.documents import DiagnosticsError
from rig.engine.exit_codes import exit_code_of_run
from rig.engine.head import RunRequest
from rig.engine.run import RunResult, execute
from rig.errors import ExitCode
from rig.plan.loading import load_program
from rig.plan.program import Demand
from rig.record.reader import read_run
from rig.safety.stop import StopBox
from rig.signals.traces import traces
from rig.simulation.bench import SimulatedBench
from tests.simulation.seeds import of_which

PLAN = shipped.plans()["probe-check"]
Hand = Callable[[SimulatedBench], None]


def run_on(
    bench: BenchDescription,
    out: Path,
    seed: int = 1,
    *,
    hand: Hand = lambda _: None,
    file: BenchDescription | None = None,
) -> RunResult:
    """Run it in the world of a bench, after a careless hand was there, by that bench's file or by another one."""
    program = load_program(PLAN, file or bench)
    with SimulatedBench(bench, bench.slots, seed, VirtualClock()) as simulated:
        hand(simulated)
        (result,) = execute(RunRequest([program], file or bench, out, seed), simulated.ports, StopBox())
        return result


def found(result: RunResult) -> tuple[str, Mapping[str, str]]:
    """The verdict, and what each wrong probe looks like."""
    assert result.judgement is not None
    (check,) = result.judgement.results
    words = dict(part.split(": ", 1) for part in check["reason"].split("; ") if check["value"])
    assert check["value"] == len(words)
    return check["verdict"], words


def exchanged(bench: BenchDescription, one: str, other: str) -> BenchDescription:
    """The bench file of somebody who took one probe's channel for another's."""
    slot = bench.slots[0]
    channels = {probe.signal: probe.channel for probe in slot.probes}
    channels[one], channels[other] = channels[other], channels[one]
    probes: list[ProbeEntry] = [replace(probe, channel=channels[probe.signal]) for probe in slot.probes]
    return replace(bench, slots=(replace(slot, probes=tuple(probes)),))


@pytest.mark.parametrize("name", ["reference", "budget-a"])
@pytest.mark.parametrize("seed", of_which(range(1, 11), 1, 2))
def test_sound_wiring_passes(tmp_path: Path, name: str, seed: int) -> None:
    result = run_on(load_bench(shipped.bench(name)), tmp_path, seed)
    assert exit_code_of_run(result) is ExitCode.PASSED, result.judgement
    assert result.off.confirmed


def test_a_pulse_warms_by_less_than_two_kelvin_and_only_its_own_unit(
    bench: BenchDescription, tmp_path: Path
) -> None:
    result = run_on(bench, tmp_path)
    reader = read_run(result.folder)
    names = [probe.signal for probe in bench.slots[0].probes if probe.place == "skin"]
    rises = {}
    for name, trace in traces(reader.head["wiring"], reader.lines("scan"), names).items():
        rises[name] = float(trace.value.max() - trace.value[:20].mean())
    assert min(rises.values()) > 0.6
    assert max(rises.values()) < 2.0


def test_the_plan_is_refused_where_units_share_an_output() -> None:
    with pytest.raises(DiagnosticsError) as refused:
        load_program(PLAN, load_bench(shipped.bench("four-belts")))
    assert "heater a shares its supply output with b" in str(refused.value)
    assert {found.code for found in refused.value.diagnostics} == {"plan/part-of-output"}


@pytest.mark.parametrize("name", ["reference", "budget-a"])
def test_reversed_polarity_is_named(tmp_path: Path, name: str) -> None:
    def hand(simulated: SimulatedBench) -> None:
        simulated.probes["main", "skin.a3"].reversed = True
        simulated.probes["main", "skin.b1"].reversed = True

    verdict, wrong = found(run_on(load_bench(shipped.bench(name)), tmp_path, hand=hand))
    assert (verdict, wrong) == ("FAIL", {"skin.a3": "reversed polarity", "skin.b1": "reversed polarity"})


def test_a_probe_that_fell_off_does_not_respond(bench: BenchDescription, tmp_path: Path) -> None:
    def hand(simulated: SimulatedBench) -> None:
        simulated.probes["main", "skin.b4"].sits_on = simulated.lanes["main"].world.ambient_degc

    assert found(run_on(bench, tmp_path, hand=hand)) == ("FAIL", {"skin.b4": "no response"})


def test_two_channels_exchanged_in_the_bench_file_name_each_other(
    bench: BenchDescription, tmp_path: Path
) -> None:
    result = run_on(bench, tmp_path, file=exchanged(bench, "skin.a2", "skin.b2"))
    assert found(result) == (
        "FAIL",
        {"skin.a2": "swapped with skin.b2", "skin.b2": "swapped with skin.a2"},
    )
    assert exit_code_of_run(result) is ExitCode.FAILED


def test_two_units_exchanged_as_a_whole_are_not_taken_for_reversed(
    bench: BenchDescription, tmp_path: Path
) -> None:
    file = bench
    for site in range(1, 6):
        file = exchanged(file, f"skin.a{site}", f"skin.b{site}")
    verdict, wrong = found(run_on(bench, tmp_path, file=file))
    assert (verdict, len(wrong)) == ("FAIL", 10)
    assert all(words.startswith("swapped with") for words in wrong.values())


def test_a_probe_on_the_other_unit_without_a_partner(bench: BenchDescription, tmp_path: Path) -> None:
    def hand(simulated: SimulatedBench) -> None:
        probe = simulated.probes["main", "skin.a5"]
        probe.sits_on = simulated.probes["main", "skin.b5"].sits_on
        probe.reversed = True

    words = {"skin.a5": "sits on heater b, reversed polarity"}
    assert found(run_on(bench, tmp_path, hand=hand)) == ("FAIL", words)


def test_readings_that_are_missing_are_no_verdict(bench: BenchDescription, tmp_path: Path) -> None:
    result = run_on(bench, tmp_path)
    lines = list(read_run(result.folder).lines())
    first = next(line for line in lines if line["k"] == "scan" and "scanner" in line["s"])["s"]["scanner"][0]
    for line in lines:
        reading = line["s"].get("scanner") if line["k"] == "scan" else None
        if reading is not None and first + 40.0 < reading[0] < first + 46.0:
            reading[1][3] = "+9.90000000E+37"
    (check,) = judge(lines).results
    assert check["verdict"] == "INVALID"
    assert "skin.a3 has no valid reading" in check["reason"]


def test_a_run_that_heats_both_units_does_not_exercise_it(bench: BenchDescription, tmp_path: Path) -> None:
    """A plan that does so is refused; a record of it may come from elsewhere."""
    program = load_program(PLAN, bench)
    steps = tuple(replace(step, demands=(*step.demands, *_for_b(step.demands))) for step in program.walk())
    with SimulatedBench(bench, bench.slots, 1, VirtualClock()) as simulated:
        request = RunRequest([replace(program, steps=steps)], bench, tmp_path / "runs", 1)
        (result,) = execute(request, simulated.ports, StopBox())
    assert result.judgement is not None
    (check,) = result.judgement.results
    assert (check["verdict"], "no step heats a alone" in check["reason"]) == ("INCONCLUSIVE", True)


def _for_b(demands: tuple[Demand, ...]) -> tuple[Demand, ...]:
    return tuple(
        replace(demand, output=demand.output.replace(".a.", ".b."))
        for demand in demands
        if ".a." in demand.output
    )


def test_what_all_probes_drift_by_is_no_response(tmp_path: Path) -> None:
    def hand(simulated: SimulatedBench) -> None:
        simulated.probes["main", "skin.b4"].sits_on = simulated.lanes["main"].world.ambient_degc

    result = run_on(load_bench(shipped.bench("budget-a")), tmp_path, hand=hand)
    lines = list(read_run(result.folder).lines())
    for line in lines:
        reading = line["s"].get("scanner") if line["k"] == "scan" else None
        if reading is not None:
            reading[1][:10] = [degc + 0.5 * reading[0] / 70.0 for degc in reading[1][:10]]
    (check,) = judge(lines).results
    assert check["verdict"] == "FAIL"
    assert check["reason"].startswith("skin.b4: weak response, ")
