"""Recorded verdicts against those of today: checks and conditions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from rig.checks.compare import differences

if TYPE_CHECKING:
    from rig.checks.judge import Judgement
    from tests.checks.conftest import RunBuilder

NewRun = Callable[..., "RunBuilder"]


def _recorded(judgement: Judgement) -> list[dict[str, Any]]:
    lines = [{"k": "verdict", "part": "check", **result} for result in judgement.results]
    lines += [{"k": "verdict", "part": "condition", **condition} for condition in judgement.conditions]
    return [*lines, {"k": "summary", "verdict": str(judgement.verdict)}]


@pytest.fixture(scope="module")
def judgement(run: NewRun) -> Judgement:
    return run().judge()


def test_what_was_judged_agrees_with_itself(judgement: Judgement) -> None:
    assert differences(_recorded(judgement), judgement) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"verdict": "INVALID"}, "condition ambient: verdict is recorded as INVALID, the record gives PASS"),
        ({"value": 23.0}, "condition ambient: value is recorded as 23.0"),
        ({"value": 10**400}, "condition ambient: value"),
        ({"name": "humidity"}, "condition humidity is recorded, but not judged"),
        ({"part": "weather"}, "a verdict of a weather is recorded"),
    ],
)
def test_an_altered_condition_is_a_difference(
    judgement: Judgement, change: dict[str, Any], words: str
) -> None:
    lines = _recorded(judgement)
    next(line for line in lines if line.get("name") == "ambient").update(change)
    assert any(words in found for found in differences(lines, judgement))


def test_a_missing_or_repeated_result_is_a_difference(judgement: Judgement) -> None:
    lines = _recorded(judgement)
    without = [line for line in lines if line.get("name") != "heating"]
    assert differences(without, judgement) == ["condition heating is judged, but has no recorded verdict"]
    twice = [lines[0], *lines]
    assert differences(twice, judgement) == ["check peak_temperature (2) is recorded, but not declared"]
