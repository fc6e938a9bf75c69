"""The widget that shows a lane's curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast, final

from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from rig.tui.plot.drawing import Look, draw
from rig.tui.plot.views import VIEWS, picture_of, signals_of
from rig.tui.view.reader import LaneReader
from rig.tui.view.snapshot import LaneSnapshot

if TYPE_CHECKING:
    from rig.tui.app import RigApp


@final
class LanePlot(Widget):
    """Draws a lane when it is told to; between frames it costs nothing.

    Attributes:
        view: a key of `rig.tui.plot.views.VIEWS`.
        recent: only the last ten minutes.
    """

    can_focus = False
    view: reactive[str] = reactive("skin")
    recent: reactive[bool] = reactive(default=False)

    def __init__(self, name: str = "plot") -> None:
        super().__init__(id=name)
        self._strips: list[Strip] = []

    def next_view(self) -> None:
        """The views in turn."""
        names = list(VIEWS)
        self.view = names[(names.index(self.view) + 1) % len(names)]

    def show(self, lane: LaneSnapshot, reader: LaneReader) -> None:
        """The lane as it is now."""
        width, height = self.size
        if width < 1 or height < 1:
            return
        signals = [value.name for value in signals_of(lane, self.view)]
        curves = reader.curves(signals, recent=self.recent)
        picture = picture_of(lane, self.view, curves, recent=self.recent)
        self._strips, before = draw(picture, width, height, self._look), self._strips
        if len(before) != len(self._strips):
            self.refresh()
            return
        rows = [
            row for row, strips in enumerate(zip(before, self._strips, strict=True)) if strips[0] != strips[1]
        ]
        if rows:
            self.refresh(*(Region(0, row, width, 1) for row in rows))

    def render_line(self, y: int) -> Strip:
        """As drawn last."""
        width = self.size.width
        strip = self._strips[y] if y < len(self._strips) else None
        if strip is not None and strip.cell_length == width:
            return strip
        blank = Strip.blank(width, self.rich_style)
        return blank if strip is None else Strip.join((strip, blank)).crop(0, width)

    @property
    def _look(self) -> Look:
        style = self.rich_style
        assert style.color is not None
        assert style.bgcolor is not None
        foreground, background = style.color.get_truecolor().hex, style.bgcolor.get_truecolor().hex
        rig = cast("RigApp", self.app)
        return Look(foreground, background, is_dark=rig.current_theme.dark, is_ascii=rig.ascii)
