"""The list of runs: newest first, with words for every state, filtered by any word."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig.index import RunEntry
from rig.tui.models.history import matching, run_rows, span

RUNS = [
    RunEntry(
        "a", Path("a"), "cut-off", "main", "B-1", "2026-11-01T10:00:00.1Z", duration_s=90.0, verdict="PASS"
    ),
    RunEntry(
        "b", Path("b"), "heat-up", "main", "B-2", "2026-11-02T10:00:00.1Z", simulated=True, in_progress=True
    ),
    RunEntry("c", Path("c"), "heat-up", "two", "B-1", "2026-11-03T10:00:00.1Z", simulated=True),
    RunEntry("d", Path("d"), fault="it is torn"),
]


def test_rows_say_what_became_of_each_run() -> None:
    rows = [(row.entry.id, row.glyph, row.verdict, row.mark) for row in run_rows(RUNS)]
    assert rows == [
        ("c", "!", "INTERRUPTED", "SIMULATED"),
        ("b", "▶", "IN PROGRESS", "SIMULATED"),
        ("a", "✓", "PASS", "LIVE"),
        ("d", "!", "DAMAGED", ""),
    ]
    assert run_rows(RUNS)[2].when == "2026-11-01 10:00"


@pytest.mark.parametrize(
    ("query", "ids"), [("heat b-1", "c"), ("LIVE", "a"), ("2026-11-02", "b"), ("none", ""), ("", "cbad")]
)
def test_a_filter_takes_every_word(query: str, ids: str) -> None:
    assert "".join(row.entry.id for row in matching(run_rows(RUNS), query)) == ids


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, ""), (9.4, "9 s"), (750.0, "12 min 30 s"), (3900.0, "1 h 05 min"), (59.9, "1 min 00 s")],
)
def test_spans_are_words(seconds: float | None, words: str) -> None:
    assert span(seconds) == words
