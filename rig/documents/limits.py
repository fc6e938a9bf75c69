"""Limits and requirements as data, each with its source; one file a device.

A limit that nobody has confirmed says so; nothing prints "complies with" for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from rig.documents.dates import read_date
from rig.documents.diagnostics import Diagnostics, Span
from rig.documents.fields import Field, Many, Reader, Record, Table, Text, Word
from rig.documents.quantities import Amount, Measure
from rig.documents.yaml_nodes import Document, Scalar
from rig.units import Dimension

_ANY = Measure((Dimension.TEMPERATURE, *(d for d in Dimension if d is not Dimension.TEMPERATURE)), zero=True)


@dataclass(frozen=True, slots=True)
class LimitEntry:
    """One limit of a file, unlinked; exactly one of at_most and at_least is given."""

    span: Span
    source: Scalar
    at_most: Amount | None = None
    at_least: Amount | None = None
    rule: Scalar | None = None
    clause: Scalar | None = None
    edition: Scalar | None = None
    confirmed_by: Scalar | None = None
    confirmed_on: Scalar | None = None
    rationale: Scalar | None = None

    @property
    def sense(self) -> str:
        """'at_most' or 'at_least'."""
        return "at_least" if self.at_most is None else "at_most"

    @property
    def amount(self) -> Amount:
        """The limiting value."""
        amount = self.at_least if self.at_most is None else self.at_most
        assert amount is not None, "read_limits refuses an entry without a value"
        return amount


@dataclass(frozen=True, slots=True)
class LimitsFile:
    """The limits of one device by id; the id in a plan is ``name/id``."""

    span: Span
    limits: Scalar
    items: dict[Scalar, LimitEntry]


@dataclass(frozen=True, slots=True)
class RequirementEntry:
    """One requirement: its text, where it comes from, and the metrics that show it."""

    span: Span
    text: Scalar
    source: Scalar
    shown_by: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class RequirementsFile:
    """The requirements of one device by id."""

    span: Span
    requirements: Scalar
    items: dict[Scalar, RequirementEntry]


_TEXT = Field(Text(), required=True)
_PROSE = Field(Text(prose=True), required=True)
RULES = ("guarded", "simple", "iso-14253-1", "four-state", "specific-risk")
"""Decision rules that a limit or a check may name; rig/checks/rules.py says what each does."""

_LIMIT = Record(
    LimitEntry,
    {
        "at_most": Field(_ANY),
        "at_least": Field(_ANY),
        "source": _PROSE,
        "rule": Field(Word(RULES)),
        "clause": Field(Text()),
        "edition": Field(Text()),
        "confirmed_by": Field(Text()),
        "confirmed_on": Field(Text()),
        "rationale": Field(Text(prose=True)),
    },
)
LIMITS = Record(LimitsFile, {"limits": _TEXT, "items": Field(Table(_LIMIT), required=True)})
_REQUIREMENT = Record(
    RequirementEntry,
    {"text": _PROSE, "source": _PROSE, "shown_by": Field(Many(Text()), required=True)},
)
REQUIREMENTS = Record(
    RequirementsFile, {"requirements": _TEXT, "items": Field(Table(_REQUIREMENT), required=True)}
)


def read_limits(document: Document, diagnostics: Diagnostics) -> LimitsFile | None:
    """The limits of a document; None after reporting if it holds mistakes."""
    reader = Reader(document, "limits", diagnostics)
    read = LIMITS.read(document.root, reader, "a limits file")
    if read is None:
        return None
    before = diagnostics.error_count
    for name, entry in read.items.items():
        _check(name, entry, reader)
    return read if diagnostics.error_count == before else None


def _check(name: Scalar, entry: LimitEntry, reader: Reader) -> None:
    if (entry.at_most is None) is (entry.at_least is None):
        message = f"limit {name.text} needs either at_most or at_least"
        reader.error("one-value", name.span, message, "give one of them, e.g. at_most: 42 degC")
    if entry.clause is not None and entry.edition is None:
        message = f"limit {name.text} names a clause but no edition"
        reader.error("edition", entry.clause.span, message, "add the edition of the standard")
    if entry.confirmed_by is not None and entry.confirmed_on is None:
        message = f"limit {name.text} does not say when it was confirmed"
        reader.error("confirmation", entry.confirmed_by.span, message, "add confirmed_on: YYYY-MM-DD")
    elif entry.confirmed_on is not None and entry.confirmed_by is None:
        message = f"limit {name.text} does not say who confirmed it"
        reader.error(
            "confirmation", entry.confirmed_on.span, message, "add confirmed_by: with a person's name"
        )
    elif entry.confirmed_on is not None:
        read_date(entry.confirmed_on, reader, "confirmation")


def read_requirements(document: Document, diagnostics: Diagnostics) -> RequirementsFile | None:
    """The requirements of a document; None after reporting if it holds mistakes."""
    reader = Reader(document, "requirements", diagnostics)
    return REQUIREMENTS.read(document.root, reader, "a requirements file")
