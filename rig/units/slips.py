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
        (
            rf"{_NUMBER}\s*{_UNIT}\s*[+\-]\s*{_NUMBER}\s*{_UNIT}",
            lambda *_: "nothing is added up: write one number with one unit",
        ),
    )
)


def find_slip(text: str) -> str | None:
    """What would be right, if the text is one of the usual slips; None if it is none."""
    for pattern, remedy in _SLIPS:
        match = pattern.fullmatch(text.strip())
        if match is not None:
            return remedy(*match.groups())
    return None
