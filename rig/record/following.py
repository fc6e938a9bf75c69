"""Following a run from its file while another process, or another thread, writes it."""

from __future__ import annotations

from pathlib import Path
from typing import final


@final
class Follower:
    """Whole lines that were added to a file since one last looked.

    Of a file that goes on after an interruption, the first line and those from so many bytes on.

    Args:
        path: of the file, which need not be there yet.
        after: so many bytes are passed over behind the first line.
        most: bytes that are read at a time, -1 for all that there are.
    """

    def __init__(self, path: Path, after: int = 0, most: int = -1) -> None:
        self._path = path
        self._after = after
        self._most = most
        self._at = 0
        self._rest = b""

    def new_lines(self) -> list[bytes]:
        """The lines, each with its end; none while there is no file."""
        try:
            with self._path.open("rb") as stream:
                stream.seek(self._at)
                first = stream.readline() if self._at < self._after else b""
                stream.seek(max(self._at, self._after))
                data = stream.read(self._most)
                self._at = stream.tell()
        except FileNotFoundError:
            return []
        *whole, self._rest = (self._rest + first + data).split(b"\n")
        return [line + b"\n" for line in whole]
