"""Files that only grow, and that survive the loss of power once they are synced."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would turn each \n into two bytes
_MODE = 0o644

APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | _BINARY
"""Open for writing at the end, wherever that is by then."""

EXISTING = os.O_WRONLY | os.O_APPEND | _BINARY
"""As APPEND, but only if the file is there."""

EXCLUSIVE = APPEND | os.O_EXCL
"""As APPEND, but only if there is no such file."""


def open_for(path: Path, flags: int) -> int:
    """A descriptor of the file, not inherited by child processes.

    Raises:
        OSError: as `os.open`; FileExistsError for an EXCLUSIVE one that exists.
    """
    return os.open(path, flags, _MODE)


def sync_data(descriptor: int) -> None:
    """Return when what was written is on the disk.

    Raises:
        OSError: the disk could not take it; what it holds is then unknown.
    """
    getattr(os, "fdatasync", os.fsync)(descriptor)


def sync_folder(folder: Path) -> None:
    """Return when the folder's entries are on the disk; on Windows, where folders cannot be opened, at once.

    Raises:
        OSError: the disk could not take them.
    """
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file anew and return when it is on the disk; at any instant it holds all of the old or of the new.

    Raises:
        OSError: the disk did not take it; the old file stands.
    """
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("wb") as stream:
        stream.write(data)
        stream.flush()
        sync_data(stream.fileno())
    fresh.replace(path)
    sync_folder(path.parent)
