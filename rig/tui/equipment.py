"""What every screen has: help, jump keys, pictures of the screen, themes, and the window's title."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.binding import Binding
from textual.widget import Widget

from rig.clock import utc_now
from rig.tui.dialogs.help import help_for
from rig.tui.dialogs.jump import JumpDialog, targets_of
from rig.tui.screen import RigDialog
from rig.tui.themes import DARK, OWN

if TYPE_CHECKING:
    from rig.tui.app import RigApp

WORKFLOW_BINDINGS = (
    Binding("f1,question_mark", "help", "Help", key_display="F1", tooltip="help: for what is focused"),
    Binding("ctrl+o", "jump", "Jump", show=False, tooltip="go: to anything on this screen, by a letter"),
    Binding("ctrl+s", "picture", "Picture", show=False, tooltip="screen: save a picture of it (SVG)"),
    Binding("ctrl+y", "copy_screen", "Copy", show=False, tooltip="screen: copy it as text"),
)

_WORDS = re.compile(r'<text[^>]* x="([\d.]+)"[^>]*clip-path="url\(#[^"]*-line-(\d+)\)"[^>]*>([^<]*)</text>')
CELL = 12.2
"""Width of a cell in a picture that rich makes."""


def equip(app: RigApp) -> None:
    """Themes; the calm dark one unless another was asked for."""
    for theme in OWN:
        app.register_theme(theme)
    app.theme = app.wanted_theme or DARK.name


def show_help(app: RigApp) -> None:
    """For the screen and for what is focused on it; a dialog has its own keys on it."""
    if not isinstance(app.screen, RigDialog):
        app.push_screen(help_for(app.screen, app.focused))


def jump(app: RigApp) -> None:
    """A letter on each target; the one that is pressed gets the keys."""

    def lead(target: Widget | None) -> None:
        if target is not None:
            target.focus()

    targets = targets_of(app.screen.focus_chain)
    if len(targets) > 1 and not isinstance(app.screen, RigDialog):
        app.push_screen(JumpDialog(targets), lead)


def save_picture(app: RigApp) -> None:
    """Beside the runs, named by the time."""
    folder = app.draft.order.out
    name = f"screen-{utc_now():%Y-%m-%dT%H-%M-%SZ}.svg"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        Path(folder / name).write_text(app.export_screenshot(title="rig", simplify=True), encoding="utf-8")
    except OSError as error:
        app.notify(f"the picture was not saved: {error}", severity="warning", markup=False)
        return
    app.notify(f"saved {folder / name}", markup=False)


def copy_screen(app: RigApp) -> None:
    """To the terminal's clipboard, where it has one (OSC 52)."""
    app.copy_to_clipboard("\n".join(line.rstrip() for line in screen_lines(app)))
    app.notify("copied")


def screen_lines(app: RigApp) -> list[str]:
    """What stands on the screen, line by line; read from its picture, which is all that there is in public."""
    from html import unescape

    rows: dict[int, dict[int, str]] = {}
    for x, row, words in _WORDS.findall(app.export_screenshot(simplify=True)):
        rows.setdefault(int(row), {})[round(float(x) / CELL)] = (
            unescape(words).replace("\xa0", " ").rstrip("\n")
        )
    return [_line(rows.get(number, {})) for number in range(app.size.height)]


def _line(pieces: dict[int, str]) -> str:
    line = ""
    for column, words in sorted(pieces.items()):
        line += " " * (column - cell_len(line)) + words
    return line
