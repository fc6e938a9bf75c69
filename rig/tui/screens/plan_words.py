"""A plan in words: its line in the tree, and all that is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from rig.checks.wording import GLYPHS
from rig.index import RunEntry
from rig.tui.models.history import day_and_time, run_row, span
from rig.tui.words import cut, hung, short_path

if TYPE_CHECKING:  # it brings all that checks plans, which the first frame does without
    from rig.documents import Diagnostic
    from rig.tui.models.plans import PlanEntry


def label(entry: PlanEntry, last: RunEntry | None) -> str:
    """``✓ cutoff``: how it went last, and its name; ``!`` where it has mistakes."""
    if not entry.is_sound:
        return f"! {entry.name}"
    glyph = "·" if last is None else GLYPHS.get(last.verdict or "", "!")
    return f"{glyph} {entry.name}"


def details(entry: PlanEntry, last: RunEntry | None, why: str, width: int) -> Text:
    """Title, purpose, requirements, duration, last result, steps; then what the check says, with carets."""
    text = Text()
    text.append(f"{entry.title or entry.name}\n", "bold")
    text.append(f"{entry.purpose}\n\n" if entry.purpose else "\n")
    if why:
        text.append(f"✗ {why}\n\n", "bold")
    for found in () if entry.is_sound else entry.diagnostics:
        text.append_text(_diagnostic(found, width))
    text.append("" if entry.is_sound else "\n")
    rows = [
        ("covers", ", ".join(entry.covers) or "no requirement"),
        (
            "takes",
            "not known: it has mistakes" if entry.duration_s is None else f"at most {span(entry.duration_s)}",
        ),
        ("last", "never run here" if last is None else _last(last)),
        ("device", entry.device),
        ("steps", ", ".join(entry.steps)),
        ("tags", ", ".join(entry.tags)),
        ("file", short_path(entry.file)),
    ]
    for name, words in rows:
        if words:
            text.append(f"{name:<8}", "dim")
            text.append(hung(words, width - 8, 8) + "\n")
    for found in entry.diagnostics if entry.is_sound else ():
        text.append_text(_diagnostic(found, width))
    return text


def _diagnostic(found: Diagnostic, width: int) -> Text:
    """As the check prints it; the line of the file and its caret are cut, and never wrapped."""
    text = Text("\n")
    for line in str(found).replace(found.file, short_path(found.file)).splitlines():
        quotes = line.lstrip(" 0123456789").startswith("|")
        text.append((cut(line, width) if quotes else hung(line, width, 2)) + "\n")
    return text


def _last(run: RunEntry) -> str:
    row = run_row(run)
    return f"{row.glyph} {row.verdict}  {day_and_time(run.started)} UTC, {row.mark}, {run.serial}"
