"""What counts as a photograph: a picture by its first bytes, whatever its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig.engine.pictures import is_picture, why_no_photograph


@pytest.mark.parametrize(
    "head",
    [
        b"\xff\xd8\xff\xe1\x00\x10Exif\x00\x00",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d",
        b"\x00\x00\x00\x18ftypheic",
        b"RIFF\x10\x00\x00\x00WEBP",
        b"II*\x00\x08\x00\x00\x00\x00\x00\x00\x00",
        b"MM\x00*\x00\x00\x00\x08\x00\x00\x00\x00",
    ],
)
def test_pictures_are_known_by_their_first_bytes(head: bytes) -> None:
    assert is_picture(head)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"plan: cutoff",
        b"RIFF\x10\x00\x00\x00WAVE",
        b"\x00\x00\x00\x18ftypisom",
        b"%PDF-1.7\n%\xe2\xe3",
        b"\xff\xd8",
    ],
)
def test_other_files_are_not(head: bytes) -> None:
    assert not is_picture(head)


def test_the_reason_names_file_and_remedy(tmp_path: Path) -> None:
    path = tmp_path / "belt.jpg"
    assert why_no_photograph(str(path)) == f"{path}: there is no such file"
    path.write_text("plan: no picture")
    assert why_no_photograph(str(path)) == f"{path} is no picture: give one in JPEG, PNG, HEIC, WebP or TIFF"
    path.write_bytes(b"\xff\xd8\xff\xe0")
    assert why_no_photograph(str(path)) is None
