from __future__ import annotations

from pathlib import Path

import pytest

from rig.record import lines
from rig.record.errors import DamagedRecordError
from rig.record.strict import Line
from rig.record.tail import read_head, read_tail
from rig.record.writer import RunFile


def long_run(folder: Path, head: Line, scans_after: int) -> Path:
    with RunFile(folder) as file:
        file.append(head)
        file.append(lines.outcome(0.1, "completed"))
        for number in range(scans_after):
            file.append(lines.scan(number / 10, {"belt": [0.0, [37.25] * 13]}))
    return file.path


def test_the_newest_line_of_each_kind(sealed_run: Path) -> None:
    found = read_tail(sealed_run, "outcome", "summary")
    assert found[""]["k"] == "end"
    assert found["outcome"]["ended"] == "interlock"
    assert found["summary"]["verdict"] == "FAIL"
    assert found["scan"]["t"] == 0.3


def test_going_back_as_far_as_needed(tmp_path: Path, head: Line) -> None:
    path = long_run(tmp_path / "run", head, 2000)
    assert path.stat().st_size > 10 * 16 * 1024
    assert "outcome" not in read_tail(path)
    assert read_tail(path, "outcome")["outcome"]["t"] == 0.1
    assert read_tail(path)[""]["t"] == 199.9


def test_going_back_has_an_end(tmp_path: Path, head: Line) -> None:
    path = long_run(tmp_path / "run", head, 30_000)
    assert path.stat().st_size > 4 * 1024 * 1024
    assert "outcome" not in read_tail(path, "outcome")


def test_torn_and_foreign_lines_are_passed_over(sealed_run: Path) -> None:
    with sealed_run.open("ab") as stream:
        stream.write(b'\xff\xfe\n[1]\n{"k":"trip"}\n{"k":"scan","n":17,"t"')
    assert read_tail(sealed_run)[""]["k"] == "end"


def test_the_head(sealed_run: Path) -> None:
    assert read_head(sealed_run.parent)["run"] == "2026-11-21T10-31-07Z_42-c-cut-off_SIM-0042"


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"", "the file is empty"), (b"{}\n", "not a whole head line"), (b"\0" * 100, "not a whole head line")],
)
def test_a_head_that_is_none_is_said(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "run.jsonl"
    path.write_bytes(data)
    with pytest.raises(DamagedRecordError, match=said):
        read_head(path)


def test_an_altered_head_is_not_believed(sealed_run: Path) -> None:
    sealed_run.write_bytes(sealed_run.read_bytes().replace(b'"lane":"a"', b'"lane":"b"'))
    with pytest.raises(DamagedRecordError):
        read_head(sealed_run)
