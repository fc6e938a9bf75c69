"""Colours: calm and grey, colour for what is abnormal; dark, light, high contrast, and the terminal's own."""

from __future__ import annotations

from collections.abc import Mapping

from textual.theme import Theme

DARK = Theme(
    name="rig-dark",
    primary="#9fb4c7",
    secondary="#7d8b99",
    accent="#c8d3dc",
    foreground="#d6d9dc",
    background="#121212",
    surface="#1a1b1d",
    panel="#25272a",
    success="#d6d9dc",
    warning="#e0b040",
    error="#ff6b5e",
    dark=True,
)
LIGHT = Theme(
    name="rig-light",
    primary="#34495e",
    secondary="#5d6d7e",
    accent="#1f2d3a",
    foreground="#1c1f22",
    background="#f4f4f2",
    surface="#ececea",
    panel="#dcdcd8",
    success="#1c1f22",
    warning="#7a5200",
    error="#a3160b",
    dark=False,
)
CONTRAST = Theme(
    name="rig-contrast",
    primary="#ffffff",
    secondary="#ffffff",
    accent="#ffff00",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1c1c1c",
    success="#ffffff",
    warning="#ffff00",
    error="#ff8080",
    dark=True,
    luminosity_spread=0.0,
    text_alpha=1.0,
)
OWN = (DARK, LIGHT, CONTRAST)

THEMES: Mapping[str, str] = {
    "rig-dark": "dark and calm",
    "rig-light": "light and calm",
    "rig-contrast": "high contrast",
    "ansi-dark": "the terminal's own 16 colours",
}
"""By name, in words; names as `rig tui --theme` takes them."""
