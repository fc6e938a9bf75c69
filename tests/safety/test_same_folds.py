"""One derivation: interlocks folded over the record trip at the reading at which the engine's tripped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dut_drivers.messages import ResetCause
from rig.bench.description import BenchDescription
from rig.engine.run import RunResult
from rig.plan.loading import load_program
from rig.simulation.bench import SimulatedBench
from tests.runs import Plan, Run, lines_of, verdicts
from tests.safety.conftest import Meddle, MeddledRun, trip_of_record


def assert_same(result: RunResult, plan: Path, bench: BenchDescription) -> dict[str, Any]:
    """The recorded trip, which the record gives again at the same scan."""
    (recorded,) = lines_of(result, "trip")
    found = trip_of_record(result, load_program(plan, bench))
    assert found is not None
    line = found[1].line(found[0])
    assert {key: recorded[key] for key in line} == line
    return recorded


def test_the_record_gives_the_same_trip_at_the_same_scan(
    run: Run, cutoff: Path, bench: BenchDescription
) -> None:
    result = run(cutoff, defects=("switch-welded",))
    assert assert_same(result, cutoff, bench)["interlock"] == "skin.* above 45 °C"
    assert verdicts(result)["peak_temperature"] == "FAIL"


def test_a_sound_run_trips_nothing_and_neither_does_its_record(
    sound_cutoff: RunResult, cutoff: Path, bench: BenchDescription
) -> None:
    assert lines_of(sound_cutoff, "trip") == []
    assert trip_of_record(sound_cutoff, load_program(cutoff, bench)) is None


def set_volts(volts: float) -> Meddle:
    def meddle(simulated: SimulatedBench) -> None:
        simulated.supplies["supply"].outputs[2].volts = volts

    return meddle


def switch(on: bool) -> Meddle:
    def meddle(simulated: SimulatedBench) -> None:
        simulated.supplies["supply"].outputs[3].enabled = on

    return meddle


def restart(simulated: SimulatedBench) -> None:
    simulated.lanes["main"].world.firmware.restart(ResetCause.BROWN_OUT)


@pytest.mark.parametrize(
    ("step", "meddle", "interlock", "signal", "within_s"),
    [
        ("drive to cut-off", set_volts(9.0), "read-back away from its setting", "supply.a.voltage", 0.6),
        ("drive to cut-off", set_volts(7.0), "read-back away from its setting", "supply.a.voltage", 0.6),
        ("drive to cut-off", switch(False), "read-back away from its setting", "supply.b.voltage", 0.6),
        ("baseline", switch(True), "output on when it should be off", "supply.b.output", 0.6),
        ("drive to cut-off", restart, "belt rebooted", "belt.uptime", 0.3),
    ],
)
def test_what_nobody_commanded_trips_at_once_and_again_from_the_record(
    *,
    meddled: MeddledRun,
    cutoff: Path,
    bench: BenchDescription,
    step: str,
    meddle: Meddle,
    interlock: str,
    signal: str,
    within_s: float,
) -> None:
    result = meddled(cutoff, step, meddle)
    assert (result.ending.kind, result.off.confirmed) == ("interlock", True)
    recorded = assert_same(result, cutoff, bench)
    assert (recorded["interlock"], recorded["signal"]) == (interlock, signal)
    begun = next(line["t"] for line in lines_of(result, "step") if line["step"] == step)
    assert 0.0 < recorded["t"] - begun - 4.9 < within_s


def test_probes_shorted_at_the_terminals_end_a_run_by_the_rule_of_the_bench(
    meddled: MeddledRun, short_plan: Plan, bench: BenchDescription
) -> None:
    """Heat from the first scan on, probes of unit a shorted at once: 120 s later the bench's rule acts."""
    plan = short_plan("200 s")
    result = meddled(plan, None, short_probes_of_a)
    recorded = assert_same(result, plan, bench)
    assert recorded["interlock"] == "bench: skin.* terminal (a)"
    on = next(line["t"] for line in lines_of(result, "readback") if line["output"] == "supply.a.output")
    assert 120.0 <= recorded["t"] - on <= 122.0


def short_probes_of_a(simulated: SimulatedBench) -> None:
    for site in range(1, 6):
        probe = simulated.probes["main", f"skin.a{site}"]
        probe.sits_on = probe._block.degc


LEVEL_OFF = """  - name: level off
    belt: {level: off}
    hold: 10 s
"""


@pytest.mark.parametrize(("defects", "trips"), [((), False), (("switch-welded",), True)])
def test_a_belt_that_conducts_under_level_off_trips_and_a_sound_one_does_not(
    run: Run, short_plan: Plan, bench: BenchDescription, defects: tuple[str, ...], trips: bool
) -> None:
    """The output stays on: 2 s and two readings of 0.2 s after the belt has acknowledged."""
    plan = short_plan("20 s")
    plan.write_text(
        plan.read_text(encoding="utf-8").replace("checks:", LEVEL_OFF + "checks:"), encoding="utf-8"
    )
    result = run(plan, defects=defects)
    assert (result.ending.kind == "interlock") is trips
    if trips:
        recorded = assert_same(result, plan, bench)
        assert (recorded["interlock"], recorded["limit"]) == ("current without command", 0.05)
        told = [line["t"] for line in lines_of(result, "readback") if line["output"] == "belt.level"][-1]
        assert 2.0 < recorded["t"] - told < 2.6
