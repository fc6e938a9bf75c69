"""What is wrong with an interlock whatever the plan: limits that no probe can reach, nothing to compare."""

from __future__ import annotations

from typing import NamedTuple

from rig.plan.program import Interlock, InterlockKind
from rig.plan.scope import Scope
from rig.units import Dimension

WIRE_RANGE_DEGC = {"T": (-200.0, 400.0), "K": (-200.0, 1372.0)}
"""What each type of thermocouple can read (NIST SRD 60 inverse polynomials)."""

LEAST_COMPARED = 2


class Flaw(NamedTuple):
    """What is wrong, and what would be right."""

    message: str
    remedy: str


def find_flaw(interlock: Interlock, scope: Scope) -> Flaw | None:
    """Why an interlock can never fire on this bench; None if it can."""
    if scope.signals[interlock.signals[0]].dimension is Dimension.TEMPERATURE:
        low, high = WIRE_RANGE_DEGC.get(scope.bench.thermocouples.type, WIRE_RANGE_DEGC["T"])
        above = interlock.kind is InterlockKind.ABOVE and interlock.limit >= high
        below = interlock.kind is InterlockKind.BELOW and interlock.limit <= low
        if above or below:
            message = f"{interlock.quoted} can never fire: probes read {low:g} to {high:g} °C"
            return Flaw(message, "write a limit within that range")
    if interlock.kind is InterlockKind.SPREAD and len(interlock.signals) < LEAST_COMPARED:
        message = f"{interlock.quoted} can never fire: it compares probes and watches one"
        return Flaw(message, "watch at least two probes of a heater")
    if interlock.kind is InterlockKind.DIFFER and interlock.signals[0] == interlock.signals[1]:
        message = f"{interlock.quoted} can never fire: it compares {interlock.signals[0]} with itself"
        return Flaw(message, "name two sensors of one spot, e.g. [belt.a.sensor, skin.a1]")
    return None
