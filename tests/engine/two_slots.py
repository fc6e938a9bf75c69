"""The reference bench with a second slot, as text."""

from __future__ import annotations

import re

TWO_SLOTS = (
    ("keysight-e36300", "rohde-schwarz-hmp"),
    ("E36313A", "HMP4040"),
    ("supply/2", "supply/1"),
    ("supply/3", "supply/2"),
)


def two_slots(text: str) -> str:
    """The reference bench with an HMP4040 and a second slot, on its third and fourth output and free channels."""
    for old, new in TWO_SLOTS:
        text = text.replace(old, new)
    before, rest = text.split("  main:\n")
    slot, after = rest.split("\nsimulation:")
    second = re.sub(r"scanner/(\d+)", lambda found: f"scanner/{int(found[1]) + 100}", slot)
    second = (
        second.replace("supply/1", "supply/3").replace("supply/2", "supply/4").replace("//main", "//next")
    )
    return f"{before}  main:\n{slot}  next:\n{second}\nsimulation:{after}"
