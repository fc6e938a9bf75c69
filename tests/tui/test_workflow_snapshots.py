"""The screens of the workflow look as they did when somebody looked at them, at three sizes."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import DataTable

from rig import shipped
from rig.bench.description import BenchDescription, IndependentCutoff
from rig.engine.work import link_plans
from rig.index import RunEntry
from rig.order import Order
from rig.tui.app import RigApp
from rig.tui.draft import Draft
from rig.tui.equipment import screen_lines
from rig.tui.screens import bench as bench_screen
from rig.tui.screens import checklist as checklist_screen
from rig.tui.screens import plans as plans_screen
from rig.tui.screens import runs as runs_screen
from rig.tui.widgets.form import FormLine
from rig.tui.widgets.plan_tree import PlanTree
from rig.tui.widgets.tick import Tick
from tests.tui.driving import SIZES, Frozen, drive, until
from tests.tui.grid import assert_snapshot

pytestmark = [pytest.mark.real_time, pytest.mark.parametrize("size", SIZES)]

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
RUNS = [
    RunEntry(
        "a",
        Path("a"),
        "42 °C cut-off",
        "main",
        "LB-0041",
        "2026-11-20T08:12:00Z",
        None,
        1187.0,
        verdict="PASS",
    ),
    RunEntry(
        "b",
        Path("b"),
        "42 °C cut-off",
        "main",
        "LB-0042",
        "2026-11-20T09:02:00Z",
        None,
        946.8,
        verdict="FAIL",
    ),
    RunEntry(
        "c", Path("c"), "heat-up", "two", "SIM-BELT-0001", "2026-11-20T10:30:00Z", None, 12.0, simulated=True
    ),
    RunEntry("d", Path("d"), fault="it has no head line"),
]

Act = Callable[[Pilot[None], RigApp], Awaitable[None]]


@pytest.fixture(autouse=True)
def same_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths, the day and the runs are those of the picture."""
    folder = tmp_path / "bench-room"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for module in (bench_screen, checklist_screen):
        monkeypatch.setattr(module, "utc_now", lambda: NOW)
    for module in (plans_screen, runs_screen):
        monkeypatch.setattr(module, "list_runs", lambda _: RUNS)


def take(name: str, size: tuple[int, int], act: Act, app: RigApp | None = None) -> None:
    shown = app or RigApp(Draft(Order(out=Path("runs"), operator="Ada")), now=Frozen())

    async def main(pilot: Pilot[None]) -> None:
        await act(pilot, shown)
        await pilot.pause()
        shown.tick()
        await pilot.pause()
        assert_snapshot(shown, f"{name}-{size[0]}x{size[1]}")

    drive(shown, main, size)


async def until_shown(pilot: Pilot[None], app: RigApp, words: str) -> None:
    await until(pilot, lambda: words in "\n".join(screen_lines(app)))


def test_the_bench_after_an_examination(size: tuple[int, int]) -> None:
    async def act(pilot: Pilot[None], app: RigApp) -> None:
        await pilot.press("f2")
        await until_shown(pilot, app, "not examined since")
        await pilot.press("d")
        await until(pilot, lambda: app.flow.examined)
        await until_shown(pilot, app, "healthy")

    take("bench", size, act)


def test_a_plan_with_its_requirements_and_last_result(size: tuple[int, int]) -> None:
    async def act(pilot: Pilot[None], app: RigApp) -> None:
        await until(pilot, lambda: app.screen.query_one(PlanTree).cursor_node is not None)
        await pilot.press("slash")
        await until(pilot, lambda: app.focused is app.screen.query_one("#search"))
        await pilot.press(*"cutoff")
        await until_shown(pilot, app, "✗ FAIL")

    take("plans", size, act)


def test_a_plan_with_a_mistake(cutoff: Path, size: tuple[int, int]) -> None:
    text = cutoff.read_text(encoding="utf-8").replace("hold: 12 min", "hold: 12 V")
    Path("mine.yaml").write_text(text, encoding="utf-8")

    async def act(pilot: Pilot[None], app: RigApp) -> None:
        await until_shown(pilot, app, "^^^^")

    take("mistake", size, act)


def test_a_form_with_a_value_that_is_wrong(size: tuple[int, int]) -> None:
    draft = Draft(Order(out=Path("runs"), operator="Ada", settings={"cycles": "0"}), ("cutoff-cycles",))
    draft = replace(draft, plans=(str(shipped.plans()["cutoff-cycles"]),))

    async def act(pilot: Pilot[None], app: RigApp) -> None:
        app.action_show("prepare")
        await until_shown(pilot, app, "cycles is at least 1")

    take("prepare", size, act, RigApp(draft, now=Frozen()))


def test_a_checklist_of_a_live_bench(bench: BenchDescription, size: tuple[int, int]) -> None:
    cutoff = IndependentCutoff("thermostat", 48.0, "in series with both heaters", "2026-10-01", "Jo Doe")
    live = replace(bench, simulation=None, slots=(replace(bench.slots[0], cutoff=cutoff),))

    async def act(pilot: Pilot[None], app: RigApp) -> None:
        app.flow.prepared = replace(link_plans(bench, ["cutoff"], (), {}), bench=live)
        app.action_show("checklist")
        await until(pilot, lambda: list(app.screen.query(Tick)))
        await pilot.press("enter")
        await until_shown(pilot, app, "look at 2 more points")

    take("checklist", size, act)


def test_a_pass(cutoff_run: Path, size: tuple[int, int]) -> None:
    folder = Path("runs/one")
    shutil.copytree(cutoff_run, folder)

    async def act(pilot: Pilot[None], app: RigApp) -> None:
        app.flow.show_results((folder,))
        await until_shown(pilot, app, "✓  PASS")

    take("pass", size, act)


def test_a_fail(welded_run: Path, size: tuple[int, int]) -> None:
    folder = Path("runs/one")
    shutil.copytree(welded_run, folder)

    async def act(pilot: Pilot[None], app: RigApp) -> None:
        app.flow.show_results((folder,))
        await until_shown(pilot, app, "✗  FAIL")

    take("fail", size, act)


def test_four_results(four_runs: dict[str, Path], size: tuple[int, int]) -> None:
    folders = [Path(f"runs/{lane}") for lane in four_runs]
    for folder, record in zip(folders, four_runs.values(), strict=True):
        shutil.copytree(record, folder)

    async def act(pilot: Pilot[None], app: RigApp) -> None:
        app.flow.show_results(folders)
        await until_shown(pilot, app, "four")

    take("results", size, act)


def test_the_runs(size: tuple[int, int]) -> None:
    async def act(pilot: Pilot[None], app: RigApp) -> None:
        await pilot.press("f5")
        await until(pilot, lambda: app.screen.query(DataTable) and app.screen.query_one(DataTable).row_count)

    take("runs", size, act)


def test_manual_control(size: tuple[int, int]) -> None:
    async def act(pilot: Pilot[None], app: RigApp) -> None:
        await pilot.press("f6")
        await until(pilot, lambda: list(app.screen.query(FormLine)))
        await until_shown(pilot, app, "still to fill in")

    take("jog", size, act)


def test_help(size: tuple[int, int]) -> None:
    async def act(pilot: Pilot[None], app: RigApp) -> None:
        await until(pilot, lambda: app.screen.query_one(PlanTree).cursor_node is not None)
        await pilot.press("f1")
        await until_shown(pilot, app, "Every plan that ships")

    take("help", size, act)
