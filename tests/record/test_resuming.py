"""A file that a crash has left: what of it stands, what becomes of a torn line, and who may write it."""

from __future__ import annotations

import os
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rig.errors import InputError
from rig.record import lines
from rig.record.errors import CannotWriteError, DamagedRecordError
from rig.record.naming import RUN_FILE, TORN_FILE
from rig.record.reader import read_run
from rig.record.resuming import Interrupted, forget_torn, read_interrupted, refusal
from rig.record.strict import Line
from rig.record.tail import count_lines
from rig.record.writer import RunFile


def resumed_line(interrupted: Interrupted) -> Line:
    return lines.resumed(
        interrupted.last_s + 1.0,
        from_s=interrupted.last_s,
        at="2026-11-22T10:31:07Z",
        clock_back_s=None,
        block="cycles",
        passes=1,
        software={"name": "heat-belt-rig"},
        instruments=[],
        device={"serial": "SIM-0042"},
        guardian=None,
        guardian_record=None,
        operator="A. Tester",
        torn=interrupted.torn_text,
    )


def look_away(_line: dict[str, Any]) -> None:
    """Nothing is asked of the lines."""


def read(folder: Path) -> Interrupted:
    return read_interrupted(folder, look_away)


@pytest.fixture
def running(every_kind: list[Line]) -> list[Line]:
    """The lines of a run that was under way."""
    return [line for line in every_kind if line["k"] in ("head", "declare", "step", "demand", "scan")]


@pytest.fixture
def left(tmp_path: Path, running: list[Line]) -> Callable[[bytes], Path]:
    """The folder of a run whose whole lines are followed by some bytes."""

    def make(tail: bytes = b"") -> Path:
        with RunFile(tmp_path / "run") as file:
            for line in running:
                file.append(line)
        with file.path.open("ab") as stream:
            stream.write(tail)
        return file.path.parent

    return make


def go_on(folder: Path) -> None:
    interrupted = read(folder)
    with RunFile(folder, interrupted) as file:
        file.append(resumed_line(interrupted))
        file.sync()
        forget_torn(folder)
        file.seal(interrupted.last_s + 2.0)


def test_it_goes_on_in_the_chain(left: Callable[[bytes], Path], running: list[Line]) -> None:
    folder = left(b"")
    before = (folder / RUN_FILE).read_bytes()
    go_on(folder)
    found = read_run(folder)
    assert found.integrity.whole
    assert found.integrity.sealed
    assert (folder / RUN_FILE).read_bytes().startswith(before)
    assert [line["k"] for line in found.lines()][-2:] == ["resumed", "end"]
    assert count_lines(folder, "resumed") == 1
    assert count_lines(folder, "scan") == sum(line["k"] == "scan" for line in running)


@pytest.mark.parametrize(
    "tail", [b"{", b'{"k":"scan","n":5,"t":0.4', b"\x00" * 5000, b"\xff\xfe", b'{"k":"resumed"' * 9999]
)
def test_the_bytes_of_a_torn_line_are_kept(left: Callable[[bytes], Path], tail: bytes) -> None:
    folder = left(tail)
    assert (read(folder).tail, read(folder).torn) == (tail, tail)
    go_on(folder)
    (line,) = read_run(folder).lines("resumed")
    assert b64decode(line["torn"]) == tail
    assert read_run(folder).integrity.sealed
    assert not (folder / TORN_FILE).exists()


def test_a_crash_while_it_is_taken_up_loses_no_byte_of_the_torn_line(left: Callable[[bytes], Path]) -> None:
    folder = left(b"torn by the first crash")
    with RunFile(folder, read(folder)):
        pass  # the second crash: the tail is cut off, the line that holds it is not there yet
    assert (read(folder).tail, read(folder).torn) == (b"", b"torn by the first crash")
    with (folder / RUN_FILE).open("ab") as stream:
        stream.write(b'{"k":"resum')
    assert read(folder).torn == b'torn by the first crash\n{"k":"resum'
    go_on(folder)
    (line,) = read_run(folder).lines("resumed")
    assert b64decode(line["torn"]) == b'torn by the first crash\n{"k":"resum'


def test_a_crash_before_the_tail_was_cut_off_does_not_keep_it_twice(left: Callable[[bytes], Path]) -> None:
    folder = left(b"torn")
    (folder / TORN_FILE).write_bytes(b"torn")
    assert read(folder).torn == b"torn"


def test_what_stands_in_the_file_already_is_not_kept_again(left: Callable[[bytes], Path]) -> None:
    folder = left(b"torn")
    interrupted = read(folder)
    with RunFile(folder, interrupted) as file:
        file.append(resumed_line(interrupted))
    assert (folder / TORN_FILE).read_bytes() == b"torn"
    assert read(folder).torn == b""


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0.0, 1.0))
def test_cut_at_any_byte_it_goes_on_whole_or_is_refused(
    running: list[Line], tmp_path_factory: pytest.TempPathFactory, share: float
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    with RunFile(folder) as file:
        for line in running:
            file.append(line)
    data = file.path.read_bytes()
    kept = data[: int(share * len(data))]
    file.path.write_bytes(kept)
    head = data.index(b"\n") + 1
    if len(kept) < head:
        with pytest.raises(DamagedRecordError):
            read(folder)
        return
    go_on(folder)
    found = read_run(folder)
    assert found.integrity.sealed
    (line,) = found.lines("resumed")
    whole = kept[: kept.rindex(b"\n") + 1]
    assert file.path.read_bytes().startswith(whole)
    assert b64decode(line["torn"] or "") == kept[len(whole) :]


def test_a_tail_with_a_newline_is_no_torn_line(left: Callable[[bytes], Path]) -> None:
    with pytest.raises(InputError, match="is not as it was written"):
        read(left(b"{}\n"))


def test_a_sealed_run_is_refused(sealed_run: Path) -> None:
    with pytest.raises(InputError, match="it is sealed"):
        read(sealed_run)


@pytest.mark.parametrize("kind", ["trip", "off", "outcome"])
def test_a_run_that_had_ended_is_refused(tmp_path: Path, every_kind: list[Line], kind: str) -> None:
    upto = next(number for number, line in enumerate(every_kind) if line["k"] == kind)
    with RunFile(tmp_path / "run") as file:
        for line in every_kind[: upto + 1]:
            file.append(line)
    with pytest.raises(InputError, match="begin a new run"):
        read(tmp_path / "run")


def test_a_run_in_progress_is_refused(tmp_path: Path, head: Line) -> None:
    with RunFile(tmp_path / "run") as file:
        file.append(head)
        file.sync()
        with pytest.raises(InputError, match="it is in progress"):
            read(tmp_path / "run")
    assert read(tmp_path / "run").lines == 1


def test_two_do_not_take_it_up(left: Callable[[bytes], Path]) -> None:
    interrupted = read(left(b""))
    with (
        RunFile(interrupted.path.parent, interrupted),
        pytest.raises(CannotWriteError, match="another process writes it"),
    ):
        RunFile(interrupted.path.parent, interrupted)


def test_a_file_that_grew_since_it_was_read_is_left_alone(left: Callable[[bytes], Path]) -> None:
    interrupted = read(left(b""))
    with interrupted.path.open("ab") as stream:
        stream.write(b"more")
    with pytest.raises(CannotWriteError, match="it has changed since it was read"):
        RunFile(interrupted.path.parent, interrupted)
    assert interrupted.path.read_bytes().endswith(b"more")


def test_a_full_disk_leaves_the_torn_line_where_it_is(
    left: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = left(b"torn")

    def full(_path: Path, _data: bytes) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("rig.record.files.write_whole", full)
    with pytest.raises(CannotWriteError, match="No space left"):
        RunFile(folder, read(folder))
    assert (folder / RUN_FILE).read_bytes().endswith(b"torn")


def test_a_refusal_says_what_to_do() -> None:
    assert str(refusal(Path("runs/a/run.jsonl"), "it is sealed", "begin a new run")) == (
        "resuming runs/a: it is sealed; nothing was switched on; begin a new run"
    )
