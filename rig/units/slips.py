"""What people write where a quantity should stand, and what they mean by it."""

from __future__ import annotations

import re
from collections.abc import Callable

_SIGN = "[\N{MULTIPLICATION SIGN}*]"
_NUMBER = r"((?:\d{1,9}\.?\d{0,9}|\.\d{1,9}))"
_NAME = r"([A-Za-z_][A-Za-z0-9_]{0,79})"
_UNIT = r"([^\s\d.+*\-\N{MULTIPLICATION SIGN}][^+*\N{MULTIPLICATION SIGN}]{0,19})"


def _product(first: str, second: str, unit: str) -> str:
    return f"write the product: {float(first) * float(second):.10g} {unit}"


def _seconds(hours: str | None, minutes: str | None, seconds: str | None) -> float:
    return 3600.0 * float(hours or 0.0) + 60.0 * float(minutes or 0.0) + float(seconds or 0.0)


_BLANKS = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"

_SLIPS: tuple[tuple[re.Pattern[str], Callable[..., str]], ...] = tuple(
    (re.compile(pattern, re.ASCII), remedy)
    for pattern, remedy in (
        (
            rf"{_NAME}\s*{_SIGN}\s*{_NUMBER}",
            lambda name, number: f"the number comes first: write {number} × {name}",
        ),
        (
            rf"{_NUMBER}\s*%\s*{_SIGN}\s*{_NAME}",
            lambda percent, name: f"write {float(percent) / 100:.10g} × {name}",
        ),
        (rf"{_NUMBER}\s*{_SIGN}\s*{_NUMBER}\s*{_UNIT}", _product),
        (r"\d{1,4}:\d\d(?::\d\d)?", lambda: "write a time with its unit, e.g. 90 s or 1.5 min"),
        (rf"{_NUMBER}\s*m", lambda number: f'did you mean "{number} min"?'),
        (rf"{_NUMBER}\s*[xX]\s*{_NAME}", lambda number, name: f"write {number} × {name}"),
        (
            rf"{_NUMBER}\s*%\s*(?:of\s+)?{_NAME}",
            lambda percent, name: f"write {float(percent) / 100:.10g} × {name}",
        ),
        (
            rf"(?=.*[hn].*\d)(?:{_NUMBER}\s*h)?\s*(?:{_NUMBER}\s*min)?\s*(?:{_NUMBER}\s*s)?",
            lambda *parts: f"write one number with one unit: {_seconds(*parts):.10g} s",
        ),
        (r"\d{1,3}(?:[_' ]\d{3})+(?:\D.*)?", lambda: "thousands have no sign and no blank between them"),
        (
            rf"{_NUMBER}\s*{_UNIT}\s*[+\-]\s*{_NUMBER}\s*{_UNIT}",
            lambda *_: "nothing is added up: write one number with one unit",
        ),
    )
)


def find_slip(text: str) -> str | None:
    """What would be right, if the text is one of the usual slips; None if it is none."""
    if any(blank in text.strip() for blank in _BLANKS):
        return "a no-break or thin space stands in it; write a common blank"
    for pattern, remedy in _SLIPS:
        match = pattern.fullmatch(text.strip())
        if match is not None:
            return remedy(*match.groups())
    return None
