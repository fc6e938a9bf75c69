"""The screens that show a run look as they did when somebody looked at them, at three sizes."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from rig.order import Order
from rig.tui.app import RigApp
from rig.tui.draft import Draft
from rig.tui.session import RunSession
from tests.tui.driving import SIZES, Frozen, all_read, cut_at, drive, until
from tests.tui.grid import assert_snapshot

pytestmark = [pytest.mark.real_time, pytest.mark.parametrize("size", SIZES)]


def named(name: str, size: tuple[int, int]) -> str:
    return f"{name}-{size[0]}x{size[1]}"


def test_a_viewer_of_a_run_that_drives_to_cut_off(
    cutoff_run: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    folder = cut_at(cutoff_run, 300.0, tmp_path / "run")
    app = RigApp(view=[folder], now=Frozen())

    async def act(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.readers)
        await all_read(pilot, app, folder)
        assert_snapshot(app, named("viewer", size))

    drive(app, act, size)


def test_a_run_near_its_limit(cutoff_run: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    folder = cut_at(cutoff_run, 470.0, tmp_path / "run")
    app = RigApp(view=[folder], now=Frozen())

    async def act(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.readers)
        await all_read(pilot, app, folder)
        await pilot.press("z")
        await pilot.pause()
        assert_snapshot(app, named("near", size))

    drive(app, act, size)


def test_a_run_that_asks_in_the_flow(asking_plan: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    """The card covers neither curves nor STOP; the window of the soak and the ramp have been drawn."""
    draft = Draft(Order(out=tmp_path / "runs", operator="Ada"), (str(asking_plan),))
    app = RigApp(draft, begin=True, now=Frozen())

    async def act(pilot: Pilot[None]) -> None:
        session = await until(pilot, lambda: app.session)
        assert isinstance(session, RunSession)
        await until(pilot, lambda: session.asked)
        await all_read(pilot, app, session.folders["main"])
        assert app.status.state == "ASKS"
        assert_snapshot(app, named("asks", size))
        await pilot.press("v", "e", "s")
        assert app.screen.query_one("#answer").has_focus

    drive(app, act, size)


def test_four_lanes(four_runs: dict[str, Path], tmp_path: Path, size: tuple[int, int]) -> None:
    folders = [cut_at(folder, 90.0, tmp_path / lane) for lane, folder in four_runs.items()]
    app = RigApp(view=folders, now=Frozen())

    async def act(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: len(app.readers) == len(folders))
        for folder in folders:
            await all_read(pilot, app, folder)
        await until(pilot, lambda: all(reader.snapshot().last_s > 89.0 for reader in app.readers.values()))
        app.action_show("lanes")
        await pilot.pause()
        app.tick()
        await pilot.pause()
        app.tick()
        await pilot.pause()
        assert_snapshot(app, named("lanes", size))

    drive(app, act, size)
