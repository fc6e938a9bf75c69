"""Commands about a bench, called in process, on a simulated bench or a served one, apart from the user's own runs."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rig.bench.description import BenchDescription
from rig.bench.loading import load_bench
from rig.cli import guarded
from rig.simulation.client_bench import client_bench_text
from rig.simulation.serving import ServedBench
from tests.runs import await_guardians

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Sockets and latches of this test alone; a socket's path must be short."""
    with tempfile.TemporaryDirectory(prefix="rig-") as runtime:
        monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
        yield


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Run ``rig bench …``: exit code, stdout, stderr."""

    def run(*words: str) -> tuple[int, str, str]:
        code = guarded(["bench", *words])
        out, err = capsys.readouterr()
        return code, out, err

    return run


@dataclass
class Served:
    """A bench served in this process, and the bench file of its clients."""

    bench: ServedBench
    file: Path

    @property
    def description(self) -> BenchDescription:
        return load_bench(self.file)


@pytest.fixture
def served(bench: BenchDescription, tmp_path: Path) -> Iterator[Served]:
    with ServedBench(bench, bench.slots, 1) as running:
        file = tmp_path / "client.yaml"
        file.write_text(client_bench_text(running.description, bench), encoding="utf-8")
        yield Served(running, file)
        await_guardians()


def findings(out: str) -> dict[tuple[str, str], dict[str, Any]]:
    """The doctor's findings by part and what."""
    return {(each["part"], each["what"]): each for each in json.loads(out)["findings"]}
