"""Patterns of strptime for the times of a file: whether they name a date, and what makes one unusable."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

_DIRECTIVE = re.compile(r"%(.)")
_OF_DATES = frozenset("djmbByYcxGUWVuwaA")
_WHOLE_DATES = ({"c"}, {"x"}, {"d", "month", "year"}, {"j", "year"})
_PARTS = {"m": "month", "b": "month", "B": "month", "y": "year", "Y": "year"}
_EXAMPLE = datetime(2026, 6, 15, 9, 30, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a pattern cannot tell instants, in words that follow it, and what to do."""

    words: str
    remedy: str


def is_dateless(pattern: str) -> bool:
    """Whether a pattern is of a time of day alone."""
    return "%" in pattern and not _OF_DATES & set(_DIRECTIVE.findall(pattern))


def flaw_of(pattern: str) -> Flaw | None:
    """What is wrong with a pattern, None for one that tells instants."""
    directives = set(_DIRECTIVE.findall(pattern))
    try:
        datetime.strptime(_EXAMPLE.strftime(pattern), pattern).astimezone(UTC)
    except (ValueError, re.error) as error:
        return Flaw(
            f"is no pattern of strptime: {error}",
            "write e.g. %d.%m.%Y %H:%M:%S; %m is the month, %M the minute",
        )
    if "p" in directives and "I" not in directives:
        return Flaw("does not heed AM and PM", "write %I for hours of 1 to 12, %H is of 0 to 23")
    if "I" in directives and "p" not in directives:
        return Flaw("does not tell AM from PM", "add %p, or write %H for hours of 0 to 23")
    parts = {_PARTS.get(directive, directive) for directive in directives}
    if not is_dateless(pattern) and not any(date <= parts for date in _WHOLE_DATES):
        return Flaw("names no whole date", "write day, month and year, or none of them and began:")
    return None
