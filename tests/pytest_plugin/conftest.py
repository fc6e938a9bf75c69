"""A folder with plans, and pytest in it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import scipy.stats  # pytester forgets what a session has imported, and scipy cannot be imported twice

from rig import shipped
from rig.bench.loading import load_bench
from rig.execution import run_work
from rig.simulation.client_bench import client_bench_text

INI = "[pytest]\nrig_plans = plans/**/*.yaml\naddopts = --strict-markers --strict-config\n"
IMPORTED = (run_work, scipy.stats)

Session = Callable[..., pytest.RunResult]


@pytest.fixture(autouse=True)
def own_sockets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder for control sockets and locks that no other run uses; socket paths must be short."""
    with tempfile.TemporaryDirectory(prefix="rig") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield


@pytest.fixture
def folder(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the session, with an ini file that takes what lies under plans, and a wide terminal."""
    monkeypatch.setenv("COLUMNS", "240")
    pytester.makeini(INI)
    return pytester.path


@pytest.fixture
def write(folder: Path) -> Callable[..., None]:
    """Writes plans by name."""

    def make(**texts: str) -> None:
        (folder / "plans").mkdir(exist_ok=True)
        for name, text in texts.items():
            (folder / "plans" / f"{name}.yaml").write_text(text, encoding="utf-8")

    return make


@pytest.fixture
def session(folder: Path, pytester: pytest.Pytester) -> Session:
    """Runs pytest in the folder, in this process."""

    def start(*words: str) -> pytest.RunResult:
        return pytester.runpytest_inprocess("-p", "rig.pytest_plugin", "-p", "no:hypothesispytest", *words)

    return start


def runs_of(folder: Path) -> list[Path]:
    """The run files that were made there."""
    return sorted((folder / "runs").glob("*/run.jsonl"))


@pytest.fixture
def real_bench(folder: Path) -> Path:
    """The file of a bench with addresses at which nobody answers; nothing says that it is simulated."""
    description = load_bench(shipped.bench())
    file = folder / "real.yaml"
    text = client_bench_text(description, description)
    file.write_text(re.sub(r"192\.0\.2\.(\d+)::\d+", r"127.0.0.1::\1", text), encoding="utf-8")
    return file
