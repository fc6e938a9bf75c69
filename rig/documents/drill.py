"""The fault matrix as data: which fault, when, and what the run must come to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rig.documents.diagnostics import Diagnostics, Span
from rig.documents.fields import Field, Flag, Flagged, Many, Reader, Record, Text, Word
from rig.documents.quantities import Amount, Measure
from rig.documents.yaml_nodes import Document, Scalar
from rig.units import Dimension

STAGES = ("start", "heating", "steady", "at-trip", "off", "teardown")
"""When a fault can come: before the bench is opened, on the way up, regulated, as the cut-off nears, as the outputs go
off after a stop, and in the teardown, with everything off."""

ENDINGS = (
    "completed", "timeout", "interlock", "stop", "interrupt", "lost", "error", "record", "refused", "unopened",
)  # fmt: skip
"""Why a run ended, or that power was refused, or that the bench was never open."""

OFFS = ("confirmed", "not confirmed", "never on")
CODES = ("0", "1", "3", "4", "5", "70", "130")
PLAIN = frozenset({"3", "4"})
"""Exit codes that a fault calls for; a row that admits another says why."""

SINCE = ("fault", "off")
"""From when the time to off is counted: from the fault, or where it only shows then, from the beginning of the off."""


@dataclass(frozen=True, slots=True)
class FaultRow:
    """One row, or as a file has them, one for each of several faults at each of several stages.

    Attributes:
        faults: by their names. when: stages.
        ends: endings that are right. says: words that the message must hold. off: what must be said of the outputs.
        exit: exit codes that are right.
        within: seconds from the fault to confirmed off, or to saying that it could not be confirmed. since: unless
        they are counted from the beginning of the off.
        dark: off where the row is about an output that cannot go off; else no current may flow at the end.
        why: why the run may go on, or why the code is another than 3 or 4.
        known: a weakness of the rig that is known: what, and why it stands.
    """

    span: Span
    faults: tuple[Scalar, ...]
    when: tuple[Scalar, ...]
    ends: tuple[Scalar, ...]
    off: Scalar
    exit: tuple[Scalar, ...]
    says: tuple[Scalar, ...] = ()
    within: Amount | None = None
    since: Scalar | None = None
    dark: Flagged | None = None
    why: Scalar | None = None
    known: Scalar | None = None

    @property
    def since_off(self) -> bool:
        """Whether the time to off is counted from the beginning of the off."""
        return self.since is not None and self.since.text == "off"

    @property
    def name(self) -> str:
        """What people and ``--rows`` call it."""
        return f"{self.fault} {self.stage}"

    @property
    def fault(self) -> str:
        """The fault, of a row that has one, as those of a matrix do."""
        return self.faults[0].text

    @property
    def stage(self) -> str:
        """When the fault comes, of a row that has one stage, as those of a matrix do."""
        return self.when[0].text


@dataclass(frozen=True, slots=True)
class FaultMatrix:
    """All rows of a file, one a fault and stage, and the plan, by its file beside it, that their faults befall."""

    span: Span
    drill: Scalar
    befalls: Scalar
    rows: tuple[FaultRow, ...]


def _must(kind: Many[Scalar] | Word | Text) -> Field:
    return Field(kind, required=True)


_ROW = Record(
    FaultRow,
    {
        "faults": _must(Many(Text())),
        "when": _must(Many(Word(STAGES))),
        "ends": _must(Many(Word(ENDINGS))),
        "off": _must(Word(OFFS)),
        "exit": _must(Many(Word(CODES))),
        "says": Field(Many(Text())),
        "within": Field(Measure((Dimension.TIME,))),
        "since": Field(Word(SINCE)),
        "dark": Field(Flag()),
        "why": Field(Text(prose=True)),
        "known": Field(Text(prose=True)),
    },
)
MATRIX = Record(
    FaultMatrix, {"drill": _must(Text()), "befalls": _must(Text()), "rows": Field(Many(_ROW), required=True)}
)


def read_matrix(document: Document, diagnostics: Diagnostics) -> FaultMatrix | None:
    """The matrix of a document; None after reporting if it holds mistakes."""
    reader = Reader(document, "drill", diagnostics)
    matrix = MATRIX.read(document.root, reader, "a fault matrix")
    if matrix is None:
        return None
    matrix = replace(matrix, rows=tuple(_singled(matrix.rows)))
    errors = diagnostics.error_count
    seen: set[str] = set()
    for row in matrix.rows:
        if row.name in seen:
            message = f"{row.name} stands twice"
            reader.error("duplicate-row", row.faults[0].span, message, "remove one of the rows")
        seen.add(row.name)
        _check_row(row, reader)
    return None if document.has_duplicates or diagnostics.error_count > errors else matrix


def _singled(rows: tuple[FaultRow, ...]) -> Iterator[FaultRow]:
    for row in rows:
        for fault in row.faults:
            for stage in row.when:
                yield replace(row, faults=(fault,), when=(stage,))


def _check_row(row: FaultRow, reader: Reader) -> None:
    other = [code for code in row.exit if code.text not in PLAIN]
    if other and row.why is None:
        message = f"{row.name} may end with exit code {other[0].text} and does not say why"
        reader.error("no-reason", other[0].span, message, "add why:, or leave 3 or 4 alone")
    if not other and row.off.text != "never on" and row.within is None:
        message = f"{row.name} has no bound on the time to off"
        reader.error("no-bound", row.faults[0].span, message, "add within:, e.g. within: 5 s")
