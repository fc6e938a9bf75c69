"""Interruptions as the judge sees them: what counts as made, and what nobody may tell across them."""

from __future__ import annotations

from typing import Any

import pytest

from rig.checks.interruptions import Interruption, across, duration, pieces, take_up, told
from rig.record import lines


def step(t: float, name: str, state: str, *passes: int) -> dict[str, Any]:
    return lines.step(t, name, state, "done" if state == "end" else None, passes=passes)


def made() -> list[dict[str, Any]]:
    """Two passes, and a third one that was under way."""
    found = [step(0.0, "ready", "start"), step(1.0, "ready", "end")]
    for number in (1, 2, 3):
        at = 10.0 * number
        found += [step(at, "cycles", "start", number), step(at, "cycles / heat", "start", number)]
        if number < 3:
            found += [step(at + 9, "cycles / heat", "end", number), step(at + 10, "cycles", "end", number)]
    return found


RESUMED = {"k": "resumed", "t": 100.0, "block": "cycles", "passes": 2}
GAP = Interruption(30.0, 35.0, 101.0, "cycles", 2)
LATER = Interruption(130.0, 140.0, 150.0, "cycles", 9)


def test_what_followed_the_last_complete_pass_is_taken_out() -> None:
    steps: list[Any] = made()
    gap = take_up(steps, RESUMED, 35.0)
    begun = {"cycles": ((30.0, 35.0),), "cycles / heat": ((30.0, 35.0),)}
    assert gap == Interruption(30.0, 35.0, 100.0, "cycles", 2, begun)
    assert (steps[-1]["step"], steps[-1]["state"], steps[-1]["pass"]) == ("cycles", "end", [2])
    assert len(steps) == len(made()) - 2


def test_an_attempt_after_which_it_was_tried_again_is_nothing_that_was_left_undone() -> None:
    again = [
        lines.step(32.0, "cycles / heat", "end", "timeout", passes=(3,)),
        lines.step(32.0, "cycles", "end", "retry", passes=(3,)),
        step(32.0, "cycles", "start", 3),
        step(33.0, "cycles / heat", "start", 3),
    ]
    gap = take_up([*made(), *again], RESUMED, 35.0)
    assert gap.undone == {"cycles": ((32.0, 35.0),), "cycles / heat": ((33.0, 35.0),)}


def test_a_pass_whose_own_scan_is_missing_ended_before_the_interruption() -> None:
    assert take_up(list(made()), RESUMED, 29.9).from_s == 30.0


def test_a_record_without_the_pass_it_names_loses_no_step() -> None:
    steps: list[Any] = made()
    take_up(steps, {**RESUMED, "passes": 7}, 35.0)
    assert steps == made()


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ((0.0, 35.0), [(0.0, 35.0)]),
        ((0.0, 200.0), [(0.0, 35.0), (101.0, 140.0), (150.0, 200.0)]),
        ((101.0, 140.0), [(101.0, 140.0)]),
        ((50.0, 120.0), [(101.0, 120.0)]),
        ((20.0, 60.0), [(20.0, 35.0)]),
        ((50.0, 60.0), []),
    ],
)
def test_a_window_falls_into_its_uninterrupted_parts(
    window: tuple[float, float], expected: list[tuple[float, float]]
) -> None:
    assert list(pieces([GAP, LATER], window)) == expected
    words = across([GAP, LATER], window)
    assert bool(words) is (expected != [window])


def test_two_interruptions_without_a_scan_between_leave_no_part_between() -> None:
    twice = [Interruption(30.0, 35.0, 60.0, "cycles", 2), Interruption(30.0, 35.0, 101.0, "cycles", 2)]
    assert list(pieces(twice, (0.0, 200.0))) == [(0.0, 35.0), (101.0, 200.0)]


def test_it_is_told_how_often_for_how_long_and_where() -> None:
    assert told([]) == ""
    long = Interruption(30.0, 35.0, 35.0 + 3 * 3600 + 12 * 60, "cycles", 4210)
    assert told([long]) == "resumed once after 3 h 12 min at pass 4,211"
    assert told([GAP, LATER]) == "resumed twice: after 1 min 6 s at pass 3; after 10.0 s at pass 10"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (2.04, "2.0 s"),
        (59.99, "60.0 s"),
        (60.0, "1 min 0 s"),
        (119.7, "2 min 0 s"),
        (3599.9, "1 h 0 min"),
        (7170.0, "1 h 59 min"),
    ],
)
def test_a_duration_is_said_as_people_say_it(seconds: float, words: str) -> None:
    assert duration(seconds) == words
