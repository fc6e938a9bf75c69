"""Runs that are begun, stopped, answered and noted on the screen alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from rig.engine.exit_codes import exit_code
from rig.engine.run import RunResult
from rig.engine.series import Quiet
from rig.errors import ExitCode
from rig.execution import run_work
from rig.order import Order
from rig.tui.app import RigApp
from rig.tui.draft import Draft
from rig.tui.rearming import RearmDialog
from rig.tui.session import RunSession
from tests.tui.driving import cut_at, drive, lines_of, until
from tests.tui.grid import text_of

pytestmark = pytest.mark.real_time


def draft_of(plan: Path | str, out: Path, speed: float | None = None) -> Draft:
    return Draft(Order(out=out, operator="Ada", speed=speed), (str(plan),))


async def session_of(pilot: Pilot[None], app: RigApp) -> RunSession:
    session = await until(pilot, lambda: app.session)
    assert isinstance(session, RunSession)
    return session


async def heating(pilot: Pilot[None], app: RigApp) -> None:
    """Until the output is on and something is asked, for which time stands still."""
    session = await session_of(pilot, app)
    await until(pilot, lambda: session.asked and app.status.is_on and isinstance(app.focused, Input))
    await pilot.pause()


def body(folder: Path) -> list[dict[str, Any]]:
    """The lines behind the head, without hashes, which hang on the instant in it."""
    return [{key: value for key, value in line.items() if key != "h"} for line in lines_of(folder)[1:]]


def test_a_run_driven_by_the_screen_alone_gives_the_record_of_rig_run(
    short_plan: Callable[[str], Path], tmp_path: Path
) -> None:
    plan = short_plan("40 s")
    app = RigApp(draft_of(plan, tmp_path / "screen"), begin=True)

    async def act(pilot: Pilot[None]) -> None:
        session = await session_of(pilot, app)
        await until(pilot, lambda: session.is_over)
        app.tick()

    drive(app, act)
    draft = draft_of(plan, tmp_path / "plain")
    series = run_work(draft.order, draft.link(), Quiet())
    ((_, result),) = series.outcomes
    assert isinstance(result, RunResult)
    assert app.session is not None
    assert body(app.session.folders["main"]) == body(result.folder)
    assert app.code == exit_code(series)


def test_of_plans_that_follow_each_other_the_last_one_is_shown(
    short_plan: Callable[[str], Path], tmp_path: Path
) -> None:
    plan = str(short_plan("2 s"))
    app = RigApp(Draft(Order(out=tmp_path / "runs"), (plan, plan, "incoming-inspection")), begin=True)

    async def act(pilot: Pilot[None]) -> None:
        session = await session_of(pilot, app)
        await until(pilot, lambda: session.asked)
        await until(pilot, lambda: app.status.state == "ASKS")
        assert [lane.plan for lane in app.lanes] == ["incoming inspection"]
        assert app.lanes[0].run == session.folders["main"].name
        assert len(session.outcomes) == 2

    drive(app, act)


def test_f12_switches_off_and_the_next_run_wants_a_name(asking_plan: Path, tmp_path: Path) -> None:
    app = RigApp(draft_of(asking_plan, tmp_path / "runs"), begin=True)

    async def act(pilot: Pilot[None]) -> None:
        session = await session_of(pilot, app)
        await heating(pilot, app)
        await pilot.press("f12")
        await until(pilot, lambda: session.is_over)
        app.tick()
        assert app.status.power == "OUTPUT OFF"
        assert app.code == ExitCode.STOPPED
        app.begin()
        await pilot.pause()
        assert isinstance(app.screen, RearmDialog)
        await pilot.press("escape")
        assert app.latch
        assert app.session is session
        app.begin()
        await pilot.press("B", "o", "enter")
        again = await until(pilot, lambda: app.session is not session and app.session)
        await heating(pilot, app)
        again.stop()
        await until(pilot, lambda: again.is_over)
        said = [
            line["data"].get("text") for line in lines_of(again.folders["main"]) if line["k"] == "operator"
        ]
        assert said == ["re-armed by Bo after: STOP by Ada"]

    drive(app, act)


@pytest.mark.parametrize("covered_by", ["dialog", "palette", "input"])
def test_f12_works_whatever_has_the_keys(asking_plan: Path, tmp_path: Path, covered_by: str) -> None:
    app = RigApp(draft_of(asking_plan, tmp_path / "runs"), begin=True)

    async def act(pilot: Pilot[None]) -> None:
        session = await session_of(pilot, app)
        await heating(pilot, app)
        if covered_by == "dialog":
            app.push_screen(RearmDialog("a dialog"))
        elif covered_by == "palette":
            app.action_command_palette()
        else:
            await pilot.press("n")
            assert isinstance(app.focused, Input)
            assert app.focused.value == "n"
        await pilot.pause()
        await pilot.press("f12")
        assert session.stopped_by == "Ada"
        await until(pilot, lambda: session.is_over)

    drive(app, act)


def test_a_terminal_of_any_size_leaves_the_run_and_stop_alone(asking_plan: Path, tmp_path: Path) -> None:
    app = RigApp(draft_of(asking_plan, tmp_path / "runs"), begin=True)

    async def act(pilot: Pilot[None]) -> None:
        session = await session_of(pilot, app)
        await heating(pilot, app)
        for size in ((200, 60), (30, 8), (1, 1), (120, 36)):
            await pilot.resize_terminal(*size)
            app.tick()
            await pilot.pause()
            assert not session.is_over
        await pilot.press("f12")
        await until(pilot, lambda: session.is_over)
        assert session.stopped_by == "Ada"

    drive(app, act)


def test_a_click_on_the_corner_stops(asking_plan: Path, tmp_path: Path) -> None:
    app = RigApp(draft_of(asking_plan, tmp_path / "runs"), begin=True)

    async def act(pilot: Pilot[None]) -> None:
        session = await session_of(pilot, app)
        await heating(pilot, app)
        await pilot.click("Chrome", offset=(75, 1))
        await until(pilot, lambda: session.is_over)
        assert session.stopped_by == "Ada"

    drive(app, act)


def test_one_press_is_one_stop_and_leaves_the_teardown_alone(asking_plan: Path, tmp_path: Path) -> None:
    """The thread that reads keys and the binding both see a key; a second request would skip the teardown."""
    app = RigApp(draft_of(asking_plan, tmp_path / "runs"), begin=True)
    asked: list[str | None] = []

    async def act(pilot: Pilot[None]) -> None:
        session = await session_of(pilot, app)
        await heating(pilot, app)
        app.pressed("f12")
        asked.append(session.stopped_by)
        app.action_stop()
        asked.append(str(session._box.asked))
        await until(pilot, lambda: session.is_over)

    drive(app, act)
    assert asked == ["Ada", "1"]


def test_a_key_that_was_seen_while_the_run_was_about_to_begin_stops_it(
    asking_plan: Path, tmp_path: Path
) -> None:
    """The thread that reads keys saw it when there was nothing to stop yet."""
    app = RigApp(draft_of(asking_plan, tmp_path / "runs"))

    async def act(pilot: Pilot[None]) -> None:
        app.pressed("f12")
        app.begin()
        session = await session_of(pilot, app)
        before = session.stopped_by
        app.action_stop()
        assert (before, session.stopped_by) == (None, "Ada")
        await until(pilot, lambda: session.is_over)

    drive(app, act)


def test_a_question_is_answered_on_its_card_and_a_note_is_taken(asking_plan: Path, tmp_path: Path) -> None:
    app = RigApp(draft_of(asking_plan, tmp_path / "runs"), begin=True)

    async def act(pilot: Pilot[None]) -> None:
        session = await session_of(pilot, app)
        await until(pilot, lambda: session.asked)
        app.tick()
        await pilot.pause()
        await pilot.press("enter")
        assert session.asked, "an empty line confirms nothing"
        await pilot.press("n", "o", "enter")
        assert "yes" in session.refusal
        session.note("smells warm")
        await pilot.press("y", "e", "s", "enter")
        await until(pilot, lambda: session.is_over)

    drive(app, act)
    assert app.session is not None
    said = [line for line in lines_of(app.session.folders["main"]) if line["k"] == "operator"]
    assert [line["what"] for line in said] == ["gave an answer that was refused", "answered", "noted"]
    assert {line["who"] for line in said} == {"Ada"}
    assert app.session.outcomes


def test_a_plan_with_a_mistake_ends_with_2_and_says_why(tmp_path: Path) -> None:
    plan = tmp_path / "wrong.yaml"
    plan.write_text("plan: [", encoding="utf-8")
    app = RigApp(draft_of(plan, tmp_path / "runs"), begin=True)

    async def act(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.trouble)

    drive(app, act)
    assert app.code == ExitCode.WRONG_INPUT
    assert "wrong.yaml" in app.trouble


def test_nobody_quits_while_a_run_is_on(asking_plan: Path, tmp_path: Path) -> None:
    app = RigApp(draft_of(asking_plan, tmp_path / "runs"), begin=True)

    async def act(pilot: Pilot[None]) -> None:
        session = await session_of(pilot, app)
        await heating(pilot, app)
        await pilot.press("ctrl+q")
        assert app.is_running
        assert not session.is_over
        assert session.stopped_by is None

    drive(app, act)


def test_a_frozen_loop_switches_a_simulated_bench_in_real_time_off(
    short_plan: Callable[[str], Path], tmp_path: Path
) -> None:
    app = RigApp(draft_of(short_plan("10 min"), tmp_path / "runs", speed=1.0), begin=True)

    async def act(pilot: Pilot[None]) -> None:
        session = await session_of(pilot, app)
        await until(pilot, lambda: app.status.elapsed_s > 0.5)
        assert session.join(20.0), "no beat came for so long"

    drive(app, act)
    assert app.session is not None
    outcome = next(line for line in lines_of(app.session.folders["main"]) if line["k"] == "outcome")
    assert "silent" in outcome["detail"]
    assert app.session.exit_code == ExitCode.INTERRUPTED


@pytest.mark.parametrize("covered_by", ["dialog", "palette"])
def test_what_is_seen_behind_a_dialog_goes_on(cutoff_run: Path, tmp_path: Path, covered_by: str) -> None:
    folder = cut_at(cutoff_run, 300.0, tmp_path / "run")
    app = RigApp(view=[folder])

    async def act(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.lanes and app.lanes[0].last_s > 299.0)
        if covered_by == "dialog":
            app.push_screen(RearmDialog("a dialog"))
        else:
            app.action_command_palette()
        await until(pilot, lambda: len(app.screen_stack) > 2)
        before = text_of(app)
        rest = (cutoff_run / "run.jsonl").read_bytes()[(folder / "run.jsonl").stat().st_size :]
        with (folder / "run.jsonl").open("ab") as file:
            file.write(rest[: len(rest) // 4])
        await until(pilot, lambda: app.lanes[0].last_s > 400.0)
        await pilot.pause(0.5)
        hottest = f"{app.status.hottest:.2f} °C"
        assert hottest not in before
        assert hottest in text_of(app)
        assert "F12 STOP" in text_of(app)

    drive(app, act)


def test_the_dialog_that_re_arms_has_room_for_its_words_and_a_name(tmp_path: Path) -> None:
    app = RigApp(Draft(Order(out=tmp_path)))

    async def act(pilot: Pilot[None]) -> None:
        app.push_screen(RearmDialog("STOP by Ada"))
        await pilot.pause()
        await pilot.press("B", "o")
        await pilot.pause()
        text = text_of(app)
        assert "Latched: STOP by Ada." in text
        assert "Type your name to go on, Esc leaves it latched." in text
        assert "Bo" in text
        assert "F12 STOP" in text

    drive(app, act)
