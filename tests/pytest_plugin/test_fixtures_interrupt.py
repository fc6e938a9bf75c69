"""Ctrl-C while a test runs on a bench: off, seen off, sealed, and pytest ends as it does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import rig
from rig.clock import WallClock
from rig.record.reader import RunReader
from tests.pytest_plugin.conftest import HEAD, plugin_arguments

STEPS = """
def test_long(run):
    run.interlock(**OVER)
    run.step("heat", supply=ON, belt=BELT, hold="5 s")
    {then}
    run.check("peak_temperature", at_most="42 degC")
"""
MARK = "import pathlib; pathlib.Path('now').touch()"
IN_A_STEP = f"{MARK}; run.step('rest', belt={{'level': 'off'}}, hold='40 h')"
BETWEEN_STEPS = f"{MARK}; import time; time.sleep(60)"


@pytest.mark.parametrize("then", [IN_A_STEP, BETWEEN_STEPS], ids=["in a step", "between steps"])
@pytest.mark.parametrize("speed", ["max", "2"])
def test_ctrl_c_ends_dark_and_sealed(
    pytester: pytest.Pytester, record: Callable[[], RunReader], then: str, speed: str
) -> None:
    path = pytester.makepyfile(test_it=HEAD + STEPS.format(then=then))
    command = [
        sys.executable,
        "-m",
        "pytest",
        *plugin_arguments(),
        f"--speed={speed}",
        "--rig-runs=runs",
        str(path),
    ]
    environment = {**os.environ, "PYTHONPATH": str(Path(rig.__file__).parents[1])}
    with subprocess.Popen(
        command, cwd=pytester.path, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        clock = WallClock()
        while not (pytester.path / "now").exists() and clock.now() < 60.0:
            clock.sleep(0.05)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == pytest.ExitCode.INTERRUPTED, output
    assert "KeyboardInterrupt" in output
    (outcome,) = record().lines("outcome")
    assert (outcome["ended"], outcome["detail"]) == ("interrupt", "SIGINT")
    (off,) = record().lines("off")
    assert off["confirmed"]
    assert record().integrity.sealed
