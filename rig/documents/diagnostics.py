"""Diagnostics: every mistake of a document with its place, the offending text and what would be right."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

from rig.errors import InputError

CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
"""Characters that act on a terminal or reorder a line: C0 and C1 with escape, separators, marks of direction."""


_HANDFUL = 5
"""Words that a help line names of many."""


class Severity(StrEnum):
    """How grave a diagnostic is; only an error stops a plan from running."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of text on one line of a file; line and column count from 1, length in characters."""

    file: str
    line: int
    column: int
    length: int = 1


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake. code is stable (``plan/wrong-dimension``); excerpt is the line of the file, if known."""

    code: str
    severity: Severity
    file: str
    line: int
    column: int
    length: int
    message: str
    help: str
    excerpt: str = field(default="", compare=False)

    def to_json(self) -> dict[str, str | int]:
        """The keys of ``rig check --json``."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "length": self.length,
            "message": self.message,
            "help": self.help,
        }

    def __str__(self) -> str:
        head = f"{self.severity.value}[{self.code}]: {self.message}"
        where = f" --> {visible(self.file)}:{self.line}:{self.column}"
        margin = " " * len(str(self.line))
        lines = [head, margin + where]
        if self.excerpt:
            text, column = _window(self.excerpt, self.column)
            caret = "^" * max(1, min(self.length, len(text) - column + 1))
            lines += [
                f"{margin} |",
                f"{self.line} | {text}",
                f"{margin} | {' ' * (column - 1)}{caret}",
            ]
        if self.help:
            lines.append(f"{margin} = help: {self.help}")
        return "\n".join(lines)


class DiagnosticsError(InputError):
    """Documents cannot be used; ``diagnostics`` holds errors and warnings, sorted, each once."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = sorted_once(diagnostics)
        super().__init__(render(self.diagnostics))


class Diagnostics:
    """Collects the diagnostics of one or more documents; knows their text, so that it can quote lines."""

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []
        self._errors = 0
        self._lines: dict[str, list[str]] = {}

    def know(self, file: str, text: str) -> None:
        """Keep the text of a file for the excerpts of diagnostics in it."""
        self._lines[file] = text.split("\n")

    def error(self, code: str, span: Span, message: str, remedy: str) -> None:
        """Add an error: what is wrong, and what would be right."""
        self._add(Severity.ERROR, code, span, message, remedy)

    def warning(self, code: str, span: Span, message: str, remedy: str) -> None:
        """Add a warning: the document can be used, but hardly as meant."""
        self._add(Severity.WARNING, code, span, message, remedy)

    def note(self, code: str, span: Span, message: str, remedy: str) -> None:
        """Add a note: true, and worth knowing before the result is used."""
        self._add(Severity.NOTE, code, span, message, remedy)

    @property
    def has_errors(self) -> bool:
        """Whether any of them is an error."""
        return self._errors > 0

    @property
    def error_count(self) -> int:
        """How many errors were added."""
        return self._errors

    def sorted(self) -> list[Diagnostic]:
        """All of them by file, line and column, each once."""
        return sorted_once(self._found)

    def raise_if_errors(self) -> None:
        """Raise the errors and warnings that were collected if there is an error among them.

        Raises:
            DiagnosticsError: at least one diagnostic is an error.
        """
        if self.has_errors:
            raise DiagnosticsError(found for found in self._found if found.severity is not Severity.NOTE)

    def _add(self, severity: Severity, code: str, span: Span, message: str, remedy: str) -> None:
        lines = self._lines.get(span.file, [])
        excerpt = lines[span.line - 1].rstrip("\r") if span.line <= len(lines) else ""
        place = (span.file, span.line, span.column, span.length)
        self._errors += severity is Severity.ERROR
        self._found.append(Diagnostic(code, severity, *place, _lines(message), _lines(remedy), excerpt))


def sorted_once(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics by file, line, column and code, each once."""
    unique = dict.fromkeys(diagnostics)
    return sorted(unique, key=lambda found: (found.file, found.line, found.column, found.code, found.message))


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """The diagnostics as people read them: message, place, the line with a caret under it, help."""
    return "\n".join(str(found) for found in diagnostics)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A help line: the nearest of the known words, or all of them if none is near."""
    choices = sorted(known)
    close = nearest(word, choices)
    if close is not None:
        return f'did you mean "{close}"?'
    return "write one of " + ", ".join(choices) if choices else ""


def some_of(word: str, known: Iterable[str]) -> str:
    """A help line as `did_you_mean`, but of many words it names a handful: those that are most like the given one."""
    choices = sorted(set(known))
    close = nearest(word, choices)
    if close is not None or len(choices) <= _HANDFUL:
        return did_you_mean(word, choices)
    few = get_close_matches(word.lower()[:64], choices, n=_HANDFUL, cutoff=0.0)
    return f"there are e.g. {', '.join(few)}"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like the given one, None if none is much like it."""
    folded = {choice.lower(): choice for choice in sorted(known, reverse=True)}
    close = get_close_matches(word.lower()[:64], folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def quoted(text: str) -> str:
    """The text in quotation marks on one line, shortened if it is long."""
    flat = visible(" ".join(text.split()))
    return f'"{flat if len(flat) <= 60 else flat[:57] + "..."}"'


def visible(text: str) -> str:
    """The text with control characters written out, so that none of them reaches a terminal."""
    return CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def one_of(known: Iterable[str]) -> str:
    """A help line that lists what may be written."""
    return "write one of " + ", ".join(sorted(known))


def _lines(text: str) -> str:
    return "\n".join(map(visible, text.split("\n")))


def _window(line: str, column: int) -> tuple[str, int]:
    """At most 120 characters of the line around the column, and the column within them."""
    start = max(0, column - 61) if len(line) > 120 else 0
    visible = "".join(char if char.isprintable() else " " for char in line[start : start + 120])
    return visible, column - start
