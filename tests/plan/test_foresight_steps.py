"""Waits that never end, that have too little time, and that an interlock or a condition comes before."""

from __future__ import annotations

import pytest

from rig.engine import steps as engine_steps
from rig.plan import course
from tests.plan.foreseen import Case, changed, found_in, shows

DRIVE = "    belt: {level: high, session: 30 min, regulation: defeated}\n"
REARM = "  - name: re-arm\n    belt: {rearm: true}\n"
HOLD = "  - name: heat returns\n    hold: 20 s\n"
WAIT = "  - name: heat returns\n    until: {%s}\n    within: %s\n"
CASE = "{signal: case, above: %s}"
CURRENT = "{signal: supply.*.current, above: 1.1 A}"


def wait(until: str, within: str = "5 min") -> tuple[str, str]:
    return HOLD, WAIT % (until, within)


UNASKED = (
    (REARM + "    until: {event: belt.rearmed}\n    within: 10 s\n", ""),
    ("    belt: {rearm: true}\n    hold: 5 s", "    hold: 5 s"),
    ("  - latch: {}\n", ""),
    ("CUT-4, ", ""),
)
"""Nobody asks the belt to re-arm."""

WAITING = "    until: {event: belt.cutoff}\n    within: 20 min\n"

CASES = [
    Case(
        "never-ends",
        "cutoff",
        ((DRIVE, "    belt: {level: off}\n"),),
        "{event: belt.cutoff}",
        (("    belt: {level: off}\n    until", DRIVE + "    until"),),
        remedy="belt: {level: high, session: 30 min, regulation: defeated}",
    ),
    Case(
        "never-ends",
        "cutoff",
        (*UNASKED, wait("event: belt.cutoff")),
        "{event: belt.cutoff}\n    within: 5 min",
        (("    within: 5 min\n", "    within: 5 min\n    belt: {rearm: on}\n"),),
        remedy="belt: {rearm: on}",
    ),
    Case(
        "never-ends",
        "cutoff",
        (("    belt: {rearm: true}\n    hold: 5 s", "    hold: 5 s"), (REARM, "  - name: re-arm\n")),
        "{event: belt.rearmed}",
        (("  - name: re-arm\n", REARM),),
        remedy="add belt: {rearm: on}",
    ),
    Case(
        "never-ends",
        "session-timer",
        (("belt: {level: low, session: 10 min, regulation: normal}", "belt: {level: off}"),),
        "{event: belt.session_end}",
        (
            (
                "belt: {level: off}\n    until",
                "belt: {level: low, session: 10 min, regulation: normal}\n    until",
            ),
        ),
        remedy="level: ",
    ),
    Case(
        "never-ends",
        "host-watchdog",
        (("belt: 5 s", "belt: 1.9 s"),),
        "{event: belt.watchdog}",
        (("belt: 1.9 s", "belt: 5 s"),),
        (("belt: 5 s", "belt: 2 s"),),
        remedy="write sampling: {belt: 5 s}",
    ),
    Case(
        "never-ends",
        "cutoff",
        (
            (
                "voltage: 1.1 × rated, current_limit: 1.2 A, output: on",
                "voltage: 1.1 × rated, current_limit: 1.2 A",
            ),
        ),
        "{event: belt.cutoff}",
        (("current_limit: 1.2 A", "current_limit: 1.2 A, output: on"),),
        severity="warning",
        remedy="output: on",
    ),
    Case(
        "within-too-short",
        "session-timer",
        (("within: 13 min", "within: 9 min"),),
        "9 min",
        (("within: 9 min", "within: 612 s"),),
        (("within: 13 min", "within: 10 min"),),
        remedy="write 612 s or more",
    ),
    Case(
        "within-too-short",
        "cutoff",
        (wait("signal: case, above: 40 degC, for: 12 readings", "10 s"),),
        "10 s\n",
        (("within: 10 s\n\nchecks", "within: 13 s\n\nchecks"),),
        (wait("signal: case, above: 40 degC, for: 12 readings", "12 s"),),
        remedy="write 13 s or more",
    ),
    Case(
        "within-too-short",
        "cutoff",
        (wait("signal: case, above: 40 degC, for: 2 readings", "1.5 s"),),
        "1.5 s",
        (("within: 1.5 s", "within: 3 s"),),
        (wait("signal: case, above: 40 degC, for: 2 readings", "2 s"),),
        severity="warning",
        remedy="write 3 s or more",
    ),
    Case(
        "within-too-short",
        "host-watchdog",
        (("within: 20 s", "within: 4 s"),),
        "4 s",
        (("within: 4 s", "within: 10 s"),),
        (("within: 20 s", "within: 5 s"),),
        severity="warning",
        remedy="write 10 s or more",
    ),
    Case(
        "beyond-interlock",
        "cutoff",
        (wait(CASE[1:-1] % "65 degC"),),
        "65 degC",
        (("above: 65 degC", "above: 59 degC"),),
        (wait(CASE[1:-1] % "59.9 degC"),),
        remedy="less than the interlock's 60 °C",
    ),
    Case(
        "beyond-interlock",
        "cutoff",
        ((CURRENT, "{signal: ambient, below: 15 degC}"), wait("signal: ambient, below: 14 degC")),
        "14 degC",
        (("below: 14 degC", "below: 16 degC"),),
        (
            (CURRENT, "{signal: ambient, below: 15 degC, for: 2 readings}"),
            wait("signal: ambient, below: 14 degC"),
        ),
        remedy="more than the interlock's 15 °C",
    ),
    Case(
        "against-condition",
        "cutoff",
        (wait("signal: ambient, above: 20 degC"),),
        "20 degC",
        (("above: 20 degC", "above: 23 degC"),),
        (wait("signal: ambient, above: 21 degC"),),
        severity="warning",
        remedy="change the wait",
    ),
    Case(
        "against-condition",
        "cutoff",
        (wait("signal: phantom, below: 30 degC"),),
        "30 degC",
        (("below: 30 degC", "below: 36.5 degC"),),
        (wait("signal: phantom, below: 36.1 degC"),),
        severity="warning",
        remedy="or the condition phantom",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_wait_that_cannot_be_met_is_found_and_the_remedy_mends_it(case: Case) -> None:
    assert list(shows(case)) == []


def test_a_session_that_began_earlier_may_end_within_a_shorter_wait() -> None:
    text = changed(
        "session-timer",
        (
            ("    until: {event: belt.session_end}\n    within: 13 min\n", "    hold: 9 min\n"),
            ("    hold: 2 min\n\n", "    until: {event: belt.session_end}\n    within: 2 min\n\n"),
        ),
    )
    assert found_in(text, "session-timer") == []


def test_a_second_cut_off_may_come_after_a_re_arm() -> None:
    text = changed("cutoff", (wait("event: belt.cutoff", "10 min"), ("hold: 12 min", "hold: 6 min")))
    assert found_in(text, "cutoff") == []


def test_a_second_cut_off_may_come_after_the_power_was_away() -> None:
    away = "  - name: away\n    supply: {output: off}\n    hold: 1 min\n"
    back = "  - name: back\n    supply: {output: on}\n    until: {event: belt.cutoff}\n    within: 5 min\n"
    text = changed("cutoff", (*UNASKED, (HOLD, away + back)))
    assert found_in(text, "cutoff") == []


BLOCK = """  - name: twice
    repeat: 2
    steps:
      - name: drive
        until: {event: belt.cutoff}
        within: 5 min
"""


def test_the_second_pass_of_a_block_finds_what_the_first_left() -> None:
    text = changed("cutoff", (*UNASKED, (HOLD, BLOCK), (WAITING, "    hold: 5 min\n")))
    (found,) = found_in(text, "cutoff")
    assert (found.code, found.line) == ("plan/never-ends", text[: text.index("within: 5 min")].count("\n"))
    again = text.replace("        until:", "        belt: {rearm: on}\n        until:")
    assert found_in(again, "cutoff") == []


def test_a_session_may_end_while_a_block_is_repeated() -> None:
    block = "  - name: warm\n    repeat: %d\n    steps:\n      - {name: bit, hold: 30 s}\n"
    end = "  - name: end\n    until: {event: belt.session_end}\n    within: 1 min\n"
    wait_of_plan = "    until: {event: belt.session_end}\n    within: 13 min\n"
    codes = [
        [
            each.code
            for each in found_in(
                changed("session-timer", ((wait_of_plan, block % times + end),)), "session-timer"
            )
        ]
        for times in (10, 18)
    ]
    assert codes == [["plan/within-too-short"], []]


def test_of_a_plan_that_injects_faults_nothing_is_said() -> None:
    silent = ("belt: 5 s", "belt: 1 s")
    assert [each.code for each in found_in(changed("host-watchdog", (silent,)), "host-watchdog")] == [
        "plan/never-ends"
    ]
    fault = ("  - name: fall silent", "  - name: fault\n    inject: belt:silent\n  - name: fall silent")
    assert found_in(changed("host-watchdog", (silent, fault)), "host-watchdog") == []


def test_nested_blocks_without_end_take_no_time() -> None:
    deep = "  " * 2 + "- {name: s, hold: 1 ms}\n"
    for depth in range(18):
        indented = "".join(f"    {line}\n" for line in deep.splitlines())
        deep = f"    - name: b{depth}\n      repeat: 2\n      steps:\n{indented}"
    text = changed("cutoff", ((HOLD, "".join(f"{line[2:]}\n" for line in deep.splitlines())),))
    assert found_in(text, "cutoff") == []


def test_a_wait_for_a_time_needs_that_time() -> None:
    long = "signal: case, above: 40 degC, for: 1 min"
    codes = {
        within: [
            (each.code, str(each.severity))
            for each in found_in(changed("cutoff", (wait(long, within),)), "cutoff")
        ]
        for within in ("50 s", "60 s", "61 s")
    }
    short = "plan/within-too-short"
    assert codes == {"50 s": [(short, "error")], "60 s": [(short, "warning")], "61 s": []}


def test_an_event_that_a_fault_brings_may_be_waited_for() -> None:
    for event in ("belt.fault", "belt.reset"):
        text = changed("cutoff", (wait(f"event: {event}"),))
        assert found_in(text, "cutoff") == []


def test_an_interlock_on_more_readings_than_the_wait_may_come_after_it() -> None:
    slow = (CURRENT, "{signal: ambient, above: 30 degC, for: 3 readings}")
    wanted = "signal: ambient, above: 31 degC, for: %d readings"
    codes = [
        [each.code for each in found_in(changed("cutoff", (slow, wait(wanted % readings))), "cutoff")]
        for readings in (2, 3)
    ]
    assert codes == [["plan/against-condition"], ["plan/beyond-interlock"]]


def test_a_plan_with_a_mistake_in_a_step_is_told_only_that() -> None:
    text = changed("cutoff", ((DRIVE, "    belt: {level: of}\n"),))
    assert [each.code for each in found_in(text, "cutoff")] == ["plan/unknown-level"]


def test_a_wait_that_never_ends_is_the_only_mistake_though_checks_build_on_it() -> None:
    text = changed("cutoff", ((DRIVE, "    belt: {level: off}\n"),))
    assert [each.code for each in found_in(text, "cutoff")] == ["plan/never-ends"]


def test_demands_settle_within_the_time_that_the_engine_gives_them() -> None:
    assert course.SETTLE_S == engine_steps.SETTLE_S
