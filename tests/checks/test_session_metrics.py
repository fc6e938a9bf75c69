"""Session length and watchdog delay on records with known answers."""

from __future__ import annotations

from math import sqrt
from typing import Any

import pytest

from rig.checks.view import Line
from tests.checks.declared import AGE_S, BELT_WITHIN_S, SUPPLY_WITHIN_S
from tests.checks.regulated import ON_S, SENSOR_COLUMNS, Regulated, RegulatedRun, asks, judged

LENGTH = asks("session_length", 0.02, "ratio")
LATE = {**asks("session_length", 0.2, "ratio"), "name": "never late"}
DELAY = asks("watchdog_delay", 2.5, "time")
UPTIME, LEVEL = 0, 2


@pytest.mark.parametrize(
    ("lasts_s", "error", "verdict", "late"),
    [
        (600.0, 0.0, "PASS", "PASS"),
        (609.0, 0.015, "PASS", "PASS"),
        (585.0, 0.025, "FAIL", "PASS"),
        (660.0, 0.1, "FAIL", "PASS"),
        (740.0, 0.233, "FAIL", "FAIL"),
    ],
)
def test_the_error_of_a_session_counts_either_way(
    lasts_s: float, error: float, verdict: str, late: str
) -> None:
    run = Regulated(session_s=lasts_s, end_s=1000.0).build(LENGTH, LATE)
    result = run.result("session_length")
    assert result["value"] == pytest.approx(error, abs=1e-3)
    assert (result["verdict"], run.result("never late")["verdict"]) == (verdict, late)


def test_the_uncertainty_of_a_session_is_timing_alone() -> None:
    result = judged(Regulated(session_s=600.0, end_s=900.0), LENGTH)
    brackets, mapped = 2.0 * 0.25**2, SUPPLY_WITHIN_S**2 + (BELT_WITHIN_S + AGE_S) ** 2
    assert result["uncertainty"] == pytest.approx(2.0 * sqrt((brackets + mapped) / 3.0) / 600.0, rel=1e-6)


def test_a_session_that_does_not_end_is_as_late_as_the_record_is_long() -> None:
    run = Regulated(end_s=1000.0).build(LENGTH, LATE)
    result = run.result("session_length")
    assert (result["verdict"], result["value"]) == ("FAIL", pytest.approx(880.0 / 600.0 - 1.0, abs=1e-3))
    assert run.result("never late")["verdict"] == "FAIL"
    short = Regulated(end_s=600.0).build(LENGTH, LATE)
    assert {short.result(n)["verdict"] for n in ("session_length", "never late")} == {"INCONCLUSIVE"}


def test_what_the_rig_switches_off_is_no_end_of_a_session() -> None:
    run = Regulated(end_s=1000.0).build(LENGTH).edit("belt", LEVEL, 0.0, (999.5, 1000.0))
    assert run.result("session_length")["reason"].startswith("a session of 600 s was not over")


def test_heat_after_the_session_fails() -> None:
    result = judged(Regulated(session_s=600.0, end_s=900.0, heat_after=True), LENGTH)
    assert result["verdict"] == "FAIL"
    assert "after the session was over" in result["reason"]


def test_a_reboot_at_its_end_fails_and_the_host_watchdog_shows_nothing() -> None:
    run = Regulated(session_s=600.0, end_s=900.0).build(LENGTH)
    run.edit("belt", UPTIME, 0.5, (ON_S + 600.0, 900.0))
    assert "rebooted" in run.result("session_length")["reason"]
    assert run.result("session_length")["verdict"] == "FAIL"
    silent = Regulated(session_s=600.0, end_s=900.0).build(LENGTH)
    event: Line = {"k": "event", "t": ON_S + 600.5, "what": "belt.watchdog", "source": "belt", "data": {}}
    silent.lines.insert(-3, dict(event))
    assert silent.result("session_length")["verdict"] == "INCONCLUSIVE"


def test_no_telemetry_around_the_end_is_invalid() -> None:
    run = Regulated(session_s=600.0, end_s=900.0).build(LENGTH).drop("belt", (700.0, 710.0))
    assert run.result("session_length")["verdict"] == "INVALID"


def _silent(falls_s: float | None, *, reported: bool = True) -> RegulatedRun:
    """A run of a minute of heat with a poll every 5 s; the current falls so long after the demand."""
    run = Regulated(poll_s=5.0, end_s=ON_S + 60.0).build(DELAY)
    run.lines[1]["until"] = {"event": "belt.watchdog"}
    if falls_s is None:
        return run
    for column in (2, 3):
        run.edit("supply", column, 0.001, (ON_S + falls_s, 1e9))
    if reported:
        event = {"k": "event", "t": ON_S + 10.0, "what": "belt.watchdog", "source": "belt", "data": {}}
        run.lines.insert(-3, event)
    return run


@pytest.mark.parametrize(("falls_s", "verdict"), [(2.0, "PASS"), (2.5, "INCONCLUSIVE"), (4.5, "FAIL")])
def test_the_delay_runs_from_the_last_frame(falls_s: float, verdict: str) -> None:
    result = _silent(falls_s).result("watchdog_delay")
    assert result["value"] == pytest.approx(falls_s - 0.25, abs=0.02)
    assert result["verdict"] == verdict
    assert result["detail"]["last_frame_s"] == pytest.approx(ON_S)


def test_the_last_frame_may_be_a_poll() -> None:
    result = _silent(7.0).result("watchdog_delay")
    assert (result["value"], result["detail"]["last_frame_s"]) == (pytest.approx(1.75), ON_S + 5.0)


def test_heat_through_the_silence_fails() -> None:
    result = _silent(None).result("watchdog_delay")
    assert (result["verdict"], result["value"]) == ("FAIL", pytest.approx(5.0))
    assert "5.00 s without a frame" in result["reason"]


def test_a_silence_that_is_too_short_shows_nothing() -> None:
    run = Regulated(end_s=ON_S + 60.0).build(DELAY)
    assert run.result("watchdog_delay")["verdict"] == "INCONCLUSIVE"


def test_a_fall_that_the_belt_does_not_explain_shows_nothing() -> None:
    assert _silent(2.0, reported=False).result("watchdog_delay")["verdict"] == "INCONCLUSIVE"


def test_heat_that_comes_back_unasked_fails() -> None:
    run = _silent(2.0)
    run.edit("supply", 2, 0.8, (ON_S + 20.0, ON_S + 21.0))
    result = run.result("watchdog_delay")
    assert result["verdict"] == "FAIL"
    assert "took current again at 140.0 s" in result["reason"]


def test_a_gap_in_the_currents_is_invalid() -> None:
    result = _silent(2.0).drop("supply", (ON_S + 0.5, ON_S + 1.5)).result("watchdog_delay")
    assert result["verdict"] == "INVALID"


def test_the_belts_sensors_have_their_columns() -> None:
    columns: list[dict[str, Any]] = (
        Regulated(end_s=1.0).build(LENGTH).lines[0]["wiring"]["sources"]["belt"]["columns"]
    )
    assert [columns[n]["signal"] for n in (LEVEL, *SENSOR_COLUMNS)] == [
        "belt.level",
        "belt.a.sensor",
        "belt.b.sensor",
    ]
