"""Help, jump keys, the palette's offers, pictures, and what a viewer has of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from textual.pilot import Pilot

from rig.bench.health import Finding
from rig.order import Order
from rig.safety.stop import StopBox
from rig.tui.app import RigApp
from rig.tui.dialogs.help import HelpDialog
from rig.tui.dialogs.jump import JumpDialog
from rig.tui.draft import Draft
from rig.tui.offers import offers
from rig.upkeep.chosen import Chosen
from rig.upkeep.examination import examine
from tests.tui.driving import drive, until
from tests.tui.workflow import choose_plan, line, until_shown

pytestmark = pytest.mark.real_time


def test_help_is_for_what_is_focused(tmp_path: Path) -> None:
    app = RigApp(Draft(Order(out=tmp_path)))

    async def act(pilot: Pilot[None]) -> None:
        await choose_plan(pilot, app, "watchdog", "SES-3")
        await until_shown(pilot, app, "✓ sound")  # before that there is no going on, and no key for it
        line(app, "serial main").input.focus()
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, HelpDialog))
        await until_shown(pilot, app, "power is refused where the device")
        await until_shown(pilot, app, "run: go on to the checklist")
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, HelpDialog))

    drive(app, act, (120, 36))


def test_a_letter_leads_to_a_target(tmp_path: Path) -> None:
    app = RigApp(Draft(Order(out=tmp_path)))

    async def act(pilot: Pilot[None]) -> None:
        await choose_plan(pilot, app, "watchdog", "SES-3")
        await pilot.press("ctrl+o")
        await until(pilot, lambda: isinstance(app.screen, JumpDialog))
        await pilot.press("d")
        await until(pilot, lambda: app.focused is line(app, "seed").input)

    drive(app, act)


def test_stop_ends_the_doctor_and_is_latched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = RigApp(Draft(Order(out=tmp_path, operator="Ada")))
    asked = Event()

    def examine_until_asked(chosen: Chosen, out: Path, stop: StopBox, **options: bool) -> Iterator[Finding]:
        stop.wakes(asked.set)
        assert asked.wait(20)
        yield from examine(chosen, out, stop, **options)

    monkeypatch.setattr("rig.tui.screens.bench.examine", examine_until_asked)

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press("f2")
        await until_shown(pilot, app, "not examined since")
        await pilot.press("d")
        await until(pilot, lambda: app.flow.examining is not None)
        await pilot.press("f12")
        await until_shown(pilot, app, "not proven: stop by Ada; the outputs are off")
        assert (app.flow.examining, app.latch) == (None, "STOP by Ada")

    drive(app, act, (120, 50))


def test_only_what_is_possible_now_is_offered(tmp_path: Path) -> None:
    app = RigApp(Draft(Order(out=tmp_path)))

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press("f2")
        await until_shown(pilot, app, "not examined since")
        sentences = [offer.sentence for offer in offers(app, app.screen)]
        assert "bench: examine every part, and prove at 1 V that off works" in sentences
        assert "bench: acknowledge the trip by name" not in sentences
        assert "theme: dark and calm" not in sentences
        (light,) = (offer for offer in offers(app, app.screen) if offer.sentence == "theme: light and calm")
        light.action()
        assert app.theme == "rig-light"
        assert all(offer.sentence.count(": ") for offer in offers(app, app.screen))

    drive(app, act)


def test_a_picture_is_saved_and_the_screen_is_copied_as_text(tmp_path: Path) -> None:
    app = RigApp(Draft(Order(out=tmp_path / "runs")))

    async def act(pilot: Pilot[None]) -> None:
        await until_shown(pilot, app, "search")
        await pilot.press("ctrl+s", "ctrl+y")
        await until(pilot, lambda: "F12 STOP" in app.clipboard)

    drive(app, act)
    (picture,) = (tmp_path / "runs").glob("screen-*.svg")
    assert picture.read_text(encoding="utf-8").startswith("<svg")


def test_a_viewer_leads_nowhere_else(cutoff_run: Path) -> None:
    app = RigApp(view=[cutoff_run], read_only=True)

    async def act(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.readers)
        before = app.screen
        await pilot.press("f3", "f6", "ctrl+s")
        assert app.screen is before
        sentences = [offer.sentence for offer in offers(app, app.screen)]
        assert not [words for words in sentences if words.startswith("go: to the plans")]
        assert "STOP: outputs off now" in sentences
        app.begin()
        assert app.session is None

    drive(app, act)
