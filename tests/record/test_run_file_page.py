"""The page that describes the run file, held against the run file."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from rig.record import lines
from rig.record.chain import MAX_HEAD_BYTES, MAX_LINE_BYTES
from rig.record.reader import read_run
from rig.record.shapes import _FIELDS

PAGE = (Path(__file__).parents[2] / "docs" / "run-file.md").read_text(encoding="utf-8")


def check(path: Path) -> subprocess.CompletedProcess[str]:
    """Run the page's program on a file."""
    found = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    command = [sys.executable, "-W", "ignore::ResourceWarning", "-c", found[1], str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)


def test_the_pages_program_finds_the_same_hash(sealed_run: Path) -> None:
    done = check(sealed_run)
    assert done.stdout.strip() == read_run(sealed_run).integrity.last_hash


def test_the_pages_program_finds_an_altered_line(sealed_run: Path) -> None:
    sealed_run.write_bytes(sealed_run.read_bytes().replace(b"37.25", b"37.26"))
    done = check(sealed_run)
    assert done.returncode == 1
    assert "line 5 was altered" in done.stderr


def test_the_page_names_every_kind_and_key() -> None:
    kinds, _, head = PAGE.partition("### The head")
    for kind, fields in _FIELDS.items():
        assert f"| `{kind}` |" in kinds
        for name in {} if kind == "scan" else fields:
            assert f"`{name}`" in (head if kind == "head" else kinds), (kind, name)


def test_the_page_names_every_word_and_bound() -> None:
    for word in (*lines.PARTS, *lines.ENDINGS):
        assert f"`{word}`" in PAGE
    assert f"at most {MAX_HEAD_BYTES >> 20} MiB" in PAGE
    assert f"at most {MAX_LINE_BYTES >> 20} MiB" in PAGE
    assert f"version of this format: {lines.SCHEMA}" in PAGE
