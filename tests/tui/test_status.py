"""What the two lines on top say, whatever happens, and in how little room."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from rig.tui.chrome import _first, _second, fit, hottest_words, margin_words
from rig.tui.status import Situation, Status, status_of
from rig.tui.view.fold import LaneFold
from rig.tui.view.snapshot import GuardRow, LaneSnapshot
from tests.tui.driving import lines_of


@pytest.fixture(scope="module")
def heating(cutoff_run: Path) -> LaneSnapshot:
    fold = LaneFold()
    for line in lines_of(cutoff_run):
        if line.get("t", 0.0) > 300.0:
            break
        fold.take(line)
    return fold.snapshot()


def test_a_lane_that_heats(heating: LaneSnapshot) -> None:
    status = status_of([heating], Situation(is_live=False))
    assert (status.kind, status.state, status.is_on, status.is_alarm) == ("SIMULATED", "RUN", True, False)
    assert status.power.startswith("ON 8.14 V ")
    assert status.step == "drive to cut-off"
    assert status.age_s < 1.0


def test_of_several_lanes_the_hottest_counts_and_the_oldest_reading(heating: LaneSnapshot) -> None:
    cool = {name: replace(value, value=value.value - 2.0) for name, value in heating.values.items()}
    cooler = replace(heating, lane="cooler", age_s=2.5, values=cool)
    status = status_of([cooler, heating], Situation())
    assert status.spot.startswith("main ")
    assert status.age_s == 2.5
    assert status.power.startswith("ON 2/2 ")


def test_a_lane_that_is_blind_comes_before_every_number(heating: LaneSnapshot) -> None:
    values = {
        name: replace(value, age_s=10.0) if value.place == "skin" else value
        for name, value in heating.values.items()
    }
    status = status_of([heating, replace(heating, values=values)], Situation())
    assert status.is_blind
    assert status.is_alarm
    assert hottest_words(status) == "NO SKIN READING"


@pytest.mark.parametrize(
    ("change", "state", "power"),
    [
        ({"off": "not confirmed", "state": "off"}, "LOST", "OFF NOT CONFIRMED"),
        ({"guards": (GuardRow("x", "above", 1.0, -1.0, "", tripped=True),)}, "TRIPPED", "ON"),
        ({"state": "off", "is_on": False}, "OFF", "OUTPUT OFF"),
        ({"state": "over", "is_on": False, "verdict": "PASS"}, "OVER", "OUTPUT OFF"),
        ({"is_on": None}, "RUN", "OUTPUT ?"),
        ({"asking": {"text": "?"}}, "ASKS", "ON"),
        ({"ended": "interlock", "state": "off", "is_on": False}, "TRIPPED", "OUTPUT OFF"),
    ],
)
def test_states(heating: LaneSnapshot, change: dict[str, Any], state: str, power: str) -> None:
    status = status_of([replace(heating, **change)], Situation())
    assert status.state == state
    assert status.power.startswith(power)


def test_beyond_the_limit_is_said_in_words() -> None:
    status = Status(hottest=42.5, margin_k=-0.5, limit_degc=42.0)
    assert margin_words(status) == "0.50 K ABOVE 42.0"


@pytest.mark.parametrize("width", [0, 5, 20, 68, 108, 188])
def test_both_lines_fill_their_room_and_no_more(heating: LaneSnapshot, width: int) -> None:
    for lanes in ([], [heating], [replace(heating, plan="x" * 300, lane="y" * 50)] * 4):
        status = status_of(lanes, Situation(says="because " * 20 if len(lanes) == 4 else ""))
        for parts in (_first(status), _second(status)):
            assert cell_len(fit(parts, width).plain) == width


def test_at_80_columns_everything_that_must_be_seen_is_seen(heating: LaneSnapshot) -> None:
    status = replace(status_of([heating], Situation()), elapsed_s=4000.0, age_s=12.3, margin_k=10.55)
    second = fit(_second(status), 68).plain
    for words in (f"{status.hottest:.2f} °C", "10.55 K to 42.0", "ON 8.14", "12.3 s old"):
        assert words in second
    first = fit(_first(status), 68).plain
    for words in ("SIMULATED", "RUN 1:06:40", "drive to cut-off", "left"):
        assert words in first


def test_what_is_being_opened_says_so() -> None:
    status = status_of([], Situation(is_live=True, is_running=True))
    assert (status.kind, status.state, status.power) == ("LIVE", "OPENING", "OUTPUT ?")
    stopping = status_of([], Situation(is_live=True, is_running=True, stopping=True))
    assert stopping.state == "STOPPING"


def test_nothing_run_is_said(heating: LaneSnapshot) -> None:
    status = status_of([], Situation())
    assert status.age_s == inf
    assert "nothing is being run" in fit(_second(status), 60).plain
