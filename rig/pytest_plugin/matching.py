"""Which files are plans, and the names of a plan's parts as people type them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

OTHER_KINDS = ("bench", "limits", "requirements", "device", "drill", "answers", "mapping")
"""First keys of the rig's documents that are no plans."""

_KEY = re.compile(r"""^["']?([A-Za-z_]+)["']?[ \t]*:""", re.MULTILINE)
_LABELLED = re.compile(r"(?P<name>.+) \[(?P<label>\w+=.+)\]")
_TIMES = re.compile(r"\s*[×*]\s*")
_SIGNS = re.compile(r"\s*[=,]\s*")
_UNIT = re.compile(r"=(\s*[-+.\d]+)\s+(?!(?:and|or|not)\b)(?=[^\W\d])")


def is_matched(path: Path, root: Path, patterns: Iterable[str]) -> bool:
    """Whether a pattern fits the path below the root, or the file's name where it has no slash.

    ``*`` stands for any part of one name, ``**`` for any number of folders.
    """
    if not path.is_relative_to(root):
        return False
    parts = path.relative_to(root).parts
    return any(
        _fits(parts, tuple(pattern.split("/"))) if "/" in pattern else fnmatchcase(path.name, pattern)
        for pattern in patterns
    )


def _fits(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return any(_fits(parts[skipped:], pattern[1:]) for skipped in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _fits(parts[1:], pattern[1:])


def has_plan(path: Path) -> bool:
    """Whether the file has the key that makes it a plan; what cannot be read has not."""
    return "plan" in _keys(path)


def is_another_document(path: Path) -> bool:
    """Whether the file is a bench, limits or the like, by its first key; with steps it can only be a mapping."""
    keys = _keys(path)
    of_plans = {"plan", "checks"} if keys[:1] == ["mapping"] else {"plan", "steps", "checks"}
    return bool(keys) and keys[0] in OTHER_KINDS and not of_plans.intersection(keys)


def _keys(path: Path) -> list[str]:
    try:
        return _KEY.findall(path.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return []


def split_label(check: str) -> tuple[str, str]:
    """Name and pass of a check: ``peak [drive=1.1 × rated]`` is ``peak`` in ``drive=1.1×rated``, or in none."""
    found = _LABELLED.fullmatch(check)
    return (found["name"], typed(found["label"])) if found else (check, "")


def typed(label: str) -> str:
    """A pass as it stands in an id: without blanks, and with one sign of multiplication."""
    return "".join(_TIMES.sub("×", label).split())


def typed_argument(argument: str) -> str:
    """An argument of the command line with the passes in it as ids have them."""
    file, separator, rest = argument.partition("::")
    if not file.endswith((".yaml", ".yml")):
        return argument
    parts = [typed(part) if re.match(r"\w+=", part) else part for part in rest.split("::")]
    return file + separator + "::".join(parts)


def as_keyword(words: str) -> str:
    """A pass, or an expression with passes in it, in characters that ``-k`` can read: ``drive-1.1xrated``."""
    return _SIGNS.sub("-", _TIMES.sub("x", _UNIT.sub(r"=\1", words)))
