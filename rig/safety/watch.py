"""What a watch is, and how the signals of an interlock are dealt out to heaters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from rig.plan.program import Interlock
from rig.safety.heater_times import HeaterTimes
from rig.signals.derive import Derivation

Watch = Callable[[float, float], float | None]
"""Takes instant (bench s) and value of a reading; the interlock's limit when it trips, None otherwise."""

Made = Iterator[tuple[int, Watch]]
"""Watches, each with the index of the signal whose readings it takes."""

Make = Callable[[Interlock, Derivation, HeaterTimes], Made]


def by_heater(interlock: Interlock, derivation: Derivation) -> Mapping[str, list[int]]:
    """The indices of the signals that an interlock watches, by the heater that they sit on, in order."""
    groups: dict[str, list[int]] = {}
    for signal in interlock.signals:
        index = derivation.index[signal]
        heater = interlock.heater or derivation.signals[index].heater
        if heater is not None:
            groups.setdefault(heater, []).append(index)
    return {heater: sorted(members) for heater, members in groups.items()}
