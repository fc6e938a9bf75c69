"""What a run with a fault came to, by its record and its twins, against what its row says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from rig.documents.drill import FaultRow


class Verification(Protocol):
    """What is needed of ``rig verify``'s finding."""

    @property
    def whole(self) -> bool:
        """Every line is as it was written."""

    @property
    def torn(self) -> bool:
        """It only stops in the middle of its last line."""

    @property
    def sealed(self) -> bool:
        """The last line seals it."""

    @property
    def verdicts_agree(self) -> bool:
        """They recompute."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a run with a fault came to.

    Attributes:
        ending: why it ended; ``unopened`` where the bench was never open. said: everything that was said about it.
        off: confirmed, not confirmed, or never on.
        seconds: from the fault to confirmed off, or to saying that it was not; None where either is missing.
        amps: true current through all units together, at the end. live: supply outputs that truly are on by then, by
        name and number; a belt whose own switches are open keeps them from heating, but never counts.
        wall_s: real time of the run.
        record: what ``rig verify`` finds, None where there is no record. kept: what had been flushed is there.
    """

    ending: str
    said: str
    off: str
    code: int
    seconds: float | None
    amps: float
    live: tuple[str, ...]
    record: Verification | None
    kept: bool
    wall_s: float = 0.0


@dataclass(frozen=True, slots=True)
class RowResult:
    """A row, what it came to, and what of it is not as it should be."""

    row: FaultRow
    found: Found
    wrong: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """``as expected``, ``FAILED`` or, where the row says so, ``known``."""
        if not self.wrong:
            return "as expected"
        return "known" if self.row.known is not None else "FAILED"

    def document(self) -> dict[str, Any]:
        """For programs."""
        found = self.found
        return {
            "fault": self.row.fault,
            "when": self.row.stage,
            "verdict": self.verdict,
            "ending": found.ending,
            "off": found.off,
            "exit": found.code,
            "seconds": found.seconds,
            "said": found.said,
            "wrong": list(self.wrong),
            "known": None if self.row.known is None else self.row.known.text,
        }


def judge_row(row: FaultRow, found: Found) -> RowResult:
    """Compare what was found with what was to be found."""
    return RowResult(row, found, tuple(_wrong(row, found)))


def _wrong(row: FaultRow, found: Found) -> Iterator[str]:
    ends, codes = [end.text for end in row.ends], [code.text for code in row.exit]
    if found.ending not in ends:
        yield f"ended by {found.ending}, expected {' or '.join(ends)}: {found.said}"
    for word in row.says:
        if word.text.casefold() not in found.said.casefold():
            yield f"nothing says {word.text!r}: {found.said}"
    if found.off != row.off.text:
        yield f"off {found.off}, expected {row.off.text}: {found.said}"
    if str(found.code) not in codes:
        yield f"exit code {found.code}, expected {' or '.join(codes)}"
    if row.within is not None and not (found.seconds is not None and found.seconds <= row.within.value):
        took = "never came" if found.seconds is None else f"took {found.seconds:.2f} s"
        yield f"off {took}, expected within {row.within.text}"
    if (row.dark is None or row.dark.value) and found.amps > 0.0:
        yield f"{found.amps:.3f} A flow at the end"
    if found.off == "confirmed" and found.live:
        yield f"said to be off, and on: {', '.join(found.live)}"
    yield from _wrong_record(found)


def _wrong_record(found: Found) -> Iterator[str]:
    record = found.record
    if record is None:
        if found.ending != "unopened":
            yield "there is no record"
        return
    if not (record.whole or record.torn):
        yield "the record is damaged"
    if record.sealed and not record.verdicts_agree:
        yield "the record's verdicts do not recompute"
    if not found.kept:
        yield "lines that had been flushed are not in the record"
