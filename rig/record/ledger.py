"""The ledger: a line for each run of a folder, apart from the runs, with the hash that it was sealed with.

A run file that was altered and chained again is whole in itself; its hash is no longer the one in the ledger.
Each entry names the hash of the entry before it, so removing or altering one shows in those after it. Several
programs may enter runs at the same time without a lock: an entry is one write at the end of the file, and two
entries may then name the same one before them. The chain is unkeyed as well: keep a copy of the ledger, or of
its last hash, where nobody who could alter a run can reach it.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import orjson

from rig.record import files
from rig.record.chain import MAX_LINE_BYTES, close, digest, parse, split
from rig.record.errors import CannotReadError, CannotWriteError
from rig.record.naming import LEDGER_FILE
from rig.record.reader import Fault
from rig.record.strict import finite

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What the ledger holds of one run.

    Attributes:
        run: the run's id.
        hash: of the run file's last line when the run ended.
        lines: how many lines it had.
        sealed: whether the last of them was the end line.
        line: number of the entry in the ledger, from 0.
    """

    run: str
    hash: str
    lines: int
    sealed: bool
    line: int


class Finding(StrEnum):
    """What a comparison with the ledger says."""

    AGREES = "agrees"
    DIFFERS = "differs"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run against the ledger: the finding, in words what was compared, and the ledger's own first fault."""

    finding: Finding
    what: str
    ledger_fault: Fault | None


@dataclass(frozen=True, slots=True)
class LedgerContents:
    """A ledger as read.

    Attributes:
        entries: the sound ones, in order.
        last_hash: of the last entry, empty if there is none.
        lines: how many lines the ledger has, sound or not.
        first_fault: where it stops being whole, None if it is.
    """

    entries: tuple[LedgerEntry, ...]
    last_hash: str
    lines: int
    first_fault: Fault | None


class Ledger:
    """The ledger of a folder of runs; the file need not exist yet.

    Args:
        runs: the folder that holds the runs' folders.
    """

    __slots__ = ("path",)

    def __init__(self, runs: Path) -> None:
        self.path = runs / LEDGER_FILE

    def enter(self, run: str, last_hash: str, *, lines: int, sealed: bool) -> LedgerEntry:
        """Add a run at the end, and return when the entry is on the disk.

        Args:
            run: the run's id.
            last_hash: of the run file's last line.
            lines: how many lines the run file has.
            sealed: whether the last of them is the end line.

        Raises:
            CannotWriteError: the entry cannot be written.
            CannotReadError: the entries before it cannot be read.
        """
        contents = self.read()
        fields = {"run": run, "hash": last_hash, "lines": lines, "sealed": sealed}
        plain = finite("run", {"k": "run", "p": contents.last_hash, **fields}, "entry")
        body = orjson.dumps(plain)
        raw, _ = close(body, digest(contents.last_hash, body))
        try:
            self._add(raw)
        except OSError as error:
            raise CannotWriteError.because(self.path, f"writing the entry for {run}", error) from error
        return LedgerEntry(run, last_hash, lines, sealed, contents.lines)

    def read(self) -> LedgerContents:
        """All sound entries; a line that is not one is passed over and reported, and hides no other run.

        Raises:
            CannotReadError: there is a ledger, but it cannot be read.
        """
        reading = _Reading()
        try:
            with self.path.open("rb") as stream:
                while raw := stream.readline(MAX_LINE_BYTES):
                    reading.take(raw)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise CannotReadError(self.path, error.strerror or str(error)) from error
        return LedgerContents(tuple(reading.entries), reading.last_hash, reading.lines, reading.first_fault)

    def find(self, run: str) -> tuple[LedgerEntry, ...]:
        """The entries of a run, none if it never ended or was not entered.

        Raises:
            CannotReadError: there is a ledger, but it cannot be read.
        """
        return tuple(entry for entry in self.read().entries if entry.run == run)

    def compare(self, run: str, last_hash: str) -> Comparison:
        """Whether a run file's last hash is the one that was entered when the run ended.

        Args:
            run: the run's id, from its head line.
            last_hash: of the last line of the file, as its reader found it.

        Raises:
            CannotReadError: there is a ledger, but it cannot be read.
        """
        contents = self.read()
        hashes = list(dict.fromkeys(entry.hash for entry in contents.entries if entry.run == run))
        finding, what = _compare(run, last_hash, hashes)
        return Comparison(finding, f"{what} ({self.path})", contents.first_fault)

    def _add(self, raw: bytes) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not self.path.exists()
        descriptor = files.open_for(self.path, files.APPEND)
        try:
            if not is_new and not _ends_with_newline(self.path):
                raw = b"\n" + raw  # an entry torn by a loss of power stays a line of its own
            # A part is not cut back: another program's entry may stand behind it by now.
            if os.write(descriptor, raw) < len(raw):
                raise OSError(errno.ENOSPC, "the disk took a part of the entry only")
            files.sync_data(descriptor)
        finally:
            os.close(descriptor)
        if is_new:
            files.sync_folder(self.path.parent)


class _Reading:
    """The state of one pass over a ledger."""

    __slots__ = ("_seen", "entries", "first_fault", "last_hash", "lines")

    def __init__(self) -> None:
        self.entries: list[LedgerEntry] = []
        self.first_fault: Fault | None = None
        self.last_hash = ""
        self._seen = {""}
        self.lines = 0

    def take(self, raw: bytes) -> None:
        """Take the next line in; two programs that close the same torn entry leave an empty one."""
        if raw == b"\n":
            return
        parts = split(raw) if raw.endswith(b"\n") else None
        line = parse(raw)
        what = "the line is not an entry of a ledger"
        if parts is not None and line is not None and _is_entry(line):
            body, claimed = parts
            what = self._place(line, digest(line["p"], body) == claimed)
            self.last_hash = claimed
            self._seen.add(claimed)
        if what and self.first_fault is None:
            self.first_fault = Fault(self.lines, what)
        self.lines += 1

    def _place(self, line: dict[str, Any], is_genuine: bool) -> str:
        """Keep an entry; what is wrong with where it stands, empty if nothing is."""
        if not is_genuine:
            return f"the entry of {line['run']} was altered: its hash h does not follow from its bytes"
        self.entries.append(LedgerEntry(line["run"], line["hash"], line["lines"], line["sealed"], self.lines))
        if line["p"] not in self._seen:
            return f"the entry of {line['run']} follows one that is not there: removed or altered"
        return ""


def _compare(run: str, last_hash: str, hashes: list[str]) -> tuple[Finding, str]:
    if not hashes:
        return Finding.ABSENT, f"the ledger has no entry for {run}"
    if len(hashes) > 1:
        return Finding.DIFFERS, f"the ledger holds {len(hashes)} different hashes for {run}"
    if hashes[0] != last_hash:
        return Finding.DIFFERS, f"the ledger holds hash {hashes[0]} for {run}, the file ends with {last_hash}"
    return Finding.AGREES, f"the ledger holds the same hash for {run}"


def _is_entry(line: dict[str, Any]) -> bool:
    return (
        line.get("k") == "run"
        and all(isinstance(line.get(name), str) for name in ("p", "run", "hash"))
        and type(line.get("lines")) is int
        and type(line.get("sealed")) is bool
        and line["p"].isascii()
    )


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as stream:
        if stream.seek(0, os.SEEK_END) == 0:
            return True
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) == b"\n"
