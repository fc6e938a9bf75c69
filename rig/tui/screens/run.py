"""One lane while it runs, is watched, or is shown again: curves, steps, interlocks, log, questions, notes."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import Resize
from textual.widgets import Input

from rig.tui.screen import RigScreen
from rig.tui.widgets.panel import Panel
from rig.tui.widgets.plot import LanePlot
from rig.tui.widgets.prompt import PromptCard
from rig.tui.widgets.rows import guard_rows, log_rows, step_rows

TALL = 32
"""From so many rows on the log stands below the steps."""


class RunScreen(RigScreen):
    """The lane that `rig.lane` names, or the first."""

    AUTO_FOCUS = ""
    HELP_WORDS = (
        "Curves of the skin probes, the hottest one bold; limits as red lines, what the running step wants as a green "
        "window or a broken line; steps with the time left; interlocks with their distance to a trip, the nearest "
        "first. A question appears below the curves, and Enter answers it."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("z", "view('near')", "Near limit", tooltip="run: curves in the last 2 K below the limit"),
        Binding("d", "view('deviation')", "Deviation", tooltip="run: deviation of each probe from the mean"),
        Binding("v", "next_view", "View", tooltip="run: the views in turn, up to volts and amps"),
        Binding("w", "window", "10 min", tooltip="run: the whole of it, or the last ten minutes"),
        Binding("l", "log", "Log", tooltip="run: log, or steps and interlocks"),
        Binding("n", "note", "Note", tooltip="run: a note for the record"),
        Binding(
            "left_square_bracket,right_square_bracket", "other_lane", "Lane", tooltip="run: the next lane"
        ),
        Binding("escape", "back", "Lanes", show=False, tooltip="run: all lanes"),
        Binding("space", "pause", "Pause", tooltip="run: stand still, or go on"),
        Binding("plus,equals_sign", "faster(1)", "Faster", tooltip="run: show it faster"),
        Binding("minus", "faster(-1)", "Slower", tooltip="run: show it slower"),
    ]

    def compose_body(self) -> ComposeResult:
        """The curves on top, then what is asked, then steps beside interlocks, then the log."""
        yield LanePlot()
        yield PromptCard()
        with Horizontal(id="tables"):
            yield Panel("Steps", "steps")
            yield Panel("Interlocks", "guards")
        yield Panel("Log", "log")
        yield Input(id="note", placeholder="note for the record: Enter writes it, Esc leaves it")

    def on_mount(self) -> None:
        """Nobody notes anything yet."""
        self.query_one("#note", Input).display = False
        self.set_class(self.size.height < TALL, "-low")

    def on_resize(self, event: Resize) -> None:
        """Low screens show steps or log, not both."""
        self.set_class(event.size.height < TALL, "-low")

    def refresh_view(self) -> None:
        """The lane as it is now."""
        rig = self.rig
        card = self.query_one(PromptCard)
        card.follow(rig.session)
        self.set_class(card.display, "-asks")
        lane, reader = rig.chosen
        self.refresh_bindings_of(f"{rig.status.role}{rig.status.kind}{rig.status.state}{lane is None}")
        if lane is None or reader is None:
            return
        self.query_one(LanePlot).show(lane, reader)
        for name, make in (("#steps", step_rows), ("#guards", guard_rows), ("#log", log_rows)):
            panel = self.query_one(name, Panel)
            if panel.display:
                panel.show(make(lane, panel.room))

    def action_view(self, name: str) -> None:
        """A view, or the skin again if it is shown already."""
        plot = self.query_one(LanePlot)
        plot.view = "skin" if plot.view == name else name
        self.refresh_view()

    def action_next_view(self) -> None:
        """The views in turn."""
        self.query_one(LanePlot).next_view()
        self.refresh_view()

    def action_window(self) -> None:
        """The whole run, or the last ten minutes."""
        plot = self.query_one(LanePlot)
        plot.recent = not plot.recent
        self.refresh_view()

    def action_log(self) -> None:
        """The log in place of steps and interlocks, and back."""
        self.toggle_class("-log")
        self.call_after_refresh(self.refresh_view)

    def action_note(self) -> None:
        """Take a note."""
        if not self.rig.is_busy:
            self.notify("notes are for a run that is on")
            return
        note = self.query_one("#note", Input)
        note.display = True
        note.focus()

    def action_other_lane(self) -> None:
        """The lanes in turn."""
        self.rig.choose_next()
        self.refresh_view()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what there is: views of a lane, speed of what is shown again, notes to what is run here, other lanes."""
        del parameters
        rig = self.rig
        is_shown = rig.chosen[0] is not None
        allowed = {
            "view": is_shown,
            "next_view": is_shown,
            "window": is_shown,
            "log": is_shown,
            "pause": rig.watching.is_again,
            "faster": rig.watching.is_again,
            "note": rig.is_busy,
            "other_lane": len(rig.readers) > 1,
            "back": len(rig.readers) > 1 or any(note.display for note in self.query("#note")),
        }
        return allowed.get(action, True)

    def action_pause(self) -> None:
        """Time of what is shown again stands still, or goes on."""
        for source in self.rig.watching.paced:
            source.paused = not source.paused
        self.rig.tick()

    def action_faster(self, by: int) -> None:
        """What is shown again goes faster, or slower."""
        for source in self.rig.watching.paced:
            source.faster(by)
        self.rig.tick()

    def action_back(self) -> None:
        """Leave the note, or the lane."""
        note = self.query_one("#note", Input)
        if note.display:
            note.value, note.display = "", False
            self.set_focus(None)
        else:
            self.rig.action_lanes()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """A note was written."""
        session = self.rig.session
        if event.input.id == "note" and session is not None and event.value.strip():
            session.note(event.value)
            if session.refusal:
                self.notify(f"not taken: {session.refusal}", severity="warning")
            else:
                self.action_back()
