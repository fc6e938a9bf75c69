"""Every way out of a run ends with the outputs off, seen by read-back, and a record that can be read."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rig.clock import VirtualClock
from rig.engine import lane_scan
from rig.engine.exit_codes import exit_code_of_run
from rig.engine.lane import Lane
from rig.engine.run import RunResult
from rig.errors import ExitCode, RigError
from rig.record.reader import read_run
from rig.record.recorder import Recorder
from rig.safety.stop import StopBox
from tests.runs import Plan, Run, lines_of, verdicts


class At:
    """Does something once at an instant of the run."""

    def __init__(self, seconds: float, action: Callable[[], None]) -> None:
        self._at, self._action = seconds, action
        self.folder: Path | None = None

    def began(self, lane: str, folder: Path) -> None:
        self.folder = folder

    def scanned(self, lane: Lane) -> None:
        if lane.now >= self._at:
            self._at = float("inf")
            self._action()


def assert_dark(result: RunResult) -> None:
    """Read back off and zero, on every output."""
    (off,) = lines_of(result, "off")
    assert off["confirmed"], off
    assert {item["output"] for item in off["detail"]} == {
        "supply.a.output",
        "supply.b.output",
        "belt.level",
    }
    assert read_run(result.folder).integrity.sealed


def test_a_plan_that_ends_leaves_the_bench_dark(run: Run, short_plan: Plan) -> None:
    result = run(short_plan("5 s"))
    assert_dark(result)
    assert result.ending.kind == "completed"
    assert exit_code_of_run(result) is ExitCode.PASSED


@pytest.mark.parametrize(("ask", "code"), [("stop", ExitCode.STOPPED), ("interrupt", ExitCode.INTERRUPTED)])
def test_whoever_asks_to_stop_gets_a_dark_bench_within_two_scans(
    run: Run, short_plan: Plan, ask: str, code: ExitCode
) -> None:
    box = StopBox()
    result = run(short_plan("60 s"), stop=box, watcher=At(6.0, lambda: getattr(box, ask)("somebody")))
    assert_dark(result)
    assert (result.ending.kind, result.ending.detail) == (ask, "somebody")
    assert exit_code_of_run(result) is code
    (off,) = lines_of(result, "off")
    last_scan_of_the_plan = max(line["t"] for line in lines_of(result, "scan") if line["t"] <= 6.2)
    assert off["t"] - last_scan_of_the_plan < 2.0
    assert verdicts(result)["peak_temperature"] != "PASS"


def test_a_defect_of_the_engine_leaves_the_bench_dark_and_is_no_verdict(
    run: Run, short_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(lane: Lane) -> Iterator[None]:
        lane.demand(next(lane.program.walk()).demands)
        for _ in range(30):
            yield
        raise ZeroDivisionError("a defect")

    watcher = At(0.0, lambda: None)
    monkeypatch.setattr(lane_scan, "run_steps", broken)
    with pytest.raises(RigError, match="a defect"):
        run(short_plan("60 s"), watcher=watcher)
    assert watcher.folder is not None
    lines = list(read_run(watcher.folder).lines("demand", "off", "outcome", "summary"))
    assert any(line["k"] == "demand" and line["value"] is True for line in lines)
    assert [line["confirmed"] for line in lines if line["k"] == "off"] == [True]
    assert [line["ended"] for line in lines if line["k"] == "outcome"] == ["error"]


def test_a_supply_that_hangs_ends_the_run_and_is_not_called_off(run: Run, short_plan: Plan) -> None:
    result = run(short_plan("60 s"), faults=("supply:hang@60",))
    assert result.ending.kind == "lost"
    assert not result.off.confirmed
    assert "supply" in result.ending.detail
    assert exit_code_of_run(result) is ExitCode.UNAVAILABLE
    details = {item.output: item for item in result.off.details}
    assert details["belt.level"].confirmed, "the belt is switched off though the supply is silent"
    assert not details["supply.a.output"].confirmed


def test_a_supply_whose_one_reply_is_lost_is_switched_off_and_seen_off(run: Run, short_plan: Plan) -> None:
    result = run(short_plan("60 s"), faults=("supply:drop@60",))
    assert result.ending.kind == "lost"
    assert_dark(result)


def test_a_belt_that_falls_silent_is_stale_and_the_supply_goes_off(run: Run, short_plan: Plan) -> None:
    result = run(short_plan("60 s"), faults=("belt:hang@60",))
    assert result.ending.kind == "interlock"
    assert "belt" in result.ending.detail
    details = {item.output: item for item in result.off.details}
    assert details["supply.a.output"].confirmed
    assert details["supply.b.output"].confirmed
    assert not details["belt.level"].confirmed
    assert exit_code_of_run(result) is ExitCode.UNAVAILABLE, (
        "a belt that nobody could see off is not a mere stop"
    )


def test_a_full_disk_switches_off_and_is_no_verdict(
    run: Run, short_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = 60_000
    real = os.write

    def write(descriptor: int, data: bytes) -> int:
        nonlocal room
        if room < len(data):
            raise OSError(errno.ENOSPC, "No space left on device")
        room -= len(data)
        return real(descriptor, data)

    monkeypatch.setattr(os, "write", write)
    result = run(short_plan("300 s"))
    assert result.ending.kind == "record"
    assert result.off.confirmed
    assert result.trouble is not None
    assert exit_code_of_run(result) is ExitCode.UNAVAILABLE
    reader = read_run(result.folder)
    assert not reader.integrity.sealed
    assert len(list(reader.scans())) > 50


def test_power_is_refused_on_an_open_probe(
    run: Run, short_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rig.simulation import probes

    monkeypatch.setattr(probes, "PROBE_OHMS", 1e6)
    watcher = At(0.0, lambda: None)
    with pytest.raises(RigError, match=r"skin\.a1 on channel 102 .* no thermocouple"):
        run(short_plan("5 s"), watcher=watcher)
    assert watcher.folder is not None
    lines = list(read_run(watcher.folder).lines("demand", "off", "outcome"))
    assert not [line for line in lines if line["k"] == "demand"]
    assert [line["ended"] for line in lines if line["k"] == "outcome"] == ["refused"]


def test_a_recorder_that_lags_by_seconds_switches_off(
    run: Run, short_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    lag = 0

    def put(self: Recorder, line: dict[str, Any]) -> None:
        nonlocal lag
        lag += line["k"] == "scan"
        real(self, line)

    real = Recorder.put
    monkeypatch.setattr(Recorder, "put", put)
    monkeypatch.setattr(Recorder, "lag", property(lambda _self: lag))
    result = run(short_plan("60 s"))
    assert result.ending.kind == "record"
    assert "behind" in result.ending.detail
    assert 8.0 < result.duration_s < 12.0
    assert result.off.confirmed
    assert exit_code_of_run(result) is ExitCode.UNAVAILABLE


class Slow:
    """Takes its time over each scan once the heat is on, as a machine does that swaps."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock

    def began(self, lane: str, folder: Path) -> None:
        pass

    def scanned(self, lane: Lane) -> None:
        if lane.now > 15.0:
            self._clock.sleep(0.35)


def test_a_scan_that_cannot_keep_its_pace_trips(run: Run, short_plan: Plan) -> None:
    clock = VirtualClock()
    result = run(short_plan("60 s"), clock=clock, watcher=Slow(clock))
    assert_dark(result)
    assert (result.ending.kind, exit_code_of_run(result)) == ("interlock", ExitCode.STOPPED)
    (trip,) = lines_of(result, "trip")
    assert (trip["interlock"], trip["limit"]) == ("scan overrun", 0.1)
    assert 15.0 < trip["t"] < 18.0
