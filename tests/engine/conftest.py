"""A served bench in the test's process and engines of other processes, apart from the user's own runs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from rig.bench.description import BenchDescription
from rig.engine import client
from rig.simulation.serving import ServedBench
from tests.engine import defective
from tests.engine.apart import Apart
from tests.runs import await_guardians


@pytest.fixture
def engines_of_tests(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Engine processes have the defect that their environment names; sockets are this test's alone."""
    with tempfile.TemporaryDirectory(prefix="rig") as runtime:
        monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
        monkeypatch.setattr(client, "MODULE", defective.__name__)
        for name in (defective.KIND, defective.FLAG, defective.BUSES):
            monkeypatch.setenv(name, "")
        yield


@pytest.fixture
def apart(engines_of_tests: None, bench: BenchDescription, tmp_path: Path) -> Iterator[Apart]:
    with ServedBench(bench, bench.slots, 1) as served:
        found = Apart(bench, served, tmp_path)
        yield found
        found.close()
        await_guardians()
