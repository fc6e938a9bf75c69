from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from rig.errors import InputError
from rig.index import find_run, list_runs, read_entry
from rig.record import lines
from rig.record.errors import CannotReadError
from rig.record.reader import read_run
from rig.record.writer import RunFile


def begin(runs: Path, run: str, anchor: str, **changes: Any) -> RunFile:
    """A run with a head and one scan at 0.1 s."""
    file = RunFile(runs / run)
    fields: dict[str, Any] = {
        "plan": "42 °C cut-off", "lane": "a", "simulated": True, "seed": 1, "clock": "virtual", "scan_s": 0.1,
        "software": {}, "documents": [], "bench": {}, "instruments": [], "device": {"serial": "SIM-0042"},
        "wiring": {}, "budget": {}, "profile": {}, "operator": None,
    }  # fmt: skip
    file.append(lines.head(run=run, anchor=anchor, **{**fields, **changes}))
    file.append(lines.scan(0.1, {}))
    return file


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Two runs, the younger named like an older one and cut off before its outcome, and a folder that is none."""
    runs = tmp_path / "runs"
    begin(runs, "2026-11-19_cut-off_x", "2026-11-22T09:00:00Z", simulated=False).close()
    file = begin(runs, "2026-11-21_cut-off_x", "2026-11-21T10:31:07Z")
    file.append(lines.outcome(1800.0, "completed"))
    file.append(lines.verdict({"name": "peak", "verdict": "PASS"}))
    file.append(lines.summary("PASS"))
    file.seal(1800.25)
    (runs / "notes").mkdir()
    return runs


def test_runs_are_listed_oldest_first(runs: Path) -> None:
    sealed, cut_off = list_runs(runs)
    assert sealed.id == "2026-11-21_cut-off_x"
    assert (sealed.plan, sealed.lane, sealed.serial) == ("42 °C cut-off", "a", "SIM-0042")
    assert (sealed.started, sealed.finished) == ("2026-11-21T10:31:07Z", "2026-11-21T11:01:07.250Z")
    assert (sealed.duration_s, sealed.ended, sealed.verdict) == (1800.25, "completed", "PASS")
    assert (sealed.simulated, sealed.sealed, sealed.fault) == (True, True, None)
    assert (cut_off.duration_s, cut_off.ended, cut_off.verdict) == (0.1, None, None)
    assert (cut_off.simulated, cut_off.sealed, cut_off.fault) == (False, False, None)


def test_a_run_that_cannot_be_read_is_listed_last_with_the_reason(runs: Path) -> None:
    (runs / "0-broken").mkdir()
    (runs / "0-broken" / "run.jsonl").write_bytes(b"\x89PNG")
    entry = list_runs(runs)[-1]
    assert entry.id == "0-broken"
    assert entry.fault is not None
    assert "not a whole head line" in entry.fault


def test_a_run_of_a_head_alone_has_no_duration(runs: Path) -> None:
    folder = runs / "2026-11-19_cut-off_x"
    data = (folder / "run.jsonl").read_bytes()
    (folder / "run.jsonl").write_bytes(data[: data.index(b"\n") + 1])
    entry = read_entry(folder)
    assert (entry.duration_s, entry.finished, entry.sealed) == (None, None, False)


@pytest.mark.parametrize("anchor", ["yesterday", "2026-11-21T10:31:07", "9999-12-31T23:59:59Z"])
def test_an_anchor_that_is_no_instant_leaves_the_end_open(tmp_path: Path, anchor: str) -> None:
    file = begin(tmp_path, "x", anchor)
    file.append(lines.outcome(1e6, "completed"))
    file.close()
    entry = read_entry(tmp_path / "x")
    assert entry.finished is None
    assert entry.duration_s == 1e6


def test_a_folder_that_is_not_there_holds_no_runs(tmp_path: Path) -> None:
    assert list_runs(tmp_path / "none") == []


def test_a_file_is_no_folder_of_runs(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotReadError, match="Not a directory"):
        list_runs(tmp_path / "file")


def test_a_run_is_found_by_path_id_beginning_and_age(runs: Path) -> None:
    folder = runs / "2026-11-21_cut-off_x"
    for name in (str(folder), str(folder / "run.jsonl"), folder.name, "2026-11-21"):
        assert read_run(find_run(runs, name)).path == folder / "run.jsonl"
    assert find_run(runs, "last").name == "2026-11-19_cut-off_x"


def test_a_copied_run_is_found_where_it_is(runs: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(runs / "2026-11-21_cut-off_x", tmp_path / "elsewhere")
    assert find_run(runs, str(copy)) == copy


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("2026", "2 runs begin like that"),
        ("2027", "no such run"),
        ("", "no such run"),
        ("notes", "no such run"),
        ("x" * 5000, "no such run"),
        ("x\0y", "no such run"),
    ],
)
def test_a_name_that_means_no_run_or_several_is_said(runs: Path, name: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        find_run(runs, name)


def test_a_run_that_a_living_process_writes_is_in_progress_until_it_is_sealed_or_let_go(
    tmp_path: Path,
) -> None:
    runs = tmp_path / "runs"
    file = begin(runs, "x", "2026-11-22T09:00:00Z")
    file.flush()
    (entry,) = list_runs(runs)
    assert (entry.sealed, entry.in_progress) == (False, True)
    (again,) = list_runs(runs)
    assert again.in_progress, "looking takes no lock away"
    file.close()
    (entry,) = list_runs(runs)
    assert (entry.sealed, entry.in_progress) == (False, False)
