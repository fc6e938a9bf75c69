"""Every key that a screen, a dialog or a widget names does something."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.dom import DOMNode
from textual.pilot import Pilot

import rig.tui
from rig.order import Order
from rig.tui.app import RigApp
from rig.tui.draft import Draft
from rig.tui.screens.bench import BenchScreen
from rig.tui.screens.jog import JogScreen
from rig.tui.screens.plans import PlansScreen
from rig.tui.screens.prepare import PrepareScreen
from rig.tui.screens.result import ResultScreen
from rig.tui.screens.runs import RunsScreen
from tests.tui.driving import drive, until

pytestmark = pytest.mark.real_time


def own_bindings() -> Iterator[tuple[type[DOMNode], Binding]]:
    for module in pkgutil.walk_packages(rig.tui.__path__, "rig.tui."):
        for kind in vars(importlib.import_module(module.name)).values():
            if isinstance(kind, type) and issubclass(kind, DOMNode) and kind.__module__ == module.name:
                for binding in kind.__dict__.get("BINDINGS", []):
                    assert isinstance(binding, Binding)
                    yield kind, binding


def test_every_key_names_an_action_that_is_there() -> None:
    bindings = list(own_bindings())
    assert len(bindings) > 50
    for kind, binding in bindings:
        words = binding.action.partition("(")[0]
        place = RigApp if words.startswith("app.") else kind
        assert hasattr(place, f"action_{words.removeprefix('app.')}"), f"{kind.__name__}: {binding.key}"


@pytest.mark.parametrize(
    ("keys", "from_there", "back"),
    [
        (["f2"], BenchScreen, ("enter", PlansScreen)),
        (["f6"], JogScreen, ("escape", BenchScreen)),
        (["f3", "enter"], PrepareScreen, ("escape", PlansScreen)),
    ],
)
def test_a_key_leads_where_the_footer_says(
    tmp_path: Path, keys: list[str], from_there: type[DOMNode], back: tuple[str, type[DOMNode]]
) -> None:
    app = RigApp(Draft(Order(out=tmp_path)))

    async def act(pilot: Pilot[None]) -> None:
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        await until(pilot, lambda: isinstance(app.screen, from_there))
        key, there = back
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, there))

    drive(app, act)


def test_a_result_leads_back_to_the_list(cutoff_run: Path) -> None:
    app = RigApp(Draft(Order(out=cutoff_run.parent)))

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(app.screen, RunsScreen) and app.screen._found)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ResultScreen))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, RunsScreen))

    drive(app, act)
