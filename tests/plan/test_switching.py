"""What must be demanded before heat, and how long the belt's session then lasts."""

from __future__ import annotations

import pytest

from tests.plan.foreseen import Case, changed, found_in, shows

HEAT = "belt: {level: high, session: 30 min, regulation: normal}"
HOLD = "    hold: 25 min\n"
SESSION = "belt: {level: low, session: 10 min, regulation: normal}"
NEXT = "  - name: next\n    {}\n"

CASES = [
    Case(
        "not-set",
        "heat-up",
        ((HEAT, "belt: {level: high, regulation: normal}"),),
        "high, reg",
        (("level: high, reg", "level: high, session: 30 min, reg"),),
        (
            ("    belt: {level: off}\n", "    belt: {level: off, session: 30 min}\n"),
            (HEAT, "belt: {level: high, regulation: normal}"),
        ),
        remedy="belt: {session: 30 min}",
    ),
    Case(
        "not-set",
        "heat-up",
        ((HEAT, "belt: {level: high}"),),
        "high}",
        (("level: high}\n    hold", "level: high, session: 30 min, regulation: normal}\n    hold"),),
        remedy="belt: {session: 30 min, regulation: normal}",
    ),
    Case(
        "not-set",
        "heat-up",
        (("supply: {voltage: rated, current_limit: 1.2 A, output: on}", "supply: {output: on}"),),
        "on}\n    belt",
        (
            (
                "supply: {output: on}\n    belt",
                "supply: {output: on, voltage: rated, current_limit: 1.2 A}\n    belt",
            ),
        ),
        remedy="supply: {voltage: …, current_limit: …}",
    ),
    Case(
        "session-too-short",
        "heat-up",
        ((HOLD, HOLD + NEXT.format(HEAT) + "    hold: 10 min\n"),),
        "10 min\n",
        (("    hold: 10 min\n", "    hold: 5 min\n"),),
        (
            (
                HOLD,
                HOLD
                + NEXT.format("belt: {level: off}")
                + "  - name: again\n    belt: {level: high}\n    hold: 10 min\n",
            ),
        ),
        remedy="begin another",
    ),
    Case(
        "session-too-short",
        "heat-up",
        (
            (
                HOLD,
                HOLD + NEXT.format("until: {signal: skin.hottest, above: 39 degC}") + "    within: 6 min\n",
            ),
        ),
        "6 min",
        (("within: 6 min", "within: 5 min"),),
        severity="warning",
    ),
    Case(
        "session-too-short",
        "cutoff",
        (
            ("    hold: 12 min", "    until: {signal: skin.hottest, below: 35 degC}\n    within: 40 min"),
            ("  - stays_off: {for: 5 min}\n", ""),
            ("CUT-3, ", ""),
        ),
        "40 min",
        (("    within: 40 min", "    belt: {level: off}\n    within: 40 min"),),
        remedy="add belt: {level: off} to this step",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{case.at.strip()}-{case.plan}")
def test_a_demand_out_of_order_is_found_where_it_stands_and_the_remedy_mends_it(case: Case) -> None:
    assert list(shows(case)) == []


def test_a_session_that_is_demanded_again_does_not_begin_anew() -> None:
    again = HOLD + NEXT.format("belt: {session: 30 min}") + HOLD
    assert [each.code for each in found_in(changed("heat-up", ((HOLD, again),)), "heat-up")] == [
        "plan/session-too-short"
    ]


def test_a_session_that_may_end_hides_none_that_surely_does() -> None:
    waits = NEXT.format("until: {signal: skin.hottest, above: 39 degC}") + "    within: 6 min\n"
    text = changed("heat-up", ((HOLD, HOLD + waits + "  - name: last\n    hold: 6 min\n"),))
    found = [(each.code, str(each.severity)) for each in found_in(text, "heat-up")]
    assert found == [("plan/session-too-short", "warning"), ("plan/session-too-short", "error")]


def test_after_the_end_of_a_session_a_level_begins_another() -> None:
    twice = "\n  - name: again\n    belt: {level: medium}\n    hold: 5 min\n"
    text = changed("session-timer", (("within: 13 min\n", f"within: 13 min{twice}"),))
    assert found_in(text, "session-timer") == []
