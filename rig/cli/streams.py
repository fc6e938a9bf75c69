"""The standard streams as a command needs them: there, and never what ends it or changes its exit code.

A stream that was closed before the start would give its number to the next file that is opened, a run file perhaps, so
it is opened on nothing.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from io import BufferedReader, BufferedWriter, FileIO, RawIOBase, TextIOWrapper
from typing import TYPE_CHECKING, TextIO, final

from rig.errors import ExitCode

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

NOBODY_READS = frozenset({errno.EPIPE, errno.EIO})
"""A pipe whose reader has left, a terminal that is gone."""


@final
class Patient(RawIOBase):
    """Takes whatever is written; once the stream below refuses, everything goes nowhere.

    Attributes:
        lost: why it is not whole what was written; None if it is, or if nobody reads it.
    """

    def __init__(self, below: RawIOBase) -> None:
        super().__init__()
        self._below = below
        self.lost: OSError | None = None

    def writable(self) -> bool:
        """It is."""
        return True

    def fileno(self) -> int:
        """Number of the stream below."""
        return self._below.fileno()

    def isatty(self) -> bool:
        """Whether the stream below is a terminal."""
        return self._below.isatty()

    def write(self, data: ReadableBuffer) -> int | None:
        """Write it, or drop it."""
        try:
            return self._below.write(data)
        except OSError as error:
            if error.errno not in NOBODY_READS:
                self.lost = error
            with suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
            return memoryview(data).nbytes


def prepare() -> None:
    """Open what is closed; let stdout and stderr take everything, a character that they cannot show as ``?``."""
    for number in range(3):
        _open_if_closed(number)
    if sys.stdin is None:
        sys.stdin = TextIOWrapper(BufferedReader(FileIO(0, closefd=False)), encoding="utf-8")
    sys.stdout = _patient(sys.stdout, 1)
    sys.stderr = _patient(sys.stderr, 2)


def end(code: int) -> int:
    """Write out what waits; the exit code, which is 3 in place of 0 where stdout could not be written."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    raw = _raw(sys.stdout)
    if not isinstance(raw, Patient) or raw.lost is None:
        return code
    words = f"writing to stdout: {raw.lost.strerror}; what it holds is not whole; free space, or send it elsewhere"
    sys.stderr.write(f"{words}\n")
    return code or ExitCode.UNAVAILABLE


def _open_if_closed(number: int) -> None:
    try:
        os.fstat(number)
    except OSError:
        opened = os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
        os.set_inheritable(opened, True)


def _patient(stream: TextIO | None, number: int) -> TextIO:
    raw = _raw(stream) or FileIO(number, "w", closefd=False)
    below = BufferedWriter(Patient(raw))
    encoding = "utf-8" if stream is None else stream.encoding
    return TextIOWrapper(
        below, encoding=encoding, errors="replace", line_buffering=number == 2 or raw.isatty()
    )


def _raw(stream: TextIO | None) -> RawIOBase | None:
    """What lies below its buffers; None of a stream that a program has put in place of it."""
    if not isinstance(stream, TextIOWrapper):
        return None
    below = stream.buffer
    raw = below.raw if isinstance(below, BufferedWriter) else below
    return raw if isinstance(raw, RawIOBase) else None
