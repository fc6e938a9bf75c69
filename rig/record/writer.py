"""The run file as its one writer sees it: it only grows, and it holds whole lines only."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn, Self

from rig.platform import lock
from rig.record import files
from rig.record.chain import encode
from rig.record.errors import CannotWriteError
from rig.record.lines import end
from rig.record.naming import RUN_FILE
from rig.record.resuming import take_up

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from rig.record.resuming import Interrupted
    from rig.record.strict import Line

_FLUSH_BYTES = 64 * 1024

REMOVED = "leave a run's folder alone until the run is over, and run it again"


class RunFile:
    """A run file, open for appending: a new one, or one that a crash left without its end.

    Lines are numbered, chained and gathered by `append`, handed to the operating system by `flush`, and on
    the disk after `sync`. A write that fails is cut back to the last whole line; the file then takes no more,
    and each further call raises the same error again. Not thread-safe: one worker owns it at a time. Where memory runs
    out a line is in it or is not, and the chain goes on.

    The file is locked until it is sealed, so that a run that goes on is told from one that was interrupted.

    Args:
        folder: the run's folder; made if it is missing. The file in it is ``run.jsonl``.
        after: what the file holds already, None for a new file.

    Raises:
        CannotWriteError: a new file exists, or the folder or file cannot be made; or one that exists is written by
            another process, or is not as it was read.
    """

    __slots__ = (
        "_descriptor",
        "_error",
        "_gathered",
        "_gathered_bytes",
        "_size",
        "counts",
        "last_hash",
        "lines",
        "path",
    )

    def __init__(self, folder: Path, after: Interrupted | None = None) -> None:
        self.path = folder / RUN_FILE
        self.lines = 0 if after is None else after.lines
        self.last_hash = "" if after is None else after.last_hash
        self.counts: dict[str, int] = {} if after is None else dict(after.counts)
        self._gathered: list[bytes] = []
        self._gathered_bytes = 0
        self._size = 0 if after is None else after.size
        self._error: CannotWriteError | None = None
        self._descriptor: int | None = None
        if after is None:
            self._create(folder)
        else:
            self._descriptor = take_up(after)

    def _create(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._descriptor = files.open_for(self.path, files.EXCLUSIVE)
            with suppress(OSError):  # a file system without locks
                lock(self._descriptor)
            files.sync_folder(folder)
            files.sync_folder(folder.parent)
        except OSError as error:
            self._let_go()
            raise CannotWriteError.because(self.path, "creation", error) from error

    @property
    def failed(self) -> str | None:
        """Why the file takes no more lines, None while it does."""
        return None if self._error is None else str(self._error)

    def append(self, line: Line) -> None:
        """Number, chain and gather a line; handed on at once when 64 KiB have been gathered.

        Raises:
            WrongLineError: the format cannot hold the line; the file is as it was, and takes the next.
            CannotWriteError: a write failed, now or before, or the file is sealed or closed.
        """
        if self._error is not None:
            self._raise_again()
        raw, following = encode(line, self.lines, self.last_hash)
        kind = line["k"]
        count, lines, gathered = self.counts.get(kind, 0) + 1, self.lines + 1, self._gathered_bytes + len(raw)
        self._gathered.append(raw)
        self.last_hash, self.lines, self._gathered_bytes = following, lines, gathered
        self.counts[kind] = count
        if self._gathered_bytes >= _FLUSH_BYTES:
            self.flush()

    def flush(self) -> None:
        """Hand what has been gathered to the operating system: it outlives this process, not a loss of power.

        Raises:
            CannotWriteError: the write failed, now or before.
        """
        if self._error is not None:
            self._raise_again()
        if not self._gathered:
            return
        data = b"".join(self._gathered)
        self._gathered.clear()
        self._gathered_bytes = 0
        self._write(data)

    def sync(self) -> None:
        """Flush, and return when all lines are on the disk.

        Raises:
            CannotWriteError: the write or the disk failed, now or before; or the file was removed, so that nothing
                of it is kept.
        """
        self.flush()
        descriptor, doing = self._open_descriptor(), f"syncing {self.lines} lines"
        try:
            files.sync_data(descriptor)
            removed = os.fstat(descriptor).st_nlink == 0
        except OSError as error:
            self._fail(CannotWriteError.because(self.path, doing, error), error)
        if removed:
            self._fail(CannotWriteError(self.path, doing, "it was removed while it was written", REMOVED))

    def seal(self, t: float) -> str:
        """Write the end line, sync and close; return the run's hash, for ledger, signature and report.

        Args:
            t: bench seconds from the anchor.

        Raises:
            CannotWriteError: the write or the disk failed, now or before, or the file is sealed already.
        """
        self.append(end(t, dict(self.counts)))
        self.sync()
        self._close("it is sealed")
        return self.last_hash

    def close(self) -> None:
        """Write out and sync what there is, and close without a seal: the run counts as interrupted.

        Does nothing if the file is closed. After a failed write it only lets go of the file.

        Raises:
            CannotWriteError: the last write or the disk failed; the file is closed all the same.
        """
        if self._descriptor is None:
            return
        try:
            if self._error is None:
                self.sync()
        finally:
            self._close("it is closed")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write(self, data: bytes) -> None:
        """Write it all; if that fails, keep its whole lines and cut the rest back."""
        descriptor = self._open_descriptor()
        written = 0
        try:
            while written < len(data):
                written += os.write(descriptor, data[written:] if written else data)
        except OSError as error:
            whole = data.rfind(b"\n", 0, written) + 1
            lost = data.count(b"\n", whole)
            failure = CannotWriteError.because(self.path, f"writing line {self.lines - lost}", error)
            self._fail(failure, error, keep=self._size + whole)
        self._size += len(data)

    def _fail(
        self, failure: CannotWriteError, error: OSError | None = None, keep: int | None = None
    ) -> NoReturn:
        self._error = failure
        if keep is not None:
            try:
                os.ftruncate(self._open_descriptor(), keep)
            except OSError as second:  # a torn last line is left, which readers drop and report
                failure.add_note(f"cutting the torn line off failed too: {second}")
        raise failure from error

    def _raise_again(self) -> None:
        error = self._error
        assert error is not None
        raise CannotWriteError(error.path, error.doing, error.cause, error.remedy)

    def _open_descriptor(self) -> int:
        assert self._descriptor is not None
        return self._descriptor

    def _close(self, why: str) -> None:
        if self._error is None:
            remedy = "a run file is never added to: begin a new run"
            self._error = CannotWriteError(self.path, f"writing line {self.lines}", why, remedy)
        try:
            self._let_go()
        except OSError as error:  # network folders report a full disk here
            raise CannotWriteError.because(self.path, "closing", error) from error

    def _let_go(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)
