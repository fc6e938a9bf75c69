"""A screen as text: its signs, and below them which style each has. ``RIG_SNAPSHOTS=write`` writes the files anew."""

from __future__ import annotations

import os
from itertools import groupby
from pathlib import Path
from string import ascii_letters, digits

from rich.style import Style
from textual._compositor import LayoutUpdate
from textual.widgets import Input

from rig.tui.app import RigApp

FOLDER = Path(__file__).parent / "snapshots"
LETTERS = "." + ascii_letters + digits
WRITE = os.environ.get("RIG_SNAPSHOTS") == "write"


def cells_of(app: RigApp) -> list[list[tuple[str, Style]]]:
    """The signs of the screen with their styles, row by row; a dialog with what is seen behind it."""
    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    assert isinstance(update, LayoutUpdate)
    return [
        [(sign, segment.style or Style()) for strip in strips for segment in strip for sign in segment.text]
        for strips in update.strips
    ]


def text_of(app: RigApp) -> str:
    """The signs alone."""
    return "\n".join("".join(sign for sign, _ in row).rstrip() for row in cells_of(app))


def grid_of(app: RigApp) -> str:
    """Signs, styles as runs of letters, and what each letter means."""
    rows = cells_of(app)
    legend: dict[str, str] = {}
    styles = []
    for row in rows:
        letters = [legend.setdefault(_words(style), LETTERS[len(legend) % len(LETTERS)]) for _, style in row]
        styles.append(" ".join(f"{letter}{len(list(run))}" for letter, run in groupby(letters)))
    signs = ["".join(sign for sign, _ in row).rstrip() for row in rows]
    meanings = [f"{letter} {words}" for words, letter in legend.items()]
    return "\n".join([*signs, "=" * 20, *styles, "=" * 20, *meanings, ""])


def _words(style: Style) -> str:
    colour = style.color.get_truecolor().hex if style.color else "-"
    ground = style.bgcolor.get_truecolor().hex if style.bgcolor else "-"
    marks = [name for name in ("bold", "dim", "italic", "underline", "reverse") if getattr(style, name)]
    return " ".join([colour, "on", ground, *marks])


def assert_snapshot(app: RigApp, name: str) -> None:
    """The screen is as it was when somebody looked at it and kept it."""
    for box in app.screen.query(Input):
        box.cursor_blink, box._cursor_visible = False, True
    file, now = FOLDER / f"{name}.txt", grid_of(app)
    if WRITE:
        FOLDER.mkdir(exist_ok=True)
        file.write_text(now, encoding="utf-8")
    kept = file.read_text(encoding="utf-8") if file.exists() else ""
    assert now == kept, f"{file.name} differs; look at it, and write it anew with RIG_SNAPSHOTS=write"
