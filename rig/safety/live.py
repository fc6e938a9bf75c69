"""What a live bench must have before it may heat: an independent cut-off, a guardian, nobody who wears the device."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rig.errors import InputError

if TYPE_CHECKING:  # what persons declare is asked before any bench is read
    from rig.bench.bench import Bench
    from rig.bench.description import IndependentCutoff, SlotEntry

PROOF_HOLDS = timedelta(days=366)
"""How long a proof of an independent cut-off holds: a year [estimate; the organisation's own rule may be stricter]."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What persons have said about this run, by their names; None where nobody has.

    Attributes:
        nobody_wears: who confirms that nobody wears the device.
        attended: who stays beside the bench until it is over.
        serials: serial numbers as they stand on the devices' labels, by slot; under '' that of the only slot.
    """

    nobody_wears: str | None = None
    attended: str | None = None
    serials: Mapping[str, str] = field(default_factory=dict)

    def of_slots(self, slots: Sequence[str]) -> Declared:
        """The same, each serial number under the name of its slot.

        Raises:
            InputError: a number is for a slot that is not run on, or for no slot where there are several.
        """
        known = ", ".join(slots)
        if "" in self.serials and len(slots) > 1:
            raise InputError(
                f"reading the serial number {self.serials['']}: there are the slots {known}; write SLOT=NUMBER"
            )
        named = {slot or slots[0]: number for slot, number in self.serials.items()}
        for slot, number in named.items():
            if slot not in slots:
                raise InputError(
                    f"reading the serial number {number}: nothing is run on a slot {slot!r}, but on {known}"
                )
        return replace(self, serials=named)


def reasons_against_heating(bench: Bench, declared: Declared, *, guarded: bool, today: date) -> Iterator[str]:
    """Why a bench that is not simulated may not heat, every reason; none for a simulated one.

    Args:
        bench: the open bench.
        declared: what was said of this run.
        guarded: whether a guardian process watches the engine.
        today: the date of the run, UTC.
    """
    if bench.simulated:
        return
    if not guarded:
        yield "no guardian process watches this run; run it with `rig run`, which starts one"
    if declared.nobody_wears is None:
        yield "nobody has confirmed that nobody wears the device; look, then add --nobody-wears-it YOUR-NAME"
    for slot in bench.slots:
        yield from _without_cutoff(bench, slot, declared, today)


def _without_cutoff(bench: Bench, slot: SlotEntry, declared: Declared, today: date) -> Iterator[str]:
    if slot.cutoff is not None:
        yield from _unproven(slot.name, slot.cutoff, today)
        return
    watched = all(station.has_watchdog for station in bench.supplies if slot.name in station.outputs)
    if not watched:
        yield (
            f"slot {slot.name} declares no independent cut-off (a thermostat or relay in the heater's lead), and its "
            f"supply has no communication watchdog; what is inside the device does not count; fit one and add "
            f"independent_cutoff: to the slot in {bench.description.file}"
        )
    elif declared.attended is None:
        yield (
            f"slot {slot.name} has no independent cut-off: the supply's watchdog alone permits attended runs only; "
            f"stay beside it and add --attended-by YOUR-NAME"
        )


def _unproven(slot: str, cutoff: IndependentCutoff, today: date) -> Iterator[str]:
    proven = date.fromisoformat(cutoff.proven)
    what = f"the independent cut-off of slot {slot} ({cutoff.kind}, {cutoff.trips_at_degc:g} °C)"
    if proven > today:
        yield f"{what} was proven on {cutoff.proven}, which is yet to come; correct the date"
    elif today - proven > PROOF_HOLDS:
        yield (
            f"{what} was last proven on {cutoff.proven}, more than {PROOF_HOLDS.days} days ago; "
            f"heat it until it opens, then write the new date"
        )
