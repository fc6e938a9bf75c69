"""Peak temperature: the greatest valid reading of a temperature signal over the whole run, or over a step.

The hottest of n noisy readings lies above the hottest true temperature. How far is not corrected but added
to the uncertainty: rectangular, its half width the expected maximum of n normal readings (Blom's
approximation, G. Blom 1958, unverified) that scatter like the budget's repeatability; n counts the readings
of all sites that lie within three such deviations below the peak.
"""

from __future__ import annotations

import numpy as np

from rig.checks.budget import Budget, Component, expected_maximum, find_repeatability, rectangular
from rig.checks.finding import Ask, Finding, Params, UnjudgedError
from rig.checks.verdict import Verdict
from rig.checks.view import GAP_PERIODS, RunView
from rig.signals.layout import HOTTEST, Layout
from rig.signals.traces import Trace

_NEAR = 3.0


def needs(layout: Layout, params: Params) -> list[str]:
    """Signals that must be kept for this check."""
    name = str(params["of"])
    return [name, *(layout.signals[i].name for i in layout.skins if name == HOTTEST)]


def measure(view: RunView, ask: Ask) -> Finding:
    """The peak in °C; INVALID where readings are missing over the span or next to the peak."""
    name = str(ask.params["of"])
    trace = view.trace(name)
    if trace.dimension != "temperature":
        raise UnjudgedError(Verdict.INVALID, f"{name} is not a temperature")
    inside = (trace.t >= ask.window[0]) & (trace.t <= ask.window[1]) & np.isfinite(trace.value)
    if not inside.any():
        raise UnjudgedError(Verdict.INVALID, f"the record has no valid reading of {name} where it is judged")
    row = int(np.argmax(np.where(inside, trace.value, -np.inf)))
    peak, at = float(trace.value[row]), float(trace.t[row])
    sites = [view.trace(member) for member in view.members(name)]
    budget, count = _budget(view, name, sites, peak, ask.window)
    missing = _missing(view, sites, at, ask.window)
    return Finding(
        value=peak,
        expanded=budget.expanded,
        reason=missing or f"reached at {at:.1f} s",
        ceiling=Verdict.INVALID if missing else Verdict.PASS,
        detail={"at_s": at, "site": _site(sites, at, peak), "readings_near": count},
    )


def _budget(
    view: RunView, name: str, sites: list[Trace], peak: float, window: tuple[float, float]
) -> tuple[Budget, int]:
    """The channel's budget with the bias of the maximum; none for what no thermocouple measured."""
    if name != HOTTEST and view.layout.signals[view.layout.index[name]].place is None:
        return Budget(()), 0
    budget = view.channels.of(site.name for site in sites)
    noise = find_repeatability(budget)
    if noise is None:
        noise = max(scatter_of(site) for site in sites)
    count = 0
    for site in sites:
        inside = (site.t >= window[0]) & (site.t <= window[1])
        count += int(np.count_nonzero(inside & (site.value >= peak - _NEAR * noise)))
    if not budget.components:
        return budget, count
    bias = Component(f"maximum of {count} readings", rectangular(expected_maximum(count) * noise))
    return budget.plus(bias), count


def scatter_of(site: Trace) -> float:
    """Scatter of one site's readings in K from the median of its steps, 0 below two valid readings."""
    steps = np.abs(np.diff(site.value[np.isfinite(site.value)]))
    return float(1.4826 * np.median(steps) / np.sqrt(2.0)) if len(steps) else 0.0


def _missing(view: RunView, sites: list[Trace], at: float, window: tuple[float, float]) -> str:
    gap = view.gap([site.name for site in sites], window)
    if gap:
        return gap
    for site in sites:
        near = np.abs(site.t - at) <= GAP_PERIODS * view.period_s(site.name)
        if np.isnan(site.value[near]).any():
            return f"{site.name} has an invalid reading next to the peak at {at:.1f} s"
    return ""


def _site(sites: list[Trace], at: float, peak: float) -> str:
    return next((s.name for s in sites if bool(np.any((s.t == at) & (s.value == peak)))), sites[0].name)
