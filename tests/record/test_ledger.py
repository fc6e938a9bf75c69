from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rig.record.errors import CannotReadError, CannotWriteError
from rig.record.ledger import Finding, Ledger, LedgerEntry
from rig.record.reader import read_run

ROOT = Path(__file__).parents[2]
HASHES = [character * 64 for character in "abc"]

ENTER_MANY = """
import sys
from pathlib import Path
from rig.record.ledger import Ledger

for number in range(25):
    Ledger(Path(sys.argv[1])).enter(f"{sys.argv[2]}-{number}", "0" * 64, lines=1, sealed=True)
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """Three runs: one, two, three."""
    ledger = Ledger(tmp_path)
    for run, last_hash in zip(("one", "two", "three"), HASHES, strict=True):
        ledger.enter(run, last_hash, lines=16, sealed=True)
    return ledger


def test_entries_come_back_in_order_and_by_run(ledger: Ledger) -> None:
    contents = ledger.read()
    assert [entry.run for entry in contents.entries] == ["one", "two", "three"]
    assert contents.first_fault is None
    assert ledger.find("two") == (LedgerEntry("two", HASHES[1], 16, sealed=True, line=1),)
    assert ledger.find("four") == ()


def test_each_entry_names_the_one_before(ledger: Ledger) -> None:
    found = [orjson.loads(raw) for raw in ledger.path.read_bytes().splitlines()]
    assert [line["p"] for line in found] == ["", found[0]["h"], found[1]["h"]]
    assert list(found[0]) == ["k", "p", "run", "hash", "lines", "sealed", "h"]


def test_without_a_ledger_a_run_is_absent(tmp_path: Path) -> None:
    comparison = Ledger(tmp_path / "none").compare("one", HASHES[0])
    assert comparison.finding is Finding.ABSENT
    assert comparison.ledger_fault is None


def test_comparison(ledger: Ledger) -> None:
    assert ledger.compare("one", HASHES[0]).finding is Finding.AGREES
    assert ledger.compare("one", HASHES[1]).finding is Finding.DIFFERS
    ledger.enter("one", HASHES[0], lines=16, sealed=True)
    assert ledger.compare("one", HASHES[0]).finding is Finding.AGREES
    ledger.enter("one", HASHES[2], lines=16, sealed=True)
    for last_hash in HASHES:
        comparison = ledger.compare("one", last_hash)
        assert comparison.finding is Finding.DIFFERS
        assert "2 different hashes" in comparison.what


def test_a_chain_made_again_is_found(
    sealed_run: Path,
    chained: Callable[[list[dict[str, Any]]], bytes],
    objects: Callable[[Path], list[dict[str, Any]]],
) -> None:
    reader = read_run(sealed_run)
    ledger = Ledger(sealed_run.parent.parent)
    ledger.enter(reader.head["run"], reader.integrity.last_hash, lines=16, sealed=True)
    assert ledger.compare(reader.head["run"], reader.integrity.last_hash).finding is Finding.AGREES
    altered = objects(sealed_run)
    altered[13]["verdict"] = "PASS"
    sealed_run.write_bytes(chained(altered))
    forged = read_run(sealed_run)
    assert forged.integrity.whole
    comparison = ledger.compare(forged.head["run"], forged.integrity.last_hash)
    assert comparison.finding is Finding.DIFFERS
    assert reader.integrity.last_hash in comparison.what


@pytest.mark.parametrize("line", [0, 1, 2])
def test_an_altered_entry_is_found_and_hides_no_other(ledger: Ledger, line: int) -> None:
    ledger.path.write_bytes(ledger.path.read_bytes().replace(HASHES[line].encode(), b"f" * 64))
    contents = ledger.read()
    assert contents.first_fault is not None
    assert contents.first_fault.line == line
    assert "was altered" in contents.first_fault.what
    assert len(contents.entries) == 2
    assert ledger.compare("three", "f" * 64).finding is not Finding.AGREES


@pytest.mark.parametrize("line", [0, 1])
def test_a_removed_entry_is_found(ledger: Ledger, line: int) -> None:
    found = ledger.path.read_bytes().splitlines(keepends=True)
    del found[line]
    ledger.path.write_bytes(b"".join(found))
    fault = ledger.read().first_fault
    assert fault is not None
    assert "follows one that is not there" in fault.what


def test_swapped_entries_are_found(ledger: Ledger) -> None:
    first, second, third = ledger.path.read_bytes().splitlines(keepends=True)
    ledger.path.write_bytes(first + third + second)
    assert ledger.read().first_fault is not None


def test_an_entry_torn_at_any_byte_does_not_reach_the_next(ledger: Ledger) -> None:
    data = ledger.path.read_bytes()
    start = data.rindex(b"\n", 0, -1) + 1
    for size in range(start + 1, len(data)):
        ledger.path.write_bytes(data[:size])
        ledger.enter("four", HASHES[0], lines=2, sealed=False)
        contents = ledger.read()
        assert [entry.run for entry in contents.entries][-1] == "four"
        assert ledger.compare("four", HASHES[0]).finding is Finding.AGREES
        assert ledger.compare("two", HASHES[1]).finding is Finding.AGREES


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=300), st.integers(0, 700))
def test_any_bytes_in_a_ledger_are_passed_over(ledger: Ledger, junk: bytes, position: int) -> None:
    sound = b"".join(ledger.path.read_bytes().splitlines(keepends=True)[:3])
    try:
        ledger.path.write_bytes(sound[:position] + junk + sound[position:])
        contents = ledger.read()
        assert len(contents.entries) >= 1
        ledger.compare("one", HASHES[0])
    finally:
        ledger.path.write_bytes(sound)


def test_several_programs_enter_runs_without_losing_any(tmp_path: Path) -> None:
    names = ("a", "b")
    command = [sys.executable, "-c", ENTER_MANY, str(tmp_path)]
    workers = [subprocess.Popen([*command, name], cwd=ROOT) for name in names]
    assert [worker.wait(timeout=60) for worker in workers] == [0, 0]
    contents = Ledger(tmp_path).read()
    assert {entry.run for entry in contents.entries} == {f"{name}-{n}" for name in names for n in range(25)}
    assert len(contents.entries) == 50
    assert contents.first_fault is None


def test_a_disk_that_takes_nothing_or_a_part_is_said(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write

    def take_nothing(descriptor: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for failing in (take_nothing, lambda descriptor, data: write(descriptor, data[:20])):
        monkeypatch.setattr(os, "write", failing)
        with pytest.raises(CannotWriteError, match=r"writing the entry for four of .*free space"):
            ledger.enter("four", HASHES[0], lines=1, sealed=True)
        monkeypatch.undo()
    assert ledger.find("four") == ()
    ledger.enter("five", HASHES[0], lines=1, sealed=True)
    assert ledger.compare("five", HASHES[0]).finding is Finding.AGREES


def test_a_ledger_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "ledger.jsonl").mkdir()
    with pytest.raises(CannotReadError, match="Is a directory"):
        Ledger(tmp_path).read()
