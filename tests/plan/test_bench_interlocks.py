"""Interlocks of the bench file: linked with every plan, never loosened, their mistakes found in the bench file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rig import shipped
from rig.bench.description import BenchDescription
from rig.bench.loading import describe_bench
from rig.documents import Diagnostic, Diagnostics, parse_document
from rig.plan.check import check_paths
from rig.plan.loading import link_document
from rig.plan.program import InterlockKind, Program

PLAN = shipped.plans()["cutoff"]
TEXT = PLAN.read_text(encoding="utf-8")
OVER_TEMPERATURE = "  - {signal: skin.*, above: 45 degC, for: 2 readings}\n"
LOOK = (
    "plan: look\npurpose: Reads.\ndevice: ir-lumbar-wrap\nsteps:\n"
    "  - {name: look, supply: {output: off}, hold: 5 min}\n"
)


def bench_text(*rules: str, bench: str = "reference", **slots: str) -> str:
    """A bench that ships, with these interlocks in place of its own."""
    text = shipped.bench(bench).read_text(encoding="utf-8")
    start, end = text.index("interlocks:"), text.index("\nslots:")
    written = "interlocks:\n" + "".join(f"  - {rule}\n" for rule in rules) if rules else ""
    text = text[:start] + written + text[end:]
    for old, new in slots.items():
        assert old in text
        text = text.replace(old, new)
    return text


def bench_of(text: str) -> BenchDescription:
    diagnostics = Diagnostics()
    document = parse_document(text.encode(), "bench.yaml", diagnostics)
    assert document is not None
    bench = describe_bench(document, diagnostics)
    assert bench is not None, diagnostics.sorted()
    return bench


def link(plan: str, bench: str, slot: str | None = None) -> tuple[Program | None, list[Diagnostic]]:
    diagnostics = Diagnostics()
    document = parse_document(plan.encode(), str(PLAN), diagnostics)
    assert document is not None
    program = link_document(document, bench_of(bench), slot, diagnostics)
    return program, [found for found in diagnostics.sorted() if found.severity != "note"]


def names(program: Program | None) -> list[str]:
    assert program is not None
    return [rule.name for rule in program.interlocks if rule.bench_wide]


def test_they_are_linked_beside_those_of_the_plan_and_named_for_the_bench() -> None:
    text = bench_text("{signal: skin.*, above: 46 degC}", "{detached: skin.*, rise: 1 K, within: 60 s}")
    program, found = link(TEXT, text)
    assert [str(each) for each in found if each.severity == "error"] == []
    assert program is not None
    assert names(program) == [
        "bench: skin.* above 46 °C",
        "bench: skin.* detached (a)",
        "bench: skin.* detached (b)",
    ]
    assert program.interlocks[0].name == "skin.* above 45 °C"
    (place,) = {rule.place for rule in program.interlocks if rule.name == "bench: skin.* above 46 °C"}
    assert place.file == "bench.yaml"
    assert text.splitlines()[place.line - 1][place.column - 1 :] == "{signal: skin.*, above: 46 degC}"


def test_one_slot_has_the_signals_of_its_own(tmp_path: Path) -> None:
    """A probe that one slot has, and the others have not: no mistake, and watched there alone."""
    more = "      skin.a4: {channel: scanner/117, site: bottom}\n"
    text = bench_text(
        "{signal: skin.a4, above: 46 degC}", "{signal: skin.*, above: 47 degC}", bench="four-belts"
    )
    text = text.replace("      phantom: {channel: scanner/117, site: back plate}\n", more)
    # the plan's condition on the phantom needs its probe, so the slot is looked at with a plan that has none
    plan = TEXT.replace("  phantom: 37 ± 1 degC\n", "")
    assert names(link(plan, text, "two")[0]) == ["bench: skin.a4 above 46 °C", "bench: skin.* above 47 °C"]
    assert names(link(plan, text, "one")[0]) == ["bench: skin.* above 47 °C"]
    path = tmp_path / "bench.yaml"
    path.write_text(text, encoding="utf-8")
    assert check_paths([path])[:2] == ([], [])


def test_rules_about_heat_do_not_hold_for_a_plan_that_makes_none() -> None:
    rules = (
        "{signal: skin.*, above: 46 degC}",
        "{signal: skin.*, rising: 6 K/min, over: 30 s}",
        "{detached: skin.*, rise: 0.5 K, within: 120 s}",
        "{spread: skin.*, above: 6 K, for: 10 s}",
        "{terminal: skin.*, within: 0.5 K, for: 120 s}",
        "{differ: [skin.a1, belt.a.sensor], above: 3 K, for: 20 s}",
        "{differ: [supply.a.voltage, supply.b.voltage], above: 1 V, for: 10 s}",
        "{signal: supply.*.current, above: 1.3 A}",
        "{open: skin.*, jump: 5 K}",
        "{stale: scanner, after: 3 s}",
    )
    program, found = link(LOOK, bench_text(*rules))
    assert [str(each) for each in found] == []
    assert names(program) == [
        "bench: supply.a.voltage and supply.b.voltage differ",
        "bench: supply.*.current above 1.3 A",
        "bench: skin.* open",
        "bench: scanner stale",
    ]
    assert (
        len(names(link(TEXT, bench_text(*rules))[0])) == len(rules) + 3
    )  # three kinds, each for two heaters


def test_a_plan_needs_an_over_temperature_interlock_of_its_own() -> None:
    """One that relied on the bench's would be another plan on the next bench."""
    bare = TEXT.replace(OVER_TEMPERATURE, "")
    (found,) = link(bare, bench_text("{signal: skin.*, above: 46 degC}"))[1]
    assert (found.code, found.file) == ("plan/no-over-temperature", str(PLAN))


@pytest.mark.parametrize(
    ("bench", "plan"),
    [
        ("{signal: skin.*, above: 44 degC}", "above: 45 degC, for: 2 readings"),
        ("{signal: skin.*, above: 45 degC}", "above: 45 degC, for: 2 readings"),
        ("{signal: skin.*, rising: 5 K/min, over: 30 s}", "rising: 6 K/min, over: 30 s"),
        ("{detached: skin.*, rise: 1 K, within: 120 s}", "rise: 0.5 K, within: 120 s"),
        ("{detached: skin.*, rise: 0.5 K, within: 100 s}", "rise: 0.5 K, within: 120 s"),
        ("{open: skin.*, jump: 4 K}", "{open: skin.*, jump: 5 K}"),
        ("{frozen: skin.*, for: 50 s}", "{frozen: skin.*, for: 60 s}"),
        ("{spread: skin.*, above: 5 K, for: 10 s}", "{spread: skin.*, above: 6 K, for: 10 s}"),
        ("{signal: supply.*.current, above: 1.05 A}", "above: 1.1 A"),
    ],
)
def test_a_plan_that_is_looser_is_warned_with_the_place_in_the_bench_file(bench: str, plan: str) -> None:
    text = bench_text(bench)
    program, (found,) = link(TEXT, text)
    assert program is not None
    line = next(number for number, each in enumerate(text.splitlines(), 1) if bench in each)
    assert (found.code, found.severity) == ("plan/looser-than-bench", "warning")
    assert f"bench.yaml:{line}:5" in found.message
    assert plan in found.excerpt


@pytest.mark.parametrize(
    "bench",
    [
        "{signal: skin.*, above: 45 degC, for: 2 readings}",  # the same
        "{signal: skin.*, above: 44 degC, for: 5 s}",  # lower, but later
        "{signal: skin.a1, above: 44 degC}",  # one probe of those that the plan watches
        "{signal: supply.*.current, above: 1.2 A}",
        "{stale: scanner, after: 3 s}",
    ],
)
def test_a_plan_that_is_not_looser_is_not_warned(bench: str) -> None:
    assert link(TEXT, bench_text(bench))[1] == []


MISTAKES = [
    ("{signal: skim.*, above: 46 degC}", "bench/unknown-signal", "skim.*"),
    ("{signal: skin.*, abvoe: 46 degC}", "bench/unknown-key", "abvoe"),
    ("{signal: skin.*, above: 46 K}", "bench/wrong-dimension", "46 K"),
    ("{stale: scaner, after: 3 s}", "bench/unknown-signal", "scaner"),
    ("{signal: skin.*, above: 900 degC}", "bench/cannot-fire", "900 degC"),
    ("{differ: [skin.a1, skin.a1], above: 2 K, for: 10 s}", "bench/cannot-fire", "2 K"),
    ("{differ: [skin.a1], above: 2 K, for: 10 s}", "bench/wrong-kind", "[skin.a1]"),
    (
        "{differ: [skin.a1, supply.a.voltage], above: 2 K, for: 10 s}",
        "bench/mixed-signals",
        "supply.a.voltage",
    ),
    ("{detached: ambient, rise: 1 K, within: 60 s}", "bench/no-heater", "ambient"),
]


@pytest.mark.parametrize(("rule", "code", "text"), MISTAKES)
@pytest.mark.parametrize("bench", ["reference", "four-belts"])
def test_a_mistake_is_found_once_in_the_bench_file(
    tmp_path: Path, rule: str, code: str, text: str, bench: str
) -> None:
    """By `rig check` of the bench, and by every plan that shall run on it: the same words at the same place."""
    path = tmp_path / "bench.yaml"
    path.write_text(bench_text(rule, bench=bench), encoding="utf-8")
    diagnostics, _, _ = check_paths([path])
    (found,) = diagnostics
    assert (found.code, found.file) == (code, str(path))
    assert found.excerpt[found.column - 1 :].startswith(text)
    again = [each for each in check_paths([path, PLAN], path)[0] if each.severity != "note"]
    assert again == [found]
    program, (once,) = link(TEXT, path.read_text(encoding="utf-8"))
    assert program is None
    assert (once.code, once.line, once.column, once.file) == (code, found.line, found.column, "bench.yaml")
    assert once.excerpt


@pytest.mark.parametrize("written", ["interlocks: 3", "interlocks: {signal: skin.*, above: 46 degC}"])
def test_they_are_a_list(tmp_path: Path, written: str) -> None:
    path = tmp_path / "bench.yaml"
    path.write_text(bench_text().replace("\nslots:", f"\n{written}\nslots:"), encoding="utf-8")
    assert [found.code for found in check_paths([path])[0]] == ["bench/wrong-kind"]


def test_a_terminal_rule_needs_a_junction() -> None:
    rule = "{terminal: skin.*, within: 0.5 K, for: 120 s}"
    _, diagnostics = link(TEXT, bench_text(rule, bench="budget-a"))
    (found,) = [each for each in diagnostics if each.severity == "error"]
    assert (found.code, found.file) == ("bench/no-junction", "bench.yaml")
    assert "method: volts" in found.help


def test_a_bench_rule_that_the_plan_would_trip_is_said_at_the_plan() -> None:
    _, (found,) = link(TEXT, bench_text("{signal: skin.*, above: 40 degC}"))
    assert (found.code, found.file, found.line) == ("plan/trips-in-use", str(PLAN), 3)
    assert "bench: skin.* above 40 °C" in found.message
    assert "bench.yaml:" in found.message


def test_a_bench_rule_that_is_too_long_for_a_short_plan_is_no_mistake() -> None:
    short = LOOK.replace("hold: 5 min", "hold: 5 s")
    assert link(short, bench_text("{frozen: skin.*, for: 60 s}"))[1] == []


def test_a_bench_rule_that_a_slow_plan_puts_to_sleep_is_a_mistake_of_the_plan() -> None:
    slow = TEXT.replace("thermocouples: 1 Hz", "thermocouples: 5 s").replace("over: 30 s", "over: 60 s")
    slow = slow.replace("for: 2 readings", "for: 1 readings").replace(
        "  - {stale: scanner, after: 3 s}\n", ""
    )
    _, (found,) = link(slow, bench_text("{signal: skin.*, rising: 7 K/min, over: 10 s}"))
    assert (found.code, found.line) == ("plan/cannot-fire", 3)


def test_the_record_declares_them_like_those_of_the_plan() -> None:
    from rig.engine.declare import declare_lines

    program, _ = link(TEXT, bench_text("{signal: skin.*, above: 46 degC}"))
    assert program is not None
    declared: list[dict[str, Any]] = [line for line in declare_lines(program) if line["part"] == "interlock"]
    assert (declared[-1]["name"], declared[-1]["kind"], declared[-1]["bench_wide"]) == (
        "bench: skin.* above 46 °C",
        InterlockKind.ABOVE,
        True,
    )
    assert declared[-1]["place"].startswith("bench.yaml:")
