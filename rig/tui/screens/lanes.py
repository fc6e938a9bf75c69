"""Several lanes at once: a row for each, with its curve; Enter leads into one."""

from __future__ import annotations

from math import isnan
from typing import ClassVar, final

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll

from rig.checks.wording import marked
from rig.tui.chrome import ALARM, Part, fit, hottest_words, margin_words
from rig.tui.screen import RigScreen
from rig.tui.status import GLYPHS, Situation, status_of
from rig.tui.view.reader import LaneReader
from rig.tui.view.snapshot import LaneSnapshot
from rig.tui.widgets.panel import Panel
from rig.tui.widgets.plot import LanePlot
from rig.tui.widgets.prompt import PromptCard
from rig.tui.words import clock_words


@final
class LaneRow(Vertical):
    """One lane: a line of words over its curve.

    Attributes:
        slot: of the lane.
    """

    can_focus = True
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "open", "Open lane")]

    def __init__(self, slot: str) -> None:
        super().__init__()
        self.slot = slot
        self.is_composed = False

    def compose(self) -> ComposeResult:
        """The words and the curve."""
        yield Panel(self.slot, "words")
        yield LanePlot("curve")

    def on_mount(self) -> None:
        """From now on there is something to draw on."""
        self.is_composed = True

    def show(self, lane: LaneSnapshot, reader: LaneReader) -> None:
        """The lane as it is now."""
        if not self.is_composed:
            return
        panel = self.query_one(Panel)
        mark = "▶ " if self.has_focus else ""
        panel.show([lane_words(lane, panel.size.width)], f"{mark}{self.slot} · {lane.serial or lane.model}")
        self.query_one(LanePlot).show(lane, reader)

    def action_open(self) -> None:
        """This lane alone."""
        screen = self.screen
        assert isinstance(screen, LanesScreen)
        screen.open(self.slot)


def lane_words(lane: LaneSnapshot, width: int) -> Text:
    """A lane in a line: state, hottest spot, margin, output, step, age."""
    status = status_of([lane], Situation())
    alarm = ALARM if status.is_alarm else "bold"
    hottest = hottest_words(status)
    margin = "" if isnan(status.margin_k) else margin_words(status)
    left = "" if isnan(status.left_s) else f" {clock_words(status.left_s)}"
    verdict = f" {marked(lane.verdict)}" if lane.verdict else ""
    parts = [
        Part(f"{GLYPHS[status.state]} {status.state}{verdict}", alarm, GLYPHS[status.state]),
        Part(hottest, alarm if status.is_blind else "bold"),
        Part(margin or "no margin", "bold" if status.is_blind else alarm, margin or "—"),
        Part(status.power, "bold" if status.is_on else ""),
        Part(f"{status.step or lane.ended}{left}", "", status.step or lane.ended),
        Part(
            "no data" if lane.age_s > 1e6 else f"{lane.age_s:.1f} s old", "reverse" if status.is_stale else ""
        ),
    ]
    return fit(parts, width)


class LanesScreen(RigScreen):
    """All lanes of the bench."""

    HELP_WORDS = (
        "Each lane with its hottest spot, the margin to its limit, its output, its step and its curve. Arrows choose a "
        "lane, Enter opens it, Esc comes back. F12 switches off all of them."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "app.focus_previous", "Up", show=False),
        Binding("down,j", "app.focus_next", "Down", show=False),
        *(Binding(str(number), f"open_number({number})", show=False) for number in range(1, 10)),
        Binding("w", "window", "10 min"),
        Binding("v", "next_view", "View"),
    ]

    def compose_body(self) -> ComposeResult:
        """The rows come as lanes come."""
        yield VerticalScroll(id="rows")
        yield PromptCard()

    def refresh_view(self) -> None:
        """All lanes as they are now."""
        rig = self.rig
        self.query_one(PromptCard).follow(rig.session)
        rows = {row.slot: row for row in self.query(LaneRow)}
        if list(rows) != list(rig.readers):
            self._make_rows()
            return
        for lane, (slot, reader) in zip(rig.lanes, rig.readers.items(), strict=False):
            rows[slot].show(lane, reader)

    def _make_rows(self) -> None:
        holder = self.query_one("#rows", VerticalScroll)
        holder.can_focus = False
        holder.remove_children()
        holder.mount(*(LaneRow(slot) for slot in self.rig.readers))

    def open(self, slot: str) -> None:
        """One lane alone."""
        self.rig.lane = slot
        self.rig.action_show("run")

    def action_open_number(self, number: int) -> None:
        """The lane of that number, from the top."""
        slots = list(self.rig.readers)
        if number <= len(slots):
            self.open(slots[number - 1])

    def action_window(self) -> None:
        """The whole run, or the last ten minutes, of all."""
        for plot in self.query(LanePlot):
            plot.recent = not plot.recent
        self.refresh_view()

    def action_next_view(self) -> None:
        """The views in turn, of all."""
        for plot in self.query(LanePlot):
            plot.next_view()
        self.refresh_view()
