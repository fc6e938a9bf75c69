"""What plans may say about steady states, sessions and a silent host, and what is a mistake there."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig import shipped
from rig.plan.check import check_paths


def codes(tmp_path: Path, plan: str, old: str, new: str) -> list[tuple[str, str]]:
    """Code and remedy of what is found in a plan that ships after replacing one text."""
    text = (shipped.test_plans() / f"{plan}.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "plan.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found, _, _ = check_paths([path])
    return [(each.code, each.help) for each in found if each.severity != "note"]


def test_a_detector_is_one_of_those_that_there_are(tmp_path: Path) -> None:
    steady = "steady-state/steady-state"
    assert codes(tmp_path, steady, "- drift: {limit", "- drift: {detector: ul-3-readings, limit") == []
    found = codes(tmp_path, steady, "- drift: {limit", "- drift: {detector: slop, limit")
    assert [code for code, _ in found] == ["plan/unknown-word"]
    assert '"slope"' in found[0][1]


@pytest.mark.parametrize("written", ["during: ramps", "during: [ramp]"])
def test_a_difference_is_on_the_ramp_or_steady(tmp_path: Path, written: str) -> None:
    assert len(codes(tmp_path, "heat-up/heat-up", "during: ramp", written)) == 1


def test_a_level_may_be_named_and_a_rate_must_be_one(tmp_path: Path) -> None:
    heat = "heat-up/heat-up"
    assert codes(tmp_path, heat, "temperature: 38 degC", "temperature: medium") == []
    assert [c for c, _ in codes(tmp_path, heat, "temperature: 38 degC, ", "")] == ["plan/missing-key"]
    assert codes(tmp_path, heat, "limit: ir-lumbar-wrap/ramp", "at_most: 2 K/min") == []
    found = codes(tmp_path, heat, "limit: ir-lumbar-wrap/ramp", "at_most: 2 K")
    assert [code for code, _ in found] == ["plan/wrong-dimension"]


def test_only_a_wait_for_the_watchdog_may_leave_the_belt_alone(tmp_path: Path) -> None:
    silent = "session/host-watchdog"
    assert codes(tmp_path, silent, "hold: 20 s", "hold: 21 s") == []
    found = codes(tmp_path, silent, "event: belt.watchdog", "event: belt.fault")
    assert [code for code, _ in found] == ["plan/sampling-too-slow"]


def test_a_wait_for_the_sessions_end_may_outlast_it_and_a_hold_may_not(tmp_path: Path) -> None:
    timer = "session/session-timer"
    assert codes(tmp_path, timer, "within: 13 min", "within: 14 min") == []
    found = codes(tmp_path, timer, "event: belt.session_end", "event: belt.fault")
    assert [code for code, _ in found] == ["plan/session-too-short"]
