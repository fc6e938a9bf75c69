"""The belt's own clock through the whole stack: an instant where polls are seconds apart, and no better delay."""

from __future__ import annotations

from rig import shipped
from tests.runs import Run


def test_the_watchdog_has_an_instant_between_polls_that_are_5_s_apart(run: Run) -> None:
    result = run(shipped.test_plans() / "session" / "host-watchdog.yaml")
    assert result.judgement is not None
    found = next(check for check in result.judgement.results if check["name"] == "watchdog_delay")
    detail = found["detail"]
    assert found["verdict"] == "PASS"
    assert detail["own_expanded_s"] < 0.15 < found["uncertainty"]
    assert abs(detail["own_s"] - detail["fell_s"]) < 0.2 + detail["own_expanded_s"]
    assert abs(detail["own_rate"] - 1.0) <= detail["own_rate_expanded"]
