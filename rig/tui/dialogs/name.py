"""A dialog that asks for a person's name, typed."""

from __future__ import annotations

from typing import ClassVar, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Label, Static

from rig.errors import InputError
from rig.tui.screen import RigDialog
from rig.upkeep.acknowledgement import read_name


@final
class NameDialog(RigDialog[str | None]):
    """Words, and a line for a name; None where it is left without one.

    Args:
        title: what is to be done.
        words: what the person has to know before.
        ask: what the name stands for.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave it")]

    def __init__(self, title: str, words: str, ask: str) -> None:
        super().__init__()
        self._title = title
        self._words = words
        self._ask = ask

    def compose_body(self) -> ComposeResult:
        """Title, words, input."""
        yield Label(self._title, classes="title", markup=False)
        yield Static(self._words, markup=False)
        yield Label(self._ask, classes="ask", markup=False)
        yield Input(placeholder="first and last name", compact=True)
        yield Label("", id="trouble", markup=False)
        yield Label("enter  so be it      escape  leave it as it is", classes="keys")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the name, if it is one."""
        event.stop()
        try:
            self.dismiss(read_name(event.value))
        except InputError as error:
            self.query_one("#trouble", Label).update(f"✗ {error}")

    def action_leave(self) -> None:
        """Nothing is done."""
        self.dismiss(None)


def tripped_dialog(told: str) -> NameDialog:
    """For a bench that is latched: what tripped it, and who has looked."""
    words = f"{told}\n\nLook at the bench first. Acknowledging takes nothing away, and switches nothing on."
    return NameDialog("This bench is latched", words, "Who has looked at it?")
