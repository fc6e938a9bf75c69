"""What a person looks at before a run, and whose names the record needs: by the bench, its slots and the plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rig.bench.description import BenchDescription, SlotEntry
from rig.bench.health import State
from rig.engine.work import Work
from rig.upkeep.looks import look_at_cutoffs, look_at_latch


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """Something that a person looks at and ticks off; it goes into the record as a note."""

    key: str
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class Stated:
    """Something that is so, for the person to know before a run."""

    state: State
    text: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """Everything that stands between a person and the run.

    Attributes:
        stated: cut-offs and their proofs, the latch, what the plan energises.
        to_confirm: what is to be looked at; nothing on a bench that is simulated in process.
        needs_nobody_wears: whether somebody's name must say that nobody wears the device.
        needs_attended: whether somebody must stay beside the bench, by name.
        latched: whether a trip has to be acknowledged first.
    """

    stated: tuple[Stated, ...]
    to_confirm: tuple[ToConfirm, ...]
    needs_nobody_wears: bool
    needs_attended: bool
    latched: bool


def make_checklist(work: Work, today: date, held: str = "") -> Checklist:
    """The checklist of a run.

    Args:
        work: what will be run, linked.
        today: UTC.
        held: why this screen begins nothing before somebody has given a name, '' if it may.
    """
    bench = work.bench
    programs = [program for plan in work.plans for program in plan]
    slots = [bench.slot(name) for name in dict.fromkeys(program.slot for program in programs)]
    heats = any(program.energises for program in programs)
    live = bench.simulation is None
    latch = look_at_latch(bench)
    latches = [Stated(latch.state, f"latch: {latch.words}")]
    latches += [Stated(State.LATCHED, f"latch: held by this screen: {held}")] if held else []
    return Checklist(
        stated=(*_stated(work, slots, today, heats=heats), *latches),
        to_confirm=tuple(_to_confirm(slots, heats=heats)) if live else (),
        needs_nobody_wears=live and heats,
        needs_attended=live and heats and any(slot.cutoff is None for slot in slots),
        latched=bool(held) or latch.state is State.LATCHED,
    )


def _stated(work: Work, slots: Sequence[SlotEntry], today: date, *, heats: bool) -> Iterator[Stated]:
    simulated = work.bench.simulation is not None
    if simulated:
        yield Stated(State.OK, "SIMULATED in this process: nothing real is switched, nothing gets warm")
    else:
        yield Stated(State.NOTE, f"not simulated here: {_links(work.bench)}")
    for programs in work.plans:
        for program in programs:
            heaters = ", ".join(program.energises) or "nothing"
            yield Stated(State.OK, f"{program.name} in slot {program.slot} can energise: {heaters}")
    if heats:
        yield from (
            Stated(finding.state, f"{finding.part}: independent cut-off: {finding.words}")
            for finding in look_at_cutoffs(slots, today, simulated=simulated)
        )


def _links(bench: BenchDescription) -> str:
    return ", ".join(f"{entry.name} at {entry.resource}" for entry in bench.instruments)


def _to_confirm(slots: Sequence[SlotEntry], *, heats: bool) -> Iterator[ToConfirm]:
    yield ToConfirm(
        "switch",
        "I know where the supply's physical switch is, and can reach it from here.",
        "the physical switch of the supply is within reach",
    )
    for slot in slots:
        yield ToConfirm(
            f"phantom {slot.name}",
            f"Slot {slot.name}: the device lies on the phantom, its {len(slot.probes)} probes in place.",
            f"slot {slot.name}: the device lies on the phantom, probes in place",
        )
    if heats:
        yield from (
            ToConfirm(
                f"cut-off {slot.name}",
                f"Slot {slot.name}: its independent cut-off is in the lead: {slot.cutoff.place}.",
                f"slot {slot.name}: the independent cut-off is in the lead",
            )
            for slot in slots
            if slot.cutoff is not None
        )


def missing(
    checklist: Checklist, ticked: frozenset[str], nobody_wears: str, attended: str, operator: str
) -> list[str]:
    """What is still to be done before the run can be started, in words; nothing if it can.

    Args:
        checklist: of the run.
        ticked: keys of what was confirmed.
        nobody_wears: name, or blank.
        attended: name, or blank.
        operator: name, or blank.
    """
    found = ["acknowledge what it is latched for (F8)"] if checklist.latched else []
    left = [item for item in checklist.to_confirm if item.key not in ticked]
    found += [f"look at {len(left)} more {'point' if len(left) == 1 else 'points'}"] if left else []
    if not operator.strip():
        found.append("enter who runs it")
    if checklist.needs_nobody_wears and not nobody_wears.strip():
        found.append("enter who has looked that nobody wears the device")
    if checklist.needs_attended and not attended.strip():
        found.append("enter who stays beside the bench")
    return found
