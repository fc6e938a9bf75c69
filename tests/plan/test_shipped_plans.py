"""The plans, benches and data that ship: sound, found from anywhere, and linked into what they say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rig import shipped
from rig.bench.description import BenchDescription
from rig.bench.loading import load_bench
from rig.plan.check import check_paths
from rig.plan.loading import load_program
from rig.plan.program import InterlockKind, Program, UntilEvent


@pytest.fixture(scope="module")
def program() -> Program:
    return load_program(shipped.test_plans() / "cutoff" / "cutoff.yaml", load_bench(shipped.bench()))


def test_everything_that_ships_is_without_mistakes() -> None:
    diagnostics, plans, _ = check_paths([shipped.test_plans(), shipped.device_catalogue()])
    assert [str(found) for found in diagnostics if found.severity != "note"] == []
    assert ("cutoff.yaml", 2015.0) in [(Path(plan).name, duration) for plan, duration in plans]
    assert {plan for plan, _ in plans} == {str(path) for path in shipped.plans().values()}


def test_the_cutoff_plan_drives_the_belt_as_the_reference_says(program: Program) -> None:
    demands = {
        demand.output: demand.value
        for step in program.walk()
        if step.name == "drive to cut-off"
        for demand in step.demands
    }
    assert demands.pop("supply.a.voltage") == pytest.approx(8.14)  # 1.1 * 7.4 V
    assert demands.pop("supply.b.voltage") == pytest.approx(8.14)
    assert demands == {
        "supply.a.current_limit": 1.2,
        "supply.b.current_limit": 1.2,
        "supply.a.output": True,
        "supply.b.output": True,
        "belt.session": 1800.0,
        "belt.regulation": "defeated",
        "belt.level": "high",
    }
    assert program.energises == ("a", "b")


def test_limits_come_before_the_output_that_they_limit(program: Program) -> None:
    outputs = [demand.output for demand in list(program.walk())[1].demands]
    assert outputs.index("supply.b.current_limit") < outputs.index("supply.a.output")


def test_the_waits_of_the_cutoff_plan_are_bounded(program: Program) -> None:
    waits = {step.name: (step.until, step.within_s, step.hold_s) for step in program.walk()}
    assert waits["drive to cut-off"] == (UntilEvent("belt.cutoff"), 1200.0, None)
    assert waits["re-arm"] == (UntilEvent("belt.rearmed"), 10.0, None)
    assert waits["stay off"] == (None, None, 720.0)


def test_the_interlocks_of_the_reference_plans_are_all_there(program: Program) -> None:
    by_kind = {rule.kind: rule for rule in program.interlocks if not rule.bench_wide}
    assert set(by_kind) == set(InterlockKind) - {
        InterlockKind.BELOW,
        InterlockKind.DIFFER,
        InterlockKind.TERMINAL,
    }
    skin = tuple(f"skin.{unit}{site}" for unit in "ab" for site in range(1, 6))
    first = program.interlocks[0]
    assert (first.name, first.signals, first.limit, first.readings) == ("skin.* above 45 °C", skin, 45.0, 2)
    assert by_kind[InterlockKind.RISING].limit == pytest.approx(0.1)  # 6 K/min
    assert by_kind[InterlockKind.RISING].window_s == 30.0
    assert [(rule.name, rule.limit) for rule in program.interlocks if rule.bench_wide] == [
        ("bench: skin.* above 46 °C", 46.0),
        ("bench: skin.* terminal (a)", 0.5),
        ("bench: skin.* terminal (b)", 0.5),
        ("bench: case above 60 °C", 60.0),
    ]
    detached = [interlock for interlock in program.interlocks if interlock.kind is InterlockKind.DETACHED]
    assert [(rule.heater, rule.limit, rule.window_s) for rule in detached] == [
        ("a", 0.5, 120),
        ("b", 0.5, 120),
    ]
    assert detached[1].signals == skin[5:]
    assert by_kind[InterlockKind.STALE].limit == 3.0
    assert "skin.a1" in by_kind[InterlockKind.STALE].signals


def test_checks_carry_limits_with_source_and_requirements(program: Program) -> None:
    checks = {check.name: check for check in program.checks}
    peak = checks["peak_temperature"]
    assert peak.limit is not None
    assert (peak.limit.value, peak.limit.sense, peak.rule, peak.guard) == (42.0, "at_most", "guarded", 1.0)
    assert "maker" in peak.limit.source
    assert peak.limit.confirmed_by is None
    assert peak.requirements == ("CUT-1",)
    stays_off = checks["stays_off"].limit
    assert stays_off is not None
    assert (stays_off.value, stays_off.sense) == (300.0, "at_least")
    assert checks["stays_off"].params == {"for": 300.0}
    assert checks["sensor_agreement"].rule == "simple"
    assert checks["latch"].limit is None
    assert checks["thermal_overshoot"].rule == "report"
    assert checks["thermal_overshoot"].requirements == ()


def test_a_program_knows_its_places_and_its_sources(program: Program) -> None:
    plan, bench = program.sources[:2]
    assert plan.role == "plan"
    parts = [
        *(rule.place for rule in program.interlocks),
        *(check.place for check in program.checks),
        *(condition.place for condition in program.conditions),
    ]
    for place in parts:
        source = bench if place.file == bench.file else plan
        line = source.text.splitlines()[place.line - 1]
        assert line[place.column - 2 : place.column - 1] in " ["
    step = list(program.walk())[1]
    line = plan.text.splitlines()[step.place.line - 1]
    assert line[step.place.column - 1 :] == "drive to cut-off"
    assert [source.role for source in program.sources] == [
        "plan",
        "bench",
        "device",
        "limits",
        "requirements",
    ]


def test_the_profile_holds_what_checks_need(program: Program) -> None:
    assert program.profile["cutoff_degc"] == 40.4
    assert program.profile["rearm_degc"] == 38.0
    assert program.profile["sensor_lag_s"] == 15.0
    assert program.profile["unit_ohms"] == pytest.approx(9.1267, abs=1e-4)  # 7.4 V squared by 6 W


def test_plans_that_ship_are_found_by_name() -> None:
    assert shipped.find_plan_file("cutoff") == shipped.test_plans() / "cutoff" / "cutoff.yaml"
    assert [shipped.find_plan_file(name) for name in ("cutof", "reference", "ir-lumbar-wrap", "")] == [
        None
    ] * 4


def test_checking_a_name_checks_the_plan_that_ships(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert check_paths(["cutoff"])[1] == [(str(shipped.find_plan_file("cutoff")), 2015.0)]
    (tmp_path / "cutoff").write_text("paln: x\n", encoding="utf-8")
    assert [found.file for found in check_paths(["cutoff"])[0]] == ["cutoff"]


def test_names_of_shipped_data() -> None:
    assert "ir-lumbar-wrap" in shipped.device_names()
    assert "reference" in shipped.bench_names()
    assert shipped.bench("reference").is_file()
    assert shipped.device_profile("ir-lumbar-wrap").is_file()


def test_checking_imports_nothing_heavy() -> None:
    script = (
        "import sys; from rig.plan.check import check_paths; from rig import shipped;"
        "check_paths([shipped.test_plans()]);"
        "print([m for m in ('pyvisa','textual','scipy','numpy','pint','pydantic') if m in sys.modules])"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=root
    )
    assert done.stdout.strip() == "[]"


def test_the_reference_bench_reads_fourteen_channels_in_order(bench: BenchDescription) -> None:
    channels = [probe.channel for probe in bench.slot("main").probes]
    assert channels == list(range(102, 115))
    assert bench.thermocouples.junction_channel == 101
