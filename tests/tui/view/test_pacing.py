"""A run that is shown again, as fast as somebody wants."""

from __future__ import annotations

from math import inf
from pathlib import Path

from rig.tui.view.pacing import PacedLines
from rig.tui.view.reader import LaneReader
from tests.tui.driving import Frozen


def reader_of(run: Path, speed: float) -> tuple[LaneReader, PacedLines, Frozen]:
    now = Frozen()
    source = PacedLines(run, speed, now)
    return LaneReader(source, now), source, now


def run_out(reader: LaneReader) -> float:
    while reader.step():
        pass
    return reader.snapshot().last_s


def test_lines_come_when_their_instant_has_come(cutoff_run: Path) -> None:
    reader, source, now = reader_of(cutoff_run, 10.0)
    begun = run_out(reader)
    now.s += 2.0
    assert 19.5 < run_out(reader) - begun <= 20.0
    source.faster(1)
    assert source.speed == 20.0
    now.s += 1.0
    assert 39.5 < run_out(reader) - begun <= 40.0


def test_a_pause_stands_still_and_grows_no_older(cutoff_run: Path) -> None:
    reader, source, now = reader_of(cutoff_run, 1.0)
    run_out(reader)
    now.s += 5.0
    before = run_out(reader)
    source.paused = True
    now.s += 100.0
    assert run_out(reader) == before
    assert reader.snapshot().age_s < 1.0
    source.paused = False
    now.s += 1.0
    assert 0.5 < run_out(reader) - before <= 1.1


def test_without_a_speed_everything_comes_at_once(cutoff_run: Path) -> None:
    reader, _, _ = reader_of(cutoff_run, inf)
    run_out(reader)
    assert reader.is_over


def test_a_broken_line_is_said_and_nothing_after_it_is_shown(cutoff_run: Path, tmp_path: Path) -> None:
    lines = (cutoff_run / "run.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "run.jsonl").write_bytes(b"".join([*lines[:300], b"{broken\n", *lines[301:]]))
    reader, _, now = reader_of(tmp_path, inf)
    run_out(reader)
    now.s += 10.0
    lane = reader.snapshot()
    assert "rig verify" in lane.torn
    assert not reader.is_over
