"""A served bench in the test's process and engines of other processes, apart from the user's own runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rig.bench.description import BenchDescription
from tests.engine.apart import Apart, apart_on


@pytest.fixture
def apart(bench: BenchDescription, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Apart]:
    with apart_on(bench, tmp_path, monkeypatch) as found:
        yield found
