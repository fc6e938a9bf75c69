"""The condition ``check_point``: what it is linked to, and each mistake about its steps and probes."""

from __future__ import annotations

import pytest

from rig import shipped
from rig.plan.program import CheckPoint
from tests.plan.conftest import Link

TEXT = (shipped.test_plans() / "incoming" / "incoming-inspection.yaml").read_text(encoding="utf-8")
POINT = "{of: phantom, before: block before, after: block after, shift: 0.2 K}"
HEAT = "  - {name: rest, supply: {output: off}, hold: 1 min}\n"


def point(text: str, link: Link) -> CheckPoint:
    program, found = link(text)
    assert program is not None, found
    return next(each for each in program.conditions if isinstance(each, CheckPoint))


def test_it_names_probes_and_steps_and_how_far_they_may_shift(link: Link) -> None:
    condition = point(TEXT, link)
    assert (condition.kind, condition.signals, condition.tolerance) == ("check_point", ("phantom",), 0.2)
    assert (condition.before, condition.after) == ("block before", "block after")


def test_without_a_shift_it_is_a_fifth_of_a_kelvin_and_probes_may_be_a_pattern(link: Link) -> None:
    text = TEXT.replace(POINT, "{of: skin.a*, before: block before, after: block after}")
    assert point(text, link).tolerance == 0.2
    assert point(text, link).signals == tuple(f"skin.a{n}" for n in range(1, 6))


MISTAKES = [
    (POINT, POINT.replace("block before,", "blok before,"), "unknown-step", "blok before"),
    (POINT, POINT.replace("block after,", "remark,"), "check-point", "does not hold the 30 s"),
    ("block after, hold: 2 min", "block after, hold: 20 s", "check-point", "does not hold the 30 s"),
    (POINT, POINT.replace("after: block after", "after: block before"), "check-point", "does not come after"),
    (POINT, POINT.replace("before: block before", "before: warm up"), "check-point", "may have heated"),
    (POINT, POINT.replace("after: block after", "after: rest"), "check-point", "may heat in step"),
    (POINT, POINT.replace("of: phantom", "of: supply.a.voltage"), "check-point", "is no probe"),
    (POINT, POINT.replace("of: phantom", "of: skin.hottest"), "check-point", "is no probe"),
    (POINT, POINT.replace("of: phantom", "of: ambient"), "check-point", "condition ambient is judged by a probe"),
    (POINT, POINT.replace("of: phantom", "of: skin.a1") + "\n  start: stable", "check-point", "condition start"),
    (POINT, POINT.replace("0.2 K", "0.2 degC"), "wrong-dimension", "0.2 degC"),
    (POINT, POINT.replace("0.2 K", "0 K"), "out-of-range", "0 K"),
    (POINT, POINT.replace(", before: block before", ""), "missing-key", "before"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "words"), MISTAKES)
def test_each_mistake_is_found_once(old: str, new: str, code: str, words: str, link: Link) -> None:
    assert old in TEXT
    _, found = link(TEXT.replace(old, new))
    errors = [each for each in found if each.severity.value == "error"]
    assert [each.code for each in errors] == [f"plan/{code}"], errors
    assert words in errors[0].message
    assert errors[0].help


def test_a_step_that_is_repeated_is_no_check_point(link: Link) -> None:
    text = TEXT.replace(HEAT, "  - {name: again, repeat: 2, steps: [{name: rest, hold: 1 min}]}\n")
    text = text.replace("before: block before", "before: again / rest")
    _, found = link(text)
    assert [each.code for each in found if each.severity.value == "error"] == ["plan/check-point"]
    assert any("is repeated" in each.message for each in found)


def test_a_check_of_the_whole_run_that_would_see_the_bath_is_a_warning(link: Link) -> None:
    text = TEXT.replace("of: phantom", "of: skin.a1")
    peak = "  - peak_temperature: {of: skin.hottest, at_most: 45 degC%s}\n"
    _, found = link(text + peak % "")
    assert "plan/judged-at-check-point" in [each.code for each in found]
    _, found = link(text + peak % ", step: warm up")
    assert "plan/judged-at-check-point" not in [each.code for each in found]


def test_an_interlock_that_would_trip_when_the_probe_is_moved_is_a_warning(link: Link) -> None:
    _, found = link(TEXT)
    assert "plan/check-point-trips" not in [each.code for each in found]
    _, found = link(TEXT.replace("of: phantom", "of: skin.a1"))
    assert "plan/check-point-trips" in [each.code for each in found]
