"""A CSV file as rows of texts with the numbers of their lines, written as a dialect says."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rig.documents import Scalar, did_you_mean, quoted
from rig.errors import InputError
from rig.plan.mapping import Dialect

NUMBERED = "#"
"""What a column is called by that has no name: #1 is the first."""

_WORKBOOK = b"PK\x03\x04"

CUT = "…"
"""What is put behind a cell that may be a part of one only."""

_OTHERS = {";": "semicolon", "\t": "tab", "|": "pipe", ",": "comma"}


class CsvError(InputError):
    """A file cannot be read as its mapping says."""


@dataclass
class Table:
    """Rows of a file.

    columns: their names, '' each where the file has no header. width: how many cells a row may have. least: how many
    it must have, as many as the first one and as are looked at. damaged: words about lines that are not whole, and
    notes: what was made of others; both filled as rows are read.
    """

    file: str
    columns: list[str]
    width: int
    rows: Iterator[tuple[int, list[str]]]
    least: int = 0
    damaged: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def find(self, column: Scalar) -> int:
        """Which cell of a row a column is.

        Raises:
            CsvError: the file has no such column, or several.
        """
        name = column.text
        number = name[len(NUMBERED) :] if name.startswith(NUMBERED) else ""
        if number.isascii() and number.isdigit() and 1 <= int(number) <= self.width:
            return self._needed(int(number) - 1)
        if self.columns.count(name) == 1:
            return self._needed(self.columns.index(name))
        place = f"{column.span.file}:{column.span.line}:{column.span.column}"
        if name in self.columns:
            words = f"several columns are called {quoted(name)}; write {NUMBERED}1 to {NUMBERED}{self.width}"
        else:
            words = f"there is no column {quoted(name)}; {self._known(name)}"
        raise CsvError(f"reading {self.file} as {place} says: {words}")

    def _needed(self, index: int) -> int:
        self.least = max(self.least, index + 1)
        return index

    def _known(self, name: str) -> str:
        if not any(self.columns):
            return f"it has no header, so write {NUMBERED}1 to {NUMBERED}{self.width}"
        words = did_you_mean(name, (column for column in self.columns if column))
        other = next((_OTHERS[sign] for sign in _OTHERS if self.width == 1 and sign in self.columns[0]), "")
        return f"{words}; perhaps separator: {other}" if other else words


def open_table(path: Path, dialect: Dialect) -> Table:
    """The table of a file.

    Raises:
        CsvError: it cannot be read, or is not written as the dialect says.
    """
    lines = _numbered(_text(path, dialect), dialect)
    names: list[str] = []
    if dialect.header:
        line, names = next(_cells(lines, dialect, path, dialect.header), (0, []))
        if line != dialect.header:
            raise CsvError(
                f"reading {path}: line {dialect.header} should name the columns, and holds nothing"
            )
        names = [name.strip() for name in names]
        while names and not names[-1]:
            names.pop()
    rows = _cells(lines, dialect, path, dialect.data)
    first = next(rows, None)
    if first is None:
        raise CsvError(f"reading {path}: there is no reading from line {dialect.data} on")
    width = len(names) or len(first[1])
    table = Table(str(path), names or [""] * width, width, iter(()), least=min(width, len(first[1])))
    table.rows = _whole(table, first, rows, lines)
    return table


def _text(path: Path, dialect: Dialect) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CsvError(f"reading {path}: {error.strerror or error}; give the path of a file") from error
    if data.startswith(_WORKBOOK):
        raise CsvError(
            f"reading {path}: it is a workbook of a spreadsheet; save the sheet as CSV, with all digits"
        )
    encoding = "utf-8-sig" if dialect.encoding == "utf-8" else dialect.encoding
    if encoding == "utf-16" and data.startswith(b"\0"):
        encoding = "utf-16-be"
    try:
        text = data.decode(encoding)
    except UnicodeError as error:
        words = f"it is not {dialect.encoding}: {error}"
        raise CsvError(
            f"reading {path}: {words}; write csv: {{encoding: utf-16, latin-1 or cp1252}}"
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        words = f"it holds zero bytes from line {line} on, as a loss of power leaves them"
        raise CsvError(
            f"reading {path}: {words}; remove them, or write csv: {{encoding: utf-16}} if it is that"
        )
    return text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")


class _Lines(Iterator[str]):
    """The lines of a text that hold something, with the number of the newest."""

    def __init__(self, text: str, comment: str) -> None:
        self._lines = io.StringIO(text, newline=None)
        self._comment = comment
        self.number = 0
        self.least = 0
        self.is_cut = False

    def __next__(self) -> str:
        for line in self._lines:
            self.number += 1
            empty = not line.strip() or (self._comment and line.lstrip().startswith(self._comment))
            if self.number >= self.least and not empty:
                self.is_cut = not line.endswith("\n")
                return line
        raise StopIteration


def _numbered(text: str, dialect: Dialect) -> _Lines:
    return _Lines(text, dialect.comment)


def _cells(lines: _Lines, dialect: Dialect, path: Path, least: int) -> Iterator[tuple[int, list[str]]]:
    lines.least = least
    if dialect.separator == " ":
        for line in lines:
            yield lines.number, line.split()
        return
    number = 0
    reader = csv.reader(lines, delimiter=dialect.separator, skipinitialspace=True, strict=True)
    try:
        for cells in reader:
            number = lines.number
            yield number, cells
    except csv.Error as error:
        words = f"{error}; mend the line, a quotation mark that nothing closes perhaps"
        raise CsvError(f"reading {path}, a line from {number + 1} on: {words}") from error


def _whole(
    table: Table, first: tuple[int, list[str]], rows: Iterator[tuple[int, list[str]]], lines: _Lines
) -> Iterator[tuple[int, list[str]]]:
    """The rows, each of the table's width; a line that is too short is noted, one that is too long refused.

    The last cell of a line that does not end may be a part of a number, so it is none.
    """
    width = table.width
    row: tuple[int, list[str]] | None = first
    while row is not None:
        line, cells = row
        if len(cells) > width:
            if any(cell.strip() for cell in cells[width:]):
                words = f"it has {len(cells)} cells where there are {width} columns"
                remedy = "a decimal comma needs csv: {separator: semicolon, decimal: comma}"
                raise CsvError(f"reading {table.file}, line {line}: {words}; {remedy}")
            del cells[width:]
        if lines.is_cut and cells:
            table.notes.append(
                f"line {line} does not end, so its last cell {quoted(cells[-1])} may be cut off"
            )
            cells[-1] += CUT
        if len(cells) < width:
            if len(cells) < table.least:
                table.damaged.append(f"line {line} has {len(cells)} of {table.least} cells")
            cells.extend([""] * (width - len(cells)))
        yield line, cells
        row = next(rows, None)
