"""A trip is in the latch while the run goes on; a disk that hangs or is full delays nothing and is said at the end."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import cast

import pytest

from rig.clock import WallClock
from rig.errors import BenchError
from rig.safety import latching
from rig.safety.latch import Latch, Tripped
from rig.safety.latching import Latching


class SlowDisk:
    """A latch on a disk that answers when it is let, or never takes a line."""

    def __init__(self, error: BenchError | None = None) -> None:
        self.answers = threading.Event()
        self.trips: list[Tripped] = []
        self._error = error

    def trip(self, what: Tripped) -> None:
        self.answers.wait(5.0)
        if self._error is not None:
            raise self._error
        self.trips.append(what)


def _latching(disk: SlowDisk) -> Latching:
    return Latching(cast("Latch", disk), WallClock())


def test_a_trip_returns_at_once_and_is_written_beside_the_scan(tmp_path: Path) -> None:
    disk = SlowDisk()
    latch = _latching(disk)
    latch.trip("main", tmp_path, "skin.a1 above 45 degC")
    assert not disk.trips, "the disk has not answered yet, and nobody waited for it"
    disk.answers.set()
    latch.settle()
    assert [(trip.lane, trip.run, trip.why) for trip in disk.trips] == [
        ("main", str(tmp_path), "skin.a1 above 45 degC")
    ]
    assert latch.trouble is None


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    disk = SlowDisk(BenchError("writing the latch: no space left on device"))
    disk.answers.set()
    latch = _latching(disk)
    latch.trip("main", tmp_path, "why")
    latch.settle()
    assert latch.trouble == "writing the latch: no space left on device"


def test_a_disk_that_does_not_answer_is_said_and_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(latching, "WRITE_S", 0.01)
    disk = SlowDisk()
    latch = _latching(disk)
    latch.trip("main", tmp_path, "why")
    latch.settle()
    assert latch.trouble is not None
    assert "did not answer" in latch.trouble
    disk.answers.set()


def test_a_bench_without_a_latch_latches_nothing(tmp_path: Path) -> None:
    latch = Latching(None, WallClock())
    latch.trip("main", tmp_path, "why")
    latch.settle()
    assert latch.trouble is None


def test_a_trip_for_which_no_worker_can_be_started_is_written_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_thread(_clock: WallClock, _name: str, _body: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(WallClock, "spawn", no_thread)
    disk = SlowDisk()
    disk.answers.set()
    latch = _latching(disk)
    latch.trip("main", tmp_path, "why")
    assert disk.trips == []
    latch.settle()
    assert [(trip.lane, trip.run) for trip in disk.trips] == [("main", str(tmp_path))]


def test_who_wants_to_know_is_told_at_once(tmp_path: Path) -> None:
    told: list[str] = []
    disk = SlowDisk(BenchError("writing the latch: no space left on device"))
    disk.answers.set()
    latch = Latching(cast("Latch", disk), WallClock(), told.append)
    latch.trip("", Path(), "why")
    latch.settle()
    (words,) = told
    assert "no space left on device; the bench may be switched on again" in words
