from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from rig.record import files, lines
from rig.record.errors import CannotWriteError, WrongLineError
from rig.record.reader import read_run
from rig.record.strict import Line
from rig.record.writer import RunFile

ROOT = Path(__file__).parents[2]

WRITE_FOR_EVER = """
import sys
from pathlib import Path
from rig.record import lines
from rig.record.writer import RunFile

file = RunFile(Path(sys.argv[1]))
file.append(eval(sys.argv[2]))
number = 0
while True:
    number += 1
    file.append(lines.scan(number / 10, {"belt": [number / 10, [37.25, 0.81]]}))
    file.flush()
    if number % 50 == 0:
        print(number, flush=True)
"""

WRITE_UNTIL_FULL = """
import resource
import sys
from pathlib import Path
from rig.record import lines
from rig.record.errors import CannotWriteError
from rig.record.writer import RunFile

resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
file = RunFile(Path(sys.argv[1]))
file.append(eval(sys.argv[2]))
number = 0
try:
    while True:
        number += 1
        file.append(lines.scan(number / 10, {"belt": [number / 10, [37.25, 0.81]]}))
        if number % int(sys.argv[3]) == 0:
            file.flush()
except CannotWriteError as error:
    print(error)
try:
    file.seal(1.0)
except CannotWriteError as error:
    print(error)
file.close()
"""


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def fill(file: RunFile) -> None:
    """Let every further write of a file meet a full disk."""
    full = os.open("/dev/full", os.O_WRONLY)
    assert file._descriptor is not None
    os.dup2(full, file._descriptor)
    os.close(full)


def test_lines_are_numbered_counted_and_chained(tmp_path: Path, head: Line) -> None:
    file = RunFile(tmp_path / "run")
    file.append(head)
    file.append(lines.scan(0.0, {}))
    file.append(lines.scan(0.1, {}))
    last = file.seal(0.2)
    found = [orjson.loads(raw) for raw in file.path.read_bytes().splitlines()]
    assert [line["n"] for line in found] == [0, 1, 2, 3]
    assert found[-1] == {
        "k": "end",
        "n": 3,
        "t": 0.2,
        "counts": {"head": 1, "scan": 2},
        "sealed": True,
        "h": last,
    }
    assert [list(line)[:2] for line in found] == [["k", "n"]] * 4


def test_appending_does_not_change_the_line(tmp_path: Path, head: Line) -> None:
    copy = dict(head)
    with RunFile(tmp_path / "run") as file:
        file.append(head)
    assert head == copy


def test_a_run_file_is_never_written_over(sealed_run: Path) -> None:
    before = sealed_run.read_bytes()
    with pytest.raises(CannotWriteError, match=r"File exists; a run is never written over"):
        RunFile(sealed_run.parent)
    assert sealed_run.read_bytes() == before


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.jsonl").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CannotWriteError, match="File exists"):
        RunFile(tmp_path / "run")
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWriteError, match="choose another folder with --out"):
        RunFile(tmp_path / "file" / "run")


def test_folder_and_parent_are_synced_on_creation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(files, "sync_folder", synced.append)
    RunFile(tmp_path / "run").close()
    assert synced == [tmp_path / "run", tmp_path]


def test_flushed_lines_are_readable_while_the_file_is_open(tmp_path: Path, head: Line) -> None:
    with RunFile(tmp_path / "run") as file:
        file.append(head)
        assert file.path.read_bytes() == b""
        file.flush()
        assert read_run(file.path).head["lane"] == "a"


def test_much_that_is_gathered_is_handed_on_without_a_flush(tmp_path: Path, head: Line) -> None:
    with RunFile(tmp_path / "run") as file:
        file.append(head)
        for number in range(600):
            file.append(lines.scan(number / 10, {"belt": [0.0, [37.0] * 10]}))
        assert file.path.stat().st_size >= 64 * 1024


def test_a_line_that_is_refused_leaves_no_gap(tmp_path: Path, head: Line) -> None:
    file = RunFile(tmp_path / "run")
    file.append(head)
    with pytest.raises(WrongLineError):
        file.append({"k": "scan", "t": float("nan"), "s": {}})
    file.append(lines.scan(0.1, {}))
    file.seal(0.2)
    assert read_run(file.path).check().sealed


def test_a_sealed_or_closed_file_takes_no_more(tmp_path: Path, head: Line) -> None:
    for name, finish in (("sealed", RunFile.seal), ("closed", lambda file, _: file.close())):
        file = RunFile(tmp_path / name)
        file.append(head)
        finish(file, 1.0)
        size = file.path.stat().st_size
        with pytest.raises(CannotWriteError, match=f"it is {name}; a run file is never added to"):
            file.append(lines.scan(0.1, {}))
        for call in (file.flush, file.sync):
            with pytest.raises(CannotWriteError):
                call()
        file.close()
        assert file.path.stat().st_size == size


def test_a_closed_file_is_an_interrupted_run(tmp_path: Path, head: Line) -> None:
    with RunFile(tmp_path / "run") as file:
        file.append(head)
        file.append(lines.scan(0.1, {}))
    integrity = read_run(file.path).integrity
    assert integrity.whole
    assert not integrity.sealed
    assert integrity.lines == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_fails_this_and_every_later_call(tmp_path: Path, head: Line) -> None:
    file = RunFile(tmp_path / "run")
    file.append(head)
    file.flush()
    fill(file)
    file.append(lines.scan(0.1, {}))
    with pytest.raises(CannotWriteError, match=r"writing line 1 of .*No space left on device; free space"):
        file.flush()
    assert file.failed is not None
    for call in (file.flush, file.sync, lambda: file.append(lines.scan(0.2, {})), lambda: file.seal(0.3)):
        with pytest.raises(CannotWriteError, match="writing line 1 of"):
            call()
    file.close()
    assert read_run(file.path).integrity.lines == 1


def test_a_disk_that_cannot_sync_fails_the_file(
    tmp_path: Path, head: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    file = RunFile(tmp_path / "run")
    file.append(head)
    monkeypatch.setattr(files, "sync_data", fail)
    with pytest.raises(CannotWriteError, match="the disk reports a fault"):
        file.sync()
    with pytest.raises(CannotWriteError, match="the disk reports a fault"):
        file.append(lines.scan(0.1, {}))
    file.close()
    assert read_run(file.path).integrity.whole


@pytest.mark.skipif(os.name == "nt", reason="a file that is open cannot be removed there")
def test_a_file_that_was_removed_takes_no_more_as_nobody_could_read_it(tmp_path: Path, head: Line) -> None:
    file = RunFile(tmp_path / "run")
    file.append(head)
    file.sync()
    file.path.unlink()
    file.append(lines.scan(0.1, {}))
    with pytest.raises(
        CannotWriteError, match="it was removed while it was written; leave a run's folder alone"
    ):
        file.sync()
    assert file.failed is not None
    file.close()


@pytest.mark.parametrize("cut", range(0, 400, 7))
def test_a_write_that_stops_anywhere_leaves_whole_lines(
    tmp_path: Path, head: Line, monkeypatch: pytest.MonkeyPatch, cut: int
) -> None:
    """The disk takes so many bytes of five lines in two writes, then none."""
    write, left = os.write, cut

    def take_some(descriptor: int, data: bytes) -> int:
        nonlocal left
        if not left:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        taken = write(descriptor, data[: min(len(data), left, 200)])
        left -= taken
        return taken

    file = RunFile(tmp_path / "run")
    file.append(head)
    file.flush()
    before = file.path.read_bytes()
    sizes = []
    for number in range(5):
        file.append(lines.scan(number / 10, {}))
        sizes.append(len(file._gathered[-1]))
    monkeypatch.setattr(os, "write", take_some)
    with pytest.raises(CannotWriteError) as caught:
        file.flush()
    monkeypatch.undo()
    file.close()
    data = file.path.read_bytes()
    kept = sum(sum(sizes[: count + 1]) <= cut for count in range(5))
    assert data.startswith(before)
    assert len(data) == len(before) + sum(sizes[:kept])
    assert read_run(file.path).integrity.lines == 1 + kept
    assert caught.value.doing == f"writing line {1 + kept}"


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on file size on Windows")
@pytest.mark.parametrize("every", [1, 37])
def test_a_limit_on_file_size_leaves_a_readable_record(tmp_path: Path, head: Line, every: int) -> None:
    process = start(WRITE_UNTIL_FULL, str(tmp_path / "run"), repr(head), str(every))
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    first, second = output.splitlines()
    assert "File too large; raise the limit on file size" in first
    assert second == first
    integrity = read_run(tmp_path / "run").integrity
    assert integrity.whole
    assert not integrity.sealed
    assert (tmp_path / "run" / "run.jsonl").stat().st_size > 20_000 - 200


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on Windows")
def test_kill_leaves_every_flushed_line(tmp_path: Path, head: Line) -> None:
    process = start(WRITE_FOR_EVER, str(tmp_path / "run"), repr(head))
    assert process.stdout is not None
    with process.stdout as said:
        flushed = [int(said.readline()) for _ in range(5)][-1]
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=30)
    integrity = read_run(tmp_path / "run").integrity
    assert integrity.lines >= 1 + flushed
    assert not integrity.sealed
    assert integrity.whole or integrity.torn


def test_the_descriptor_is_not_inherited(tmp_path: Path) -> None:
    with RunFile(tmp_path / "run") as file:
        assert file._descriptor is not None
        assert not os.get_inheritable(file._descriptor)
