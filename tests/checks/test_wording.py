"""Results in words for people."""

from __future__ import annotations

from typing import Any

from rig.checks.judge import Judgement
from rig.checks.verdict import Verdict
from rig.checks.wording import explanations, margin_text

REPORTED: dict[str, Any] = {"name": "trip_temperature", "verdict": "REPORTED", "reason": ""}


def test_what_disturbed_a_run_is_told_also_where_every_check_only_reports() -> None:
    judgement = Judgement(
        Verdict.INVALID, [REPORTED], [], "completed", disturbed=["the belt rebooted at 7.0 s"]
    )
    assert list(explanations(judgement)) == ["  run: INVALID: the belt rebooted at 7.0 s"]


def test_the_margin_of_a_temperature_is_a_difference() -> None:
    assert margin_text({"margin": -1.234, "unit": "degC"}) == "-1.23 K"
    assert margin_text({"margin": None, "unit": "s"}) == "—"
