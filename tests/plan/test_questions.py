"""Questions as written: each kind linked, each mistake found where it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rig.plan.program import Question
from rig.units import Dimension

Link = Callable[..., tuple[Any, list[Any]]]

PLAN = """
plan: Asking
purpose: Asks.
device: ir-lumbar-wrap
steps:
  - {name: ask, ask: ASK, within: 1 min}
"""


@pytest.mark.parametrize(
    ("ask", "question"),
    [
        ("Ready?", Question("Ready?", "confirm")),
        ("{text: Ready?}", Question("Ready?", "confirm")),
        (
            '{text: Humid?, number: {unit: "%", least: 20 %}}',
            Question("Humid?", "number", "%", Dimension.RATIO, 0.2, None),
        ),
        (
            "{text: Warm?, number: {least: 15 degC, most: cutoff}}",
            Question("Warm?", "number", None, Dimension.TEMPERATURE, 15.0, 40.4),
        ),
        ("{text: Side?, choice: [left, right]}", Question("Side?", "choice", choices=("left", "right"))),
        ("{text: Label?, serial: device}", Question("Label?", "serial", of_device=True)),
        ("{text: Label?, serial: any}", Question("Label?", "serial")),
        ("{text: Picture?, photograph: yes}", Question("Picture?", "photograph")),
        ("{text: Remark?, words: yes}", Question("Remark?", "words")),
    ],
)
def test_each_kind_of_question_is_linked(link: Link, ask: str, question: Question) -> None:
    program, found = link(PLAN.replace("ASK", ask))
    assert found == []
    (step,) = program.questions
    assert step.ask == question


@pytest.mark.parametrize(
    ("ask", "code", "offending"),
    [
        ("{text: A?, words: yes, photograph: yes}", "one-answer", "{text"),
        ("{text: A?, choice: [left]}", "one-answer", "{text"),
        ("{text: A?, choice: [left, left]}", "one-answer", "{text"),
        ("{text: A?, number: {}}", "one-answer", "{}"),
        ("{text: A?, number: {unit: wolts}}", "bad-quantity", "wolts"),
        ("{text: A?, number: {unit: V, least: 3 A}}", "wrong-dimension", "3 A"),
        ("{text: A?, number: {least: 3 V, most: 3 A}}", "wrong-dimension", "3 A"),
        ("{text: A?, number: {least: 3 V, most: 2 V}}", "out-of-range", "3 V"),
        ("{text: A?, serial: mine}", "unknown-word", "mine"),
        ("{txt: A?}", "unknown-key", "txt"),
        ("{text: A?, number: {most: wrm}}", "unknown-name", "wrm"),
    ],
)
def test_a_mistake_in_a_question_is_found_where_it_is(
    link: Link, ask: str, code: str, offending: str
) -> None:
    text = PLAN.replace("ASK", ask)
    program, found = link(text)
    assert program is None
    assert [diagnostic.code for diagnostic in found] == [f"plan/{code}"]
    line = text.splitlines()[found[0].line - 1]
    assert line[found[0].column - 1 :].startswith(offending)
    assert found[0].help


def test_a_question_without_a_limit_of_time_is_a_mistake(link: Link) -> None:
    _, found = link(PLAN.replace(", within: 1 min", "").replace("ASK", "Ready?"))
    assert [diagnostic.code for diagnostic in found] == ["plan/unbounded-wait"]
