"""Jump keys: a letter on everything that can have the keys, and one press leads there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

from textual.app import ComposeResult
from textual.events import Key
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Label

from rig.tui.chrome import Chrome

LETTERS = "asdfghjklqwertyuiopzxcvbnm"


@final
class JumpDialog(ModalScreen[Widget | None]):
    """Letters over the screen below.

    Args:
        targets: what can be jumped to, with its place on the screen.
    """

    DEFAULT_CSS = """
    JumpDialog { background: $background 0%; layers: base letters; }
    JumpDialog Label { layer: letters; position: absolute; background: $warning; color: black; text-style: bold; }
    """

    def __init__(self, targets: Sequence[Widget]) -> None:
        super().__init__()
        self._targets = dict(zip(LETTERS, targets, strict=False))

    def compose(self) -> ComposeResult:
        """Chrome, and a letter on each target."""
        yield Chrome()
        for letter, target in self._targets.items():
            label = Label(f" {letter} ")
            label.styles.offset = (max(0, target.region.x), target.region.y)
            yield label

    def on_key(self, event: Key) -> None:
        """Jump, or leave."""
        event.stop()
        self.dismiss(self._targets.get(event.key))


def targets_of(widgets: Sequence[Widget]) -> list[Widget]:
    """Those that can be seen, from top to bottom and from left to right."""
    seen = [widget for widget in widgets if widget.region.area and not widget.disabled]
    return sorted(seen, key=lambda widget: (widget.region.y, widget.region.x))
