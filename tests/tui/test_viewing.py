"""Runs that are looked at and not controlled: as they are written, and shown again."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from rig.order import Order
from rig.tui.app import RigApp
from rig.tui.draft import Draft
from rig.tui.offers import offers
from rig.tui.screens.lanes import LanesScreen
from rig.tui.screens.run import RunScreen
from rig.tui.widgets.plot import LanePlot
from tests.tui.driving import Frozen, all_read, cut_at, drive, lines_of, until
from tests.tui.grid import text_of

pytestmark = pytest.mark.real_time


def test_a_viewer_asks_for_nothing_and_says_what_f12_came_to(cutoff_run: Path, tmp_path: Path) -> None:
    folder = cut_at(cutoff_run, 300.0, tmp_path / "run")
    app = RigApp(view=[folder], now=Frozen())

    async def act(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.readers)
        await all_read(pilot, app, folder)
        assert app.status.role == "VIEWER"
        await pilot.press("n")
        assert not app.screen.query_one("#note", Input).display
        await pilot.press("f12")
        await until(pilot, lambda: "no process that runs it answers" in app.status.says)

    drive(app, act)
    assert app.code == 0


def test_a_viewer_goes_on_as_the_run_does(cutoff_run: Path, tmp_path: Path) -> None:
    folder = cut_at(cutoff_run, 300.0, tmp_path / "run")
    app = RigApp(view=[folder], now=Frozen())

    async def act(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.readers)
        await all_read(pilot, app, folder)
        before = app.status.hottest
        rest = (cutoff_run / "run.jsonl").read_bytes()[(folder / "run.jsonl").stat().st_size :]
        with (folder / "run.jsonl").open("ab") as file:
            file.write(rest[: len(rest) // 4])
            file.flush()
        await all_read(pilot, app, folder)
        assert app.status.hottest > before
        assert app.lanes[0].last_s > 300.0

    drive(app, act)


def test_a_run_is_shown_again_faster_slower_and_paused(cutoff_run: Path) -> None:
    now = Frozen()
    app = RigApp(now=now)

    async def act(pilot: Pilot[None]) -> None:
        app.show_again(cutoff_run, speed=1.0)
        await until(pilot, lambda: app.lanes and app.lanes[0].values)
        assert app.status.kind == "SHOWN AGAIN × 1"
        begun = app.lanes[0].last_s
        await pilot.press("plus", "plus", "plus")
        assert app.status.kind == "SHOWN AGAIN × 10"
        now.s += 10.0
        await until(pilot, lambda: app.lanes[0].last_s - begun > 99.0)
        assert app.lanes[0].step == "drive to cut-off"
        await pilot.press("space")
        assert app.status.kind == "SHOWN AGAIN paused × 10"
        shown = app.lanes[0].last_s
        now.s += 1000.0
        await pilot.pause(0.3)
        assert app.lanes[0].last_s == shown
        await pilot.press("space", "minus")
        now.s += 2.0
        await until(pilot, lambda: app.lanes[0].last_s - shown > 9.0)
        assert app.lanes[0].last_s - shown < 11.0

    drive(app, act)


def test_lanes_are_opened_and_left_by_keys(four_runs: dict[str, Path], tmp_path: Path) -> None:
    folders = [cut_at(folder, 90.0, tmp_path / lane) for lane, folder in four_runs.items()]
    app = RigApp(view=folders, now=Frozen())

    async def act(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: isinstance(app.screen, LanesScreen))
        await pilot.press("3")
        assert isinstance(app.screen, RunScreen)
        assert app.lane == "three"
        await pilot.press("right_square_bracket")
        assert app.lane == "four"
        await pilot.press("escape")
        assert isinstance(app.screen, LanesScreen)
        await until(pilot, lambda: app.screen.query("LaneRow"))
        await pilot.press("tab", "tab", "enter")
        assert isinstance(app.screen, RunScreen)
        assert app.lane

    drive(app, act)


def test_help_on_a_run_begins_with_the_keys_of_a_run(cutoff_run: Path, tmp_path: Path) -> None:
    folder = cut_at(cutoff_run, 300.0, tmp_path / "run")
    app = RigApp(view=[folder], now=Frozen())

    async def act(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.readers)
        await all_read(pilot, app, folder)
        assert "F1 Help" in text_of(app).splitlines()[-1]
        await pilot.press("f1")
        await pilot.pause()
        text = text_of(app)
        assert "run: curves in the last 2 K below the limit" in text
        assert "run: all lanes" not in text  # there is one

    drive(app, act)


def test_where_nothing_is_run_no_view_is_offered(tmp_path: Path) -> None:
    app = RigApp(Draft(Order(out=tmp_path)))

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        await pilot.pause()
        assert not [offer for offer in offers(app, app.screen) if offer.key in set("zdvwln")]
        assert "Near limit" not in text_of(app)

    drive(app, act)


def test_views_change_by_keys_and_back(cutoff_run: Path, tmp_path: Path) -> None:
    folder = cut_at(cutoff_run, 300.0, tmp_path / "run")
    app = RigApp(view=[folder], now=Frozen())

    async def act(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        await all_read(pilot, app, folder)
        plot = app.screen.query_one(LanePlot)
        seen = []
        for key in ("z", "z", "d", "v", "v", "w"):
            await pilot.press(key)
            seen.append((plot.view, plot.recent))
        views = ["near", "skin", "deviation", "other", "volts", "volts"]
        assert seen == [(view, key == 5) for key, view in enumerate(views)]
        await pilot.press("l")
        await pilot.pause()
        await pilot.pause()
        assert "drive to cut-off" in text_of(app)
        assert "Interlocks" not in text_of(app)

    drive(app, act)


def test_in_ascii_there_is_nothing_else(cutoff_run: Path, tmp_path: Path) -> None:
    folder = cut_at(cutoff_run, 470.0, tmp_path / "run")
    app = RigApp(view=[folder], ascii_only=True, now=Frozen())

    async def act(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        await all_read(pilot, app, folder)
        for key in ("z", "d", "v", "v", "v", "l"):
            text = text_of(app)
            assert text.isascii(), [sign for sign in text if not sign.isascii()]
            await pilot.press(key)
            await pilot.pause()

    drive(app, act, (120, 36))


@pytest.mark.parametrize(
    "keys", [["f2"], ["f3"], ["f3", "enter"], ["f5"], ["f6"], ["f3", "f1"], ["f2", "ctrl+p"]]
)
def test_in_ascii_every_place_is(tmp_path: Path, keys: list[str]) -> None:
    app = RigApp(Draft(Order(out=tmp_path)), ascii_only=True)

    async def act(pilot: Pilot[None]) -> None:
        for key in keys:
            await pilot.press(key)
            await pilot.pause(0.3)
        text = text_of(app)
        assert text.isascii(), [sign for sign in text if not sign.isascii()]
        assert {len(line) for line in text.splitlines()} <= set(range(81))

    drive(app, act)


def test_the_record_is_not_touched_by_who_looks(cutoff_run: Path, tmp_path: Path) -> None:
    folder = cut_at(cutoff_run, 300.0, tmp_path / "run")
    before = lines_of(folder)
    app = RigApp(view=[folder], now=Frozen())

    async def act(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.readers)
        await all_read(pilot, app, folder)

    drive(app, act)
    assert lines_of(folder) == before
    assert [path.name for path in folder.iterdir()] == ["run.jsonl"]
