"""A cut-off must be watched for a while before the rig itself takes the heat away."""

from __future__ import annotations

import pytest

from tests.plan.foreseen import Case, changed, found_in, shows

LAST = """  - name: re-arm while hot  # must be refused; the latch check judges it
    belt: {rearm: true}
    hold: 5 s
  - name: stay off  # below the re-arm temperature after about 283 s, then 5 min, with margin
    hold: 12 min
  - name: re-arm
    belt: {rearm: true}
    until: {event: belt.rearmed}
    within: 10 s
  - name: heat returns
    hold: 20 s

"""
JUDGED = """  - peak_temperature: {of: skin.hottest, limit: ir-lumbar-wrap/skin-peak, rule: guarded}
  - response_delay: {at_most: 1 s}
  - stays_off: {for: 5 min}
  - latch: {}
  - sensor_agreement: {limit: ir-lumbar-wrap/sensor-agreement}
  - report: [trip_temperature, thermal_overshoot, crossing_delay]
"""
COVERS = ("covers: [CUT-1, CUT-2, CUT-3, CUT-4, CUT-5]", "covers: []")


def after(steps: str, check: str) -> tuple[tuple[str, str], ...]:
    """The plan cutoff with other steps after its cut-off, and one check."""
    return (COVERS, (LAST, steps), (JUDGED, f"  - {check}\n"))


def off(then: str) -> str:
    return f"  - name: off\n    {then}\n    hold: 1 min\n"


LOOK = "  - name: look\n    hold: 10 s\n"
WATCH = "  - name: watch\n    hold: %s\n"
DELAY = "response_delay: {at_most: 1 s}"
CASES = [
    *(
        Case(
            "not-exercised",
            "cutoff",
            after(steps, DELAY),
            "response_delay",
            ((steps, LOOK + steps),),
            after(LOOK.replace("10 s", "3.6 s") + steps, DELAY),
            severity="warning",
            remedy="switches nothing",
        )
        for steps in (off("supply: {output: off}"), off("belt: {level: off}"), WATCH % "3 s")
    ),
    Case(
        "not-exercised",
        "cutoff",
        after(WATCH % "20 s", "peak_temperature: {at_most: 42 degC}"),
        "peak_temperature",
        (("hold: 20 s", "hold: 30 s"),),
        severity="warning",
        remedy="hold: 30 s",
    ),
    Case(
        "not-exercised",
        "cutoff",
        after(WATCH % "1 min", "peak_temperature: {at_most: 42 degC, step: drive to cut-off}"),
        "drive to cut-off}",
        ((", step: drive to cut-off", ""),),
        severity="warning",
        remedy="leave step: out",
    ),
    Case(
        "not-exercised",
        "cutoff",
        after(WATCH % "1 min", "stays_off: {for: 30 s, step: drive to cut-off}"),
        "30 s",
        (("  - name: watch\n    hold: 1 min", "  - name: watch\n    hold: 10 min"),),
        severity="warning",
        remedy="some 5 min",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.at}-{case.changes[1][1].strip()[8:60]}")
def test_a_cut_off_that_is_not_watched_is_told_and_the_remedy_mends_it(case: Case) -> None:
    assert list(shows(case)) == []


def test_a_plan_that_ends_at_the_cut_off_is_told_for_each_check() -> None:
    text = changed(
        "cutoff", (COVERS, (LAST, ""), (JUDGED, f"  - {DELAY}\n  - peak_temperature: {{at_most: 42 degC}}\n"))
    )
    found = found_in(text, "cutoff")
    assert [(each.code, str(each.severity)) for each in found] == [("plan/not-exercised", "warning")] * 2


def test_a_block_that_holds_the_watching_step_sees_the_overshoot() -> None:
    drive = "  - name: drive to cut-off\n"
    text = changed("cutoff", after(WATCH % "1 min", "peak_temperature: {at_most: 42 degC, step: cycle}"))
    start, end = text.index(drive), text.index("checks:")
    inner = "".join(f"    {line}\n" for line in text[start:end].splitlines() if line)
    text = f"{text[:start]}  - name: cycle\n    repeat: 2\n    steps:\n{inner}{text[end:]}"
    again = text.replace(
        "hold: 1 min\nchecks",
        "hold: 1 min\n      - {name: cool, supply: {output: off}, belt: {level: off}, hold: 5 min}\nchecks",
    )
    assert found_in(again, "cutoff") == []
