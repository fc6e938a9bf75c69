"""Whether a file can be kept as a photograph: a picture by its first bytes, and not too large."""

from __future__ import annotations

from pathlib import Path

MOST_BYTES = 100 * 1024 * 1024
KINDS = "JPEG, PNG, HEIC, WebP or TIFF"

_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*")
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")
_HEAD_BYTES = 12


def why_no_photograph(text: str) -> str | None:
    """Why the file of that path is not accepted, in words; None if it is.

    Raises:
        OSError: it cannot be read.
    """
    source = Path(text).expanduser()
    if not source.is_file():
        return f"{text}: there is no such file"
    if source.stat().st_size > MOST_BYTES:
        return f"{text} is larger than 100 MiB"
    with source.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    return None if is_picture(head) else f"{text} is no picture: give one in {KINDS}"


def is_picture(head: bytes) -> bool:
    """Whether a file that begins so is a picture."""
    if head.startswith(_STARTS):
        return True
    if head[:4] == b"RIFF":
        return head[8:12] == b"WEBP"
    return head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS


def below(folder: str, path: str) -> str:
    """A path that begins in a folder, unless it begins at the root or at home; '' for the working folder."""
    return str(Path(folder) / Path(path.strip()).expanduser())
