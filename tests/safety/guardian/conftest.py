"""A served bench for each test, and control sockets of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from rig.bench.description import BenchDescription
from rig.platform import OtherProcess
from rig.safety.guardian.control import guardians
from rig.simulation.serving import ServedBench
from tests.safety.guardian.engines import Heated


@pytest.fixture(scope="module", autouse=True)
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Control sockets of their own."""
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(tmp_path_factory.mktemp("x"))
    yield
    for path in guardians():  # of a test that failed before it knew its guardian: it would alarm for ever
        OtherProcess(int(path.stem.partition("-")[2])).end()
    if before is None:
        del os.environ["XDG_RUNTIME_DIR"]
    else:
        os.environ["XDG_RUNTIME_DIR"] = before


@pytest.fixture
def heated(bench: BenchDescription, tmp_path: Path) -> Iterator[Heated]:
    with ServedBench(bench, bench.slots, 1) as served:
        found = Heated(served, bench, tmp_path)
        try:
            yield found
        finally:
            found.close()
