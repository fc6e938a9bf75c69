"""A dialog that lets a person choose one of a list, or type a path."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from rig.tui.screen import RigDialog


@final
class ChoiceDialog(RigDialog[str | None]):
    """A list of words, and a line for others; None where nothing is chosen.

    Args:
        title: what is chosen.
        offers: what is shown, and what it stands for.
        other: what may be typed instead; '' for nothing.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave it")]

    def __init__(self, title: str, offers: Sequence[tuple[str, str]], other: str = "") -> None:
        super().__init__()
        self._title = title
        self._offers = offers
        self._other = other

    def compose_body(self) -> ComposeResult:
        """Title, list, input."""
        yield Label(self._title, classes="title", markup=False)
        yield OptionList(
            *(Option(words, id=f"o{n}") for n, (words, _) in enumerate(self._offers)), markup=False
        )
        if self._other:
            yield Input(placeholder=self._other, compact=True)
        yield Label("enter  choose      escape  leave it as it is", classes="keys")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """That one."""
        event.stop()
        self.dismiss(self._offers[event.option_index][1])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """What was typed."""
        event.stop()
        if event.value.strip():
            self.dismiss(event.value.strip())

    def action_leave(self) -> None:
        """Nothing is chosen."""
        self.dismiss(None)
