"""Plans with one mistake, each beside one that is right and differs in little; and what is found in them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tests.plan.conftest import Link

HEAD = """\
plan: Blocks
purpose: Holds one mistake.
device: ir-lumbar-wrap
interlocks:
  - {signal: skin.*, above: 45 degC, for: 2 readings}
"""
SET = "supply: {voltage: 7 V, current_limit: 1.2 A}"
HEAT = "supply: {voltage: 7 V, current_limit: 1.2 A, output: on}"
WAIT = "until: {event: belt.fault}"
CURVE = (
    "{name: c, profile: {points: [{at: 0 s, voltage: 6 V}, {at: %s, voltage: %s}, {at: 9 s, voltage: 7 V}]}}"
)


class Case(NamedTuple):
    """offending: how the text at the caret begins. remedy: a part of the help. right: the body without the mistake."""

    code: str
    body: str
    offending: str
    remedy: str
    right: str


def step(text: str) -> str:
    return f"steps:\n  - {{name: first, {SET}, hold: 9 s}}\n  - {text}\n"


def case(code: str, wrong: str, offending: str, remedy: str, right: str) -> Case:
    """A mistake in the one step or block that is written."""
    return Case(code, step(wrong), offending, remedy, step(right))


def assert_found_once(link: Link, case: Case, file: Path) -> None:
    """One diagnostic at the offending text, with what would be right; and none in the plan that is right."""
    text = HEAD + case.body
    program, found = link(text, file=file)
    assert [diagnostic.code for diagnostic in found] == [f"plan/{case.code}"], found
    (mistake,) = found
    assert mistake.file == str(file)
    assert ("\n".join(text.splitlines()[mistake.line - 1 :])[mistake.column - 1 :] + "\n").startswith(
        case.offending
    )
    assert any(part in mistake.help for part in case.remedy.split("|")), mistake.help
    assert mistake.help
    assert (program is None) is (mistake.severity == "error")
    program, found = link(HEAD + case.right, file=file)
    assert found == []
    assert program is not None
