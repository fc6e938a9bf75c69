"""One lane while it runs."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from rig.tui.screen import RigScreen


class RunScreen(RigScreen):
    """Steps and log of a lane."""

    def compose_body(self) -> ComposeResult:
        """Its log."""
        yield Static(id="log")

    def refresh_view(self) -> None:
        """The newest lines."""
        lanes = self.rig.lanes
        log = lanes[0].log[-20:] if lanes else []
        self.query_one("#log", Static).update("\n".join(f"{t or 0.0:8.1f} {words}" for t, words in log))
