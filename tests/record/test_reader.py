from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rig.record.chain import MAX_HEAD_BYTES, MAX_LINE_BYTES
from rig.record.errors import CannotReadError, DamagedRecordError
from rig.record.reader import Integrity, RunReader, read_run

Chained = Callable[[list[dict[str, Any]]], bytes]
Objects = Callable[[Path], list[dict[str, Any]]]

SAME_FILE = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None
)


def look(path: Path, data: bytes) -> Integrity | None:
    """What a reader finds in such a file; None if it refuses its head."""
    path.write_bytes(data)
    try:
        return read_run(path).check()
    except DamagedRecordError:
        return None


def swap(data: bytes, first: int, second: int) -> bytes:
    found = data.splitlines(keepends=True)
    found[first], found[second] = found[second], found[first]
    return b"".join(found)


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    return tmp_path / "scratch.jsonl"


def test_a_sealed_run_is_whole(sealed_run: Path) -> None:
    reader = read_run(sealed_run)
    last = sealed_run.read_bytes().splitlines()[-1]
    assert reader.integrity == Integrity(True, True, last[-66:-2].decode(), 16, None, torn=False)
    assert reader.head["plan"] == "42 °C cut-off"


def test_a_run_is_found_by_folder_and_by_file(sealed_run: Path) -> None:
    assert read_run(sealed_run.parent).path == read_run(sealed_run).path == sealed_run


def test_lines_come_by_kind(sealed_run: Path) -> None:
    reader = read_run(sealed_run)
    assert [line["t"] for line in reader.scans()] == [0.1, 0.2, 0.3]
    assert [line["part"] for line in reader.declares()] == ["step"]
    assert [line["name"] for line in reader.verdicts()] == ["peak"]
    assert [line["k"] for line in reader.lines("trip", "off")] == ["trip", "off"]
    assert [line["n"] for line in reader.lines()] == list(range(16))


def test_a_pass_that_is_broken_off_says_nothing_of_the_rest(sealed_run: Path) -> None:
    sealed_run.write_bytes(swap(sealed_run.read_bytes(), 9, 10))
    reader = read_run(sealed_run)
    next(reader.lines())
    assert reader.integrity.lines == 9
    assert reader.integrity.first_fault is not None


def test_truncation_at_every_byte(sealed_run: Path, scratch: Path) -> None:
    data = sealed_run.read_bytes()
    ends = [position + 1 for position, byte in enumerate(data) if byte == 0x0A]
    for size in range(len(data)):
        found = look(scratch, data[:size])
        whole = sum(end <= size for end in ends)
        if whole == 0:
            assert found is None
            continue
        assert found is not None
        assert found.lines == whole
        assert not found.sealed
        assert found.torn == (not found.whole) == (size not in ends)
        if found.torn:
            assert found.first_fault is not None
            assert found.first_fault.line == whole
            assert "stops in the middle of a line" in found.first_fault.what


@SAME_FILE
@given(data=st.data())
def test_a_flipped_bit_is_found_and_what_stands_before_it_is_kept(
    sealed_run: Path, scratch: Path, data: st.DataObject
) -> None:
    sound = sealed_run.read_bytes()
    position = data.draw(st.integers(0, len(sound) - 1))
    mask = data.draw(st.integers(1, 255))
    found = look(scratch, sound[:position] + bytes([sound[position] ^ mask]) + sound[position + 1 :])
    line = sound.count(b"\n", 0, position)
    if found is None:
        assert line == 0
        return
    assert not found.whole
    assert not found.sealed
    assert found.lines == line
    assert found.first_fault is not None
    assert found.first_fault.line == line


@SAME_FILE
@given(data=st.data())
def test_bytes_put_in_or_taken_out_are_found(sealed_run: Path, scratch: Path, data: st.DataObject) -> None:
    sound = sealed_run.read_bytes()
    start = data.draw(st.integers(0, len(sound)))
    taken = data.draw(st.integers(0, 300))
    put = data.draw(st.binary(max_size=40))
    altered = sound[:start] + put + sound[start + taken :]
    if altered != sound:
        found = look(scratch, altered)
        assert found is None or not found.sealed


@pytest.mark.parametrize("first", [1, 2, 5, 8, 13])
def test_swapped_removed_and_doubled_lines_are_found(sealed_run: Path, scratch: Path, first: int) -> None:
    data = sealed_run.read_bytes()
    found = data.splitlines(keepends=True)
    removed = b"".join(found[:first] + found[first + 1 :])
    doubled = b"".join(found[: first + 1] + found[first:])
    for altered, line in ((swap(data, first, first + 1), first), (removed, first), (doubled, first + 1)):
        integrity = look(scratch, altered)
        assert integrity is not None
        assert integrity.first_fault is not None
        assert integrity.first_fault.line == line
        assert "lines were removed, added or moved" in integrity.first_fault.what


def test_removed_last_lines_leave_an_unsealed_run(sealed_run: Path, scratch: Path) -> None:
    found = sealed_run.read_bytes().splitlines(keepends=True)
    integrity = look(scratch, b"".join(found[:-3]))
    assert integrity is not None
    assert integrity.whole
    assert not integrity.sealed


@pytest.mark.parametrize("more", [b"x", b"\n", b"{}\n", b"\0" * 4096])
def test_bytes_after_the_end_line_are_found(sealed_run: Path, scratch: Path, more: bytes) -> None:
    integrity = look(scratch, sealed_run.read_bytes() + more)
    assert integrity is not None
    assert not integrity.torn
    assert not integrity.sealed
    assert integrity.first_fault is not None
    assert integrity.first_fault.what == "bytes follow the end line"


def test_zeros_after_a_loss_of_power_are_a_torn_line(sealed_run: Path, scratch: Path) -> None:
    found = sealed_run.read_bytes().splitlines(keepends=True)
    integrity = look(scratch, b"".join(found[:6]) + b"\0" * 4096)
    assert integrity is not None
    assert integrity.torn
    assert integrity.lines == 6


def test_a_chain_made_again_over_altered_lines_is_whole_by_itself(
    sealed_run: Path, scratch: Path, chained: Chained, objects: Objects
) -> None:
    altered = objects(sealed_run)
    altered[13]["verdict"] = "PASS"
    before = read_run(sealed_run).integrity
    after = look(scratch, chained(altered))
    assert after is not None
    assert after.whole
    assert after.sealed
    assert after.last_hash != before.last_hash


@pytest.mark.parametrize(
    ("alter", "said"),
    [
        (lambda found: found[3].update(n=True), "its number n is True"),
        (lambda found: found[3].update(n=3.0), "its number n is 3.0"),
        (lambda found: found[3].update(n="3"), "its number n is '3'"),
        (lambda found: found[3].pop("n"), "its number n is None"),
        (lambda found: found[3].pop("k"), "it has no kind"),
        (lambda found: found[3].update(k="head"), "the head line is not the first"),
        (lambda found: found[3].update(k=["scan"]), "it has no kind"),
        (lambda found: found[5].update(s={"belt": [0.0, ["x", None]]}), "neither a number nor a string"),
        (lambda found: found[-1]["counts"].update(scan=4), "counts of the end line"),
        (lambda found: found[-1].update(counts=None), "counts of the end line"),
        (lambda found: found.append({"k": "end", "n": 16, "t": 1.0}), "a line follows the end line"),
    ],
)
def test_a_well_chained_forgery_of_wrong_shape_is_found(
    sealed_run: Path,
    chained: Chained,
    objects: Objects,
    alter: Callable[[list[dict[str, Any]]], object],
    said: str,
) -> None:
    altered = objects(sealed_run)
    alter(altered)
    integrity = look(sealed_run, chained(altered))
    assert integrity is not None
    assert integrity.first_fault is not None
    assert said in integrity.first_fault.what


@SAME_FILE
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["k", "n", "t", "s", "counts", "part", "ended", "data"]),
            st.recursive(
                st.none() | st.booleans() | st.integers(0, 3) | st.floats(allow_nan=False, allow_infinity=False)
                | st.sampled_from(["scan", "head", "end", "event", "x"]),
                lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner),
                max_leaves=5,
            ),
        ),
        max_size=6,
    )
)  # fmt: skip
def test_well_chained_nonsense_never_crashes_a_reader(
    sealed_run: Path, scratch: Path, chained: Chained, objects: Objects, nonsense: list[dict[str, Any]]
) -> None:
    look(scratch, chained(nonsense))
    numbered = [{**item, "n": number} for number, item in enumerate(nonsense, start=1)]
    integrity = look(scratch, chained([objects(sealed_run)[0], *numbered]))
    assert integrity is not None
    assert integrity.lines >= 1


@SAME_FILE
@given(st.binary(max_size=2000))
def test_any_bytes_are_refused_as_damaged(scratch: Path, data: bytes) -> None:
    assert look(scratch, data) is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b"{}\n", "its hash h does not follow"),
        (b"\x89PNG\r\n\x1a\n\0\0", "the line is not a JSON object"),
        (b"[" * 100_000 + b"\n", "the line is not a JSON object"),
        (b'{"k":"head"', "stops in the middle of a line"),
        (b" " * (MAX_HEAD_BYTES + 10), "the line is longer than"),
    ],
)
def test_a_file_without_a_head_is_refused_with_the_reason(scratch: Path, data: bytes, said: str) -> None:
    scratch.write_bytes(data)
    with pytest.raises(DamagedRecordError, match=r"rig verify accepts") as caught:
        read_run(scratch)
    assert said in str(caught.value)


def test_a_huge_line_ends_the_reading(sealed_run: Path, scratch: Path) -> None:
    found = sealed_run.read_bytes().splitlines(keepends=True)
    integrity = look(scratch, b"".join(found[:4]) + b"x" * (MAX_LINE_BYTES + 1) + b"\n")
    assert integrity is not None
    assert not integrity.torn
    assert integrity.first_fault is not None
    assert integrity.first_fault.what == f"the line is longer than {MAX_LINE_BYTES} bytes"


def test_a_record_of_a_later_schema_is_not_guessed_at(
    sealed_run: Path, scratch: Path, chained: Chained, objects: Objects
) -> None:
    altered = objects(sealed_run)
    altered[0]["schema"] = 2
    scratch.write_bytes(chained(altered))
    with pytest.raises(DamagedRecordError, match=r"schema 2 is not the one that this software reads \(1\)"):
        read_run(scratch)


def test_what_is_no_run_is_said(tmp_path: Path) -> None:
    for path, said in (
        (tmp_path / "none", "No such file"),
        (tmp_path, "No such file"),
        (tmp_path / "x\0y", "null"),
    ):
        with pytest.raises(CannotReadError, match=said):
            read_run(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "run.jsonl")
    with pytest.raises(CannotReadError, match="not a regular file"):
        read_run(tmp_path)


def test_a_file_that_goes_away_is_said(sealed_run: Path) -> None:
    reader: RunReader = read_run(sealed_run)
    sealed_run.unlink()
    with pytest.raises(CannotReadError, match="No such file"):
        reader.check()


def test_check_sees_what_was_added_since(sealed_run: Path, scratch: Path) -> None:
    found = sealed_run.read_bytes().splitlines(keepends=True)
    scratch.write_bytes(b"".join(found[:6]))
    reader = read_run(scratch)
    assert reader.integrity.lines == 6
    scratch.write_bytes(sealed_run.read_bytes())
    assert reader.integrity.lines == 6
    assert reader.check().sealed
