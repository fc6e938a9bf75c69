"""Records that screens are shown with: made once, on the virtual clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig import shipped
from rig.engine.run import RunResult
from rig.engine.series import Quiet
from rig.engine.work import link_plans
from rig.execution import run_work
from rig.order import Order
from tests.conftest import SHORT

SOAK = """
plan: Soak and ramp
purpose: A window on the curve, a planned curve, and a question.
covers: []
device: ir-lumbar-wrap
sampling: {thermocouples: 1 Hz, belt: 10 Hz, supply: 5 Hz}
interlocks:
  - {signal: skin.*, above: 45 degC, for: 2 readings}
  - {signal: supply.*.current, above: 1.1 A}
  - {stale: scanner, after: 3 s}
steps:
  - name: heat
    supply: {voltage: 5 V, current_limit: 1.2 A, output: on}
    belt: {level: high, session: 10 min, regulation: normal}
    hold: 10 s
  - name: rise
    ramp: {voltage: 7.4 V, over: 2 min}
  - name: settle
    soak: {signal: skin.hottest, at: 37 degC, tolerance: 0.5 K, for: 60 s}
    within: 10 min
  - name: look
    ask: The belt is dry
    within: 5 min
  - name: end
    hold: 5 s
checks:
  - peak_temperature: {of: skin.hottest, limit: ir-lumbar-wrap/skin-peak, rule: guarded}
"""


def _folders(plan: str, out: Path, *bench: Path) -> dict[str, Path]:
    order = Order(bench_file=bench[0] if bench else None, out=out, operator="Ada")
    series = run_work(order, link_plans(order.read_bench(), [plan], [], {}), Quiet())
    results = [result for _, result in series.outcomes]
    return {result.lane: result.folder for result in results if isinstance(result, RunResult)}


@pytest.fixture(scope="session")
def cutoff_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole cut-off run of a sound belt."""
    return _folders("cutoff", tmp_path_factory.mktemp("cutoff"))["main"]


@pytest.fixture
def asking_plan(tmp_path: Path) -> Path:
    """A ramp, a soak and a question."""
    (tmp_path / "limits").symlink_to(shipped.test_plans() / "limits")
    path = tmp_path / "soak.yaml"
    path.write_text(SOAK, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def four_runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Ninety seconds of heat in four belts."""
    folder = tmp_path_factory.mktemp("four")
    (folder / "limits").symlink_to(shipped.test_plans() / "limits")
    plan = folder / "short.yaml"
    plan.write_text(SHORT % "90 s", encoding="utf-8")
    return _folders(str(plan), folder, shipped.test_plans() / "benches" / "four-belts.yaml")


@pytest.fixture(scope="session")
def welded_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cut-off run of a belt whose switch is welded: an interlock ends it."""
    settings = {"simulation.defects": "switch-welded"}
    order = Order(out=tmp_path_factory.mktemp("welded"), operator="Ada", settings=settings)
    ((_, result),) = run_work(order, link_plans(order.read_bench(), ["cutoff"], [], {}), Quiet()).outcomes
    assert isinstance(result, RunResult)
    return result.folder
