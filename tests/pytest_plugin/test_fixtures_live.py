"""Runs written in Python on a bench outside of this process: its engine process does the steps, with its guardian."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import rig
from rig.clock import WallClock
from rig.record.reader import RunReader
from rig.safety.guardian.record import read_guardian
from tests.engine.test_process import serving
from tests.pytest_plugin.conftest import HEAD, Tried, plugin_arguments
from tests.runs import await_guardians

Record = Callable[[], RunReader]

STEPS = """
def test_live(run):
    run.plan(sampling={{"belt": "5 Hz"}})
    run.interlock(**OVER)
    end = run.step("heat", supply=ON, belt=BELT, hold="2 s")
    assert end.values["supply.a.output"] == 1.0
    {then}
    run.check("peak_temperature", of="skin.hottest", at_most="42 degC")
"""


@pytest.fixture(autouse=True)
def own_sockets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder of their own for sockets and locks, whose paths must be short."""
    with tempfile.TemporaryDirectory(prefix="rig") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield
        await_guardians()


@pytest.fixture(scope="module")
def bench_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    file = tmp_path_factory.mktemp("served") / "client.yaml"
    with serving(file):
        yield file


def assert_dark(record: RunReader) -> None:
    (off,) = record.lines("off")
    assert off["confirmed"], off
    assert record.integrity.sealed


def test_a_served_bench_runs_what_a_test_dictates(tried: Tried, record: Record, bench_file: Path) -> None:
    result = tried(STEPS.format(then='run.step("more", hold="1 s")'), f"--bench={bench_file}", "--live")
    result.assert_outcomes(passed=1)
    head = record().head
    assert head["bench"]["guardian"]["pid"] != os.getpid()
    assert head["clock"] == "wall"
    assert {event["what"] for event in record().lines("event")} >= {"bench.off_proven"}
    assert [line["step"] for line in record().lines("step") if line["state"] == "end"] == ["heat", "more"]
    declared = {line["name"]: line["n"] for line in record().lines("declare")}
    started = {line["step"]: line["n"] for line in record().lines("step") if line["state"] == "start"}
    assert (
        declared["heat"] < started["heat"] < declared["more"] < started["more"] < declared["peak_temperature"]
    )
    assert_dark(record())


def test_a_failed_assertion_switches_a_served_bench_off(
    tried: Tried, record: Record, bench_file: Path
) -> None:
    result = tried(STEPS.format(then='assert 1 == 2, "no"'), f"--bench={bench_file}", "--live")
    result.assert_outcomes(failed=1)
    (outcome,) = record().lines("outcome")
    assert outcome["ended"] == "error"
    assert "no" in outcome["detail"]
    assert_dark(record())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=lambda number: number.name)
def test_whatever_ends_pytest_switches_a_served_bench_off(
    pytester: pytest.Pytester, record: Record, bench_file: Path, number: signal.Signals
) -> None:
    then = "import pathlib, time; pathlib.Path('now').touch(); time.sleep(60)"
    path = pytester.makepyfile(test_it=HEAD + STEPS.format(then=then))
    options = [
        *plugin_arguments(),
        f"--bench={bench_file}",
        "--live",
        "--rig-runs=runs",
        "-p",
        "no:cacheprovider",
    ]
    environment = {**os.environ, "PYTHONPATH": str(Path(rig.__file__).parents[1])}
    command = [sys.executable, "-m", "pytest", *options, str(path)]
    clock = WallClock()
    with subprocess.Popen(command, cwd=pytester.path, env=environment, stdout=subprocess.DEVNULL) as process:
        while not (pytester.path / "now").exists() and clock.now() < 60.0:
            clock.sleep(0.05)
        process.send_signal(number)
        process.wait(60)
    while not list(record().lines("end")) and clock.now() < 90.0:
        clock.sleep(0.1)
    (outcome,) = record().lines("outcome")
    words = "SIGINT" if number is signal.SIGINT else "the controlling process ended"
    assert (outcome["ended"], outcome["detail"]) == ("interrupt", words)
    assert_dark(record())


def test_an_engine_that_is_killed_leaves_the_guardian_and_a_failed_test(
    tried: Tried, record: Record, bench_file: Path
) -> None:
    then = """
    import os, signal
    os.kill(run._engine._engine.pid, signal.SIGKILL)
    run.step("never", hold="1 s")
"""
    result = tried(STEPS.format(then=then.strip()), f"--bench={bench_file}", "--live")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*RunEndedError: the run was ended by lost: the engine process * ended by SIGKILL*"]
    )
    assert not record().integrity.sealed
    log = read_guardian(record().path.parent)
    assert log is not None
    assert log.ending == "confirmed"


def test_a_wire_log_that_could_not_be_replayed_is_refused(tried: Tried, bench_file: Path) -> None:
    result = tried(STEPS.format(then="pass"), f"--bench={bench_file}", "--live", "--rig-record=wires")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*can be replayed from the virtual clock alone*"])


def test_what_only_a_simulated_bench_can_do_is_refused(tried: Tried, bench_file: Path) -> None:
    source = """
@pytest.mark.rig(faults=["scanner:hang"])
def test_faults(bench):
    raise AssertionError("never run")
"""
    result = tried(source, f"--bench={bench_file}", "--live", "--speed=5")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*faults, --speed is for a bench that is simulated in this process*"])
