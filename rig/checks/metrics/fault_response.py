"""Fault response: from the moment at which a fault was made until the device's heat was off for good.

The fault is the first that the plan made where the check looks: injected, or a relay that was moved. Heat is off once
every heater that was on takes less than 10 % of its current before, and for good if that lasts for `for`, for
regulation switches off as well. Where the rig took the power away first, or the heat was still on at the end, the
time until then is a lower bound: what the rig does is no response of the device. The detail says what was seen since:
the hottest skin, the device's events, whether it ended off, latched or hot.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from rig.checks.cutoff import LATCHED, current_between, currents, cut_by_rig, mean_before
from rig.checks.cutoff import needs as cutoff_needs
from rig.checks.finding import Ask, Finding, Params, UnjudgedError
from rig.checks.instants import Bracket, timing_of
from rig.checks.verdict import Verdict
from rig.checks.view import RunView
from rig.signals.layout import HOTTEST, Layout

INJECTED, RELAY, MEND = "plan.inject", "relay.", "mend"


@dataclass(frozen=True, slots=True)
class _Fault:
    """What was made, and when."""

    what: str
    at: Bracket


def needs(layout: Layout, _params: Params) -> list[str]:
    """Signals that must be kept for this check."""
    return cutoff_needs(layout)


def measure(view: RunView, ask: Ask) -> Finding:
    """The time in s, or a lower bound of it."""
    fault = _first_fault(view, ask.window)
    before = mean_before(view, fault.at.after)
    if not before:
        words = f"not exercised: no heater took current when {fault.what} was made at {fault.at.by:.1f} s"
        raise UnjudgedError(Verdict.INCONCLUSIVE, words)
    end = min(ask.window[1], cut_by_rig(view, fault.at.by), view.last_s)
    fell, last_on = _fell(view, before, fault.at.after, end)
    missing = view.gap([f"supply.{heater}.current" for heater in before], (fault.at.after, end))
    ceiling = Verdict.INVALID if missing else Verdict.PASS
    lasts = 0.0 if fell is None else end - fell.by
    off = fell is not None and lasts >= float(ask.params["for"])
    detail = _seen(view, fault, ask.window[1], off=off)
    if fell is None or not off:
        shown = max(0.0, last_on - fault.at.middle)
        words = f"heat was not seen off for good within {shown:.3g} s of {fault.what}, until {end:.1f} s"
        return Finding(
            shown, timing_of(fault.at).expanded, missing or words, ceiling, at_least=True, detail=detail
        )
    delay = max(0.0, fell.middle - fault.at.middle)
    words = f"heat was off {delay:.3g} s after {fault.what} at {fault.at.by:.1f} s"
    budget = timing_of(fault.at, fell)
    return Finding(delay, budget.expanded, missing or words, ceiling, detail={**detail, "fell_s": fell.by})


def _first_fault(view: RunView, window: tuple[float, float]) -> _Fault:
    found = [
        _Fault(str(e["data"].get("fault")), Bracket(e["t"], e["t"]))
        for e in view.events
        if e["what"] == INJECTED and not _mends(e) and window[0] <= e["t"] <= window[1]
    ]
    found += [
        _Fault(f"relay {d['output'].removeprefix(RELAY)}", Bracket(d["t"], _moved(view, d)))
        for d in view.demands
        if str(d["output"]).startswith(RELAY) and d["value"] and window[0] <= d["t"] <= window[1]
    ]
    if not found:
        raise UnjudgedError(Verdict.INCONCLUSIVE, "not exercised: no fault was made where it is judged")
    return min(found, key=lambda fault: fault.at.after)


def _mends(event: Any) -> bool:
    """Whether what was injected puts faults right, which is none itself."""
    return str(event["data"].get("fault")).partition(":")[2].startswith(MEND)


def _moved(view: RunView, demand: Any) -> float:
    """When a relay was read back as demanded; the demand's own instant if it never was."""
    seen = (r["t"] for r in view.readbacks if r["output"] == demand["output"] and r["t"] >= demand["t"])
    return float(next(seen, demand["t"]))


def _fell(view: RunView, before: dict[str, float], start: float, end: float) -> tuple[Bracket | None, float]:
    """When the last heat was over, None if it was not, and the last instant at which it was seen."""
    supply = currents(view)
    inside = (supply.t > start) & (supply.t <= end)
    t = supply.t[inside]
    on = np.zeros(len(t), dtype=bool)
    for heater, mean in before.items():
        on |= supply.amps[heater][inside] >= supply.off_share[heater] * mean
    rows = np.flatnonzero(on)
    last = float(t[rows[-1]]) if len(rows) else start
    after = t[t > last]
    return (current_between(view, last, float(after[0])) if len(after) else None), last


def _seen(view: RunView, fault: _Fault, end: float, *, off: bool) -> dict[str, Any]:
    since = (fault.at.after, end)
    hottest = view.trace(HOTTEST)
    inside = (hottest.t >= since[0]) & (hottest.t <= end) & np.isfinite(hottest.value)
    peak = float(np.max(hottest.value[inside], initial=-inf))
    latched = view.trace(LATCHED)
    held = latched.value[(latched.t >= since[0]) & (latched.t <= end)][-1:]
    events = [e["what"] for e in view.events if e["source"] == "belt" and since[0] <= e["t"] <= end]
    state = "hot" if not off else ("latched" if bool(np.any(held == 1.0)) else "off")
    return {
        "fault": fault.what, "fault_s": fault.at.by, "peak_degc": peak, "state": state, "events": events,
    }  # fmt: skip
