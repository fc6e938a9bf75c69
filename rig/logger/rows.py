"""The rows of a file as instants and readings: numbers in base units, and texts where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rig.documents import quoted
from rig.logger.instants import Read, instant_reader, number_of
from rig.logger.stamps import read_stamps
from rig.logger.table import CsvError, Table, open_table
from rig.plan.logged_signals import LoggedSignal
from rig.plan.mapping import LogMapping, TimeColumn
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

FINEST_DIGITS = 5
"""Digits of a second that an absolute instant has: a serial date of this century is known to a microsecond."""

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Rows:
    """A file that has been read.

    t: of each row in s, from the first row where times are absolute. began: the instant of t = 0, None if nobody says.
    readings: of each signal a reading a row, a number or the text in place of one, '' for a blank cell. texts: of each
    event's column its text a row. damaged: words about lines that are not whole or have no instant, '' for none.
    within_s: how far a row may have been read from its instant, 0 where its stamp is its own. notes: what stamps were
    taken for, in words.
    """

    t: list[float]
    began: datetime | None
    readings: dict[str, list[float | str]]
    texts: list[list[str]]
    damaged: str
    within_s: float = 0.0
    notes: tuple[str, ...] = ()


def read_rows(path: Path, mapping: LogMapping) -> Rows:
    """All rows of a file.

    Raises:
        CsvError: the file is not as the mapping says.
    """
    table = open_table(path, mapping.dialect)
    time = mapping.time
    when, clock = table.find(time.column), None if time.clock is None else table.find(time.clock)
    columns = [(table.find(signal.column), signal) for signal in mapping.signals]
    watched = [table.find(event.column) for event in mapping.events]
    read = instant_reader(time, mapping.dialect.decimal)
    t: list[float] = []
    cells_of: list[list[str]] = [[] for _ in columns]
    texts: list[list[str]] = [[] for _ in watched]
    timeless: list[str] = []
    for line, cells in table.rows:
        text = cells[when].strip() if clock is None else f"{cells[when].strip()} {cells[clock].strip()}"
        at = _instant(text, line, read, table, first=not t)
        if at is None:
            timeless.append(f"the time {quoted(text)} of line {line} cannot be read")
            continue
        t.append(at)
        for kept, (column, _) in zip(cells_of, columns, strict=True):
            kept.append(cells[column])
        for seen, column in zip(texts, watched, strict=True):
            seen.append(cells[column].strip())
    decimal = mapping.dialect.decimal
    readings = {
        signal.name: _readings(cells, signal, decimal, table)
        for cells, (_, signal) in zip(cells_of, columns, strict=True)
    }
    timed = read_stamps(t, list(readings.values()), is_clock=time.is_clock)
    began = _began(timed.t[0], time)
    t = timed.t if time.is_relative else [round(at - timed.t[0], FINEST_DIGITS) for at in timed.t]
    damaged = _some([*table.damaged, *timeless, *timed.faults])
    return Rows(t, began, readings, texts, damaged, timed.within_s, timed.notes)


def _instant(text: str, line: int, read: Read, table: Table, *, first: bool) -> float | None:
    """The instant of a row; None if it cannot be read, which in the first row says that the mapping is wrong."""
    try:
        return read(text)
    except (ValueError, OverflowError) as error:
        if not first:
            return None
        words = f"its time {quoted(text)} cannot be read: {error}"
        raise CsvError(f"reading {table.file}, line {line}: {words}; correct time: of the mapping") from error


def _began(first_s: float, time: TimeColumn) -> datetime | None:
    return time.began if time.is_relative else datetime.fromtimestamp(first_s, tz=UTC)


def _readings(cells: Sequence[str], signal: LoggedSignal, decimal: str, table: Table) -> list[float | str]:
    """The column's readings; numbers beyond what an instrument measures stay as they are.

    Raises:
        CsvError: the column holds no number at all.
    """
    if signal.words:
        readings = [signal.words.get(cell.strip(), cell.strip()) for cell in cells]
    else:
        readings = _plain_numbers(cells, signal, decimal) or [
            _number(cell.strip(), signal, decimal) for cell in cells
        ]
    if not any(isinstance(reading, float) for reading in readings):
        raise CsvError(f"reading {table.file}: {_unread(cells, signal, decimal)}")
    return readings


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


def _plain_numbers(cells: Sequence[str], signal: LoggedSignal, decimal: str) -> list[float | str] | None:
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
    values: list[float | str] = [factor * number + offset for number in numbers]
    return None if _is_too_cold(min(numbers, default=0.0), signal) else values


def _is_too_cold(number: float, signal: LoggedSignal) -> bool:
    """Whether a number of the column comes to a temperature that nothing here could have measured."""
    is_temperature = signal.measured is Dimension.TEMPERATURE
    return is_temperature and signal.factor * number + signal.offset < COLDEST_DEGC


def _number(text: str, signal: LoggedSignal, decimal: str) -> float | str:
    """What a cell comes to in base units, or the text that stands in place of a number."""
    try:
        number = number_of(text, decimal)
    except (ValueError, OverflowError):
        return BEYOND if text.upper() in OVERLOADED else text
    if abs(number) >= READABLE:
        return number
    return text if _is_too_cold(number, signal) else signal.factor * number + signal.offset


def _some(words: Sequence[str]) -> str:
    more = f" and {len(words) - _SHOWN} more lines" if len(words) > _SHOWN else ""
    return "; ".join(words[:_SHOWN]) + more
