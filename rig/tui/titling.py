"""The title of the terminal's window: kind of bench, state and hottest spot, for who looks at the list of windows."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from typing import final

from rig.tui.status import GLYPHS, Status

KEEP_TITLE = "\x1b[22;2t"
GIVE_BACK = "\x1b[23;2t"
_TITLE = "\x1b]2;{}\x07"


@final
class WindowTitle:
    """Written when it changes; the one before is given back by terminals that can."""

    def __init__(self) -> None:
        self._write: Callable[[str], None] | None = None
        self._shown = ""

    def open(self, write: Callable[[str], None]) -> None:
        """The terminal takes what is written from now on."""
        self._write = write
        self._shown = ""
        write(KEEP_TITLE)

    def show(self, status: Status) -> None:
        """Say how things stand, if it is not said already."""
        words = title_words(status)
        if self._write is not None and words != self._shown:
            self._shown = words
            self._write(_TITLE.format(words))

    def close(self) -> None:
        """As it was before."""
        if self._write is not None:
            self._write(GIVE_BACK)
            self._write = None


def title_words(status: Status) -> str:
    """``rig · LIVE · ▶ RUN · 39.1 °C``; whole tenths, so that it does not change with every reading."""
    hottest = "" if isnan(status.hottest) else f" · {status.hottest:.1f} °C"
    return f"rig · {status.kind} · {GLYPHS[status.state]} {status.state}{hottest}"
