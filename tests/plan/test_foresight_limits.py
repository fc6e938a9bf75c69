"""Limits that a bench cannot judge: emptied by the guard band, too coarse in time, or beyond what a sound belt does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rig import shipped
from rig.bench.loading import load_bench
from rig.plan.check import check_paths
from rig.plan.remedies import at_least, at_most, rate_of
from rig.units import Dimension
from tests.plan.foreseen import Case, changed, found_in, shows

SPREAD = "limit: ir-lumbar-wrap/spread"
POWER = "limit: ir-lumbar-wrap/unit-power"
SWING = "limit: ir-lumbar-wrap/cyclic-variation"
OVERSHOOT = "level: high, limit: ir-lumbar-wrap/overshoot"
AGREEMENT = "{limit: ir-lumbar-wrap/sensor-agreement}"
SLOW = ("supply: 5 Hz", "supply: 0.2 Hz")

CASES = [
    Case(
        "guard-band",
        "steady-state",
        ((SPREAD, "at_most: 0.6 K"),),
        "0.6 K",
        (("at_most: 0.6 K", "at_most: 0.646 K"),),
        ((SPREAD, "at_most: 0.65 K"),),
        remedy="set a limit of 0.646 K or more",
    ),
    Case(
        "guard-band",
        "heat-up",
        ((OVERSHOOT, "level: high, at_most: 0.43 K"),),
        "0.43 K",
        (("at_most: 0.43 K", "at_most: 1.8 K"),),
        ((OVERSHOOT, "level: high, at_most: 0.44 K"),),
        remedy="judge it on a bench with U of 0.43 K or less, or set a limit of 0.438 K or more",
    ),
    Case(
        "guard-band",
        "heat-up",
        ((POWER, "at_most: 1 %"),),
        "1 %",
        (("at_most: 1 %", "at_most: 1.8 %"),),
        ((POWER, "at_most: 1.8 %"),),
    ),
    Case(
        "guard-band",
        "steady-state",
        ((SWING, "at_most: 0.02 K"),),
        "0.02 K",
        (("at_most: 0.02 K", "at_most: 0.03 K"),),
        ((SWING, "at_most: 0.03 K"),),
    ),
    Case(
        "guard-band",
        "steady-state",
        (
            (
                "limit: ir-lumbar-wrap/unit-difference-steady",
                "guard: 6, limit: ir-lumbar-wrap/unit-difference-steady",
            ),
        ),
        "ir-lumbar-wrap/unit-difference-steady",
        (("guard: 6", "guard: 1"),),
        (
            (
                "limit: ir-lumbar-wrap/unit-difference-steady",
                "guard: 5, limit: ir-lumbar-wrap/unit-difference-steady",
            ),
        ),
    ),
    Case(
        "guard-band",
        "steady-state",
        ((SPREAD, "at_most: 2 K, guard_band: 2.5 K"),),
        "2.5 K",
        (("guard_band: 2.5 K", "guard_band: 1.9 K"),),
        ((SPREAD, "at_most: 2 K, rule: four-state, guard_band: 2 K"),),
        remedy="write less than 2 K",
    ),
    Case(
        "guard-band",
        "steady-state",
        ((SPREAD, "at_most: 0.6 K, rule: four-state"),),
        "0.6 K",
        (("four-state", "specific-risk, risk: 20 %"),),
        ((SPREAD, "at_most: 0.6 K, rule: specific-risk, risk: 5 %"),),
    ),
    Case(
        "too-uncertain",
        "steady-state",
        ((SPREAD, "at_most: 0.6 K, rule: simple"),),
        "0.6 K",
        (("at_most: 0.6 K", "at_most: 0.65 K"),),
        ((SPREAD, "at_most: 0.65 K, rule: simple"),),
        severity="warning",
        remedy="set a limit of 0.646 K or more",
    ),
    Case(
        "too-uncertain",
        "heat-up",
        ((AGREEMENT, "{at_most: 0.5 K, rule: simple}"),),
        "0.5 K",
        (("at_most: 0.5 K", "at_most: 0.536 K"),),
        ((AGREEMENT, "{at_most: 0.54 K, rule: simple}"),),
        severity="warning",
    ),
    Case(
        "too-uncertain",
        "heat-up",
        (("phantom: 37 ± 1 degC", "phantom: 37 ± 0.4 degC"),),
        "37 ± 0.4 degC",
        (("37 ± 0.4 degC", "37 ± 0.438 degC"),),
        (("phantom: 37 ± 1 degC", "phantom: 37 ± 0.44 degC"),),
        severity="warning",
        remedy="write ± 0.438 K or more",
    ),
    Case(
        "too-uncertain",
        "heat-up",
        (("supply: ± 1 %", "supply: ± 0.2 %"),),
        "± 0.2 %",
        (("± 0.2 %", "± 0.264 %"),),
        (("supply: ± 1 %", "supply: ± 0.3 %"),),
        severity="warning",
    ),
    Case(
        "cannot-pass",
        "cutoff",
        (),
        "ir-lumbar-wrap/skin-peak",
        (("guarded}", "simple}"),),
        (("guarded}", "guarded, guard: 0.97}"),),
        severity="warning",
        remedy="U of 1.31 K or less",
        bench="budget-a",
    ),
    Case(
        "cannot-pass",
        "steady-state",
        (("- steady_mean: {limit: ir-lumbar-wrap/steady-mean-high}", "- steady_mean: {at_most: 40 degC}"),),
        "40 degC",
        (("at_most: 40 degC", "at_most: 40.2 degC"),),
        severity="warning",
        remedy="U of 0.3 K or less",
    ),
    Case(
        "cannot-pass",
        "heat-up",
        (("limit: ir-lumbar-wrap/skin-peak", "at_most: 39 degC"),),
        "39 degC",
        (("at_most: 39 degC", "at_most: 41 degC"),),
        severity="warning",
        remedy="correct the limit",
    ),
    Case(
        "cannot-pass",
        "host-watchdog",
        (("supply: 5 Hz", "supply: 1 Hz"),),
        "ir-lumbar-wrap/watchdog-delay",
        (("supply: 1 Hz", "supply: 1.2 Hz"),),
        severity="warning",
        remedy="write supply: 1.2 Hz or faster",
    ),
    Case(
        "cannot-pass",
        "heat-up",
        (("- ramp: {limit: ir-lumbar-wrap/ramp}", "- ramp: {over: 2 s, at_most: 0.8 K/min}"),),
        "0.8 K/min",
        (("over: 2 s", "over: 60 s"),),
        severity="warning",
    ),
    Case(
        "sampling-too-coarse",
        "cutoff",
        (SLOW, ("at_most: 1 s", "at_most: 2 s")),
        "0.2 Hz",
        (("supply: 0.2 Hz", "supply: 0.9 Hz"),),
        (("supply: 5 Hz", "supply: 0.9 Hz"), ("at_most: 1 s", "at_most: 2 s")),
        remedy="write supply: 1.15 s or faster, or set a limit of 8.67 s or more",
    ),
    Case(
        "sampling-too-coarse",
        "cutoff",
        (("belt: 10 Hz", "belt: 1 s"),),
        "1 s",
        (("belt: 1 s", "belt: 1.9 Hz"),),
        (("belt: 10 Hz", "belt: 0.55 s"),),
        remedy="write belt: 1.9 Hz or faster, or set a limit of 1.77 s or more",
    ),
    Case(
        "sampling-too-coarse",
        "cutoff",
        (("at_most: 1 s", "at_most: 0.1 s"),),
        "5 Hz",
        (("at_most: 0.1 s", "at_most: 0.388 s"),),
        (("at_most: 1 s", "at_most: 0.388 s"),),
        remedy="write supply: ",
    ),
    Case(
        "sampling-too-coarse",
        "cutoff",
        (
            ("sampling: {thermocouples: 1 Hz, belt: 10 Hz, supply: 5 Hz}\n", ""),
            ("at_most: 1 s", "at_most: 0.01 s"),
        ),
        "0.01 s",
        (("at_most: 0.01 s", "at_most: 0.388 s"),),
        remedy="set a limit of 0.388 s or more",
    ),
    Case(
        "sampling-too-coarse",
        "host-watchdog",
        (SLOW,),
        "0.2 Hz",
        (("supply: 0.2 Hz", "supply: 2 Hz"),),
        remedy="write supply: 4.33 s or faster",
    ),
    Case(
        "sampling-too-coarse",
        "session-timer",
        (("belt: 10 Hz", "belt: 1 s"), ("limit: ir-lumbar-wrap/session-length", "at_most: 0.09 %")),
        "1 s",
        (("belt: 1 s", "belt: 1.1 Hz"),),
        (("belt: 10 Hz", "belt: 1 s"), ("limit: ir-lumbar-wrap/session-length", "at_most: 0.1 %")),
        remedy="write belt: 1.1 Hz or faster, or set a limit of 0.0963 % or more",
    ),
    Case(
        "sampling-too-coarse",
        "heat-up",
        (("- ramp: {", "- ramp: {over: 1 s, "),),
        "1 s",
        (("over: 1 s", "over: 3 s"),),
        (("- ramp: {", "- ramp: {over: 2 s, "),),
        remedy="write 3 s or more",
    ),
    Case(
        "sampling-too-coarse",
        "host-watchdog",
        (SLOW, ("limit: ir-lumbar-wrap/watchdog-delay", "at_most: 2.5 s, rule: simple")),
        "0.2 Hz",
        (("supply: 0.2 Hz", "supply: 2 Hz"),),
        severity="warning",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_limit_that_cannot_be_judged_is_found_and_the_remedy_mends_it(case: Case) -> None:
    assert list(shows(case)) == []


def test_budget_a_is_warned_of_and_the_plan_may_run_to_fail() -> None:
    found = found_in(changed("cutoff", ()), "cutoff", "budget-a")
    assert [(each.code, str(each.severity)) for each in found] == [
        ("plan/too-uncertain", "warning"),
        ("plan/cannot-pass", "warning"),
        ("plan/too-uncertain", "warning"),
    ]
    assert "reaches up to 40.69 °C, and a guard band of 1.344 K leaves 40.66 °C of 42 °C" in found[1].message


@pytest.mark.parametrize("bench", ["reference", "four-belts"])
@pytest.mark.parametrize("plan", [name for name in shipped.plans() if name != "probe-check"])
def test_plans_that_ship_are_judged_on_benches_that_ship(plan: str, bench: str) -> None:
    assert found_in(changed(plan, ()), plan, bench) == []


def test_readings_of_two_supplies_have_no_common_period() -> None:
    """The fall lies between the newest readings of two supplies, however near they are to each other."""
    bench = load_bench(shipped.bench())
    (slot,) = bench.slots
    a, b = slot.heaters
    second = replace(bench.instrument("supply"), name="second", resource="TCPIP0::192.0.2.12::5025::SOCKET")
    apart = replace(
        bench,
        instruments=(*bench.instruments, second),
        slots=(replace(slot, heaters=(a, replace(b, supply="second"))),),
    )
    text = changed("host-watchdog", (SLOW,))
    assert [each.code for each in found_in(text, "host-watchdog", bench)] == ["plan/sampling-too-coarse"]
    assert found_in(text, "host-watchdog", apart) == []


@pytest.mark.parametrize(
    ("plan", "metric", "zero", "code"),
    [
        ("cutoff", "response_delay: {at_most: 1 s}", "0 s", "sampling-too-coarse"),
        (
            "session-timer",
            "session_length: {limit: ir-lumbar-wrap/session-length}",
            "0 %",
            "sampling-too-coarse",
        ),
        ("steady-state", "spread: {limit: ir-lumbar-wrap/spread}", "0 K", "guard-band"),
    ],
)
def test_a_limit_of_zero_is_told_like_any_other(
    tmp_path: Path, plan: str, metric: str, zero: str, code: str
) -> None:
    (tmp_path / "limits").mkdir()
    nothing = f"limits: nothing\nitems:\n  at-all: {{at_most: {zero}, source: nobody}}\n"
    (tmp_path / "limits" / "nothing.yaml").write_text(nothing, encoding="utf-8")
    path = tmp_path / "plan.yaml"
    name = metric.split(":", maxsplit=1)[0]
    path.write_text(changed(plan, ((metric, f"{name}: {{limit: nothing/at-all}}"),)), encoding="utf-8")
    found, _, _ = check_paths([path])
    assert [each.code for each in found if each.severity == "error"] == [f"plan/{code}"]


def test_sampling_that_is_wrong_anyway_is_reported_once() -> None:
    text = changed("cutoff", (("belt: 10 Hz", "belt: 0.2 Hz"),))
    assert [each.code for each in found_in(text, "cutoff")] == ["plan/sampling-too-slow"]


@pytest.mark.parametrize(
    ("value", "dimension", "more", "less"),
    [
        (0.64751, Dimension.TEMPERATURE_DIFFERENCE, "0.648 K", "0.647 K"),
        (100.0, Dimension.TIME, "100 s", "100 s"),
        (1224.2, Dimension.TIME, "1230 s", "1220 s"),
        (0.0, Dimension.TIME, "0 s", "0 s"),
        (0.00481, Dimension.RATIO, "0.481 %", "0.481 %"),
        (0.5 / 60.0, Dimension.TEMPERATURE_RATE, "0.5 K/min", "0.5 K/min"),
    ],
)
def test_a_remedy_is_rounded_to_the_side_on_which_it_works(
    value: float, dimension: Dimension, more: str, less: str
) -> None:
    assert (at_least(value, dimension), at_most(value, dimension)) == (more, less)


@pytest.mark.parametrize(
    ("period_s", "rate"), [(1.1429, "1.14 s"), (1.0, "1 Hz"), (0.54, "1.9 Hz"), (0.1, "10 Hz")]
)
def test_a_rate_is_fast_enough(period_s: float, rate: str) -> None:
    assert rate_of(period_s) == rate
