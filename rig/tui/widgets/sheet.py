"""Lines of text that are made for the width that there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast, final

from rich.text import Text
from textual.widgets import Static

from rig.tui.words import ascii_only

if TYPE_CHECKING:
    from rig.tui.app import RigApp

Make = Callable[[int], Text]


def nothing(width: int) -> Text:
    """An empty sheet."""
    del width
    return Text()


@final
class Sheet(Static):
    """Asks for its text again when its width changes; its name is its id."""

    def __init__(self, name: str, make: Make = nothing) -> None:
        super().__init__(id=name)
        self._make = make
        self._width = 0

    def show(self, make: Make) -> None:
        """Show another text."""
        self._make = make
        self._draw()

    def on_resize(self) -> None:
        """Another width asks for other lines."""
        if self.size.width != self._width:
            self._draw()

    def _draw(self) -> None:
        self._width = self.size.width
        if self._width:
            text = self._make(self._width)
            self.update(ascii_only(text) if cast("RigApp", self.app).ascii else text)
