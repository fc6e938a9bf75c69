"""Steps of the workflow, by keys, for the tests that go it."""

from __future__ import annotations

from textual.pilot import Pilot

from rig.tui.app import RigApp
from rig.tui.equipment import screen_lines
from rig.tui.widgets.form import FormLine
from rig.tui.widgets.plan_tree import PlanTree
from tests.tui.driving import until


def shown(app: RigApp) -> str:
    return "\n".join(screen_lines(app))


def line(app: RigApp, name: str) -> FormLine:
    (found,) = (each for each in app.screen.query(FormLine) if each.name == name)
    return found


async def until_shown(pilot: Pilot[None], app: RigApp, words: str) -> None:
    await until(pilot, lambda: words in shown(app))


async def choose_plan(pilot: Pilot[None], app: RigApp, query: str, title: str) -> None:
    await pilot.press("f3", "slash")
    await until(pilot, lambda: app.focused is app.screen.query_one("#search"))
    await pilot.press(*query)
    await until(pilot, lambda: app.screen.query_one(PlanTree).cursor_node is not None)
    await until_shown(pilot, app, title)
    await pilot.press("enter")
    await until(pilot, lambda: list(app.screen.query(FormLine)))


async def typed(pilot: Pilot[None], app: RigApp, name: str, words: str) -> None:
    field = line(app, name).input
    field.focus()
    field.value = ""
    await pilot.press(*("space" if sign == " " else sign for sign in words))
    await until(pilot, lambda: field.value == words)


async def on_checklist(pilot: Pilot[None], app: RigApp) -> None:
    await until_shown(pilot, app, "✓ sound")
    await pilot.press("ctrl+r")
    await until_shown(pilot, app, " Before ")


async def begun(pilot: Pilot[None], app: RigApp) -> None:
    await until_shown(pilot, app, "all settled")
    before = app.session
    await pilot.press("ctrl+r")
    await until(pilot, lambda: app.session is not before)
