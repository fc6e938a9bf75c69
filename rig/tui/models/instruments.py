"""The parts of a bench as rows: who they should be, who answered, when they were calibrated, how they are linked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rig.bench.description import BenchDescription, InstrumentEntry, SlotEntry
from rig.bench.health import Finding, State, examine_calibration
from rig.bench.wiring import device_source
from rig.upkeep.findings import GLYPHS
from rig.upkeep.looks import look_at_cutoffs

_WORST = (State.WRONG, State.LATCHED, State.CALIBRATION, State.NOTE, State.OK)

UNASKED = "not asked yet"


@dataclass(frozen=True, slots=True)
class PartRow:
    """One instrument or device.

    Attributes:
        name: in the bench file.
        model: that the bench file says.
        identity: who answered, or that nobody was asked.
        calibration: certificate and dates, '' for a device.
        link: resource or serial port.
        state: the worst of what is known, None where nothing was looked at.
        trouble: what is wrong, '' where nothing is.
    """

    name: str
    model: str
    identity: str
    calibration: str
    link: str
    state: State | None
    trouble: str

    @property
    def glyph(self) -> str:
        """A sign for the state."""
        return "·" if self.state is None else GLYPHS[self.state]


def part_rows(bench: BenchDescription, findings: Sequence[Finding], today: date) -> list[PartRow]:
    """Instruments in the file's order, then the devices of the slots.

    Args:
        bench: as its file says.
        findings: of an examination; none before the first.
        today: UTC.
    """
    of_part: dict[str, list[Finding]] = {}
    for finding in findings:
        of_part.setdefault(finding.part, []).append(finding)
    instruments = [_instrument(bench, entry, of_part, today) for entry in bench.instruments]
    return [*instruments, *(_device(bench, slot, of_part) for slot in bench.slots)]


def _instrument(
    bench: BenchDescription, entry: InstrumentEntry, of_part: Mapping[str, list[Finding]], today: date
) -> PartRow:
    calibration = examine_calibration(bench, entry, today)
    found = [each for each in of_part.get(entry.name, []) if each.what != "calibration"]
    worst = _worst([calibration, *found])
    state = None if worst is State.OK and not found else worst
    words = _identity(found)
    return PartRow(
        entry.name,
        entry.model,
        words,
        calibration.words,
        entry.resource,
        state,
        _trouble([*found, calibration]),
    )


def _device(bench: BenchDescription, slot: SlotEntry, of_part: Mapping[str, list[Finding]]) -> PartRow:
    source = device_source(slot, bench)
    found = of_part.get(source, [])
    return PartRow(
        source,
        slot.device,
        _identity(found),
        "",
        slot.link,
        _worst(found) if found else None,
        _trouble(found),
    )


def _worst(found: Sequence[Finding]) -> State:
    states = {finding.state for finding in found}
    return next(state for state in _WORST if state in states)


def _identity(found: Sequence[Finding]) -> str:
    return next((finding.words for finding in found if finding.what == "identity"), UNASKED)


def _trouble(found: Sequence[Finding]) -> str:
    bad = [finding for finding in found if finding.state not in (State.OK, State.NOTE)]
    return "; ".join(f"{finding.what}: {finding.words}" for finding in bad)


def protection_lines(
    bench: BenchDescription, findings: Sequence[Finding], today: date
) -> Iterator[tuple[State, str]]:
    """What stands between heaters and a person beside the rig's software, and when it was proven last."""
    yield from (
        (finding.state, f"{finding.part}: independent cut-off: {finding.words}")
        for finding in look_at_cutoffs(bench.slots, today, simulated=bench.simulation is not None)
    )
    proofs = [finding for finding in findings if finding.what == "off"]
    yield from ((finding.state, f"{finding.part}: off: {finding.words}") for finding in proofs)
    if not proofs:
        yield (
            State.NOTE,
            "off: not proven since this screen was opened; the doctor does it at 1 V, and each run too",
        )


def other_findings(findings: Sequence[Finding]) -> list[Finding]:
    """What the rows and the protections do not show already."""
    shown = {"identity", "calibration", "off", "independent cut-off", "latch"}
    return [finding for finding in findings if finding.what not in shown]
