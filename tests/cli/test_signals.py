"""Ctrl-C, SIGTERM, SIGHUP and ``rig stop`` on a wall-clock run: off, seen off, record sealed, right exit code."""

from __future__ import annotations

import fcntl
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rig.record.reader import read_run
from tests.runs import Plan

pytestmark = pytest.mark.real_time

RIG = [sys.executable, "-m", "rig.cli"]


@pytest.fixture(autouse=True)
def own_sockets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder for control sockets that no other run uses; socket paths must be short."""
    with tempfile.TemporaryDirectory(prefix="rig") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield


@contextmanager
def running(plan: Path, tmp_path: Path, speed: str = "1") -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A wall-clock run in a process of its own that has switched its outputs on."""
    out = tmp_path / "runs"
    command = [*RIG, "run", str(plan), "--speed", speed, "--out", str(out), "--plain"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if "read back supply.b.output = on" in line:
                    break
            else:
                raise AssertionError("the run never switched on")
            (folder,) = [path for path in out.iterdir() if path.is_dir()]
            yield process, folder
        finally:
            process.kill()


def assert_ended_dark(process: subprocess.Popen[str], folder: Path, code: int, ended: str) -> None:
    process.communicate(timeout=30)
    assert process.returncode == code
    reader = read_run(folder)
    assert [line["confirmed"] for line in reader.lines("off")] == [True]
    assert [line["ended"] for line in reader.lines("outcome")] == [ended]
    assert reader.integrity.sealed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_switches_off_and_seals_the_record(
    short_plan: Plan, tmp_path: Path, number: signal.Signals
) -> None:
    with running(short_plan("60 s"), tmp_path) as (process, folder):
        process.send_signal(number)
        assert_ended_dark(process, folder, 130, "interrupt")


def test_a_simulation_that_the_machine_suspends_goes_on_where_it_was(
    short_plan: Plan, tmp_path: Path
) -> None:
    """Two seconds of bench time would have passed: silence of every source for twice as long as is allowed."""
    with running(short_plan("6 s"), tmp_path, speed="4") as (process, folder):
        process.send_signal(signal.SIGSTOP)
        time.sleep(0.5)
        process.send_signal(signal.SIGCONT)
        assert_ended_dark(process, folder, 0, "completed")


KILLS_ITSELF = """
import atexit, os, signal, sys, time
import rig.cli
signals = [getattr(signal, name) for name in sys.argv[2:]]
if sys.argv[1] == "before":
    def begin():
        os.kill(os.getpid(), signals[0])
        time.sleep(10.0)
        return 0
    rig.cli.guarded = begin
else:
    rig.cli.guarded = lambda: 4
for number in signals:
    atexit.register(os.kill, os.getpid(), number)
rig.cli.main()
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize(("when", "code"), [("before", 130), ("behind", 4)])
def test_a_signal_before_a_run_is_an_interrupt_and_one_behind_it_changes_no_exit_code(
    when: str, code: int, name: str
) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLS_ITSELF, when, name, name], check=False)
    assert ended.returncode == code


def test_a_second_ctrl_c_disturbs_nothing(short_plan: Plan, tmp_path: Path) -> None:
    with running(short_plan("60 s"), tmp_path) as (process, folder):
        for _ in range(20):
            process.send_signal(signal.SIGINT)
            time.sleep(0.01)
        assert_ended_dark(process, folder, 130, "interrupt")


def test_rig_stop_from_another_terminal(short_plan: Plan, tmp_path: Path) -> None:
    with running(short_plan("60 s"), tmp_path) as (process, folder):
        stop = subprocess.run(
            [*RIG, "stop"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert stop.returncode == 0, stop.stderr
        assert "confirmed by read-back" in stop.stdout
        assert_ended_dark(process, folder, 4, "stop")


def test_rig_stop_with_nothing_running_says_so() -> None:
    stop = subprocess.run(
        [*RIG, "stop"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert stop.returncode == 3
    assert "nothing to stop" in stop.stderr


def test_a_reader_that_stops_reading_does_not_stop_the_way_off(short_plan: Plan, tmp_path: Path) -> None:
    out = tmp_path / "runs"
    command = [*RIG, "run", str(short_plan("60 s")), "--speed", "1", "--out", str(out), "--jsonl"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            assert process.stdout is not None
            fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, 4096)
            process.stdout.read(1)
            file = wait_for_demand(out)
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=30) == 130
        finally:
            process.kill()
    reader = read_run(file)
    assert [line["confirmed"] for line in reader.lines("off")] == [True]
    assert reader.integrity.sealed


def wait_for_demand(out: Path) -> Path:
    """The run's file, once it says that an output was switched on."""
    for _ in range(300):
        for file in out.glob("*/run.jsonl"):
            if b'"output":"supply.b.output","value":true' in file.read_bytes():
                return file
        time.sleep(0.05)
    raise AssertionError("the run never switched on")
