"""``guardian.jsonl``: chained to the run file's last whole line, and every alteration found."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from rig.clock import WallClock
from rig.record.naming import RUN_FILE
from rig.safety.guardian.record import (
    GUARDIAN_FILE,
    GuardianLog,
    Recording,
    guardian_files,
    last_whole_line,
    read_guardian,
    set_aside,
)
from tests.safety.guardian.engines import write_run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_run(tmp_path / "run").close()
    return tmp_path / "run"


def record(folder: Path) -> list[str]:
    """Write a record; what was said meanwhile."""
    said: list[str] = []
    recording = Recording(WallClock(), said.append)
    recording.begin({"main": folder}, "a test")
    recording.put({"k": "killed", "pid": 1, "ended": True, "seconds": 0.1})
    recording.put({"k": "off", "detail": [{"seconds": float("nan")}]}, "main")
    recording.put({"k": "off", "detail": []}, "other")
    recording.put({"k": "confirmed", "seconds": 0.3})
    recording.close()
    return said


def read(folder: Path) -> GuardianLog:
    log = read_guardian(folder)
    assert log is not None
    return log


def test_it_follows_the_last_line_and_holds_its_own_lanes_lines(folder: Path) -> None:
    assert read_guardian(folder) is None
    assert record(folder) == []
    log = read(folder)
    assert (log.first_fault, log.torn, log.ending) == (None, False, "confirmed")
    assert [line["k"] for line in log.lines] == ["guardian", "killed", "off", "confirmed"]
    assert log.after is not None
    assert (log.after.n, log.lines[0]["why"], log.lines[0]["run"]) == (3, "a test", "run")
    assert all(line["at"].endswith("Z") for line in log.lines)


def test_a_torn_last_line_of_the_run_is_stepped_over(folder: Path) -> None:
    whole = last_whole_line(folder)
    with (folder / RUN_FILE).open("ab") as stream:
        stream.write(b'{"k":"scan","n":4,"t":1.0,"s":{')
    assert last_whole_line(folder) == whole
    record(folder)
    assert (read(folder).first_fault, read(folder).after) == (None, whole)


def test_a_last_line_whose_bytes_are_not_what_was_chained_is_stepped_over_too(folder: Path) -> None:
    path = folder / RUN_FILE
    raws = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(raws[:-1]) + raws[-1].replace(b"test.line", b"test.lime"))
    found = last_whole_line(folder)
    assert found is not None
    assert found.n == 2


def test_a_run_file_may_go_on_after_it(folder: Path, tmp_path: Path) -> None:
    """An engine that handed over still ends its record."""
    file = write_run(tmp_path / "other")
    record(tmp_path / "other")
    file.seal(9.0)
    assert read(tmp_path / "other").first_fault is None


def test_a_run_file_without_a_whole_line_is_followed_by_none(tmp_path: Path) -> None:
    (tmp_path / RUN_FILE).write_bytes(b'{"k":"he')
    assert record(tmp_path) == []
    assert (read(tmp_path).after, read(tmp_path).first_fault) == (None, None)


def change(raw: bytes) -> bytes:
    return raw.replace(b'"pid":1', b'"pid":2')


def drop(raw: bytes) -> bytes:
    lines = raw.splitlines(keepends=True)
    return b"".join(lines[:1] + lines[2:])


def swap_after(raw: bytes) -> bytes:
    return raw.replace(b'"after":{"n":3', b'"after":{"n":2')


@pytest.mark.parametrize(("alter", "line"), [(change, 1), (drop, 1), (swap_after, 0)])
def test_what_was_altered_is_found(folder: Path, alter: Callable[[bytes], bytes], line: int) -> None:
    record(folder)
    path = folder / GUARDIAN_FILE
    altered = alter(path.read_bytes())
    assert altered != path.read_bytes()
    path.write_bytes(altered)
    fault = read(folder).first_fault
    assert fault is not None
    assert fault.line == line


def test_a_record_beside_another_run_is_found(folder: Path, tmp_path: Path) -> None:
    record(folder)
    write_run(tmp_path / "other").close()
    other = tmp_path / "other" / RUN_FILE
    other.write_bytes(other.read_bytes().splitlines(keepends=True)[0])
    (tmp_path / "other" / GUARDIAN_FILE).write_bytes((folder / GUARDIAN_FILE).read_bytes())
    fault = read(tmp_path / "other").first_fault
    assert fault is not None
    assert "that it follows" in fault.what


def test_a_torn_record_says_so(folder: Path) -> None:
    record(folder)
    path = folder / GUARDIAN_FILE
    path.write_bytes(path.read_bytes()[:-5])
    log = read(folder)
    assert log.torn
    assert [line["k"] for line in log.lines] == ["guardian", "killed", "off"]


def test_a_folder_that_takes_nothing_is_said_and_stops_nothing(tmp_path: Path) -> None:
    said = record(tmp_path / "not there")
    assert any("switching off goes on" in words for words in said)
    write_run(tmp_path / "twice").close()
    record(tmp_path / "twice")
    assert any("creation" in words for words in record(tmp_path / "twice"))


def test_a_disk_that_fills_up_leaves_a_record_that_says_so_and_the_other_lanes_whole(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_run(tmp_path / "other").close()
    said: list[str] = []
    recording = Recording(WallClock(), said.append)
    recording.begin({"main": folder, "other": tmp_path / "other"}, "a test")
    write = os.write

    def write_half(descriptor: int, data: bytes) -> int:
        full = b'"output"' in data
        return write(descriptor, data[:20] if full else data)

    monkeypatch.setattr(os, "write", write_half)
    recording.put({"k": "off", "detail": [{"output": "belt.level"}]}, "main")
    recording.put({"k": "confirmed", "seconds": 0.3})
    recording.close()
    assert any("only a part" in words for words in said)
    assert (read(folder).torn, read(folder).ending) == (True, None)
    assert (read(tmp_path / "other").first_fault, read(tmp_path / "other").ending) == (None, "confirmed")


def test_the_record_of_an_interrupted_session_makes_room_for_the_next(tmp_path: Path) -> None:
    assert (set_aside(tmp_path), guardian_files(tmp_path)) == (None, [])
    for number in range(1, 12):
        (tmp_path / GUARDIAN_FILE).write_text(str(number), encoding="utf-8")
        assert set_aside(tmp_path) == f"guardian-{number}.jsonl"
    (tmp_path / GUARDIAN_FILE).touch()
    older = [f"guardian-{number}.jsonl" for number in range(1, 12)]
    assert guardian_files(tmp_path) == [*older, GUARDIAN_FILE]
    assert (tmp_path / older[-1]).read_text(encoding="utf-8") == "11"
