"""Benches whose outputs may be real: refused unless asked for, run by an engine process, off when interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rig.record.reader import read_run
from tests.pytest_plugin.conftest import Session, runs_of
from tests.pytest_plugin.samples import FAILS, PASSES, plan
from tests.runs import await_guardians

pytestmark = pytest.mark.real_time

Write = Callable[..., None]
CHECK = f"peak_temperature: {PASSES}"
ROOT = Path(__file__).parents[2]
ON = b'"output":"supply.b.output","value":true,"h"'


def environment() -> dict[str, str]:
    """This test's own, with its own folder of control sockets."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@contextmanager
def serving(client_bench: Path) -> Iterator[None]:
    """The simulated bench, served to other processes; to them it is as good as real."""
    command = [sys.executable, "-m", "rig.cli", "simulate", "--client-bench", str(client_bench)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment()) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline()
            yield
            await_guardians()
        finally:
            process.kill()


@contextmanager
def switched_on(folder: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Pytest in a process of its own, with a plan's outputs on."""
    command = [sys.executable, "-m", "pytest", "-p", "rig.pytest_plugin", "-p", "no:cacheprovider", *words]
    with subprocess.Popen(
        command, cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            while not any(ON in file.read_bytes() for file in runs_of(folder)):
                if process.poll() is not None:
                    raise AssertionError(f"it ended before it switched on:\n{process.communicate()[0]}")
                time.sleep(0.05)
            yield process
        finally:
            process.kill()


def assert_ended_dark(process: subprocess.Popen[str], folder: Path) -> None:
    out, _ = process.communicate(timeout=60)
    assert process.returncode == pytest.ExitCode.INTERRUPTED, out
    assert "outputs off, confirmed by read-back; run file: " in out
    (file,) = runs_of(folder)
    reader = read_run(file.parent)
    assert [line["confirmed"] for line in reader.lines("off")] == [True]
    assert [line["ended"] for line in reader.lines("outcome")] == ["interrupt"]
    assert reader.integrity.sealed


def test_a_real_bench_is_refused_and_why_is_said(
    session: Session, write: Write, real_bench: Path, folder: Path
) -> None:
    write(one=plan(CHECK))
    result = session("-q", f"--bench={real_bench}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["*has no simulation: part, so its outputs may be real and heat*then add --live*"]
    )
    assert not (folder / "runs").exists()


def test_a_real_bench_can_be_looked_at_without_leave(
    session: Session, write: Write, real_bench: Path
) -> None:
    write(one=plan(CHECK))
    result = session("-q", "--co", f"--bench={real_bench}")
    assert result.ret == pytest.ExitCode.OK
    assert "2 tests collected" in result.stdout.str()


def test_a_real_bench_that_nobody_answers_on_is_an_error(
    session: Session, write: Write, real_bench: Path
) -> None:
    write(one=plan(CHECK), two=plan(CHECK))
    result = session("-q", "--live", f"--bench={real_bench}", "--nobody-wears-it", "Ada")
    result.assert_outcomes(errors=4)
    assert "not begun: 'Short heat' could not be run" in result.stdout.str()


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="PTYs are for Unix")
def test_a_served_bench_is_run_by_an_engine_process(session: Session, write: Write, folder: Path) -> None:
    write(one=plan(CHECK, f"peak_temperature: {{name: bad, {FAILS[1:]}"))
    with serving(folder / "bench.yaml"):
        result = session("-q", "--live", "--bench=bench.yaml", "--nobody-wears-it", "Ada")
    result.assert_outcomes(passed=2, failed=1)
    (file,) = runs_of(folder)
    head = read_run(file.parent).head
    assert head["clock"] == "wall"
    assert head["bench"]["guardian"] is not None


def test_ctrl_c_ends_safe(write: Write, folder: Path) -> None:
    write(one=plan(CHECK, action="hold: 60 s"))
    with switched_on(folder, "--speed=1") as process:
        process.send_signal(signal.SIGINT)
        assert_ended_dark(process, folder)


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="PTYs are for Unix")
def test_ctrl_c_ends_a_served_bench_safe(write: Write, folder: Path) -> None:
    write(one=plan(CHECK, action="hold: 60 s"))
    with (
        serving(folder / "bench.yaml"),
        switched_on(folder, "--live", "--bench=bench.yaml", "--nobody-wears-it=Ada") as process,
    ):
        process.send_signal(signal.SIGINT)
        assert_ended_dark(process, folder)


def test_rig_stop_ends_the_run_and_bars_what_comes_after(write: Write, folder: Path) -> None:
    write(one=plan(CHECK, action="hold: 60 s"), two=plan(CHECK))
    with switched_on(folder, "--speed=1", "-q") as process:
        stop = [sys.executable, "-m", "rig.cli", "stop"]
        assert (
            subprocess.run(stop, env=environment(), timeout=30, check=False, capture_output=True).returncode
            == 0
        )
        out, _ = process.communicate(timeout=60)
    assert process.returncode == pytest.ExitCode.TESTS_FAILED
    assert "ABORTED: ended by stop: " in out
    assert "not begun: 'Short heat' was stopped by " in out
    assert len(runs_of(folder)) == 1
