"""One mistake in the shipped plan: one diagnostic, at the offending text, with what would be right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from rig import shipped
from rig.bench.loading import load_bench
from rig.plan.check import check_paths

Find = Callable[..., list[tuple[str, int, int]]]
Link = Callable[..., tuple[Any, list[Any]]]

OVER_TEMPERATURE = "  - {signal: skin.*, above: 45 degC, for: 2 readings}\n"

SPREAD = "{spread: skin.*, above: 6 K, for: 10 s}"

GRAMMAR = [
    (SPREAD, "{differ: skin.*, above: 2 K, for: 10 s}", "wrong-kind", "skin.*"),
    (SPREAD, "{differ: [skin.a1, skin.a2, skin.a3], above: 2 K, for: 10 s}", "wrong-kind", "[skin.a1"),
    (SPREAD, "{differ: [skin.a1, skin.a2], above: 2 K}", "missing-key", "differ"),
    (SPREAD, "{terminal: skin.*, for: 60 s}", "missing-key", "terminal"),
    (SPREAD, "{terminal: skin.*, within: 0.5 degC, for: 60 s}", "wrong-dimension", "0.5 degC"),
    ("purpose:", "purpse:", "unknown-key", "purpse"),
    ("steps:", "stepz:", "unknown-key", "stepz"),
    ("above: 45 degC", "abvoe: 45 degC", "unknown-key", "abvoe"),
    ("voltage: 1.1 × rated", "volts: 1.1 × rated", "unknown-key", "volts"),
    ("above: 45 degC", "above: 45 K", "wrong-dimension", "45 K"),
    ("voltage: 1.1 × rated", "voltage: 7.4 A", "wrong-dimension", "7.4 A"),
    ("hold: 1 min", "hold: 1 V", "wrong-dimension", "1 V"),
    ("supply: ± 1 %", "supply: ± 1 V", "wrong-dimension", "± 1 V"),
    ("ambient: 23 ± 2 degC", "ambient: 23 degC", "bad-quantity", "23 degC"),
    ("ambient: 23 ± 2 degC", "ambient: 296 ± 2 K", "wrong-dimension", "296 ± 2 K"),
    ("hold: 1 min", "hold: one minute", "bad-quantity", "one minute"),
    ("hold: 1 min", "hold: 60", "wrong-dimension", "60"),
    ("hold: 1 min", "hold: 12:30", "bad-quantity", "12:30"),
    ("for: 2 readings", "for: 1.5 readings", "bad-quantity", "1.5 readings"),
    ("hold: 1 min", "hold: -1 min", "out-of-range", "-1 min"),
    ("hold: 1 min", "hold: [1 min]", "wrong-kind", "[1 min]"),
    ("hold: 1 min", "hold: 1,5 min", "bad-quantity", "1,5 min"),
    ("hold: 1 min", "hold: 10000 h", "out-of-range", "10000 h"),
    ("voltage: 1.1 × rated", "voltage: 1e300 V", "out-of-range", "1e300 V"),
    ("voltage: 1.1 × rated", "voltage: 1e300 × rated", "out-of-range", "1e300 × rated"),
    ("above: 45 degC", "above: -300 degC", "out-of-range", "-300 degC"),
    ("ambient: 23 ± 2 degC", "ambient: -300 ± 2 degC", "out-of-range", "-300 ± 2 degC"),
    ("ambient: 23 ± 2 degC", "ambient: 23 ± 1e7 degC", "out-of-range", "23 ± 1e7 degC"),
    ("belt: 10 Hz", "belt: 1e-300 Hz", "out-of-range", "1e-300 Hz"),
    ("voltage: 1.1 × rated", "voltage: 7,4 V", "yaml/decimal-comma", "7,4 V"),
    ("name: baseline", 'name: "base\\x1b[2Jline"', "yaml/control", '"base'),
    ("name: baseline", 'name: "base\\rline"', "yaml/control", '"base'),
    ("plan: 42 °C cut-off", 'plan: "a\\nb"', "yaml/control", '"a'),
    ("- latch: {}", '- latch: {name: "\\a"}', "yaml/control", '"'),
    ("output: on}", "output: maybe}", "wrong-kind", "maybe"),
    ("start: stable", "start: stabel", "unknown-word", "stabel"),
    ("{event: belt.cutoff}", "{evnt: belt.cutoff}", "unknown-key", "evnt"),
    ("{event: belt.cutoff}", "{}", "unknown-kind", "{}"),
    ("- response_delay: {at_most: 1 s}", "- response_delay", "wrong-kind", "response_delay"),
]

LINKING = [
    ("device: ir-lumbar-wrap", "device: ir-lumbar", "unknown-device", "ir-lumbar"),
    ("signal: skin.*, above", "signal: skim.*, above", "unknown-signal", "skim.*"),
    ("of: skin.hottest", "of: skin.c1", "unknown-signal", "skin.c1"),
    ("signal: supply.*.current", "signal: supply.*", "mixed-signals", "supply.*"),
    ("stale: scanner", "stale: scaner", "unknown-source", "scaner"),
    ("detached: skin.*", "detached: ambient", "no-heater", "ambient"),
    (SPREAD, "{differ: [skin.a1, skin.z9], above: 2 K, for: 10 s}", "unknown-signal", "skin.z9"),
    (SPREAD, "{differ: [skin.a1, case], above: 2 degC, for: 10 s}", "wrong-dimension", "2 degC"),
    (
        SPREAD,
        "{differ: [skin.a1, supply.a.voltage], above: 2 K, for: 10 s}",
        "mixed-signals",
        "supply.a.voltage",
    ),
    (SPREAD, "{terminal: ambient, within: 0.5 K, for: 60 s}", "no-heater", "ambient"),
    (SPREAD, "{terminal: belt.*.sensor, within: 0.5 K, for: 60 s}", "no-junction", "belt.*.sensor"),
    ("1.1 × rated", "1.1 × ratd", "unknown-name", "1.1 × ratd"),
    ("above: 45 degC", "above: 1.2 × cutoff", "scaled-point", "1.2 × cutoff"),
    ("above: 45 degC", "above: rated", "wrong-dimension", "rated"),
    ("level: high", "level: hihg", "unknown-level", "hihg"),
    ("session: 30 min", "session: 15 min", "unknown-session", "15 min"),
    ("event: belt.cutoff", "event: belt.cutof", "unknown-event", "belt.cutof"),
    ("- latch: {}", "- lach: {}", "unknown-check", "lach"),
    ("{at_most: 1 s}", "{}", "no-limit", None),
    ("{for: 5 min}", "{}", "no-limit", None),
    ("{at_most: 1 s}", "{at_least: 1 s}", "unknown-key", "at_least"),
    ("of: skin.hottest, limit", "at_most: 42 degC, limit", "two-limits", "limit: ir"),
    ("ir-lumbar-wrap/skin-peak", "ir-lumbar-wrap/skin-pek", "unknown-limit", "ir-lumbar-wrap/skin-pek"),
    ("ir-lumbar-wrap/skin-peak", "ir-belt/skin-peak", "unknown-limit", "ir-belt/skin-peak"),
    ("ir-lumbar-wrap/skin-peak", "../../x/y", "unknown-limit", "../../x/y"),
    ("ir-lumbar-wrap/skin-peak", f"{'x' * 300}/y", "unknown-limit", "xxx"),
    ("ir-lumbar-wrap/skin-peak", "ir-lumbar-wrap/stays-off", "wrong-sense", "ir-lumbar-wrap/stays-off"),
    ("rule: guarded", "rule: garded", "unknown-word", "garded"),
    ("rule: guarded", "step: nowhere", "unknown-step", "nowhere"),
    ("rule: guarded", "rule: simple, guard: 0.5", "unknown-key", "guard"),
    ("rule: guarded", "rule: iso-14253-1, guard_band: 0.5 K", "unknown-key", "guard_band"),
    ("rule: guarded", "rule: guarded, risk: 5 %", "unknown-key", "risk"),
    ("rule: guarded", "rule: specific-risk, risk: 60 %", "out-of-range", "60 %"),
    ("rule: guarded", "rule: four-state, guard: 0.5, guard_band: 0.5 K", "two-limits", "guard_band"),
    ("rule: guarded", "rule: guarded, guard_band: 0.5 degC", "wrong-dimension", "0.5 degC"),
    ("crossing_delay]", "latch]", "duplicate-check", "latch]"),
    ("name: re-arm\n", "name: stay off\n", "duplicate-step", None),
    ("    within: 20 min\n", "", "unbounded-wait", None),
    ("hold: 1 min", "within: 1 min", "within-alone", "1 min"),
    ("hold: 12 min", "hold: 12 min\n    until: {event: belt.reset}", "one-action", "{event: belt.reset}"),
    ("{event: belt.cutoff}", "{signal: skin.a1}", "one-limit", "skin.a1"),
    ("CUT-5]", "CUT-6]", "unknown-requirement", "CUT-6"),
    ("CUT-5]", "CUT-4]", "duplicate-requirement", "CUT-4]"),
]

ANALYSIS = [
    (OVER_TEMPERATURE, "", "no-over-temperature", "on}"),
    ("signal: skin.*, above", "signal: skin.a*, above", "no-over-temperature", "on}"),
    ("signal: skin.*, above", "signal: skin.*1, above", "no-over-temperature", "on}"),
    ("above: 45 degC", "above: 61 degC", "no-over-temperature", "61 degC"),
    ("45 degC, for: 2 readings", "45 degC, for: 10 readings", "no-over-temperature", "10 readings"),
    ("45 degC, for: 2 readings", "45 degC, for: 1 min", "no-over-temperature", "1 min"),
    ("thermocouples: 1 Hz", "thermocouples: 6 s", "no-over-temperature", "6 s"),
    ("belt: 10 Hz", "belt: 1.1 s", "sampling-too-slow", "1.1 s"),
    ("belt: 10 Hz", "belt: 51 Hz", "sampling-too-fast", "51 Hz"),
    ("hold: 1 min", "hold: 29 s", "no-baseline", "stable"),
    ("output: off}\n    hold: 1 min", "output: off}", "no-baseline", "stable"),
    ("voltage: 1.1 × rated", "voltage: 20 V", "beyond-device", "20 V"),
    ("voltage: 1.1 × rated", "voltage: 30 V", "beyond-device", "30 V"),
    ("current_limit: 1.2 A", "current_limit: 5 A", "beyond-device", "5 A"),
    ("above: 45 degC", "above: 40.5 degC", "trips-in-use", "40.5 degC"),
    ("{event: belt.cutoff}", "{signal: skin.hottest, above: 46 degC}", "beyond-interlock", "46 degC"),
    ("{event: belt.cutoff}", "{signal: skin.*, above: 46 degC}", "beyond-interlock", "46 degC"),
    ("session: 30 min, ", "", "not-set", "high"),
    (", regulation: defeated", "", "not-set", "high"),
    ("above: 1.1 A", "above: 0.9 A", "trips-in-use", "0.9 A"),
    ("above: 1.1 A", "above: 1.2 A", "cannot-fire", "1.2 A"),
    ("supply.*.current, above: 1.1 A", "supply.*.voltage, above: 9 V", "cannot-fire", "9 V"),
    ("supply.*.current, above: 1.1 A", "supply.*.voltage, above: 8 V", "trips-in-use", "8 V"),
    ("supply.*.current, above: 1.1 A", "ambient, below: -250 degC", "cannot-fire", "-250 degC"),
    ("supply.*.current, above: 1.1 A", "ambient, below: 22 degC", "trips-in-use", "22 degC"),
    ("within: 120 s", "within: 2 h", "cannot-fire", "0.5 K"),
    ("over: 30 s", "over: 2 s", "cannot-fire", "6 K/min"),
    ("for: 60 s", "for: 2 s", "trips-in-use", "2 s"),
    ("spread: skin.*", "spread: skin.a1", "cannot-fire", "6 K,"),
    (SPREAD, "{differ: [skin.a1, skin.a1], above: 2 K, for: 10 s}", "cannot-fire", "2 K"),
    (SPREAD, "{differ: [skin.a1, skin.a2], above: 2 K, for: 1.9 s}", "trips-in-use", "1.9 s"),
    (SPREAD, "{differ: [belt.a.sensor, skin.a1], above: 2 K, for: 0.2 s}", "trips-in-use", "0.2 s"),
    (SPREAD, "{differ: [skin.a1, skin.a2], above: 2 K, for: 2 h}", "cannot-fire", "2 K"),
    (SPREAD, "{terminal: skin.*, within: 0.5 K, for: 2.9 s}", "trips-in-use", "2.9 s"),
    (SPREAD, "{terminal: skin.*, within: 0.5 K, for: 2 h}", "cannot-fire", "0.5 K"),
    ("after: 3 s", "after: 30 s", "cannot-fire", "30 s}"),
    ("after: 3 s", "after: 1 s", "trips-in-use", "1 s}"),
    ("voltage: 1.1 × rated", "voltage: 1.3 × rated", "beyond-device", "1.3 × rated"),
    ("current_limit: 1.2 A", "current_limit: 1.3 A", "beyond-device", "1.3 A"),
    ("voltage: 1.1 × rated, current_limit: 1.2 A, output", "output", "not-set", "on}"),
    ("thermocouples: 1 Hz", "thermocouples: 5 Hz", "sampling-too-fast", "5 Hz"),
    ("belt: 10 Hz", "belt: 200 Hz", "sampling-too-fast", "200 Hz"),
    ("session: 30 min", "session: 10 min", "session-too-short", "20 min\n"),
    ("hold: 12 min", "hold: 31 min", "session-too-short", "31 min"),
    ("  - latch: {}\n", "", "not-judged", "CUT-4"),
    ("regulation: defeated", "regulation: normal", "cutoff-not-reached", "{event: belt.cutoff}"),
]


@pytest.mark.parametrize("case", [*GRAMMAR, *LINKING, *ANALYSIS], ids=lambda case: f"{case[2]}-{case[1]}")
def test_a_mistake_is_found_once_where_it_is(
    link: Link, plan_text: str, case: tuple[str, str, str, str | None]
) -> None:
    old, new, code, offending = case
    assert old in plan_text
    text = plan_text.replace(old, new, 1)
    program, found = link(text)
    assert [diagnostic.code for diagnostic in found] == [code if "/" in code else f"plan/{code}"]
    assert found[0].message
    assert found[0].help
    assert (program is None) is (found[0].severity == "error")
    if offending is not None:
        rest = "\n".join(text.splitlines()[found[0].line - 1 :])[found[0].column - 1 :]
        assert (rest + "\n").startswith(offending)


def test_the_shipped_plan_has_none(find: Find) -> None:
    assert find() == []


def test_all_mistakes_come_in_one_pass(link: Link, plan_text: str) -> None:
    text = plan_text
    for old, new in (
        ("purpose:", "purpse:"),
        ("above: 45 degC", "above: 45 K"),
        ("1.1 × rated", "1.1 × ratd"),
        ("level: off", "level: of"),
        ("- latch: {}", "- lach: {}"),
        ("hold: 20 s", "hold: 20 V"),
    ):
        text = text.replace(old, new, 1)
    program, found = link(text)
    assert program is None
    assert [diagnostic.code for diagnostic in found] == [
        "plan/unknown-key",
        "plan/wrong-dimension",
        "plan/unknown-level",
        "plan/unknown-name",
        "plan/wrong-dimension",
        "plan/unknown-check",
    ]
    assert [diagnostic.line for diagnostic in found] == sorted(diagnostic.line for diagnostic in found)


def test_a_plan_that_energises_nothing_needs_no_interlock(link: Link) -> None:
    program, found = link(
        "plan: look\npurpose: Reads the bench.\ndevice: ir-lumbar-wrap\nsteps:\n  - {name: look, hold: 5 s}\n"
    )
    assert found == []
    assert program.energises == ()
    assert program.interlocks == ()


def test_two_sensors_and_terminals_are_linked(link: Link, plan_text: str) -> None:
    rules = (
        "{differ: [belt.a.sensor, skin.a1], above: 3 K, for: 20 s}\n"
        "  - {terminal: skin.*, within: 0.5 K, for: 60 s}"
    )
    program, found = link(plan_text.replace(SPREAD, rules))
    assert found == []
    linked = {rule.name: rule for rule in program.interlocks}
    pair = linked["belt.a.sensor and skin.a1 differ"]
    assert (pair.signals, pair.limit, pair.window_s) == (("belt.a.sensor", "skin.a1"), 3.0, 20.0)
    shorted = linked["skin.* terminal (b)"]
    assert (shorted.heater, shorted.limit, shorted.window_s) == ("b", 0.5, 60.0)
    assert shorted.signals == tuple(f"skin.b{site}" for site in range(1, 6))


def test_terminals_cannot_be_watched_without_their_temperature(link: Link, plan_text: str) -> None:
    bench = replace(load_bench(shipped.bench("budget-a")), interlocks=None)
    text = plan_text.replace(SPREAD, "{terminal: skin.*, within: 0.5 K, for: 60 s}")
    program, diagnostics = link(text, bench)
    (found,) = [each for each in diagnostics if each.severity == "error"]
    assert program is None
    assert (found.code, found.help.startswith("remove the rule")) == ("plan/no-junction", True)


def test_two_probes_of_each_heater_are_enough(link: Link, plan_text: str) -> None:
    rules = "".join(f"  - {{signal: skin.{site}, above: 45 degC}}\n" for site in ("a1", "a2", "b3", "b4"))
    program, found = link(plan_text.replace(OVER_TEMPERATURE, rules))
    assert found == []
    assert [rule.readings for rule in program.interlocks[:4]] == [1, 1, 1, 1]


def test_rates_may_be_periods_and_have_defaults(link: Link, plan_text: str) -> None:
    program, _ = link(plan_text.replace("thermocouples: 1 Hz", "thermocouples: 2 s"))
    assert program.sampling.thermocouples_s == 2.0
    program, _ = link(plan_text.replace("sampling: {thermocouples: 1 Hz, belt: 10 Hz, supply: 5 Hz}\n", ""))
    assert (program.sampling.scan_s, program.sampling.supply_s) == (0.1, 0.2)


def test_a_wait_for_a_signal_is_linked(link: Link, plan_text: str) -> None:
    wait = "{signal: skin.hottest, above: high, for: 3 readings}"
    program, found = link(plan_text.replace("{event: belt.cutoff}", wait))
    assert found == []
    until = list(program.walk())[1].until
    assert (until.signals, until.above, until.limit, until.readings) == (("skin.hottest",), True, 39.5, 3)


def test_an_unconfirmed_limit_is_noted() -> None:
    diagnostics, _, _ = check_paths([shipped.test_plans() / "cutoff"])
    assert {found.code for found in diagnostics} == {"plan/unconfirmed-limit"}
