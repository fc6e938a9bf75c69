"""A run file that a crash left without its end, as the one who takes it up again finds it.

The bytes of a torn last line go into the ``resumed`` line that stands in their place, so that each line of the file
is JSON and belongs to the chain. Until that line is on the disk they stand in a file beside it as well.
"""

from __future__ import annotations

import os
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from rig.errors import InputError
from rig.platform import is_locked, lock
from rig.record import files
from rig.record.errors import CannotReadError, CannotWriteError
from rig.record.naming import TORN_FILE
from rig.record.reader import find_run_file, read_run

_ENDED = {
    "trip": "an interlock tripped in it",
    "off": "its outputs were switched off on purpose",
    "outcome": "it had come to its outcome",
}
"""Kinds of lines after which a run does not go on, and why."""

_NEW = "begin a new run"


@dataclass(frozen=True, slots=True)
class Interrupted:
    """What a run file without its end holds.

    Attributes:
        path: the file. head: its first line.
        lines, last_hash, counts: of its whole lines.
        size: bytes of its whole lines.
        tail: the bytes behind them, of a line that was torn.
        torn: the bytes to be kept: the tail, and a line that was torn before if this is a second attempt.
        last_s: the last bench instant in it.
    """

    path: Path
    head: Mapping[str, Any]
    lines: int
    last_hash: str
    counts: Mapping[str, int]
    size: int
    tail: bytes
    torn: bytes
    last_s: float

    @property
    def sessions(self) -> int:
        """How often it has been begun or resumed."""
        return 1 + self.counts.get("resumed", 0)

    @property
    def torn_text(self) -> str | None:
        """The torn bytes as the ``resumed`` line holds them, None without any."""
        return b64encode(self.torn).decode("ascii") if self.torn else None


def read_interrupted(path: Path, look: Callable[[dict[str, Any]], None]) -> Interrupted:
    """Read a run that shall go on, checking its chain.

    Args:
        path: a run's folder, or its file.
        look: is shown each whole line, in order.

    Raises:
        InputError: the run is in progress, sealed, ended, or its chain is broken: it cannot go on.
        RecordError: it cannot be read, or its first line is no head.
    """
    file = find_run_file(path)
    _require_unwritten(file)
    reader = read_run(path)
    counts: Counter[str] = Counter()
    last_s, resumed = 0.0, ""
    for line in reader.lines():
        kind = line["k"]
        counts[kind] += 1
        if "t" in line:
            last_s = max(last_s, float(line["t"]))
        if kind == "resumed":
            resumed = line["torn"] or ""
        look(line)
    integrity = reader.integrity
    if integrity.sealed:
        raise refusal(file, "it is sealed, so it was not interrupted", _NEW)
    fault = integrity.first_fault
    if fault is not None and not integrity.torn:
        raise refusal(
            file, f"line {fault.line} is not as it was written: {fault.what}", "see rig verify; " + _NEW
        )
    ended = next((why for kind, why in _ENDED.items() if counts[kind]), None)
    if ended is not None:
        raise refusal(file, f"{ended}, only its seal is missing", f"rig judge tells what it holds; {_NEW}")
    tail = _tail(file)
    return Interrupted(
        path=file,
        head=reader.head,
        lines=integrity.lines,
        last_hash=integrity.last_hash,
        counts=counts,
        size=file.stat().st_size - len(tail),
        tail=tail,
        torn=_torn(file.parent, tail, resumed),
        last_s=last_s,
    )


def refusal(file: Path, why: str, remedy: str) -> InputError:
    """The error for a run that cannot go on."""
    return InputError(f"resuming {file.parent}: {why}; nothing was switched on; {remedy}")


def take_up(interrupted: Interrupted) -> int:
    """Open the file behind its last whole line, for this process alone; the descriptor.

    Raises:
        CannotWriteError: another process writes it, it is not as it was read, or the disk failed.
    """
    path = interrupted.path
    try:
        descriptor = files.open_for(path, files.EXISTING)
        try:
            _cut_tail_off(descriptor, interrupted)
        except (OSError, CannotWriteError):
            os.close(descriptor)
            raise
    except OSError as error:
        raise CannotWriteError.because(path, "taking up", error) from error
    return descriptor


def forget_torn(folder: Path) -> None:
    """The torn bytes stand in the ``resumed`` line, on the disk: they need no file of their own any more.

    Raises:
        CannotWriteError: the file cannot be removed.
    """
    path = folder / TORN_FILE
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise CannotWriteError.because(path, "removal", error) from error


def _cut_tail_off(descriptor: int, interrupted: Interrupted) -> None:
    path = interrupted.path
    wait = "wait for its end, and run it again"
    free = True
    with suppress(OSError):  # a file system without locks
        free = lock(descriptor)
    if not free:
        raise CannotWriteError(path, "taking up", "another process writes it", wait)
    if os.fstat(descriptor).st_size != interrupted.size + len(interrupted.tail):
        raise CannotWriteError(path, "taking up", "it has changed since it was read", wait)
    if interrupted.torn:
        files.write_whole(path.with_name(TORN_FILE), interrupted.torn)
        os.ftruncate(descriptor, interrupted.size)


def _require_unwritten(file: Path) -> None:
    if is_locked(file):
        raise refusal(file, "it is in progress", "wait for its end, or end it with rig stop")


def _tail(file: Path) -> bytes:
    """The bytes after the last newline."""
    with closing(file.open("rb")) as stream:
        size = stream.seek(0, os.SEEK_END)
        return _read(stream, _last_newline(stream, size) + 1, size)


def _last_newline(stream: BinaryIO, size: int, step: int = 64 * 1024) -> int:
    """Where the last newline stands; -1 without one."""
    end = size
    while end > 0:
        start = max(0, end - step)
        found = _read(stream, start, end).rfind(b"\n")
        if found >= 0:
            return start + found
        end = start
    return -1


def _read(stream: BinaryIO, start: int, end: int) -> bytes:
    stream.seek(start)
    return stream.read(end - start)


def _torn(folder: Path, tail: bytes, resumed: str) -> bytes:
    """The tail, and what an attempt to take the run up had set aside and did not bring into the file."""
    try:
        aside = (folder / TORN_FILE).read_bytes()
    except FileNotFoundError:
        return tail
    except OSError as error:
        raise CannotReadError(folder / TORN_FILE, error.strerror or str(error)) from error
    if aside == tail or b64encode(aside).decode("ascii") == resumed:
        return tail
    return aside + b"\n" + tail if tail else aside
