"""What can have faults on a simulated bench, by the names that a plan uses on its slot."""

from __future__ import annotations

from typing import NamedTuple

from rig.bench.description import BenchDescription, SlotEntry
from rig.bench.fault_kinds import Fault, Role, parse_fault
from rig.bench.wiring import device_source
from rig.errors import InputError


class Target(NamedTuple):
    """role: what it is. known_as: its name on a bench of several slots."""

    role: Role
    known_as: str


def fault_targets(bench: BenchDescription, slot: SlotEntry) -> dict[str, Target]:
    """Instruments by their names, the slot's device as ``belt``, its probes by their signals."""
    several = len(bench.slots) > 1
    found = {entry.name: Target(_role(entry.role), entry.name) for entry in bench.instruments}
    found["belt"] = Target("belt", device_source(slot, bench))
    for probe in slot.probes:
        found[probe.signal] = Target("probe", f"{slot.name}/{probe.signal}" if several else probe.signal)
    return found


def parse_lane_fault(text: str, bench: BenchDescription, slot: SlotEntry) -> tuple[Fault, str]:
    """A fault by the names that a plan uses on a slot, and its text by those that the bench uses.

    Raises:
        InputError: the text is no fault, or none of this slot, or it names a probe or heater that the slot lacks.
    """
    targets = fault_targets(bench, slot)
    fault = parse_fault(text, {name: role for name, (role, _) in targets.items()})
    _require_there(fault, slot)
    return fault, targets[fault.target].known_as + text.removeprefix(fault.target)


def _require_there(fault: Fault, slot: SlotEntry) -> None:
    """What a fault names as its value must be there, for it is looked up only when the fault comes."""
    heaters = [heater.name for heater in slot.heaters]
    others = [probe.signal for probe in slot.probes if probe.signal != fault.target]
    known = {"swapped": others, "welded": heaters, "sensor-stuck": heaters}.get(fault.kind.name)
    if known is not None and fault.value and fault.value not in known:
        raise InputError(
            f"injecting the fault {fault.text!r}: slot {slot.name} has no {fault.value!r} for it; "
            f"it has {', '.join(known)}"
        )


def _role(role: str) -> Role:
    return "supply" if role == "supply" else "scanner"
