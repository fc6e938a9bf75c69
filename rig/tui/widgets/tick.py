"""A point to be ticked off: ``[ ]`` or ``[x]``, so that no colour is needed to tell."""

from __future__ import annotations

from typing import ClassVar, final

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.message import Message
from textual.widget import Widget


@final
class Tick(Widget):
    """Ticked by space or Enter, which leads on as well.

    Args:
        key: by which the screen knows it.
        words: what is so.
    """

    DEFAULT_CSS = """
    Tick { height: auto; padding-left: 1; }
    Tick:focus { background: $primary 30%; }
    """
    can_focus = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "Tick", tooltip="checklist: tick this point, or take the tick away"),
        Binding("enter", "tick_and_on", "Tick and on", show=False, priority=True),
    ]  # with priority the app itself leads on, before it looks whom the next key is for

    class Changed(Message):
        """It was ticked, or not any more."""

    def __init__(self, key: str, words: str) -> None:
        super().__init__(name=key)
        self._words = words
        self.value = False

    def render(self) -> Text:
        """The box and the words, which hang behind it."""
        return Text(f"[{'x' if self.value else ' '}] {self._words}", style="" if self.value else "bold")

    def action_tick(self) -> None:
        """The other way round."""
        self.value = not self.value
        self.refresh()
        self.post_message(self.Changed())

    def action_tick_and_on(self) -> None:
        """Ticked, and the next one has the keys."""
        if not self.value:
            self.action_tick()
        self.screen.focus_next()

    def on_click(self, event: Click) -> None:
        """By the mouse."""
        event.stop()
        self.action_tick()
