"""Words, times and signs as the screen shows them."""

from __future__ import annotations

from contextlib import suppress
from math import isfinite
from pathlib import Path

from rich.cells import cell_len, set_cell_size
from rich.text import Text

_SIGNS = {
    "■": "#",
    "▶": ">",
    "✓": "+",
    "✗": "x",
    "·": ".",
    "⊘": "-",
    "⏸": "=",
    "…": "~",
    "│": "|",
    "─": "-",
    "—": "-",
    "°": " ",
    "≤": "<",
    "≥": ">",
    "±": "+",
    "−": "-",
    "×": "x",
    "▲": "^",
    "▼": "v",
    "●": "o",
    "○": "o",
    "→": ">",
    "┤": "|",
    "┌": "+",
    "┐": "+",
    "└": "+",
    "┘": "+",
    "├": "+",
    "┴": "+",
    "┊": ":",
    "╌": "-",
    "┄": "-",
    "Ω": "O",
    "µ": "u",
    "█": "#",
    "▌": "#",
    "▏": "|",
    "⏎": "<",
}
_FRAMES = {chr(sign): "+" for sign in range(0x2500, 0x2580)}
_LINES = dict.fromkeys("─━═▔▁▂", "-") | dict.fromkeys("│┃║▎▍▊▋▉▐▕", "|") | dict.fromkeys("▃▄▅▆▇▀", "#")
_TABLE = str.maketrans(_FRAMES | _LINES | _SIGNS)


def plain(text: str) -> str:
    """The same width in ASCII; a sign without a counterpart becomes question marks."""
    if text.isascii():
        return text
    signs = text.translate(_TABLE)
    return "".join(sign if sign.isascii() else "?" * cell_len(sign) for sign in signs)


def ascii_only(text: Text) -> Text:
    """The text with the same styles, in ASCII."""
    made = text.copy()
    made.plain = plain(text.plain)
    return made


def clock_words(seconds: float) -> str:
    """``2:05`` or ``1:02:05``; a dash where nobody knows."""
    if not isfinite(seconds):
        return "—"
    minutes, rest = divmod(int(max(0.0, seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def short_path(path: Path | str) -> str:
    """A path from the present folder if it is below it, else its last two parts."""
    path = Path(path)
    with suppress(ValueError):
        return str(path.resolve().relative_to(Path.cwd()))
    return "/".join(("…", *path.parts[-2:])) if len(path.parts) > 3 else str(path)


def cut(text: str, width: int) -> str:
    """The text in at most so many cells, with ``…`` where it goes on."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)) + ("…" if width > 0 else "")


def hung(words: str, room: int, indent: int) -> str:
    """Wrapped to so many cells, each line below the first so many blanks in."""
    room = max(16, room)
    lines, line = [], ""
    for word in words.split(" "):
        if line and cell_len(line) + 1 + cell_len(word) > room:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return ("\n" + " " * indent).join([*lines, line])
