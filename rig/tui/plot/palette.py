"""Colours of traces after Okabe and Ito, told apart by people who see few colours; darker ones on a light ground."""

from __future__ import annotations

DARK = ("#e69f00", "#56b4e9", "#2fbf94", "#f0e442", "#6ea8ff", "#ff7f2a", "#e08fc0", "#bbbbbb")
LIGHT = ("#8a5f00", "#0f6aa8", "#00664b", "#6b6400", "#00408a", "#a34100", "#8f3a6c", "#555555")


def trace_colour(index: int, *, is_dark: bool) -> str:
    """Of a trace; at least 3:1 against its ground."""
    colours = DARK if is_dark else LIGHT
    return colours[index % len(colours)]
