"""What is folded from the lines of a run."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from math import isnan
from pathlib import Path
from typing import Any

import pytest

from rig.tui.view.fold import LaneFold
from rig.tui.view.reader import LaneReader, LiveLines
from rig.tui.view.snapshot import TRIP
from tests.tui.driving import Frozen, cut_at, lines_of

HOUR_S = 3600


def folded(run: Path, until_s: float) -> LaneFold:
    fold = LaneFold()
    for line in lines_of(run):
        if line.get("t", 0.0) > until_s:
            break
        fold.take(line)
    return fold


def test_a_lane_that_drives_to_its_cut_off(cutoff_run: Path) -> None:
    lane = folded(cutoff_run, 300.0).snapshot()
    assert (lane.state, lane.step, lane.is_on) == ("running", "drive to cut-off", True)
    assert lane.limit_degc == 42.0
    assert lane.hottest is not None
    assert lane.margin_k == pytest.approx(42.0 - lane.hottest.value)
    assert [row.state for row in lane.steps] == ["end", "run", "todo", "todo", "todo", "todo"]
    assert lane.left_s == pytest.approx(1200.0 - (300.0 - 62.7), abs=0.2)
    distances = {guard.name: guard.distance for guard in lane.guards}
    assert distances["skin.* above 45 °C"] == pytest.approx(45.0 - lane.hottest.value)
    assert 0.0 < distances["skin.* rising 6 K/min"] < 0.1
    assert distances["scanner stale"] == pytest.approx(3.0 - 0.5, abs=0.6)


def test_a_run_that_is_over(cutoff_run: Path) -> None:
    fold = folded(cutoff_run, 1e9)
    lane = fold.snapshot()
    assert fold.is_over
    assert (lane.state, lane.verdict, lane.ended, lane.off) == ("over", "PASS", "completed", "confirmed")
    assert lane.is_on is False
    assert {mark.words for mark in lane.marks if mark.kind == "event"} >= {"belt.cutoff", "belt.rearmed"}


def test_values_grow_old_where_no_line_comes_and_are_shown_no_longer(cutoff_run: Path) -> None:
    fold = folded(cutoff_run, 300.0)
    assert fold.snapshot(302.0).hottest is not None
    lane = fold.snapshot(304.5)
    assert lane.hottest is None
    assert isnan(lane.margin_k)
    assert all(isnan(value.shown) for value in lane.values.values())
    assert lane.age_s == pytest.approx(4.5, abs=0.3)


def test_on_the_virtual_clock_nothing_grows_old_while_time_stands_still(
    cutoff_run: Path, tmp_path: Path
) -> None:
    now = Frozen()
    reader = LaneReader(LiveLines(cut_at(cutoff_run, 300.0, tmp_path / "run")), now)
    while reader.step():
        pass
    now.s += 1000.0
    assert reader.snapshot().hottest is not None


def test_in_real_time_a_lane_without_lines_grows_old(cutoff_run: Path, tmp_path: Path) -> None:
    folder = cut_at(cutoff_run, 300.0, tmp_path / "run")
    record = folder / "run.jsonl"
    record.write_bytes(record.read_bytes().replace(b'"clock":"virtual"', b'"clock":"wall"', 1))
    now = Frozen()
    reader = LaneReader(LiveLines(folder), now)
    while reader.step():
        pass
    now.s += 1.0
    assert reader.snapshot().hottest is not None
    now.s += 4.0
    assert reader.snapshot().hottest is None


def test_a_plan_that_judges_no_skin_has_the_trip_as_its_limit(cutoff_run: Path) -> None:
    fold = LaneFold()
    for line in lines_of(cutoff_run):
        if line.get("t", 0.0) > 300.0:
            break
        if line.get("part") != "check":
            fold.take(line)
    lane = fold.snapshot()
    assert (lane.limit_degc, lane.limit_id) == (45.0, TRIP)


def test_outputs_are_known_to_be_off_once_that_was_proven(cutoff_run: Path) -> None:
    assert folded(cutoff_run, 0.9).snapshot().is_on is None
    assert folded(cutoff_run, 2.0).snapshot().is_on is False


def test_an_interlock_that_trips_is_marked(cutoff_run: Path) -> None:
    fold = folded(cutoff_run, 300.0)
    trip = {"k": "trip", "t": 300.1, "signal": "skin.a1", "value": 46.0, "limit": 45.0}
    fold.take({**trip, "interlock": "skin.* above 45 °C"})
    fold.take({**trip, "interlock": "one of the rig's own"})
    lane = fold.snapshot()
    assert [guard.name for guard in lane.guards if guard.tripped] == [
        "skin.* above 45 °C",
        "one of the rig's own",
    ]


def shift(run: Path, hours: int) -> Iterator[dict[str, Any]]:
    """The scans of a run again and again, with an event in each round."""
    scans = [line for line in lines_of(run) if line["k"] == "scan"][::10]
    first, last = scans[0]["t"], scans[-1]["t"] + 1.0
    offset = 0.0
    while offset < hours * HOUR_S:
        for line in scans:
            readings = {source: [t0 + offset, *rest] for source, (t0, *rest) in line["s"].items()}
            yield {"k": "scan", "t": line["t"] + offset, "s": readings}
        t = last + offset
        yield {"k": "event", "t": t, "what": "belt.event", "source": "belt", "data": {"number": offset}}
        yield {"k": "demand", "t": t, "output": "belt.level", "old": "off", "value": "off", "by": "x"}
        offset += last - first


def test_memory_is_flat_over_twelve_hours(cutoff_run: Path) -> None:
    fold = folded(cutoff_run, 300.0)
    grown = []
    tracemalloc.start()
    try:
        for count, line in enumerate(shift(cutoff_run, 12)):
            fold.take(line)
            if count % 4000 == 0:
                fold.snapshot()
                grown.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert fold.t > 12 * HOUR_S
    assert len(grown) > 8
    assert max(grown[3:]) - min(grown[3:]) < 500_000, "bytes from the third hour on"
