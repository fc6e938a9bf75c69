"""The whole workflow by keys alone: bench, doctor, plan, parameters, checklist, run, result, next device."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import DataTable, Input

from rig import shipped
from rig.bench.description import BenchDescription
from rig.bench.loading import load_bench
from rig.errors import ExitCode
from rig.index import list_runs
from rig.order import Order
from rig.record.reader import read_run
from rig.safety.latch import Latch, Tripped
from rig.simulation.client_bench import client_bench_text
from rig.simulation.serving import ServedBench
from rig.tui.app import RigApp
from rig.tui.dialogs.choice import ChoiceDialog
from rig.tui.dialogs.name import NameDialog
from rig.tui.draft import Draft
from rig.tui.widgets.form import FormLine
from rig.tui.widgets.tick import Tick
from tests.runs import await_guardians
from tests.tui.driving import drive, until
from tests.tui.workflow import begun, choose_plan, line, on_checklist, shown, typed, until_shown

pytestmark = pytest.mark.real_time

SERIAL = "SIM-BELT-0007"
"""Of the twin that the seed 7 makes."""


def test_from_the_bench_to_the_next_device(tmp_path: Path) -> None:
    app = RigApp(Draft(Order(out=tmp_path / "runs")))

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press("f2")
        await until_shown(pilot, app, "not examined since")
        await pilot.press("d")
        await until_shown(pilot, app, "ms from request to confirmed, at 1 V")
        await until_shown(pilot, app, "healthy")
        await until_shown(pilot, app, "serial SIM-BELT-0001")
        await choose_plan(pilot, app, "watchdog", "SES-3")
        await typed(pilot, app, "operator", "Ada")
        await typed(pilot, app, "serial main", SERIAL)
        await typed(pilot, app, "seed", "x")
        await until_shown(pilot, app, "✗ it is a whole number from 0")
        await typed(pilot, app, "seed", "7")
        await on_checklist(pilot, app)
        await begun(pilot, app)
        await until_shown(pilot, app, "✓  PASS")
        await until_shown(pilot, app, "watchdog_delay")
        assert app.code == ExitCode.PASSED
        await pilot.press("enter")
        await until(pilot, lambda: list(app.screen.query(FormLine)))
        assert line(app, "serial main").value == ""
        assert (line(app, "operator").value, line(app, "seed").value) == ("Ada", "7")

    drive(app, act)
    (entry,) = list_runs(tmp_path / "runs")
    reader = read_run(entry.folder)
    assert (reader.head["operator"], reader.head["seed"]) == ("Ada", 7)
    assert [said["data"] for said in reader.lines("operator")] == [{"serial": SERIAL}]


def test_parameters_say_what_is_wrong_as_set_does(tmp_path: Path) -> None:
    app = RigApp(Draft(Order(out=tmp_path / "runs", operator="Ada")))

    async def act(pilot: Pilot[None]) -> None:
        await choose_plan(pilot, app, "cycles", "at most 1 h 59 min")
        await typed(pilot, app, "parameter cycles", "0")
        await until_shown(pilot, app, "cycles is at least 1")
        assert not app.screen.check_action("go_on", ())
        await typed(pilot, app, "parameter cycles", "2")
        await typed(pilot, app, "other settings", "simulation.perfusion=9")
        await until_shown(pilot, app, "it is a number")
        await typed(pilot, app, "other settings", "simulation.perfusion=2")
        await on_checklist(pilot, app)
        assert app.draft.order.settings == {"cycles": "2", "simulation.perfusion": "2"}

    drive(app, act)


def test_what_a_scanner_types_behind_enter_lands_in_the_next_field(tmp_path: Path) -> None:
    """All keys reach the first field before any of them was looked at."""
    app = RigApp(Draft(Order(out=tmp_path / "runs")))

    async def act(pilot: Pilot[None]) -> None:
        await choose_plan(pilot, app, "watchdog", "SES-3")
        first = line(app, "operator").input
        first.focus()
        await pilot.pause()
        for key in ("A", "enter", "4", "7"):
            first.post_message(Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: line(app, "serial main").value == "47")
        assert first.value == "A"

    drive(app, act)


@pytest.fixture
def served(bench: BenchDescription, tmp_path: Path) -> Iterator[Path]:
    """The file of a bench that is served here, as its clients have it."""
    with ServedBench(bench, bench.slots, 1) as running:
        file = tmp_path / "client.yaml"
        file.write_text(client_bench_text(running.description, bench), encoding="utf-8")
        yield file
        await_guardians()


def begins(served: Path, short_plan: Callable[[str], Path], tmp_path: Path) -> RigApp:
    """The screen with a plan of two seconds for that bench before it."""
    order = Order(bench_file=served, out=tmp_path / "runs", operator="Ada")
    return RigApp(Draft(order, (str(short_plan("2 s")),)), begin=True)


def test_names_typed_behind_ticks_are_whole_however_fast_they_come(
    served: Path, short_plan: Callable[[str], Path], tmp_path: Path
) -> None:
    app = begins(served, short_plan, tmp_path)

    async def act(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: list(app.screen.query(FormLine)))
        await on_checklist(pilot, app)
        await until_shown(pilot, app, "still to do: look at 2 more points")
        for key in ("enter", "enter", "B", "o", "enter", "C", "y"):
            app.post_message(Key(key, key if len(key) == 1 else None))
        await until_shown(pilot, app, "all settled")
        assert (line(app, "nobody wears it").value, line(app, "attended by").value) == ("Bo", "Cy")

    drive(app, act)


def test_a_live_bench_is_begun_by_names_and_ticks_that_the_record_keeps(
    served: Path, short_plan: Callable[[str], Path], tmp_path: Path
) -> None:
    app = begins(served, short_plan, tmp_path)

    async def act(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: list(app.screen.query(FormLine)))
        await on_checklist(pilot, app)
        assert app.status.kind == "LIVE"
        assert app.session is None
        await until_shown(pilot, app, "still to do: look at 2 more points")
        await pilot.press("ctrl+r")
        assert app.session is None
        app.screen.query(Tick).first().focus()
        await pilot.press("enter", "space")
        await typed(pilot, app, "nobody wears it", "Bo")
        await typed(pilot, app, "attended by", "Cy")
        await begun(pilot, app)
        await until(pilot, lambda: app.session is not None and app.session.is_over)
        await until_shown(pilot, app, "peak_temperature")

    drive(app, act)
    (entry,) = list_runs(tmp_path / "runs")
    said = [(line["who"], line["what"], line["data"]) for line in read_run(entry.folder).lines("operator")]
    assert ("Bo", "confirmed that nobody wears the device", {}) in said
    assert ("Cy", "attends the run", {}) in said
    (note,) = (data["text"] for who, what, data in said if who == "Ada" and what == "noted")
    assert note.startswith("checklist: the physical switch of the supply is within reach; slot main")


def test_a_latched_bench_is_acknowledged_by_name(served: Path, tmp_path: Path) -> None:
    Latch(load_bench(served)).trip(Tripped("2026-11-21T10:00:00Z", "run", "main", "skin.* above 45 °C"))
    app = RigApp(Draft(Order(bench_file=served, out=tmp_path / "runs")))

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press("f2")
        await until_shown(pilot, app, "■ LATCHED")
        await pilot.press("f8")
        await until(pilot, lambda: isinstance(app.screen, NameDialog) and isinstance(app.focused, Input))
        await pilot.press("enter")
        await until_shown(pilot, app, "✗ it is empty")
        await pilot.press("J", "o", "enter")
        await until(pilot, lambda: "LATCHED" not in shown(app))
        assert not app.screen.check_action("acknowledge", ())

    drive(app, act)
    Latch(load_bench(served)).require_free()


def test_after_a_trip_the_checklist_wants_a_name_first(tmp_path: Path) -> None:
    settings = {"simulation.defects": "switch-welded"}
    draft = Draft(Order(out=tmp_path / "runs", operator="Ada", settings=settings), ("cutoff",))
    app = RigApp(draft, begin=True)

    async def act(pilot: Pilot[None]) -> None:
        await until_shown(pilot, app, "✗  FAIL")
        await until_shown(pilot, app, "peak_temperature 45.01 °C, limit ≤ 42.00 °C")
        assert app.code == ExitCode.STOPPED
        await pilot.press("enter")
        await on_checklist(pilot, app)
        await until_shown(pilot, app, "held by this screen: an interlock has switched off")
        session = app.session
        await pilot.press("ctrl+r")
        assert app.session is session
        await pilot.press("f8")
        await until(pilot, lambda: isinstance(app.focused, Input) and isinstance(app.screen, NameDialog))
        await pilot.press("B", "o", "enter")
        await until_shown(pilot, app, "all settled")

    drive(app, act)


def test_manual_control_marks_what_is_wrong_and_goes_the_way_of_every_run(tmp_path: Path) -> None:
    app = RigApp(Draft(Order(out=tmp_path / "runs", operator="Ada")))

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press("f6")
        await until(pilot, lambda: list(app.screen.query(FormLine)))
        await until_shown(pilot, app, "still to fill in: voltage")
        for name, words in (("voltage", "9 V"), ("current limit", "0.5 A"), ("for", "10 s")):
            await typed(pilot, app, name, words)
        await until_shown(pilot, app, "✗ a jog has at most 8.14 V")
        await typed(pilot, app, "voltage", "2 V")
        await on_checklist(pilot, app)
        await begun(pilot, app)
        await until_shown(pilot, app, "nothing was judged")
        await pilot.press("enter")
        await until(pilot, lambda: list(app.screen.query(FormLine)))
        assert line(app, "voltage").value == "2 V"

    drive(app, act)
    (entry,) = list_runs(tmp_path / "runs")
    assert (entry.plan, entry.ended) == ("jog", "completed")


def test_runs_are_filtered_and_shown_again(cutoff_run: Path) -> None:
    app = RigApp(Draft(Order(out=cutoff_run.parent)))

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press("f5")
        await until(
            pilot, lambda: app.screen.query(DataTable) and app.screen.query_one(DataTable).row_count == 1
        )
        await pilot.press("slash", *"fail")
        await until(pilot, lambda: app.screen.query_one(DataTable).row_count == 0)
        assert not app.screen.check_action("result", ())
        await pilot.press("escape")
        await until(pilot, lambda: app.screen.query_one(DataTable).row_count == 1)
        await pilot.press("enter")
        await until_shown(pilot, app, "✓  PASS")
        await pilot.press("v")
        await until(pilot, lambda: app.watching.is_again and app.readers)
        assert app.status.kind.startswith("SHOWN AGAIN")

    drive(app, act)


def test_a_bench_is_chosen_and_what_was_for_the_other_is_dropped(tmp_path: Path) -> None:
    order = Order(
        out=tmp_path, settings={"simulation.perfusion": "2", "cycles": "5"}, faults=("scanner:hang@9",)
    )
    app = RigApp(Draft(order))

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press("f2", "b")
        await until(pilot, lambda: isinstance(app.screen, ChoiceDialog))
        await pilot.press("tab", *str(shipped.bench("four-belts")), "enter")
        await until_shown(pilot, app, "4 slots")

    drive(app, act)
    assert app.draft.order.settings == {"cycles": "5"}
    assert app.draft.order.faults == ()


def test_a_mistake_in_a_plan_stands_under_a_caret_and_it_cannot_be_prepared(
    cutoff: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = cutoff.read_text(encoding="utf-8").replace("hold: 12 min", "hold: 12 V")
    Path("mine.yaml").write_text(text, encoding="utf-8")
    app = RigApp(Draft(Order(out=tmp_path / "runs")))

    async def act(pilot: Pilot[None]) -> None:
        await until_shown(pilot, app, "! mine")
        await until_shown(pilot, app, "hold: 12 V")
        await until_shown(pilot, app, "^^^^")
        await pilot.press("enter")
        await pilot.pause()
        assert not app.screen.query(FormLine)

    drive(app, act, (120, 36))
