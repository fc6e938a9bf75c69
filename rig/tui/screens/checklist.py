"""The checklist: what a person looks at before a run, and the names that the record needs; then the run begins."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, final

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.events import ScreenResume
from textual.widget import Widget
from textual.widgets import Input

from rig.bench.health import State
from rig.clock import utc_now
from rig.engine.work import Work
from rig.errors import RigError
from rig.safety.live import Declared
from rig.tui.dialogs.name import tripped_dialog
from rig.tui.models.checklist import Checklist, make_checklist, missing
from rig.tui.screen import RigScreen
from rig.tui.widgets.form import FormLine
from rig.tui.widgets.sheet import Sheet
from rig.tui.widgets.tick import Tick
from rig.tui.words import hung
from rig.upkeep.acknowledgement import acknowledge
from rig.upkeep.findings import GLYPHS

OPERATOR, NOBODY, ATTENDED = "operator", "nobody wears it", "attended by"


@final
class ChecklistScreen(RigScreen):
    """Nothing is begun before every point is settled."""

    HELP_WORDS: ClassVar[str] = (
        "What has to be so before a run. What is ticked and who has said what goes into the record. A latched bench "
        "is acknowledged here too, by name. Acknowledging and ticking switch nothing on; only the start does."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "start", "START", tooltip="run: start it now"),
        Binding(
            "f8",
            "acknowledge",
            "Acknowledge",
            key_display="F8",
            tooltip="bench: acknowledge the trip by name",
        ),
        Binding("escape", "back", "Back", tooltip="go: back to what was prepared"),
        Binding("down", "app.focus_next", "Next", show=False),
        Binding("up", "app.focus_previous", "Before", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._work: Work | None = None
        self._list: Checklist | None = None

    def compose_body(self) -> ComposeResult:
        """Heading, what is so, what is to be ticked, what is missing."""
        yield Sheet("heading")
        with VerticalScroll(id="form", can_focus=False):
            yield Sheet("stated")
            yield VerticalScroll(id="points", can_focus=False)
        yield Sheet("verdict")

    @on(ScreenResume)
    async def resumed(self) -> None:
        """Made anew for each run: nothing stays ticked."""
        if not self.is_ready:
            return
        self._work = self.rig.flow.prepared
        await self._make()

    async def _make(self) -> None:
        wanted = self._work
        if wanted is None:
            self._list = None
            self.query_one("#verdict", Sheet).show(
                lambda _: Text(" nothing is prepared: choose a plan first")
            )
            return
        self._list = checklist = make_checklist(wanted, utc_now().date(), self.rig.latch)
        self.query_one("#heading", Sheet).show(lambda _: _heading(wanted))
        self.query_one("#stated", Sheet).show(lambda width: _stated(checklist, width))
        points = self.query_one("#points", VerticalScroll)
        await points.remove_children()
        await points.mount_all(self._points(checklist))
        self._focus_first()
        self._look()

    def _points(self, checklist: Checklist) -> list[Widget]:
        order = self.rig.draft.order
        boxes: list[Widget] = [Tick(item.key, item.text) for item in checklist.to_confirm]
        lines = []
        if checklist.needs_nobody_wears:
            lines.append(FormLine(NOBODY, NOBODY, hint="your name: I have looked"))
        if checklist.needs_attended:
            lines.append(FormLine(ATTENDED, ATTENDED, hint="your name: I stay beside it"))
        lines.append(FormLine(OPERATOR, OPERATOR, order.operator or "", hint="who runs it"))
        return [*boxes, *lines]

    def _focus_first(self) -> None:
        for widget in self.query("#points Tick, #points Input"):
            if not (isinstance(widget, Input) and widget.value):
                widget.focus()
                return
        self.set_focus(None)

    def on_tick_changed(self) -> None:
        """One point more, or less."""
        self._look()

    def on_input_changed(self, event: Input.Changed) -> None:
        """A name more, or less."""
        event.stop()
        self._look()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter has led on; it never starts anything."""
        event.stop()

    def _value(self, name: str) -> str:
        return next((line.value for line in self.query(FormLine) if line.name == name), "")

    def _ticked(self) -> frozenset[str]:
        return frozenset(box.name or "" for box in self.query(Tick) if box.value)

    def _missing(self) -> list[str]:
        if self._list is None:
            return ["prepare a run"]
        return missing(
            self._list, self._ticked(), self._value(NOBODY), self._value(ATTENDED), self._value(OPERATOR)
        )

    def _look(self) -> None:
        left = self._missing()
        words = f" still to do: {', '.join(left)}" if left else " ✓ all settled; ctrl+r STARTS the run"
        self.query_one("#verdict", Sheet).show(lambda _: Text(words, style="bold"))
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The start is possible once nothing is missing."""
        if not self.is_ready:
            return True
        if action == "start":
            return not self._missing() and self.rig.flow.is_free
        if action == "acknowledge":
            return self._list is not None and self._list.latched
        return True

    def action_back(self) -> None:
        """To the form; that of a jog, if it is one."""
        self.rig.action_show("jog" if self.rig.flow.is_jog else "prepare")

    def action_start(self) -> None:
        """Begin; what was ticked is written into the record as soon as it takes notes."""
        wanted, checklist = self._work, self._list
        if wanted is None or checklist is None or self._missing():
            self.app.bell()
            return
        order = self.rig.draft.order
        declared = Declared(
            self._value(NOBODY) or None, self._value(ATTENDED) or None, order.declared.serials
        )
        order = replace(order, operator=self._value(OPERATOR), declared=declared)
        remark = "; ".join(item.note for item in checklist.to_confirm)
        self.rig.flow.start(replace(self.rig.draft, order=order), wanted, remark)

    @work
    async def action_acknowledge(self) -> None:
        """Free the bench in a person's name."""
        if self._work is None or self._list is None:
            return
        told = [item.text for item in self._list.stated if item.state is State.LATCHED]
        who = await self.rig.push_screen_wait(tripped_dialog("; ".join(told)))
        if who is None:
            return
        try:
            acknowledge(self._work.bench, who)
            if self.rig.latch:
                self.rig.rearm(who)
        except RigError as error:
            self.notify(str(error), severity="error", markup=False)
        await self._make()


def _heading(wanted: Work) -> Text:
    text = Text(no_wrap=True)
    names = ", ".join(dict.fromkeys(program.name for plan in wanted.plans for program in plan))
    text.append(f" Before {names}", "bold")
    text.append(f"  on {wanted.bench.name}\n", "dim")
    return text


def _stated(checklist: Checklist, width: int) -> Text:
    lines = (f" {GLYPHS[item.state]} {hung(item.text, width - 3, 3)}\n" for item in checklist.stated)
    return Text("".join(lines))
