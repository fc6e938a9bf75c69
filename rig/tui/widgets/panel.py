"""A titled area of text rows that is drawn anew only where its rows changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual.strip import Strip
from textual.widget import Widget

from rig.tui.words import ascii_only

if TYPE_CHECKING:
    from rig.tui.app import RigApp


class Panel(Widget):
    """Rows of text under a title; what does not fit at the bottom is cut.

    Args:
        title: stands in its first row.
        name: by which it is found.
    """

    can_focus = False

    def __init__(self, title: str, name: str) -> None:
        super().__init__(id=name)
        self._title = title
        self._rows: tuple[Text, ...] = ()

    @property
    def _faint(self) -> str:
        return "#8a8a8a" if self.app.current_theme.dark else "#666666"

    @property
    def room(self) -> tuple[int, int]:
        """Columns and rows below the title."""
        return max(0, self.size.width), max(0, self.size.height - 1)

    def show(self, rows: Sequence[Text], title: str | None = None) -> None:
        """Other rows, or none other."""
        made = tuple(rows)
        title = self._title if title is None else title
        if made != self._rows or title != self._title:
            self._rows, self._title = made, title
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The title, then the rows."""
        width = self.size.width
        style = self.rich_style
        if y == 0:
            text = Text(f"─ {self._title} ".ljust(width, "─"), self._faint)
        elif y <= len(self._rows):
            text = self._rows[y - 1].copy()
        else:
            return Strip.blank(width, style)
        if cast("RigApp", self.app).ascii:
            text = ascii_only(text)
        text.truncate(width, pad=True)
        segments = [segment for segment in text.render(self.app.console) if segment.text != "\n"]
        return Strip(segments, width).apply_style(style)
