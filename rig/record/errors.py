"""What can go wrong with a run file or the ledger."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from rig.errors import ExitCode, RecordError

if TYPE_CHECKING:
    from pathlib import Path

_REMEDIES = {
    errno.ENOSPC: "free space on that disk, or choose another folder with --out",
    errno.EDQUOT: "free space within the quota, or choose another folder with --out",
    errno.EFBIG: "raise the limit on file size (ulimit -f), or choose another folder with --out",
    errno.EROFS: "that disk is mounted read-only: choose another folder with --out",
    errno.EACCES: "allow this user to write there, or choose another folder with --out",
    errno.EPERM: "allow this user to write there, or choose another folder with --out",
    errno.EIO: "the disk reports a fault: choose a folder on another disk with --out, and check this one",
    errno.EEXIST: "a run is never written over: choose another folder with --out",
    errno.ENOTDIR: "a file stands where a folder is needed: choose another folder with --out",
}
_REMEDY = "check the disk, or choose another folder with --out"


class CannotWriteError(RecordError):
    """A write to a run file or the ledger failed; what had been written before stays whole.

    Attributes:
        path: the file.
        doing: what was being done, as a participle: "writing line 12".
        cause: what came back.
        remedy: what to do next.
    """

    def __init__(self, path: Path, doing: str, cause: str, remedy: str = _REMEDY) -> None:
        super().__init__(f"{doing} of {path}: {cause}; {remedy}")
        self.path = path
        self.doing = doing
        self.cause = cause
        self.remedy = remedy

    @classmethod
    def because(cls, path: Path, doing: str, error: OSError) -> CannotWriteError:
        """The error for what the operating system returned, with the remedy that fits it."""
        cause = error.strerror or str(error) or type(error).__name__
        return cls(path, doing, cause, _REMEDIES.get(error.errno or 0, _REMEDY))


class CannotReadError(RecordError):
    """A run file or the ledger cannot be opened or read at all."""

    def __init__(self, path: Path, cause: str) -> None:
        super().__init__(f"reading {path}: {cause}; give a run's folder or run.jsonl (rig runs lists them)")
        self.path = path
        self.cause = cause


class DamagedRecordError(RecordError):
    """A run file whose first line does not say what the rest of it is.

    Faults after the first line are no error: the reader stops there and its integrity says where.

    Attributes:
        path: the file.
        line: number ``n`` of the line, from 0.
        what: what is wrong with it.
    """

    def __init__(self, path: Path, line: int, what: str) -> None:
        super().__init__(
            f"reading {path}, line {line}: {what}; restore the file from a copy that rig verify accepts"
        )
        self.path = path
        self.line = line
        self.what = what


class WrongLineError(RecordError):
    """A line that strict JSON or the run file's format cannot hold: a defect of the software that made it."""

    exit_code = ExitCode.DEFECT

    def __init__(self, kind: str, what: str) -> None:
        super().__init__(f"recording a {kind!r} line: {what}; please report this as a defect")
        self.kind = kind
        self.what = what
