"""Stays off: for how long no heat returned after the cut-off, with the sensor cool and heat demanded.

It counts from the moment at which every own sensor is below re-arm with the demand on, until heat returns (a
current above 10 % of that before the cut-off), or, as a lower bound, until the host asks to re-arm, takes the
demand away, or the record or the belt's session ends. Heat that returns before the count can start fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np

from rig.checks.cutoff import (
    UPTIME,
    current_between,
    currents,
    cut_by_rig,
    demanded_since,
    find_cutoff,
    needs_for,
    rearmed,
    rebooted,
    require_cutoff,
    sensor_names,
    sensors,
)
from rig.checks.demanded import unexercised
from rig.checks.finding import Ask, Finding, UnjudgedError
from rig.checks.instants import Bracket, read_between, timing_of
from rig.checks.verdict import Verdict
from rig.checks.view import RunView, output_names

needs = needs_for


@dataclass(frozen=True, slots=True)
class _Span:
    """From when the count runs, when it must stop, and when heat returned, if it did."""

    start: Bracket
    end: float
    returned: Bracket | None


def measure(view: RunView, ask: Ask) -> Finding:
    """The time in s."""
    fell = require_cutoff(view, ask.window)
    returned = heat_returned(view, ask.window, fell.by)
    span = _span(view, fell, returned)
    missing = _missing(view, fell.by, span.end)
    ceiling = Verdict.INVALID if missing else Verdict.PASS
    if not missing:
        ceiling, missing = unexercised(view, find_cutoff(view, ask.window))
    detail = {"fell_s": fell.by, "counted_from_s": span.start.by}
    if span.returned is not None:
        value = max(0.0, span.returned.middle - span.start.middle)
        expanded = timing_of(span.start, span.returned).expanded
        reason = f"heat returned at {span.returned.by:.1f} s without a re-arm"
        return Finding(value, expanded, missing or reason, ceiling, detail=detail)
    value = max(0.0, span.end - span.start.middle)
    reason = missing or f"no heat for {value:.4g} s, until {span.end:.1f} s"
    return Finding(value, timing_of(span.start).expanded, reason, ceiling, at_least=True, detail=detail)


def _span(view: RunView, fell: Bracket, returned: Bracket | None) -> _Span:
    again = rearmed(view, fell.by)
    accepted = None if again is None else again.t
    cool = _cool(view, fell.by)
    early = returned is not None and (cool is None or returned.by <= cool.by)
    if returned is not None and early:
        _refuse_early(view, fell, returned, accepted)
    if cool is None:
        raise UnjudgedError(Verdict.INCONCLUSIVE, "the sensor was never below re-arm after the cut-off")
    since = demanded_since(view, cool.by)
    if since is None:
        raise UnjudgedError(Verdict.INCONCLUSIVE, "heat was not demanded once the sensor was below re-arm")
    start = cool if since <= cool.by else Bracket(since, since)
    end = min(_end(view, start.by), inf if accepted is None else max(accepted, start.by))
    counts = returned is not None and returned.by <= end
    return _Span(start, end, returned if counts else None)


def _refuse_early(view: RunView, fell: Bracket, returned: Bracket, accepted: float | None) -> None:
    after = returned.by - fell.by
    if accepted is not None and accepted <= returned.by:
        words = "the host re-armed the belt before its sensor was seen below re-arm"
        raise UnjudgedError(Verdict.INCONCLUSIVE, words)
    gap = view.gap(sensor_names(view.layout), (fell.by, returned.by))
    if gap:
        raise UnjudgedError(Verdict.INVALID, gap)
    words = f"heat returned {after:.3g} s after the cut-off, before the sensor was below re-arm"
    raise UnjudgedError(Verdict.FAIL, words, fell_s=fell.by, returned_s=returned.by)


def _cool(view: RunView, after: float) -> Bracket | None:
    t, sensor = sensors(view)
    rows = np.flatnonzero((t > after) & (sensor < view.number("rearm_degc")))
    if not len(rows):
        return None
    row = int(rows[0])
    since = max(after, float(t[row - 1])) if row else after
    return read_between(view, sensor_names(view.layout), since, float(t[row]))


def _end(view: RunView, start: float) -> float:
    """When the count must stop without heat: re-arm asked, demand or output gone, session or link over."""
    moments = [cut_by_rig(view, start), view.last_s]
    moments += [
        d["t"] for d in view.demands if d["output"] == "belt.rearm" and d["value"] and d["t"] >= start
    ]
    for name in output_names(view.layout):
        output = view.trace(name)
        moments += output.t[(output.value == 0.0) & (output.t >= start)][:1].tolist()
    for what in ("belt.session_end", "belt.watchdog"):
        at = view.happened(what, start, inf)
        moments += [] if at is None else [at]
    return min(moments)


def heat_returned(view: RunView, window: tuple[float, float], after: float) -> Bracket | None:
    """When after an instant a heater may first have taken over 10 % of its current before the cut-off.

    Of heaters that share an output it may be one alone, whose current is a fraction of the mean.
    """
    supply = currents(view)
    back = np.zeros(len(supply.t), dtype=bool)
    for heater, mean in find_cutoff(view, window).before.items():
        back |= supply.amps[heater] > supply.off_share[heater] * mean
    rows = np.flatnonzero(back & (supply.t > after))
    if not len(rows):
        return None
    row = int(rows[0])
    return current_between(view, max(after, float(supply.t[row - 1])) if row else after, float(supply.t[row]))


def _missing(view: RunView, start: float, end: float) -> str:
    reset = rebooted(view, start, end)
    if reset is not None:
        return f"the belt rebooted at {reset:.1f} s"
    names = [UPTIME, *sensor_names(view.layout), *output_names(view.layout)]
    names += [f"supply.{h}.current" for h in view.layout.heaters]
    return view.gap(names, (start, end))
