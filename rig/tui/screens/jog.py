"""The screen of jog."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from rig.tui.screen import RigScreen


class JogScreen(RigScreen):
    """To be filled in."""

    def compose_body(self) -> ComposeResult:
        """Its name."""
        yield Static("Jog")
