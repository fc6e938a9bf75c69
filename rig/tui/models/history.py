"""The runs of a folder as rows that can be filtered, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rig.checks.wording import GLYPHS
from rig.index import RunEntry
from rig.tui.words import clock_words


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run, as the list shows it."""

    entry: RunEntry
    glyph: str
    verdict: str
    mark: str
    when: str
    duration: str

    @property
    def words(self) -> str:
        """All in which a filter looks."""
        entry = self.entry
        return f"{entry.id} {entry.plan} {entry.lane} {entry.serial} {self.verdict} {self.mark} {self.when}"


def run_rows(entries: Iterable[RunEntry]) -> list[RunRow]:
    """Newest first, those that cannot be read last."""
    ordered = sorted(entries, key=lambda entry: (entry.fault is None, entry.started, entry.id), reverse=True)
    return [run_row(entry) for entry in ordered]


def run_row(entry: RunEntry) -> RunRow:
    """One run as a row."""
    if entry.fault is not None:
        return RunRow(entry, "!", "DAMAGED", "", "", "")
    word = entry.verdict or ("IN PROGRESS" if entry.in_progress else "INTERRUPTED")
    glyph = GLYPHS.get(word, "▶" if entry.in_progress else "!")
    took = "" if entry.duration_s is None else clock_words(entry.duration_s)
    mark = "SIMULATED" if entry.simulated else "LIVE"
    return RunRow(entry, glyph, word, mark, day_and_time(entry.started), took)


def day_and_time(instant: str) -> str:
    """An ISO 8601 instant to the minute, with a blank; UTC as in the record."""
    return instant[:16].replace("T", " ")


def span(seconds: float | None) -> str:
    """A length of time as people read it, ``1 h 05 min``, ``12 min 30 s``; '' for none."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def matching(rows: Iterable[RunRow], query: str) -> list[RunRow]:
    """Those that hold every word of a query, whatever the case."""
    wanted = query.casefold().split()
    return [row for row in rows if all(word in row.words.casefold() for word in wanted)]
