"""Plans: found, grouped, searched, with what is wrong under a caret, and how each went last."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig import shipped
from rig.bench.description import BenchDescription
from rig.index import RunEntry
from rig.tui.models.plans import by_folder, last_runs, matching, plan_files, read_entries, read_entry


def test_every_plan_that_ships_is_sound_and_says_what_it_covers(bench: BenchDescription) -> None:
    entries = {entry.name: entry for entry in read_entries(shipped.plans().values(), bench)}
    assert set(entries) == set(shipped.plans())
    assert all(entry.is_sound and entry.duration_s for entry in entries.values())
    cutoff = entries["cutoff"]
    assert (cutoff.title, cutoff.covers[0], cutoff.folder) == ("42 °C cut-off", "CUT-1", "cutoff")
    assert cutoff.steps[1] == "drive to cut-off"
    assert set(by_folder(entries.values())["session"]) == {
        e for e in entries.values() if e.folder == "session"
    }


def test_a_plan_that_is_wrong_keeps_what_can_be_read_and_shows_a_caret(
    bench: BenchDescription, cutoff: Path, tmp_path: Path
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        cutoff.read_text(encoding="utf-8").replace("hold: 12 min", "hold: 12 V"), encoding="utf-8"
    )
    entry = read_entry(file, bench)
    assert (entry.title, entry.is_sound, entry.duration_s) == ("42 °C cut-off", False, None)
    first = str(entry.diagnostics[0])
    assert "hold: 12 V" in first
    assert "^^^^" in first


def test_a_search_takes_every_word_anywhere(bench: BenchDescription) -> None:
    entries = list(read_entries(shipped.plans().values(), bench))
    assert [entry.name for entry in matching(entries, "CUT-5 Host")] == ["cutoff"]
    assert [entry.name for entry in matching(entries, "timer 20")] == ["session-timer-20"]
    assert matching(entries, "") == entries


def test_plans_of_the_present_folder_and_named_ones_come_with_those_that_ship(
    cutoff: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own.yaml").write_text("plan: own\n", encoding="utf-8")
    (tmp_path / "bench.yaml").write_text("bench: own\n", encoding="utf-8")
    other = tmp_path / "other"
    other.mkdir()
    (other / "named.yaml").write_text("plan: named\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    files = plan_files([other / "named.yaml", cutoff])
    assert [file.name for file in files[:3]] == ["named.yaml", "cutoff.yaml", "own.yaml"]
    assert len(files) == 2 + len(shipped.plans())


def test_the_last_run_of_a_plan_is_the_newest_that_can_be_read() -> None:
    runs = [
        RunEntry("b", Path("b"), plan="x", started="2026-11-02T00:00:00Z"),
        RunEntry("a", Path("a"), plan="x", started="2026-11-01T00:00:00Z"),
        RunEntry("c", Path("c"), fault="torn"),
    ]
    assert {plan: run.id for plan, run in last_runs(runs).items()} == {"x": "b"}
