"""Forms before a run: lines that are checked while they are typed, and a way on when all is sound."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Input

from rig.tui.models.history import span
from rig.tui.models.preparation import Answered, Item
from rig.tui.screen import RigScreen
from rig.tui.widgets.form import FormLine
from rig.tui.widgets.sheet import Sheet
from rig.tui.words import hung

SETTLE_S = 0.25
"""So long nothing is typed before it is checked."""


class FormScreen(RigScreen):
    """A heading, lines, and what is wrong elsewhere below them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "go_on", "Checklist", tooltip="run: go on to the checklist"),
        Binding("down", "app.focus_next", "Next field", show=False),
        Binding("up", "app.focus_previous", "Field before", show=False),
    ]

    class Checked(Message):
        """What was typed was linked, or is wrong."""

        def __init__(self, answer: Answered) -> None:
            super().__init__()
            self.answer = answer

    def __init__(self) -> None:
        super().__init__()
        self._answer: Answered | None = None
        self._typed = 0

    @abstractmethod
    def check(self, typed: Mapping[str, str]) -> Answered:
        """Look at what was typed; in a thread."""

    def compose_body(self) -> ComposeResult:
        """Heading, form, what is wrong elsewhere."""
        yield Sheet("heading")
        yield VerticalScroll(id="form", can_focus=False)
        yield Sheet("verdict")

    async def make(self, title: str, where: str, items: Sequence[Item], words: str = "") -> None:
        """Another form, with words below its heading; the first empty line has the keys."""
        self.query_one("#heading", Sheet).show(lambda width: _heading(title, where, words, width))
        form = self.query_one("#form", VerticalScroll)
        await form.remove_children()
        lines = [
            FormLine(item.name, item.label, item.value, hint=item.hint, offers=item.offers, about=item.about)
            for item in items
        ]
        await form.mount_all(lines)
        for line in [*(line for line in lines if not line.value), *lines][:1]:
            line.input.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look at it when the typing has come to rest."""
        event.stop()
        self.check_soon()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter has led to the next field; behind the last one it leads to the checklist."""
        event.stop()
        inputs = list(self.query("#form Input"))
        if inputs and event.input is inputs[-1]:
            self.action_go_on()

    def check_soon(self) -> None:
        """Check once nothing is typed for a moment."""
        self._typed += 1
        self._answer = None
        self.query_one("#verdict", Sheet).show(lambda _: Text(" … checking"))
        self.refresh_bindings()
        self.set_timer(SETTLE_S, partial(self._check_if, self._typed))

    def _check_if(self, number: int) -> None:
        lines = self.query(FormLine)
        if number == self._typed and lines:
            self._check({line.name or "": line.value for line in lines}, number)

    @work(thread=True, exclusive=True, group="form")
    def _check(self, typed: Mapping[str, str], number: int) -> None:
        answer = self.check(typed)
        if number == self._typed:
            self.post_message(self.Checked(answer))

    def on_form_screen_checked(self, message: Checked) -> None:
        """Each trouble at its field; the rest below the form."""
        if not self.is_ready:
            return
        self._answer = answer = message.answer
        empty = []
        for line in self.query(FormLine):
            words = answer.wrong.get(line.name or "", "")
            line.show_trouble(words if line.value else "")
            empty += [line.label] if words and not line.value else []
        self.query_one("#verdict", Sheet).show(lambda _: _verdict(answer, empty))
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what is sound goes on, and nothing while a run is on."""
        if action != "go_on":
            return True
        return self._answer is not None and self._answer.linked.work is not None and not self.rig.is_busy

    def action_go_on(self) -> None:
        """To the checklist."""
        answer = self._answer
        if answer is None or answer.linked.work is None:
            self.app.bell()
            return
        self.rig.draft = answer.draft
        self.rig.flow.prepared = answer.linked.work
        self.taken(answer)
        self.rig.action_show("checklist")

    def taken(self, answer: Answered) -> None:
        """The draft is the one that was typed now."""


def _heading(title: str, where: str, words: str, width: int) -> Text:
    text = Text.assemble((f" {title}", "bold"), (f"  on {where}\n", "dim"))
    return text.append(f" {hung(words, width - 2, 1)}\n", "dim") if words else text


def _verdict(answer: Answered, empty: Sequence[str]) -> Text:
    linked = answer.linked
    if empty:
        return Text(f" still to fill in: {', '.join(empty)}", style="bold")
    if linked.work is not None:
        longest = sum(max(program.duration_s for program in plan) for plan in linked.work.plans)
        return Text(f" ✓ sound, takes at most {span(longest)}; ctrl+r goes on to the checklist")
    words = [f" ✗ {each}" for each in linked.others] or [" ✗ see the field that is marked"]
    return Text("\n".join(words), style="bold")
