"""Results as people read them."""

from __future__ import annotations

from typing import Any

import pytest

from rig.checks.judge import Judgement
from rig.checks.line_words import words
from rig.checks.verdict import Verdict
from rig.checks.wording import spread_text
from rig.cli.table import print_checks


def check(**fields: Any) -> dict[str, Any]:
    sound: dict[str, Any] = {
        "name": "unit_power [drive=0.9 × rated]",
        "verdict": "PASS",
        "value": 0.0219,
        "unit": "1",
        "uncertainty": 0.017,
        "limit": None,
        "rule": "guarded",
        "margin": 0.028,
        "detail": {},
    }
    return {**sound, **fields}


def test_a_pass_of_for_each_shows_its_value(capsys: pytest.CaptureFixture[str]) -> None:
    """Brackets are no mark-up."""
    print_checks(Judgement(Verdict.PASS, [check()], [], "completed"))
    assert "unit_power [drive=0.9 × rated]" in capsys.readouterr().out


def test_the_passes_of_a_repeat_are_told_with_their_spread(capsys: pytest.CaptureFixture[str]) -> None:
    passes = {
        "n": 3,
        "valued": 3,
        "mean": 40.74,
        "standard_deviation": 0.0212,
        "least": 40.73,
        "greatest": 40.77,
    }
    found = check(
        name="peak", value=40.77, unit="degC", uncertainty=0.44, margin=1.0, detail={"passes": passes}
    )
    print_checks(Judgement(Verdict.PASS, [found], [], "completed"))
    told = "peak: 3 of 3 passes: mean 40.74 °C, s 0.02 K, 40.73 °C to 40.77 °C"
    assert told in capsys.readouterr().out


def test_one_pass_has_no_spread() -> None:
    assert spread_text(check()) == ""
    assert spread_text(check(detail={"passes": {"n": 2, "valued": 0}})) == ""


def test_plain_lines_have_numbers_that_people_read() -> None:
    demand = {
        "k": "demand",
        "t": 1.0,
        "output": "supply.a.voltage",
        "value": 7.7700000000000005,
        "old": None,
        "by": "x",
    }
    assert "supply.a.voltage = 7.77 V by 'x'" in str(words(demand))
    assert "= 7.77 V (was 7 V) by" in str(words({**demand, "old": 7.0}))
    switched = {**demand, "output": "supply.a.output", "value": False, "old": True}
    assert "supply.a.output = off (was on) by" in str(words(switched))
    assert "level = high by" in str(words({**demand, "output": "belt.level", "value": "high"}))
    verdict = {"k": "verdict", "name": "unit_power", "verdict": "PASS", "value": 0.02189, "unit": "1"}
    assert "PASS 2.2 %" in str(words(verdict))
