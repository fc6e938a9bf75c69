"""What the pytest plugin costs: where there are no plans, to collect 200 checks of 40, and a check over a bare test.

`make bench` prints it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from typing import Any

import pytest

from tests.pytest_plugin.samples import plan

PLANS, CHECKS = 40, 5
ROUNDS = 5
ROOT = Path(__file__).parents[2]
BARE = "import pytest\n\n@pytest.mark.parametrize('number', range(200))\ndef test_bare(number): pass\n"
CLOCK = """
import json, time, pytest

TIMES = {"collect_s": 0.0, "items": []}

@pytest.hookimpl(wrapper=True)
def pytest_collection(session):
    start = time.perf_counter()
    found = yield
    TIMES["collect_s"] = time.perf_counter() - start
    return found

@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    start = time.perf_counter()
    done = yield
    TIMES["items"].append([item.nodeid, time.perf_counter() - start])
    return done

def pytest_sessionfinish():
    with open("times.json", "w") as file:
        json.dump(TIMES, file)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pytest.ini").write_text("[pytest]\nrig_plans = plans/*.yaml\n", encoding="utf-8")
    (tmp_path / "conftest.py").write_text(CLOCK, encoding="utf-8")
    (tmp_path / "test_bare.py").write_text(BARE, encoding="utf-8")
    (tmp_path / "plans").mkdir()
    checks = [f"peak_temperature: {{name: peak {number}, at_most: 40 degC}}" for number in range(CHECKS)]
    for number in range(PLANS):
        (tmp_path / "plans" / f"{number}.yaml").write_text(plan(*checks), encoding="utf-8")
    return tmp_path


def times(folder: Path, *words: str) -> dict[str, Any]:
    """How long collecting and each item took, in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "rig.pytest_plugin",
        "-p",
        "no:cacheprovider",
        "-q",
        *words,
    ]
    subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    found: dict[str, Any] = json.loads((folder / "times.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.timeout(600)
def test_collecting(folder: Path) -> None:
    took = sorted(times(folder, "--co", "plans")["collect_s"] for _ in range(ROUNDS))
    words = f"collecting {PLANS * CHECKS} checks of {PLANS} plans, aim 1 s"
    print(f"\n{words}: best {took[0]:.2f}, p50 {median(took):.2f} s")


@pytest.mark.timeout(600)
def test_each_check_over_a_bare_test(folder: Path) -> None:
    items = times(folder)["items"]
    bare = [seconds for name, seconds in items if "::test_bare" in name]
    later = [seconds for name, seconds in items if "::peak" in name and not name.endswith("::peak 0")]
    over = 1000.0 * (median(later) - median(bare))
    print(f"\na check that its plan's first has run, over a bare test, aim 2 ms: p50 {over:.2f} ms")


@pytest.mark.timeout(600)
def test_the_plugin_where_there_are_no_plans(folder: Path) -> None:
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    without, with_it = [], []
    for _ in range(ROUNDS * 5):
        without.append(_cpu_s(folder))
        with_it.append(_cpu_s(folder, "-p", "rig.pytest_plugin"))
    more_ms = 1000.0 * (median(with_it) - median(without))
    print(
        f"\npytest --co where there are no plans, aim 5 ms more: {more_ms:.1f} ms more than {median(without):.2f} s"
    )


def _cpu_s(folder: Path, *words: str) -> float:
    """Processor time of a session, which other processes disturb less than the time on the wall."""
    before = getrusage(RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--co", "-q", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
