"""A for_each over several parameters: their values go together, row by row."""

from __future__ import annotations

import pytest

from rig.plan.program import Block
from tests.plan.conftest import Link

PLAN = """\
plan: levels
purpose: Each level is reached in a time of its own.
device: ir-lumbar-wrap
parameters: {level: low, longest: 5 min}
interlocks:
  - {signal: skin.*, above: 45 degC, for: 2 readings}
steps:
  - name: levels
    for_each: {level: [low, high], longest: [5 min, 8 min]}
    steps:
      - name: heat
        supply: {voltage: rated, current_limit: 1.2 A, output: on}
        belt: {level: level, session: 30 min, regulation: normal}
        hold: longest
      - {name: rest, belt: {level: off}, hold: 1 min}
checks:
  - time_to: {temperature: 36 degC, at_most: longest, step: levels / heat}
"""


def test_values_of_one_row_go_together_and_the_first_names_the_pass(link: Link) -> None:
    program, found = link(PLAN)
    assert found == []
    assert program is not None
    (block,) = program.steps
    assert isinstance(block, Block)
    assert [each.name for each in block.passes] == ["levels[level=low]", "levels[level=high]"]
    assert [step.hold_s for step in program.walk()] == [300.0, 60.0, 480.0, 60.0]
    limits = {check.name: check.limit.value for check in program.checks if check.limit}
    assert limits == {"time_to [level=low]": 300.0, "time_to [level=high]": 480.0}


@pytest.mark.parametrize(
    ("new", "code", "offending"),
    [
        ("{level: [low, high], longest: [5 min]}", "wrong-kind", "longest: [5 min]"),
        ("{level: [low, high], longst: [5 min, 8 min]}", "unknown-parameter", "longst"),
        ("{level: [low, high], longest: [5 min, 8 V]}", "wrong-dimension", "8 V"),
        ("{level: [low, low], longest: [5 min, 8 min]}", "duplicate-value", "low], longest"),
        ("{}", "no-value", "{}"),
    ],
)
def test_a_mistake_in_a_row_is_found_once_where_it_is(
    link: Link, new: str, code: str, offending: str
) -> None:
    text = PLAN.replace("{level: [low, high], longest: [5 min, 8 min]}", new)
    program, found = link(text)
    assert program is None
    assert [each.code for each in found] == [f"plan/{code}"]
    assert text.splitlines()[found[0].line - 1][found[0].column - 1 :].startswith(offending)


def test_values_of_a_second_parameter_may_be_alike(link: Link) -> None:
    assert link(PLAN.replace("[5 min, 8 min]", "[8 min, 8 min]"))[1] == []
