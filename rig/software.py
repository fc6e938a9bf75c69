"""Which software this is, for the record."""

from __future__ import annotations

import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

DISTRIBUTION = "heat-belt-rig"


@cache
def identity() -> dict[str, str | None]:
    """Name, version and, where this is a checkout, the commit, with ``+changed`` if files differ from it."""
    try:
        number = version(DISTRIBUTION)
    except PackageNotFoundError:
        number = "not installed"
    return {"name": DISTRIBUTION, "version": number, "commit": _commit()}


def _commit() -> str | None:
    root = Path(__file__).parents[1]
    if not (root / ".git").exists():
        return None
    commit = _git(root, "rev-parse", "HEAD")
    changed = _git(root, "status", "--porcelain", "--untracked-files=no")
    return commit and commit + ("+changed" if changed else "")


def _git(root: Path, *words: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *words], capture_output=True, text=True, timeout=5, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
