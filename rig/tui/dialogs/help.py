"""Help for what is focused: what it is for, and the keys that are in force now."""

from __future__ import annotations

from typing import ClassVar, final

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Label

from rig.tui.screen import RigDialog, RigScreen
from rig.tui.widgets.form import FormLine
from rig.tui.widgets.sheet import Sheet


@final
class HelpDialog(RigDialog[None]):
    """Closed by any of the keys that close things.

    Args:
        words: what the screen, and what is focused on it, are for.
        keys: each with what it does.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,enter,q,question_mark", "leave", "Close")]

    def __init__(self, words: str, keys: list[tuple[str, str]]) -> None:
        super().__init__()
        self._words = words
        self._keys = keys

    def compose_body(self) -> ComposeResult:
        """Words over keys."""
        yield Label("Help", classes="title")
        with VerticalScroll():
            yield Sheet("words", lambda _: _text(self._words, self._keys))
        yield Label("escape  close", classes="keys")

    def on_mount(self) -> None:
        """Keys scroll."""
        self.query_one(VerticalScroll).focus()

    def action_leave(self) -> None:
        """Back."""
        self.dismiss(None)


def _text(words: str, keys: list[tuple[str, str]]) -> Text:
    text = Text(f"{words}\n\n")
    for key, what in keys:
        text.append(f"{key:>9}  ", "bold")
        text.append(f"{what}\n")
    return text


def help_for(screen: Screen[object], focused: Widget | None) -> HelpDialog:
    """Help for a screen and the widget on it that has the keys."""
    words = [screen.HELP_WORDS] if isinstance(screen, RigScreen) and screen.HELP_WORDS else []
    line = focused.parent.parent if focused is not None and focused.parent is not None else None
    if isinstance(line, FormLine):
        words.append(f"{line.name}: {line.about}")
    keys = [
        (screen.app.get_key_display(active.binding), active.binding.tooltip or active.binding.description)
        for active in screen.active_bindings.values()
        if active.enabled and (active.binding.tooltip or active.binding.description)
    ]
    unique = list(dict.fromkeys(keys))
    return HelpDialog("\n\n".join(words), sorted(unique, key=lambda key: ": " not in key[1]))
