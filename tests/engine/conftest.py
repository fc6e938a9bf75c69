"""A served bench in the test's process with engines of other processes, and a run to be interrupted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rig.bench.description import BenchDescription
from rig.engine.run import RunResult
from tests.engine.apart import Apart, apart_on
from tests.engine.interrupted import run_whole, write_plan


@pytest.fixture
def apart(bench: BenchDescription, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Apart]:
    with apart_on(bench, tmp_path, monkeypatch) as found:
        yield found


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """A run of four passes from beginning to end; its plan stays where it is."""
    folder = tmp_path_factory.mktemp("whole")
    return run_whole(write_plan(folder), folder / "runs")
