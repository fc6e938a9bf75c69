"""Two engine processes never run the same instruments: a lock on each, which the system gives back when one dies."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import final

from rig.bench.description import BenchDescription, SlotEntry
from rig.bench.resources import parts_of
from rig.errors import BenchError
from rig.platform import LockedFile, runtime_folder

SUFFIX = ".lock"


@final
class BenchLock:
    """Locks of every instrument of a bench and of the device links of its slots, taken before any is opened.

    They hold among the processes of one user of one machine; another machine's are not seen.
    """

    def __init__(self, bench: BenchDescription, slots: Sequence[SlotEntry]) -> None:
        self._bench = bench
        self._wanted = parts_of(bench, slots)
        self._held: list[LockedFile] = []

    def take(self) -> None:
        """Take them all or none; taken again, nothing happens.

        Raises:
            BenchError: another process has one of them, or the folder of locks cannot be used; nothing was opened.
        """
        if self._held:
            return
        try:
            busy = list(self._take_each(runtime_folder()))
        except OSError as error:
            self.close()
            raise BenchError(
                f"locking the bench {self._bench.name!r} ({self._bench.file}): {error}; nothing was opened; "
                f"set XDG_RUNTIME_DIR to a folder of your own on a local disk"
            ) from error
        if busy:
            self.close()
            raise BenchError(
                f"opening the bench {self._bench.name!r} ({self._bench.file}):\n  "
                + "\n  ".join(busy)
                + "\nnothing was opened or switched on; wait for its end, or end it with `rig stop`"
            )

    def _take_each(self, folder: Path) -> Iterator[str]:
        """Those that somebody else has, in words."""
        for what in self._wanted:
            file = LockedFile(folder / _file_name(what))
            self._held.append(file)
            holder = file.take(f"{what} is in use by process {os.getpid()} (bench {self._bench.file})")
            if holder is not None:
                yield holder or f"{what} is in use"

    def close(self) -> None:
        """Give them back."""
        while self._held:
            self._held.pop().close()

    def __enter__(self) -> BenchLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _file_name(resource: str) -> Path:
    return Path(sha256(resource.encode()).hexdigest()[:24] + SUFFIX)
