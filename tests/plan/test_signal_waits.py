"""Waits for signals against interlocks, conditions and what a belt can do: the wait is marked, never the interlock."""

from __future__ import annotations

import pytest

from rig.plan.program import UntilSignal
from tests.plan.conftest import Link
from tests.plan.foreseen import Case, changed, found_in, shows

HOLD = "    hold: 25 min\n"
OVER_TEMPERATURE = "{signal: skin.*, above: 45 degC, for: 2 readings}"


def wait(until: str, within: str = "20 min") -> tuple[str, str]:
    """The step that heats, waiting instead of holding."""
    return HOLD, f"    {until}\n    within: {within}\n"


def until(words: str, within: str = "20 min") -> tuple[str, str]:
    return wait(f"until: {{signal: {words}}}", within)


def soak(at: str, tolerance: str) -> tuple[str, str]:
    return wait(f"soak: {{signal: skin.*, at: {at}, tolerance: {tolerance}, for: 10 s}}")


BEYOND = [
    Case(
        "beyond-interlock",
        "heat-up",
        (until(f"{signal}, above: 46 degC"),),
        "46 degC",
        (("above: 46 degC", "above: 40 degC"),),
        (until(f"{signal}, above: 41 degC"),),
        remedy="wait for less than the interlock's 45 °C",
    )
    for signal in ("skin.hottest", "skin.a1", "skin.*", "skin.b*")
]
CASES = [
    *BEYOND,
    Case(
        "beyond-interlock",
        "heat-up",
        (soak("46 degC", "0.5 K"),),
        "46 degC",
        (("at: 46 degC", "at: 39 degC"),),
        (soak("44.9 degC", "0.05 K"),),
        remedy="less than the interlock's 45 °C",
    ),
    Case(
        "beyond-interlock",
        "heat-up",
        (soak("45 degC", "1 K"),),
        "45 degC, tol",
        (("at: 45 degC, tol", "at: 39 degC, tol"),),
        severity="warning",
    ),
    Case(
        "beyond-interlock",
        "heat-up",
        (("limit: ir-lumbar-wrap/skin-peak", "at_most: 47 degC"),),
        "47 degC",
        (("at_most: 47 degC", "at_most: 45 degC"),),
        severity="warning",
        remedy="write 45 °C or less",
    ),
    Case(
        "out-of-reach",
        "heat-up",
        (until("skin.hottest, above: 41.4 degC"),),
        "41.4 degC",
        (("above: 41.4 degC", "above: 41.2 degC"),),
        (until("skin.hottest, above: 41.3 degC"),),
        severity="warning",
        remedy="less than 41.3 °C",
    ),
    Case(
        "out-of-reach",
        "heat-up",
        (until("skin.*, below: 20 degC"),),
        "20 degC",
        (("below: 20 degC", "below: 22 degC"),),
        (until("skin.*, below: 21.1 degC"),),
        severity="warning",
        remedy="more than 21 °C",
    ),
    Case(
        "out-of-reach",
        "heat-up",
        (until("skin.hottest, above: 39 degC", "20 s"),),
        "20 s",
        (("within: 20 s", "within: 20 min"),),
        severity="warning",
        remedy="write 30 s or more",
    ),
    Case(
        "out-of-reach",
        "probe-check",
        (
            ("    hold: 20 s\n", "    until: {signal: skin.a1, above: 39 degC}\n    within: 2 min\n"),
            ("38 degC", "42 degC"),
        ),
        "39 degC",
        (("    until: {signal: skin.a1, above: 39 degC}\n    within: 2 min\n", "    hold: 20 s\n"),),
        severity="warning",
        remedy="belt: {level",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case}-{case.changes[0][1].strip()[:60]}")
def test_a_wait_that_cannot_be_met_is_marked_itself_and_its_near_miss_is_none(case: Case) -> None:
    assert list(shows(case)) == []


@pytest.mark.parametrize("limit", ["45.5 degC", "47 degC", "60 degC"])
def test_no_advice_raises_an_interlock_for_a_wait(limit: str) -> None:
    found = found_in(changed("heat-up", (until(f"skin.hottest, above: {limit}"),)), "heat-up")
    assert {each.code for each in found} == {"plan/beyond-interlock"}
    assert not any("limit beyond" in each.help for each in found)


def test_an_interlock_that_the_device_itself_needs_higher_is_still_told_so() -> None:
    (found,) = found_in(changed("cutoff", (("above: 45 degC", "above: 40.5 degC"),)), "cutoff")
    assert (found.code, found.help) == ("plan/trips-in-use", "write a limit beyond 40.6 °C")


def test_an_interlock_on_some_probes_may_miss_the_hottest() -> None:
    """skin.a* above 40 °C says nothing about a hottest probe of b; of every probe it does."""
    rule = ("{stale: scanner, after: 3 s}", "{signal: skin.a*, above: 40.5 degC}")
    codes = {
        signal: [
            each.code
            for each in found_in(changed("heat-up", (rule, until(f"{signal}, above: 41 degC"))), "heat-up")
        ]
        for signal in ("skin.hottest", "skin.b1", "skin.*")
    }
    assert codes == {"skin.hottest": [], "skin.b1": [], "skin.*": ["plan/beyond-interlock"]}


def test_a_wait_for_a_pattern_is_one_for_all_of_its_signals(link: Link, plan_text: str) -> None:
    program, found = link(plan_text.replace("{event: belt.cutoff}", "{signal: skin.*1, above: 39 degC}"))
    assert found == []
    assert program is not None
    assert list(program.walk())[1].until == UntilSignal(("skin.a1", "skin.b1"), above=True, limit=39.0)


def test_a_pattern_must_name_signals_of_one_dimension(link: Link, plan_text: str) -> None:
    _, (found,) = link(plan_text.replace("{event: belt.cutoff}", "{signal: supply.*, above: 1 V}"))
    assert found.code == "plan/mixed-signals"


def test_a_plan_that_injects_faults_is_told_of_its_interlocks_all_the_same() -> None:
    fault = ("  - name: heat up", "  - name: fault\n    inject: belt:silent\n  - name: heat up")
    text = changed("heat-up", (fault, until("skin.hottest, above: 46 degC")))
    assert [each.code for each in found_in(text, "heat-up")] == ["plan/beyond-interlock"]
