"""The instants of rows: texts of many formats to seconds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from math import isfinite

from rig.plan.mapping import TimeColumn

Read = Callable[[str], float]
"""A text to seconds: since 1970 in UTC, or on the file's own axis where times are relative."""

_UNIX_DAY_0 = datetime(1970, 1, 1, tzinfo=UTC)
_UNIX_DAY_0_OF_EXCEL = 25569.0
_STRPTIME_DAY = datetime(1900, 1, 1, tzinfo=UTC)
"""The day that strptime gives to a time of day."""

CLOCKS: Mapping[str, int] = {"h:m:s": 3, "m:s": 2}
"""Formats of numbers with colons by how many there are."""

_SIGN_APART = re.compile(r"([+-])\s+(?=\S)")


def instant_reader(time: TimeColumn, decimal: str) -> Read:
    """What reads the texts of a time column.

    It raises ValueError for a text that is no instant of the format, or names no zone where nothing else does.
    """
    if time.format in ("seconds", "epoch"):
        return lambda text: number_of(text, decimal) * time.scale_s
    if time.format in CLOCKS:
        return lambda text: _clock(text, decimal, CLOCKS[time.format])
    if time.format == "excel":
        return lambda text: _excel(number_of(text, decimal), time.zone)
    if time.format == "iso8601":
        return lambda text: _zoned(datetime.fromisoformat(text.replace(",", ".")), time.zone)
    return _pattern_reader(time)


def _pattern_reader(time: TimeColumn) -> Read:
    if "%z" in time.format:
        return lambda text: datetime.strptime(text, time.format).astimezone(UTC).timestamp()
    zone, zero = (UTC, _STRPTIME_DAY.timestamp()) if time.is_clock else (time.zone, 0.0)
    return lambda text: datetime.strptime(text, time.format).replace(tzinfo=zone).timestamp() - zero


def number_of(text: str, decimal: str) -> float:
    """A finite number; its sign may stand apart.

    Raises:
        ValueError: the text is none.
    """
    if decimal != ".":
        if "." in text:
            raise ValueError(f"{text!r} has a decimal point")
        text = text.replace(decimal, ".")
    number = float(_SIGN_APART.sub(r"\1", text))
    if not isfinite(number) or "_" in text:
        raise ValueError(f"{text!r} is no number")
    return number


def _clock(text: str, decimal: str, count: int) -> float:
    """Hours, minutes and seconds, or minutes and seconds; the first may be any number."""
    parts = text.split(":")
    if len(parts) != count:
        raise ValueError(
            f'{len(parts)} numbers, not {count}; write "h:m:s", "m:s" or, of hours and minutes, "%H:%M"'
        )
    *larger, seconds = (number_of(part, decimal) for part in parts)
    sign = -1.0 if text.startswith("-") else 1.0
    whole = 0.0
    for part in larger:
        whole = 60.0 * (whole + abs(part))
    return sign * (whole + seconds)


def _excel(days: float, zone: tzinfo | None) -> float:
    """Serial date of Excel's calendar from 1900, right from 1 March 1900 on."""
    local = _UNIX_DAY_0 + timedelta(days=days - _UNIX_DAY_0_OF_EXCEL)
    return local.replace(tzinfo=zone).timestamp()


def _zoned(instant: datetime, zone: tzinfo | None) -> float:
    if instant.tzinfo is None:
        if zone is None:
            raise ValueError("it names no zone; add zone: to the mapping, e.g. UTC, +01:00 or Europe/Berlin")
        instant = instant.replace(tzinfo=zone)
    return instant.timestamp()
