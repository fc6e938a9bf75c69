"""The run file as readers see it: the lines that are what the writer chained, up to the first fault."""

from __future__ import annotations

from dataclasses import dataclass
from stat import S_ISREG
from typing import TYPE_CHECKING, Any

from rig.record.chain import MAX_HEAD_BYTES, MAX_LINE_BYTES, parse, verify
from rig.record.errors import CannotReadError, DamagedRecordError
from rig.record.naming import RUN_FILE
from rig.record.shapes import misfit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a record stops being whole: the number ``n`` that the line should have, and what is wrong."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Integrity:
    """What one pass over a run file found.

    Attributes:
        whole: every byte of the file belongs to an unbroken chain. True says nothing about a chain that was
            made again: compare last_hash with the ledger, a signature or a report.
        sealed: the last line is the end line, and its counts are right. False: the run was interrupted.
        last_hash: of the last line that is whole; of a sealed run it is the run's hash.
        lines: lines before the first fault.
        first_fault: None if whole.
        torn: the fault is only that the file stops in the middle of its last line, as after a loss of power.
    """

    whole: bool
    sealed: bool
    last_hash: str
    lines: int
    first_fault: Fault | None
    torn: bool


class RunReader:
    """A run file, its first line read and found sound.

    Each iteration is a pass of its own over the file, checks the chain as it goes, holds one line at a time,
    and ends quietly at the first fault; `integrity` says whether there was one.

    Attributes:
        path: the run file.
        head: its first line.
    """

    __slots__ = ("_integrity", "head", "path")

    def __init__(self, path: Path, head: dict[str, Any]) -> None:
        self.path = path
        self.head = head
        self._integrity: Integrity | None = None

    @property
    def integrity(self) -> Integrity:
        """What the last complete pass found; makes one if there was none.

        Raises:
            CannotReadError: the file cannot be read any more.
        """
        return self._integrity or self.check()

    def check(self) -> Integrity:
        """Pass over the whole file as it is now.

        Raises:
            CannotReadError: the file cannot be read any more.
        """
        walk = _Walk()
        for _ in walk.over(self.path):
            pass
        self._integrity = walk.integrity()
        return self._integrity

    def lines(self, *kinds: str) -> Iterator[dict[str, Any]]:
        """The lines of these kinds, of every kind if none is named, each a dict with ``k``, ``n`` and ``h``.

        Raises:
            CannotReadError: the file cannot be read any more.
        """
        walk = _Walk()
        for line in walk.over(self.path):
            if not kinds or line["k"] in kinds:
                yield line
        self._integrity = walk.integrity()

    def scans(self) -> Iterator[dict[str, Any]]:
        """The scan lines: ``t`` in bench seconds, ``s`` with the new readings by source."""
        return self.lines("scan")

    def declares(self) -> Iterator[dict[str, Any]]:
        """The declare lines, wherever they stand."""
        return self.lines("declare")

    def verdicts(self) -> Iterator[dict[str, Any]]:
        """The verdict lines as they were recorded, without the summary."""
        return self.lines("verdict")


def read_run(path: Path) -> RunReader:
    """The reader of a run.

    Args:
        path: a run's folder, or its file.

    Raises:
        CannotReadError: there is no such file, it is not a regular one, or it may not be read.
        DamagedRecordError: its first line is no head that this software can read.
    """
    file = find_run_file(path)
    walk = _Walk()
    head = next(walk.over(file), None)
    if head is None:
        fault = walk.integrity().first_fault
        raise DamagedRecordError(file, 0, fault.what if fault else "the file is empty")
    return RunReader(file, head)


def find_run_file(path: Path) -> Path:
    """The run file that a path means: itself, or the one in the folder.

    Raises:
        CannotReadError: there is none, or it is no regular file (a pipe would never end).
    """
    try:
        file = path / RUN_FILE if path.is_dir() else path
        regular = S_ISREG(file.stat().st_mode)
    except OSError as error:
        raise CannotReadError(path, error.strerror or str(error)) from error
    except ValueError as error:  # a null character in the path
        raise CannotReadError(path, str(error)) from error
    if not regular:
        raise CannotReadError(path, "it is not a regular file")
    return file


class _Walk:
    """One pass over a file."""

    __slots__ = ("_counts", "_fault", "_hash", "_number", "_sealed", "_torn")

    def __init__(self) -> None:
        self._number = 0
        self._hash = ""
        self._counts: dict[str, int] = {}
        self._sealed = False
        self._torn = False
        self._fault: str | None = None

    def over(self, path: Path) -> Iterator[dict[str, Any]]:
        """The lines of the file up to the first fault."""
        try:
            with path.open("rb") as stream:
                longest = MAX_HEAD_BYTES
                while raw := stream.readline(longest):
                    longest = MAX_LINE_BYTES
                    line = self._take(raw)
                    if line is None:
                        return
                    yield line
        except OSError as error:
            raise CannotReadError(path, error.strerror or str(error)) from error

    def integrity(self) -> Integrity:
        """What was found so far."""
        fault = None if self._fault is None else Fault(self._number, self._fault)
        return Integrity(
            fault is None, self._sealed and fault is None, self._hash, self._number, fault, self._torn
        )

    def _take(self, raw: bytes) -> dict[str, Any] | None:
        following = verify(raw, self._hash) if raw.endswith(b"\n") else None
        line = None if following is None else parse(raw)
        if line is None or following is None:
            self._fault = self._explain(raw)
            return None
        self._fault = self._misplaced(line)
        if self._fault is not None:
            return None
        kind = line["k"]
        self._sealed = kind == "end"
        self._counts[kind] = self._counts.get(kind, 0) + 1
        self._hash = following
        self._number += 1
        return line

    def _misplaced(self, line: dict[str, Any]) -> str | None:
        """What is wrong with a line whose bytes are chained."""
        number = line.get("n")
        if self._sealed:
            return "a line follows the end line"
        if number != self._number or type(number) is not int:
            return f"its number n is {number!r}"
        if (line.get("k") == "head") != (self._number == 0):
            return "the head line is not the first, or the first is not a head line"
        if line.get("k") == "end" and line.get("counts") != self._counts:
            return "the counts of the end line are not those of the lines before it"
        return misfit(line)

    def _explain(self, raw: bytes) -> str:
        """Why the bytes of a line are not what the writer chained."""
        longest = MAX_LINE_BYTES if self._number else MAX_HEAD_BYTES
        if self._sealed:
            return "bytes follow the end line"
        if not raw.endswith(b"\n"):
            if len(raw) == longest:
                return f"the line is longer than {longest} bytes"
            self._torn = True
            return f"the file stops in the middle of a line, after {len(raw)} bytes of it"
        line = parse(raw)
        if line is None:
            return "the line is not a JSON object"
        number = line.get("n")
        if isinstance(number, int) and number != self._number:
            return f"its number n is {number}: lines were removed, added or moved"
        return "its hash h does not follow from its bytes and the line before"
