"""The device's own clock against bench time, and what it says of its events: a witness, never the judge.

Each poll holds the uptime at which its values were taken. A line through the polls whose exchanges were shortest gives
offset and rate of the device's clock; every start of the device has a line of its own. Its events carry an uptime, so
that each has an instant of its own, also where polls are far apart. That instant is reported. A value that is judged
is never made of it, for then a device could shorten its own delays by what it says. But it may contradict: an event
that the device stamps later than the bench saw its effect is a mistake of one of the two clocks, and nothing passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot, sqrt
from typing import Any

import numpy as np

from rig.checks.budget import Budget, Component, rectangular
from rig.checks.crossing import fitted_line
from rig.checks.cutoff import UPTIME
from rig.checks.finding import UnjudgedError
from rig.checks.instants import Bracket, mapping
from rig.checks.view import RunView
from rig.signals.traces import Floats

LEAST_POLLS = 3
STAMPED_WITHIN_S = 0.001
"""The device counts whole milliseconds."""


@dataclass(frozen=True, slots=True)
class OwnClock:
    """The clock of one start of the device: bench time = at_s + rate (uptime - uptime_s).

    rate: bench seconds to a second of its own. rate_standard: its standard uncertainty. within_s: how far the instants
    of the polls may lie from the uptimes in them.
    """

    at_s: float
    uptime_s: float
    rate: float
    rate_standard: float
    within_s: float

    def instant(self, uptime_s: float) -> tuple[float, Budget]:
        """The bench time of an uptime in s, and its budget."""
        since = uptime_s - self.uptime_s
        rate = Component("rate of the device's clock", self.rate_standard * abs(since))
        return self.at_s + self.rate * since, Budget((mapping(self.within_s), rate))


@dataclass(frozen=True, slots=True)
class Witness:
    """What the device's clock says of an event.

    detail: the instant with its expanded uncertainty, and the clock's rate with its, all in s and s/s; empty if it says
    nothing. contradiction: words where it cannot be true, '' where it can.
    """

    detail: Mapping[str, Any]
    contradiction: str = ""


def ask_device(view: RunView, what: str, seen: Bracket, reported: tuple[float, float]) -> Witness:
    """What the device says of the first event of that name.

    Args:
        view: of the run.
        what: name of the event.
        seen: when the bench saw its effect.
        reported: between which bench instants its report came.

    Returns:
        Nothing where the device has no event with a stamp, or too few polls tell of its clock.
    """
    event = next((e for e in view.events if e["what"] == what and reported[0] <= e["t"] <= reported[1]), None)
    stamp = None if event is None else event["data"].get("uptime_s")
    if event is None or stamp is None:
        return Witness({})
    clock = _clock_at(view, float(event["t"]))
    if clock is None:
        return Witness({})
    at_s, budget = clock.instant(float(stamp))
    detail = {
        "own_s": at_s,
        "own_expanded_s": budget.expanded,
        "own_rate": clock.rate,
        "own_rate_expanded": 2.0 * clock.rate_standard,
    }
    if at_s - budget.expanded <= seen.by + seen.within_s:
        return Witness(detail)
    words = (
        f"by the device's own clock {what} was at {at_s:.2f} ± {budget.expanded:.2f} s, after its effect was seen at "
        f"{seen.by:.2f} s"
    )
    return Witness(detail, words)


def _clock_at(view: RunView, t: float) -> OwnClock | None:
    """The clock of the start that the newest poll up to an instant belongs to."""
    try:
        trace = view.trace(UPTIME)
    except UnjudgedError:
        return None
    valid = np.isfinite(trace.value)
    at, uptime = trace.t[valid], trace.value[valid]
    starts = np.flatnonzero(np.diff(uptime) < 0.0) + 1
    newest = int(np.searchsorted(at, t, side="right")) - 1
    first = max((int(row) for row in starts if row <= newest), default=0)
    last = min((int(row) for row in starts if row > newest), default=len(at))
    return None if newest < 0 else fit_clock(view, at[first:last], uptime[first:last])


def fit_clock(view: RunView, at: Floats, uptime: Floats) -> OwnClock | None:
    """The device's clock from the polls of one start; None below three with a short exchange, or without a span.

    What is not known of a poll's instant may lie on one side at the first poll and on the other at the last, so the
    rate is uncertain by that over the span, and by the scatter of the polls.
    """
    half = view.exchange_within_s(UPTIME, at)
    keep = half <= np.min(half, initial=np.inf)
    if np.count_nonzero(keep) < LEAST_POLLS or not np.ptp(uptime[keep]) > 0.0:
        return None
    t, u = at[keep], uptime[keep]
    rate, scatter = fitted_line(u, t)
    within_s = view.within_s(UPTIME, float(t[0]), float(t[0])) + STAMPED_WITHIN_S
    ends = sqrt(2.0) * rectangular(within_s) / float(np.ptp(u))
    return OwnClock(float(t.mean()), float(u.mean()), rate, hypot(ends, scatter), within_s)
