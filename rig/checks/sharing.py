"""What the current of a supply output tells where it feeds several heaters in parallel: their mean, and no single one.

Of n heaters that are alike, one alone at a share s of its current makes s / n of the mean that all of them make, and
all but one whole and that one at s make 1 - (1 - s) / n. Below the first no heater can be at s; above the second
none can be below s. With n = 1 both are s. Units that differ by their tolerance move these by less than their margin.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from rig.checks.finding import UnjudgedError
from rig.checks.verdict import Verdict
from rig.checks.view import RunView
from rig.signals.layout import Layout
from rig.signals.traces import Floats

HEATER_ON_AMPS = 0.05
"""Above a supply's zero error, below any heater's current: an output that gives more feeds a heater that is on."""

WHOLE_SHARE = 0.5
"""A heater that takes more than this share of the current that its voltage drives through it is on."""


def sharing(layout: Layout, heater: str) -> int:
    """How many heaters the output of a heater feeds, this one included."""
    return 1 + len(layout.shares(heater))


def any_over(share: float, heaters: int) -> float:
    """The share of their mean current up to which none of the heaters takes over a share of its own."""
    return share / heaters


def all_over(share: float, heaters: int) -> float:
    """The share of their mean current from which on each of the heaters takes over a share of its own."""
    return 1.0 - (1.0 - share) / heaters


def leaders(layout: Layout) -> tuple[str, ...]:
    """The first heater of each output: what holds for its current holds for those that share the output."""
    order = {heater: row for row, heater in enumerate(layout.heaters)}
    return tuple(h for h, row in order.items() if all(order.get(o, row) >= row for o in layout.shares(h)))


def who(layout: Layout, heaters: Iterable[str]) -> str:
    """Whose current it is, for people: 'heater a', or 'heater a or b (one output)'."""
    named: dict[str, None] = {}
    for heater in heaters:
        group = sorted((heater, *layout.shares(heater)))
        named[heater if len(group) == 1 else f"{' or '.join(group)} (one output)"] = None
    return "heater " + ", ".join(named)


def needs(layout: Layout) -> list[str]:
    """Signals that must be kept to tell whether all heaters on a shared output are on."""
    return [f"supply.{heater}.voltage" for heater in layout.heaters if layout.shares(heater)]


def switched(heater: str) -> str:
    """The name of the telemetry that says whether the belt's firmware commands a heater on."""
    return f"belt.{heater}.heater"


def rated_amps(view: RunView) -> float:
    """The current of one unit at its rated voltage.

    Raises:
        UnjudgedError: INVALID, the device profile in the record does not say.
    """
    watts, volts = view.number("unit_watts"), view.number("rated_volts")
    if not watts > 0.0 or not volts > 0.0:
        raise UnjudgedError(
            Verdict.INVALID, "the rated power or voltage in the device profile is not above 0"
        )
    return watts / volts


def all_on(view: RunView, heater: str) -> tuple[Floats, NDArray[np.bool_]]:
    """Instants of the readings of a shared output, and at which of them every heater on it was on.

    The mean current is compared with that of a rated unit at the device's voltage; the supply's is the highest of
    the reading and its neighbours, since volts and amps are measured one after the other.

    Raises:
        UnjudgedError: INVALID, the record lacks volts or amps, or the device profile its rating.
    """
    amps, volts = view.trace(f"supply.{heater}.current"), view.trace(f"supply.{heater}.voltage")
    valid = np.isfinite(amps.value) & np.isfinite(volts.value)
    i, v = amps.value[valid], volts.value[valid]
    highest = v.copy()
    highest[1:] = np.maximum(highest[1:], v[:-1])
    highest[:-1] = np.maximum(highest[:-1], v[1:])
    whole = rated_amps(view) * device_volts(view, heater, highest, i) / view.number("rated_volts")
    least = all_over(WHOLE_SHARE, sharing(view.layout, heater))
    return amps.t[valid], (i > HEATER_ON_AMPS) & (i > least * whole)


def all_on_at(view: RunView, heater: str, t: float) -> bool:
    """Whether every heater on a shared output was on at its newest reading."""
    times, on = all_on(view, heater)
    row = int(np.searchsorted(times, t, side="right")) - 1
    return row >= 0 and bool(on[row])


def device_volts(view: RunView, heater: str, volts: Floats, amps: Floats) -> Floats:
    """The voltage at the device: less the drop in the leads where the supply senses locally."""
    wired = view.head["wiring"]["heaters"][heater]
    return volts if wired["remote_sense"] else volts - amps * float(wired["lead_ohms"])
