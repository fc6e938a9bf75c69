"""Runs of plans on the simulated bench, for every test that needs one."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rig import shipped
from rig.bench.description import BenchDescription, SimulationEntry
from rig.bench.loading import load_bench
from rig.clock import Clock, VirtualClock
from rig.engine.answers import NO_ANSWERS, Answers
from rig.engine.desk import Asker
from rig.engine.head import RunRequest
from rig.engine.run import RunResult, execute
from rig.engine.scan import Watcher
from rig.plan.loading import load_program
from rig.plan.program import Program
from rig.safety.stop import StopBox
from rig.simulation.bench import SimulatedBench
from tests.ordering import spread

SHORT = """
plan: Short heat
purpose: Some seconds of heat, for what does not need minutes.
covers: []
device: ir-lumbar-wrap
sampling: {thermocouples: 1 Hz, belt: 10 Hz, supply: 5 Hz}
interlocks:
  - {signal: skin.*, above: 45 degC, for: 2 readings}
  - {signal: supply.*.current, above: 1.1 A}
  - {stale: scanner, after: 3 s}
steps:
  - name: heat
    supply: {voltage: rated, current_limit: 1.2 A, output: on}
    belt: {level: high, session: 10 min, regulation: normal}
    hold: %s
checks:
  - peak_temperature: {of: skin.hottest, limit: ir-lumbar-wrap/skin-peak, rule: guarded}
"""


TRIES = 3
"""How often a test in real time is tried where the machine had no processor for it in time; each try is told."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs on the virtual clock is never tried again: it is the same each time."""
    for item in filter(_waits, items):
        item.add_marker(pytest.mark.flaky(reruns=TRIES - 1, reruns_delay=1))
    items[:] = spread(items, lambda item: item.path, _waits, _weight)


def _waits(item: pytest.Item) -> bool:
    return item.get_closest_marker("real_time") is not None


def _weight(item: pytest.Item) -> float:
    """How much it computes, roughly: a run of a plan takes as long as ten other tests, a long one as a hundred."""
    runs = 10.0 if "simulation" in item.path.parts else 1.0
    return runs if item.get_closest_marker("slow") is None else 10.0 * runs


@pytest.fixture(autouse=True, scope="session")
def own_runtime_folder() -> Iterator[None]:
    """Control sockets, locks and guardians of these tests are not those of another worker, or of this user."""
    with tempfile.TemporaryDirectory(prefix="rig") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        yield


@pytest.fixture(autouse=True)
def own_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Latches of tested benches, also those of processes that tests start, are not this user's."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture(scope="session")
def bench() -> BenchDescription:
    return load_bench(shipped.bench())


@pytest.fixture
def short_plan(tmp_path: Path) -> Callable[[str], Path]:
    def write(hold: str) -> Path:
        limits = tmp_path / "limits"
        if not limits.exists():
            limits.symlink_to(shipped.test_plans() / "limits")
        path = tmp_path / "short.yaml"
        path.write_text(SHORT % hold, encoding="utf-8")
        return path

    return write


@pytest.fixture
def cutoff() -> Path:
    return shipped.test_plans() / "cutoff" / "cutoff.yaml"


@pytest.fixture(scope="session")
def sound_cutoff(bench: BenchDescription, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """The cut-off run of the sound belt with the seed 1, which tests read and leave as it is."""
    folder = tmp_path_factory.mktemp("sound")
    program = load_program(shipped.plans()["cutoff"], bench)
    with (
        pytest.MonkeyPatch.context() as patch,
        SimulatedBench(bench, bench.slots, 1, VirtualClock()) as simulated,
    ):
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        (result,) = execute(RunRequest([program], bench, folder / "runs", 1), simulated.ports, StopBox())
        return result


@pytest.fixture
def run(bench: BenchDescription, tmp_path: Path) -> Callable[..., RunResult]:
    """Run a plan on the simulated bench: on the virtual clock unless another is given."""

    def start(
        plan: Path | Program,
        *,
        seed: int = 1,
        asker: Asker | None = None,
        answers: Answers = NO_ANSWERS,
        clock: Clock | None = None,
        faults: tuple[str, ...] = (),
        stop: StopBox | None = None,
        watcher: Watcher | None = None,
        **simulation: Any,
    ) -> RunResult:
        assert isinstance(bench.simulation, SimulationEntry)
        here = replace(bench, simulation=replace(bench.simulation, **simulation))
        program = plan if isinstance(plan, Program) else load_program(plan, here)
        with SimulatedBench(here, here.slots, seed, clock or VirtualClock(), faults) as simulated:
            request = RunRequest([program], here, tmp_path / "runs", seed, answers=answers)
            (result,) = execute(request, simulated.ports, stop or StopBox(), watcher, asker=asker)
            return result

    return start
