"""After a STOP or a trip: a person gives a name before anything may be begun; nothing is switched on by it."""

from __future__ import annotations

from typing import ClassVar, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from rig.tui.screen import RigDialog


@final
class RearmDialog(RigDialog[str | None]):
    """Gives the name that was typed, None if nobody typed one.

    Args:
        why: it is latched.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave it latched")]

    def __init__(self, why: str) -> None:
        super().__init__()
        self._why = why

    def compose_body(self) -> ComposeResult:
        """Why, and who goes on."""
        yield Static(
            f"Latched: {self._why}.\n\nLook at the bench and at the belt. Outputs stay off; a run begins anew, with "
            f"its proofs.\nType your name to go on, Esc leaves it latched.",
            markup=False,
        )
        yield Input(placeholder="your name", max_length=60)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """A name was given."""
        event.stop()
        if event.value.strip():
            self.dismiss(event.value.strip())

    def action_leave(self) -> None:
        """Nobody takes it on."""
        self.dismiss(None)
