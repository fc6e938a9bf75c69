"""The cells of a column as readings: numbers in base units, and texts where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise

from rig.documents import quoted
from rig.logger.instants import number_of
from rig.logger.table import CsvError, Table
from rig.plan.logged_signals import LoggedSignal
from rig.signals.layout import READABLE
from rig.units import Dimension

OVERLOADED = frozenset(
    {"OL", "+OL", "-OL", "OL.", "O.L", "OVLD", "OVER", "OVERLOAD", "OVERFLOW", "OVERRANGE", "OPEN", "BURNOUT"}
)
"""What loggers write for a reading beyond their range, an open probe among them; in capitals."""

BEYOND = "9.9E37"
"""The instrument's word for it that records hold."""

COLDEST_DEGC = -200.0
"""Where the ranges of thermocouples begin: what comes to less was read in another unit, or is no temperature."""

DISCONNECTED_DEGC = -127.0
"""What drivers of one-wire sensors (DS18B20) give for one that does not answer; no probe here gets so cold."""

_LIKE_DISCONNECTED_K = 0.1

_DOUBTFUL_DEGC = DISCONNECTED_DEGC + _LIKE_DISCONNECTED_K

NEAR_ZERO_K = 10.0
"""A temperature that comes to exactly zero comes through readings nearer than that; else many loggers mean no probe."""

FAR_BELOW_K = 30.0
"""No probe falls so far from one reading to the next, keeps its digits there and comes back at once."""


def read_cells(cells: Sequence[str], signal: LoggedSignal, decimal: str, table: Table) -> list[float | str]:
    """The column's readings; numbers beyond what an instrument measures stay as they are.

    Raises:
        CsvError: the column holds no number at all.
    """
    if signal.words:
        readings: list[float | str] = [signal.words.get(cell.strip(), cell.strip()) for cell in cells]
    else:
        plain = _plain_numbers(cells, signal, decimal)
        readings = list(plain or [_number(cell.strip(), signal, decimal) for cell in cells])
    if not any(isinstance(reading, float) for reading in readings):
        raise CsvError(f"reading {table.file}: {_unread(cells, signal, decimal)}")
    return readings


def drop_placeholders(readings: list[float | str], zero: float) -> None:
    """Put the word for an open probe where a logger writes one number for it.

    That is a temperature of exactly zero while the reading before or behind is not near, and one that keeps its digits
    far below the readings before and behind.

    Args:
        readings: in °C.
        zero: what a cell of 0 comes to, in °C.
    """
    numbers = [reading for reading in readings if isinstance(reading, float)]
    if zero not in numbers and not any(after - before > FAR_BELOW_K for before, after in pairwise(numbers)):
        return
    rows = [row for row, reading in enumerate(readings) if isinstance(reading, float)]
    runs = [(value, list(alike)) for value, alike in groupby(rows, key=readings.__getitem__)]
    values = [value for value, _ in runs if isinstance(value, float)]
    for number, (value, alike) in enumerate(zip(values, (rows for _, rows in runs), strict=True)):
        beside = [values[n] for n in (number - 1, number + 1) if 0 <= n < len(values)]
        is_zero = value == zero and any(abs(degc - zero) > NEAR_ZERO_K for degc in beside)
        is_hole = len(beside) > 1 and all(degc - value > FAR_BELOW_K for degc in beside)
        if is_zero or is_hole:
            for row in alike:
                readings[row] = BEYOND


def unread_words(signal: LoggedSignal, readings: Sequence[float | str], lines: Sequence[int]) -> str:
    """How many cells of a column are texts that nothing tells the meaning of, '' for none; overload has one."""
    texts = [
        (text, line)
        for text, line in zip(readings, lines, strict=True)
        if isinstance(text, str) and text not in ("", BEYOND)
    ]
    if not texts:
        return ""
    (first, line), count = texts[0], len(texts)
    what = "no word of the mapping" if signal.words else "no reading"
    cells = f"{count} cells are" if count > 1 else "a cell is"
    return f"column {quoted(signal.column.text)}: {cells} {what}, the first {quoted(first)} in line {line}"


def _unread(cells: Sequence[str], signal: LoggedSignal, decimal: str) -> str:
    """Why a column has no reading, in words, and what to do."""
    column = quoted(signal.column.text)
    first = next((cell.strip() for cell in cells if cell.strip()), "")
    if not signal.words and _is_number(first, decimal):
        below = f"column {column} begins with {quoted(first)}, below {COLDEST_DEGC:g} degC"
        return f"{below}; correct the unit of {signal.name}"
    what = f"it begins with {quoted(first)}" if first else "it is blank"
    remedy = f"correct csv: decimal, or the column or words of {signal.name}"
    return f"no cell of column {column} is a number or a word of the mapping, {what}; {remedy}"


def _is_number(text: str, decimal: str) -> bool:
    try:
        number_of(text, decimal)
    except (ValueError, OverflowError):
        return False
    return True


def _plain_numbers(cells: Sequence[str], signal: LoggedSignal, decimal: str) -> Sequence[float | str] | None:
    """The whole column at once if every cell of it is a plain number, as in most files; else None."""
    if decimal != "." or any("_" in cell for cell in cells):
        return None
    try:
        numbers = [float(cell) for cell in cells]
    except ValueError:
        return None
    factor, offset = signal.factor, signal.offset
    if not all(-READABLE < number < READABLE for number in numbers):
        return None
    values = [factor * number + offset for number in numbers]
    is_doubtful = signal.measured is Dimension.TEMPERATURE and min(values, default=0.0) < _DOUBTFUL_DEGC
    return None if is_doubtful else values


def _is_too_cold(number: float, signal: LoggedSignal) -> bool:
    """Whether a number of the column comes to a temperature that nothing here could have measured."""
    if signal.measured is not Dimension.TEMPERATURE:
        return False
    degc = signal.factor * number + signal.offset
    return degc < COLDEST_DEGC or abs(degc - DISCONNECTED_DEGC) < _LIKE_DISCONNECTED_K


def _number(text: str, signal: LoggedSignal, decimal: str) -> float | str:
    """What a cell comes to in base units, or the text that stands in place of a number."""
    try:
        number = number_of(text, decimal)
    except (ValueError, OverflowError):
        return BEYOND if text.upper() in OVERLOADED else text
    if abs(number) >= READABLE:
        return number
    return text if _is_too_cold(number, signal) else signal.factor * number + signal.offset
