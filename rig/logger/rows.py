"""The rows of a file as instants and readings: numbers in base units, and texts where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rig.documents import quoted
from rig.logger.headings import require_scale, require_time_unit
from rig.logger.instants import Read, instant_reader
from rig.logger.readings import drop_placeholders, read_cells, unread_words
from rig.logger.stamps import read_stamps
from rig.logger.table import CsvError, Table, open_table
from rig.plan.mapping import LogMapping, TimeColumn
from rig.units import Dimension

FINEST_DIGITS = 5
"""Digits of a second that an absolute instant has: a serial date of this century is known to a microsecond."""

_NO_ROWS = "; take out lines that are no readings (a footer, a second header), or name how they begin by csv: comment:"

LONGEST_S = 366 * 86400.0
"""No record is as long; what counts beyond it has another unit, or is since 1970."""

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Rows:
    """A file that has been read.

    t: of each row in s, from the first row where times are absolute. began: the instant of t = 0, None if nobody says.
    readings: of each signal a reading a row, a number or the text in place of one, '' for a blank cell. texts: of each
    event's column its text a row. damaged: words about lines that are not whole or have no instant, '' for none.
    within_s: how far a row may have been read from its instant, 0 where its stamp is its own. notes: what stamps were
    taken for, and which cells are no readings, in words.
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
    require_time_unit(table, time)
    for signal in mapping.signals:
        require_scale(table, signal)
    watched = [table.find(event.column) for event in mapping.events]
    read = instant_reader(time, mapping.dialect.decimal)
    t: list[float] = []
    cells_of: list[list[str]] = [[] for _ in columns]
    texts: list[list[str]] = [[] for _ in watched]
    timeless: list[str] = []
    lines: list[int] = []
    for line, cells in table.rows:
        text = cells[when].strip() if clock is None else f"{cells[when].strip()} {cells[clock].strip()}"
        at = _instant(text, line, read, table, first=not t)
        if at is None:
            timeless.append(f"the time {quoted(text)} of line {line} cannot be read")
            continue
        t.append(at)
        lines.append(line)
        for kept, (column, _) in zip(cells_of, columns, strict=True):
            kept.append(cells[column])
        for seen, column in zip(texts, watched, strict=True):
            seen.append(cells[column].strip())
    decimal = mapping.dialect.decimal
    readings = {
        signal.name: read_cells(cells, signal, decimal, table)
        for cells, (_, signal) in zip(cells_of, columns, strict=True)
    }
    drive = None if mapping.heat is None else mapping.heat.signal
    for signal in mapping.signals:
        if signal.measured is Dimension.TEMPERATURE and signal.thermocouple is None and signal.name != drive:
            drop_placeholders(readings[signal.name], signal.offset)
    timed = read_stamps(t, list(readings.values()), is_clock=time.is_clock)
    began = _began(timed.t, time, table)
    t = timed.t if time.is_relative else [round(at - timed.t[0], FINEST_DIGITS) for at in timed.t]
    damaged = _some([*table.damaged, *timeless, *timed.faults]) + (_NO_ROWS if timeless else "")
    unread = (unread_words(signal, readings[signal.name], lines) for signal in mapping.signals)
    notes = (*timed.notes, *table.notes, *(words for words in unread if words))
    return Rows(t, began, readings, texts, damaged, timed.within_s, notes)


def _instant(text: str, line: int, read: Read, table: Table, *, first: bool) -> float | None:
    """The instant of a row; None if it cannot be read, which in the first row says that the mapping is wrong."""
    try:
        return read(text)
    except (ValueError, OverflowError) as error:
        if not first:
            return None
        words = f"its time {quoted(text)} cannot be read: {error}"
        raise CsvError(f"reading {table.file}, line {line}: {words}; correct time: of the mapping") from error


def _began(t: Sequence[float], time: TimeColumn, table: Table) -> datetime | None:
    """The instant of t = 0.

    Raises:
        CsvError: the file's instants lie where no record does, so that it counts otherwise than the mapping says.
    """
    place = f"reading {table.file}: its times as {quoted(time.format)}"
    if time.is_relative:
        if max(t) > LONGEST_S:
            raise CsvError(f"{place} count {max(t):.10g} s; correct format or unit of time: (epoch, or ms?)")
        return time.began
    try:
        return datetime.fromtimestamp(t[0], tz=UTC)
    except (OverflowError, OSError, ValueError) as error:
        words = f"begin {t[0]:.10g} s after 1970, which is no year of ours"
        raise CsvError(f"{place} {words}; correct unit of time: (ms or us?)") from error


def _some(words: Sequence[str]) -> str:
    more = f" and {len(words) - _SHOWN} more lines" if len(words) > _SHOWN else ""
    return "; ".join(words[:_SHOWN]) + more
