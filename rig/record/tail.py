"""The two ends of a run file, read without what lies between: for lists of many runs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from rig.record.chain import MAX_HEAD_BYTES, MAX_LINE_BYTES, parse, verify
from rig.record.errors import CannotReadError, DamagedRecordError
from rig.record.reader import find_run_file
from rig.record.shapes import misfit

if TYPE_CHECKING:
    from pathlib import Path

_FIRST_BYTES = 16 * 1024


def read_head(path: Path) -> dict[str, Any]:
    """The first line of a run.

    Args:
        path: a run's folder, or its file.

    Raises:
        CannotReadError: there is no such file, or it may not be read.
        DamagedRecordError: its first line is no head that this software can read.
    """
    file = find_run_file(path)
    try:
        with file.open("rb") as stream:
            raw = stream.readline(MAX_HEAD_BYTES)
    except OSError as error:
        raise CannotReadError(file, error.strerror or str(error)) from error
    line = parse(raw) if raw.endswith(b"\n") and verify(raw, "") else None
    if line is None or line.get("k") != "head":
        raise DamagedRecordError(file, 0, "it is not a whole head line" if raw else "the file is empty")
    what = misfit(line)
    if what is not None:
        raise DamagedRecordError(file, 0, what)
    return line


def read_tail(path: Path, *kinds: str) -> dict[str, dict[str, Any]]:
    """The last lines of a run, by kind, going back only as far as needed, at most 4 MiB.

    The chain is not checked, so what comes back is for a list, not for evidence. A torn last line and lines
    that are not JSON are passed over.

    Args:
        path: a run's folder, or its file.
        kinds: going back stops when each of them was found. The last line of any kind comes back as ``""``.

    Raises:
        CannotReadError: there is no such file, or it may not be read.
    """
    file = find_run_file(path)
    span = _FIRST_BYTES
    try:
        with file.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            while True:
                start = max(0, size - span)
                stream.seek(start)
                found = _newest(stream.read(size - start), whole=start == 0)
                if start == 0 or span >= MAX_LINE_BYTES or all(kind in found for kind in ("", *kinds)):
                    return found
                span *= 4
    except OSError as error:
        raise CannotReadError(file, error.strerror or str(error)) from error


def count_lines(path: Path, kind: str) -> int:
    """How many lines of a kind a run has, told by how they begin; the chain is not checked.

    Args:
        path: a run's folder, or its file.
        kind: of the lines, not of the first.

    Raises:
        CannotReadError: there is no such file, or it may not be read.
    """
    file = find_run_file(path)
    begins = b'\n{"k":"%b"' % kind.encode("ascii")  # a newline inside a string would be escaped
    count, rest = 0, b""
    try:
        with file.open("rb") as stream:
            while data := stream.read(MAX_LINE_BYTES):
                seen = rest + data
                count += seen.count(begins)
                rest = seen[1 - len(begins) :]
    except OSError as error:
        raise CannotReadError(file, error.strerror or str(error)) from error
    return count


def _newest(data: bytes, *, whole: bool) -> dict[str, dict[str, Any]]:
    """The last line of each kind in the end of a file; whole: the data begins with the file."""
    found: dict[str, dict[str, Any]] = {}
    lines = data.split(b"\n")[0 if whole else 1 : -1]
    for raw in reversed(lines):
        line = parse(raw)
        if line is not None and isinstance(line.get("k"), str) and misfit(line) is None:
            found.setdefault("", line)
            found.setdefault(line["k"], line)
    return found
