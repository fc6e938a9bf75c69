"""The catalogue of diagnostics: what each code means, why it is a mistake, and an example that shows it.

Entries lie in ``codes/*.yaml``, by the second part of their codes; adding a code is adding an entry:

- ``means`` and ``why``: one sentence or two; ``severity`` where it is no error.
- ``examples``: one for each kind of document that has the code. ``wrong`` takes the place of ``right`` (or of
  ``original``) in a sound document: the one that ships, another that ``of`` names, or the text under ``base``. The
  characters that the diagnostic underlines stand between « and », in ``wrong`` or, if they are elsewhere, in ``at``.
- ``bench`` names the bench that the plan is checked on; with ``option``, ``wrong`` and ``right`` are what stands behind
  ``--set`` or ``--slot``; ``file`` is a file that cannot be written down, its place given by ``caret`` (line, column,
  length); ``remedy`` says what would be right where no text can show it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rig.documents.diagnostics import Diagnostics, Severity, Span
from rig.documents.fields import Field, Reader, Record, Table, Text, Word
from rig.documents.yaml_nodes import Scalar, read_document

FOLDER = Path(__file__).with_name("codes")

FILES = ("missing", "unreadable", "too-large", "not-utf-8", "binary", "empty", "too-deep", "too-many")
"""Files that an entry cannot write down."""

OPTIONS = ("set", "slot")

BENCHES = ("four-belts", "fault-relays", "another-device", "one-heater", "not-simulated")
"""Benches of examples: two that ship, and the reference bench changed: another device, one heater, no simulation."""


@dataclass(frozen=True, slots=True)
class Example:
    """A document with one mistake, and what would be right; see the head of this page."""

    span: Span
    right: Scalar | None = None
    wrong: Scalar | None = None
    original: Scalar | None = None
    at: Scalar | None = None
    of: Scalar | None = None
    base: Scalar | None = None
    bench: Scalar | None = None
    option: Scalar | None = None
    file: Scalar | None = None
    caret: Scalar | None = None
    remedy: Scalar | None = None


@dataclass(frozen=True, slots=True)
class _Entry:
    span: Span
    means: Scalar
    why: Scalar
    examples: dict[Scalar, Example]
    severity: Scalar | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """One code: kind of document and name, what it means, why it is a mistake, an example."""

    kind: str
    name: str
    severity: Severity
    means: str
    why: str
    example: Example

    @property
    def text(self) -> str:
        """As diagnostics print it, e.g. ``plan/unknown-key``."""
        return f"{self.kind}/{self.name}"


_PROSE = Field(Text(prose=True), required=True)
_SNIPPET = Field(Text(prose=True))
_EXAMPLE = Record(
    Example,
    {
        "right": _SNIPPET,
        "wrong": _SNIPPET,
        "original": _SNIPPET,
        "at": _SNIPPET,
        "of": Field(Text()),
        "base": _SNIPPET,
        "bench": Field(Word(BENCHES)),
        "option": Field(Word(OPTIONS)),
        "file": Field(Word(FILES)),
        "caret": Field(Text()),
        "remedy": _SNIPPET,
    },
)
_ENTRIES = Table(
    Record(
        _Entry,
        {
            "means": _PROSE,
            "why": _PROSE,
            "severity": Field(Word((Severity.WARNING.value, Severity.NOTE.value))),
            "examples": Field(Table(_EXAMPLE), required=True),
        },
    )
)


@cache
def read_catalogue() -> tuple[Code, ...]:
    """Every code, by kind of document in the order of their entries.

    Raises:
        DiagnosticsError: the catalogue holds mistakes.
    """
    diagnostics = Diagnostics()
    codes = [code for file in sorted(FOLDER.glob("*.yaml")) for code in _read(file, diagnostics)]
    diagnostics.raise_if_errors()
    return tuple(sorted(codes, key=lambda code: code.kind))


def _read(file: Path, diagnostics: Diagnostics) -> Iterator[Code]:
    document = read_document(file, diagnostics)
    if document is None:
        return
    entries = _ENTRIES.read(document.root, Reader(document, "codes", diagnostics), "the catalogue")
    for name, entry in (entries or {}).items():
        severity = Severity.ERROR if entry.severity is None else Severity(entry.severity.text)
        for kind, example in entry.examples.items():
            yield Code(kind.text, name.text, severity, entry.means.text, entry.why.text, example)
