"""Everything on a terminal that shows ASCII alone, also what the toolkit draws by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

from rich.segment import Segment
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter

from rig.tui.words import plain


@final
class AsciiOnly(LineFilter):
    """Frames, bars and signs of every line as ASCII of the same width."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same styles and widths."""
        return [Segment(plain(text), style, control) for text, style, control in segments]


class AsciiApp(App[None]):
    """An app that shows nothing but ASCII where it is told to.

    Attributes:
        ascii: whether it is.
    """

    ascii = False

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What every line passes before it is shown."""
        filters = super().get_line_filters()
        return [*filters, AsciiOnly()] if self.ascii else filters
