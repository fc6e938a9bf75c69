"""When heat was demanded of each heater, and whether it took the current that it was given."""

from __future__ import annotations

from math import inf

import numpy as np

from rig.checks.cutoff import BEFORE_S, Cutoff, is_off
from rig.checks.sharing import all_on_at, leaders
from rig.checks.stretches import within
from rig.checks.verdict import Verdict
from rig.checks.view import RunView

Span = tuple[float, float]

PLAUSIBLE_SHARE = 0.1
"""A heater that takes less than this share of its rated current does not heat."""

SETTLED_S = 1.0
"""Heat that was demanded for less than this long need not have been seen by a supply that is read at 5 Hz."""


def heat_demanded(view: RunView, heater: str) -> list[Span]:
    """Spans in which a heater's supply output and the belt's level were both demanded on.

    They end where the rig switches off, at its first trip, and where the record ends.
    """
    output = f"supply.{heater}.output"
    on = {output: False, "belt.level": False}
    stop = min([line["t"] for line in view.trips] + [view.off_from_s, view.last_s])
    spans: list[Span] = []
    since = inf
    for demand in view.demands:
        if demand["output"] not in on or demand["t"] > stop:
            continue
        if all(on.values()):
            spans.append((since, demand["t"]))
        on[demand["output"]] = not is_off(demand)
        since = demand["t"]
    if all(on.values()):
        spans.append((since, stop))
    return spans


def greatest_amps(view: RunView, heater: str, spans: list[Span]) -> float | None:
    """The greatest current in amps that a heater was seen to take within spans, None if it was not read."""
    trace = view.trace(f"supply.{heater}.current")
    inside = [trace.value[within(trace.t, start, end)] for start, end in spans]
    valid = np.concatenate([np.empty(0), *inside])
    valid = valid[np.isfinite(valid)]
    return float(valid.max()) if len(valid) else None


def unexercised(view: RunView, cut: Cutoff) -> tuple[Verdict, str]:
    """The best verdict that a cut-off supports: a heater that was to heat must have been on when it came.

    A heater that took no current before cannot show that it was switched off. Heaters that share an output must
    all have been on: its current must have been theirs.

    Raises:
        UnjudgedError: INVALID, heaters share an output, and volts or ratings to tell that by are missing.
    """
    for heater in leaders(view.layout):
        others = view.layout.shares(heater)
        flowed = heater in cut.before
        exercised = flowed and (not others or all_on_at(view, heater, cut.from_s))
        if exercised or not _was_to_heat(view, heater, cut.from_s):
            continue
        if greatest_amps(view, heater, [(cut.from_s - BEFORE_S, cut.from_s)]) is None:
            return Verdict.INVALID, f"the current of heater {heater} was not read before the cut-off"
        words = f"not exercised: heater {heater} took no current before the cut-off"
        if flowed:
            group = " and ".join((heater, *others))
            words = f"not exercised: {group} share an output, and its current was not that of all of them"
        return Verdict.INCONCLUSIVE, words
    return Verdict.PASS, ""


def _was_to_heat(view: RunView, heater: str, t: float) -> bool:
    return any(start <= t <= end for start, end in heat_demanded(view, heater))
