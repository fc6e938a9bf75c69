"""Mistakes beside each other: one does not hide another, and what only follows from one is not told."""

from __future__ import annotations

import pytest

from tests.plan.conftest import Link

BELT = "belt: {level: high, session: 30 min, regulation: defeated}"


def codes(link: Link, text: str, *changes: tuple[str, str]) -> list[str]:
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    program, found = link(text)
    assert program is None
    return [each.code.removeprefix("plan/") for each in found]


def test_values_beside_one_that_cannot_be_read_are_looked_at(link: Link, plan_text: str) -> None:
    wrong = (BELT, "belt: {level: hot, session: 45 min, regulation: off}")
    assert codes(link, plan_text, wrong) == ["unknown-level", "unknown-session", "unknown-word"]


def test_keys_of_a_step_beside_an_unknown_one_are_looked_at(link: Link, plan_text: str) -> None:
    wrong = (BELT, BELT.replace("level: high", "level: hot") + "\n    hodl: 5 s")
    assert codes(link, plan_text, wrong) == ["unknown-level", "unknown-key"]


def test_a_step_whose_action_cannot_be_read_is_not_told_that_it_has_none(link: Link, plan_text: str) -> None:
    assert codes(link, plan_text, ("until: {event: belt.cutoff}", "until: {evnt: belt.cutoff}")) == [
        "unknown-key"
    ]


def test_a_misspelt_device_hides_nothing(link: Link, plan_text: str) -> None:
    wrong = ("device: ir-lumbar-wrap", "device: ir-lumbar-wrp"), ("name: stay off", "name: baseline")
    assert codes(link, plan_text, *wrong) == ["unknown-device", "duplicate-step"]


def test_each_source_that_is_read_at_a_wrong_pace_is_told(link: Link, plan_text: str) -> None:
    wrong = (
        "{thermocouples: 1 Hz, belt: 10 Hz, supply: 5 Hz}",
        "{thermocouples: 10 s, belt: 5 s, supply: 100 Hz}",
    )
    found = codes(link, plan_text, wrong)
    assert sorted(found) == ["no-over-temperature", "sampling-too-fast", "sampling-too-slow"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("response_delay: {at_most: 1 s}", "response_delay: {atmost: 1 s}", "unknown-key"),
        ("stays_off: {for: 5 min}", "stays_off: {four: 5 min}", "unknown-key"),
    ],
)
def test_a_misspelt_limit_is_not_told_as_a_missing_one(
    link: Link, plan_text: str, old: str, new: str, code: str
) -> None:
    assert codes(link, plan_text, (old, new)) == [code]


def test_repeat_on_a_step_is_one_mistake(link: Link, plan_text: str) -> None:
    assert codes(link, plan_text, ("hold: 12 min", "hold: 12 min\n    repeat: 3")) == ["one-way"]
