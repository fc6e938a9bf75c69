"""``guardian.jsonl`` beside a run file: what the guardian did, chained to the run file's last whole line."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any, final

from rig.clock import Clock, utc_now
from rig.errors import RecordError
from rig.record import files
from rig.record.chain import MAX_HEAD_BYTES, encode, parse, verify
from rig.record.errors import CannotReadError, CannotWriteError
from rig.record.naming import RUN_FILE, iso_utc
from rig.record.reader import Fault, read_run
from rig.record.strict import Line, measured

GUARDIAN_FILE = "guardian.jsonl"
OLDER_FILES = "guardian-*.jsonl"
LAST_LINES_S = 2.0
_FIRST_BYTES = 64 * 1024

Say = Callable[[str], None]


@final
@dataclass(frozen=True, slots=True)
class Link:
    """A line of a run file: its number ``n`` and its hash ``h``."""

    n: int
    h: str


@final
@dataclass(frozen=True, slots=True)
class GuardianLog:
    """A ``guardian.jsonl`` as far as it is sound.

    Attributes:
        lines: before the first fault.
        after: the line of the run file that it follows; None where that had no whole line.
        first_fault: None if every byte belongs to the chain, and the chain to the run file.
        torn: the fault is only that the file stops in the middle of its last line.
        ending: ``confirmed``, ``taken_over``, or ``alarm`` where neither came; None before an attempt has ended.
    """

    lines: tuple[dict[str, Any], ...]
    after: Link | None
    first_fault: Fault | None
    torn: bool

    @property
    def ending(self) -> str | None:
        """How it ended."""
        kinds = {line["k"] for line in self.lines}
        return next((kind for kind in ("confirmed", "taken_over", "alarm") if kind in kinds), None)


def last_whole_line(folder: Path) -> Link | None:
    """The last line of a run file that follows from the line before it; a torn one after it is stepped over.

    Raises:
        OSError: the file cannot be read.
    """
    span = _FIRST_BYTES
    with (folder / RUN_FILE).open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        while True:
            start = max(0, size - span)
            stream.seek(start)
            found = _last_chained(stream.read(size - start), whole=start == 0)
            if found is not None or start == 0 or span > MAX_HEAD_BYTES:
                return found
            span *= 8


def _last_chained(data: bytes, *, whole: bool) -> Link | None:
    lines = data.split(b"\n")[0 if whole else 1 : -1]
    for index in range(len(lines) - 1, -1 if whole else 0, -1):
        before = _hash_of(lines[index - 1]) if index else ""
        line = parse(lines[index])
        following = None if before is None else verify(lines[index], before)
        if following is not None and line is not None and isinstance(line.get("n"), int):
            return Link(line["n"], following)
    return None


def _hash_of(raw: bytes) -> str | None:
    line = parse(raw)
    found = None if line is None else line.get("h")
    return found if isinstance(found, str) and found.isascii() else None


@final
class GuardianFile:
    """The file of one run folder; each line is on the disk when `append` returns.

    Raises:
        CannotWriteError: it exists, or cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / GUARDIAN_FILE
        self.trouble = ""
        try:
            self._after = last_whole_line(folder)
        except OSError as error:
            self._after = None
            self.trouble = f"the run file beside {self.path} cannot be read: {error}"
        self._hash = "" if self._after is None else self._after.h
        self._number = 0
        try:
            self._descriptor = files.open_for(self.path, files.EXCLUSIVE)
            files.sync_folder(folder)
        except OSError as error:
            raise CannotWriteError.because(self.path, "creation", error) from error

    def begin(self, run: str, slot: str, why: str) -> None:
        """The first line.

        Raises:
            CannotWriteError: the disk did not take it.
        """
        after = None if self._after is None else {"n": self._after.n, "h": self._after.h}
        self.append({"k": "guardian", "run": run, "slot": slot, "after": after, "why": why})

    def append(self, line: Line) -> None:
        """A line with the wall time.

        Raises:
            CannotWriteError: the disk did not take it.
        """
        plain = measured(line["k"], {**line, "at": iso_utc(utc_now())}, "line")
        raw, self._hash = encode(plain, self._number, self._hash)
        self._number += 1
        try:
            self._write(raw)
            files.sync_data(self._descriptor)
        except OSError as error:
            raise CannotWriteError.because(self.path, f"writing line {self._number}", error) from error

    def _write(self, raw: bytes) -> None:
        if os.write(self._descriptor, raw) < len(raw):
            raise OSError(errno.ENOSPC, "only a part of the line was taken")


@final
class Recording:
    """The guardian's records of all lanes, written by a thread of its own: nothing waits for a disk."""

    def __init__(self, clock: Clock, say: Say) -> None:
        self._say = say
        self._todo: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._files: dict[str, GuardianFile] = {}
        self._thread = clock.spawn("guardian record", self._run)

    def begin(self, folders: Mapping[str, Path], why: str) -> None:
        """Open a record beside each lane's run file."""
        for slot, folder in folders.items():
            self._todo.put(partial(self._open, slot, folder, why))

    def put(self, line: Line, slot: str | None = None) -> None:
        """Write a line into the record of a lane, of every lane if none is named."""
        self._todo.put(lambda: self._append(line, slot))

    def close(self) -> None:
        """Wait for the last lines, two seconds at most."""
        self._todo.put(None)
        if not self._thread.join(LAST_LINES_S):
            self._say("its record is not written to the end: the disk does not answer")

    def _run(self) -> None:
        while (action := self._todo.get()) is not None:
            self._attempt(action)

    def _attempt(self, action: Callable[[], None]) -> bool:
        try:
            action()
        except (RecordError, OSError) as error:
            self._say(f"recording: {error} (switching off goes on)")
            return False
        return True

    def _open(self, slot: str, folder: Path, why: str) -> None:
        file = self._files[slot] = GuardianFile(folder)
        if file.trouble:
            self._say(file.trouble)
        file.begin(folder.name, slot, why)

    def _append(self, line: Line, slot: str | None) -> None:
        for name, file in list(self._files.items()):
            if slot in (None, name) and not self._attempt(partial(file.append, line)):
                del self._files[name]  # a line behind a torn one would not be of the chain


def set_aside(folder: Path) -> str | None:
    """Give the guardian's record of a session that was interrupted another name, so that the next finds none.

    A guardian that still writes it goes on doing so.

    Returns:
        The name, None if there is no such record.

    Raises:
        CannotWriteError: it cannot be renamed.
    """
    path = folder / GUARDIAN_FILE
    if not path.exists():
        return None
    number = 1 + len(list(folder.glob(OLDER_FILES)))
    older = folder / f"{path.stem}-{number}{path.suffix}"
    try:
        path.rename(older)
        files.sync_folder(folder)
    except OSError as error:
        raise CannotWriteError.because(path, "renaming", error) from error
    return older.name


def guardian_files(folder: Path) -> list[str]:
    """The names of the guardian's records beside a run file, of interrupted sessions first."""
    older = sorted((path.name for path in folder.glob(OLDER_FILES)), key=lambda name: (len(name), name))
    return [*older, GUARDIAN_FILE] if (folder / GUARDIAN_FILE).exists() else older


def read_guardian(folder: Path, name: str = GUARDIAN_FILE) -> GuardianLog | None:
    """The guardian's record beside a run file, checked; None if it never acted there.

    Args:
        folder: of the run.
        name: of the record, the newest by default; see `guardian_files`.

    Raises:
        CannotReadError: the file is there and cannot be read.
    """
    path = folder / name
    try:
        raws = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CannotReadError(path, error.strerror or str(error)) from error
    after = _after_of(raws[0])
    lines, fault = _walk(raws[:-1], "" if after is None else after.h)
    torn = fault is None and raws[-1] != b""
    if torn:
        fault = f"the file stops in the middle of a line, after {len(raws[-1])} bytes of it"
    elif fault is None and not lines:
        fault = "the file is empty"
    number = len(lines)
    if fault is None and not _follows(folder, after):
        number, fault = 0, f"the line of {RUN_FILE} that it follows is not there"
    return GuardianLog(lines, after, None if fault is None else Fault(number, fault), torn)


def _after_of(raw: bytes) -> Link | None:
    after = (parse(raw) or {}).get("after")
    match after:
        case {"n": int(n), "h": str(h)} if h.isascii():
            return Link(n, h)
    return None


def _walk(raws: list[bytes], previous: str) -> tuple[tuple[dict[str, Any], ...], str | None]:
    lines: list[dict[str, Any]] = []
    for number, raw in enumerate(raws):
        line, following = parse(raw), verify(raw, previous)
        if line is None or following is None:
            return tuple(lines), "its hash h does not follow from its bytes and the line before"
        if line.get("n") != number or (line.get("k") == "guardian") != (number == 0):
            return tuple(lines), f"its number n is {line.get('n')!r}, or its kind is not that of this place"
        lines.append(line)
        previous = following
    return tuple(lines), None


def _follows(folder: Path, after: Link | None) -> bool:
    """Whether the run file holds that line; without one, whether it holds no whole line at all."""
    try:
        run = read_run(folder)
        return after is not None and any(
            line["n"] == after.n and line["h"] == after.h for line in run.lines()
        )
    except RecordError:
        return after is None
