"""Plans on a bench whose supply outputs feed both units of a belt."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig import shipped
from rig.bench.description import BenchDescription
from rig.bench.loading import load_bench
from rig.documents import Diagnostic, Diagnostics, parse_document
from rig.plan.loading import link_document
from rig.plan.program import Program


@pytest.fixture(scope="module")
def shared() -> BenchDescription:
    return load_bench(shipped.bench("four-belts"))


def link(
    text: str, file: Path, bench: BenchDescription, slot: str
) -> tuple[Program | None, list[Diagnostic]]:
    diagnostics = Diagnostics()
    document = parse_document(text.encode(), str(file), diagnostics)
    assert document is not None
    program = link_document(document, bench, slot, diagnostics)
    return program, [found for found in diagnostics.sorted() if found.severity != "note"]


ANYWHERE = {name: path for name, path in shipped.plans().items() if name != "probe-check"}
"""The probe check heats one unit alone, which a shared output cannot."""


@pytest.mark.parametrize("plan", ANYWHERE.values(), ids=ANYWHERE.keys())
def test_every_shipped_plan_links_on_every_slot(plan: Path, shared: BenchDescription) -> None:
    for slot in shared.slots:
        program, found = link(plan.read_text(encoding="utf-8"), plan, shared, slot.name)
        assert [str(diagnostic) for diagnostic in found] == []
        assert program is not None
        assert program.energises == ("a", "b")


def test_demands_stay_those_of_one_heater(shared: BenchDescription) -> None:
    plan = shipped.plans()["cutoff"]
    program, _ = link(plan.read_text(encoding="utf-8"), plan, shared, "two")
    assert program is not None
    demands = {demand.output: demand.value for demand in list(program.walk())[1].demands}
    assert [demands[f"supply.{heater}.current_limit"] for heater in "ab"] == [1.2, 1.2]
    above = next(rule for rule in program.interlocks if rule.signals[0] == "supply.a.current")
    assert (above.signals, above.limit) == (("supply.a.current", "supply.b.current"), 1.1)


def test_part_of_a_shared_output_cannot_be_named_and_the_whole_can(shared: BenchDescription) -> None:
    plan = shipped.plans()["probe-check"]
    text = plan.read_text(encoding="utf-8")
    program, found = link(text, plan, shared, "two")
    assert program is None
    assert [(each.code, text.splitlines()[each.line - 1][each.column - 1]) for each in found] == [
        ("plan/part-of-output", "a"),
        ("plan/part-of-output", "b"),
    ]
    assert "shares its supply output with b" in found[0].message
    assert "heaters: [a, b]" in found[0].help
    whole = text.replace("heaters: a,", "heaters: [b, a],").replace("heaters: b,", "heaters: [a, b],")
    whole = whole.replace("- probe_placement: {at_most: 0}", "- report: [peak_temperature]")
    program, found = link(whole, plan, shared, "two")
    assert (found, program is not None and program.energises) == ([], ("a", "b"))


def test_probes_are_not_placed_by_heaters_that_are_never_heated_alone(shared: BenchDescription) -> None:
    plan = shipped.plans()["probe-check"]
    whole = plan.read_text(encoding="utf-8").replace("heaters: a,", "").replace("heaters: b,", "")
    _, (found,) = link(whole, plan, shared, "two")
    assert (found.code, found.severity) == ("plan/not-exercised", "error")
    assert "a and b share a supply output" in found.message


def test_a_check_that_cannot_be_judged_here_is_noted_once(shared: BenchDescription) -> None:
    plan = shipped.plans()["heat-up"]
    text = plan.read_text(encoding="utf-8")
    diagnostics = Diagnostics()
    document = parse_document(text.encode(), str(plan), diagnostics)
    assert document is not None
    assert link_document(document, shared, "one", diagnostics) is not None
    (found,) = [each for each in diagnostics.sorted() if each.code == "plan/shared-output"]
    assert (found.severity, text.splitlines()[found.line - 1][found.column - 1 :][:10]) == (
        "note",
        "unit_power",
    )
    assert "a and b share a supply output" in found.message


def test_a_rate_that_one_slot_alone_would_allow_is_too_fast_for_all(shared: BenchDescription) -> None:
    plan = shipped.plans()["cutoff"]
    text = plan.read_text(encoding="utf-8")
    _, (found,) = link(text.replace("supply: 5 Hz", "supply: 10 Hz"), plan, shared, "one")
    assert (found.code, found.message) == (
        "plan/sampling-too-fast",
        "supply every 100 ms: one reading takes 0.18 s",
    )
