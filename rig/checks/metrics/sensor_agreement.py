"""Sensor agreement: the greatest difference between a unit's own sensor and the skin that it sits on.

The skin is the mean of the unit's probes, passed through the sensor's declared first-order lag (exact for
straight lines between readings). Judged from the start of the window until the current falls or the rig
takes the power away. An implausible own sensor, open or short, counts with the difference that it shows.
The uncertainty is that of a mean of channels, with the gradient over the sites: half their range,
rectangular. Where it exceeds two thirds of the limit, the bench cannot tell a sound sensor from a drifted one: only a
difference beyond limit and uncertainty fails then, and nothing passes.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf

import numpy as np

from rig.checks.budget import expanded_of
from rig.checks.cutoff import cut_by_rig, find_cutoff, needs_for, sensor_names
from rig.checks.finding import Ask, Finding, Params, UnjudgedError
from rig.checks.skin import gradient
from rig.checks.table import METRICS
from rig.checks.verdict import Verdict
from rig.checks.view import RunView
from rig.signals.layout import Layout
from rig.signals.traces import Floats

_PLAUSIBLE_DEGC = (-20.0, 100.0)
_LARGEST_SHARE = METRICS["sensor_agreement"].largest_share or inf


@dataclass(frozen=True, slots=True)
class _Worst:
    """Where a unit's sensor and skin differ most."""

    difference_k: float
    heater: str
    t: float
    sensor_degc: float
    sites_degc: list[float]


def needs(layout: Layout, params: Params) -> list[str]:
    """Signals that must be kept for this check."""
    return [*needs_for(layout, params), *(layout.signals[i].name for i in layout.skins)]


def measure(view: RunView, ask: Ask) -> Finding:
    """The difference in K."""
    start, end = ask.window[0], _end(view, ask.window)
    lag_s = view.number("sensor_lag_s")
    heaters = [n.removeprefix("belt.").removesuffix(".sensor") for n in sensor_names(view.layout)]
    units = [h for h in heaters if view.layout.probes(h)]
    if not units:
        raise UnjudgedError(Verdict.INVALID, "no heater has both an own sensor and skin probes")
    worst = max((_worst(view, h, lag_s, (start, end)) for h in units), key=lambda w: w.difference_k)
    names = [n for h in units for n in (f"belt.{h}.sensor", *view.layout.probes(h))]
    missing = view.gap(names, (start, end))
    budget = view.budget.of_mean(len(worst.sites_degc))
    budget = budget.plus(gradient(worst.sites_degc)) if budget.components else budget
    expanded = expanded_of(budget)
    low, high = _PLAUSIBLE_DEGC
    implausible = not low <= worst.sensor_degc <= high
    words = f"unit {worst.heater} at {worst.t:.1f} s" + (", implausible sensor" if implausible else "")
    detail = {"unit": worst.heater, "at_s": worst.t, "sensor_degc": worst.sensor_degc}
    coarse = "" if missing or expanded is None else _too_coarse(worst.difference_k, expanded, ask.limit)
    if coarse:
        words = f"{words}; {coarse}"
        return Finding(worst.difference_k, expanded, words, verdict=Verdict.INCONCLUSIVE, detail=detail)
    ceiling = Verdict.INVALID if missing else Verdict.PASS
    return Finding(worst.difference_k, expanded, missing or words, ceiling, detail=detail)


def _too_coarse(difference_k: float, expanded: float, limit: float | None) -> str:
    """Why the bench is too coarse to judge the difference; '' if it is not, or if it is too great for any doubt."""
    if limit is None or expanded <= _LARGEST_SHARE * limit or difference_k > limit + expanded:
        return ""
    return f"U = {expanded:.3g} K exceeds two thirds of the limit of {limit:g} K, so the difference is not judged"


def _end(view: RunView, window: tuple[float, float]) -> float:
    cut = find_cutoff(view, window)
    if cut.fell is not None:
        return cut.fell.after
    heating = [d["t"] for d in view.demands if str(d["output"]).endswith(".output") and d["value"]]
    return min(window[1], cut_by_rig(view, max(window[0], heating[0]) if heating else window[0]))


def _worst(view: RunView, heater: str, lag_s: float, window: tuple[float, float]) -> _Worst:
    t, mean, sites = _skin(view, heater)
    lagged = first_order(t, mean, lag_s)
    sensor = view.trace(f"belt.{heater}.sensor")
    inside = (
        (sensor.t >= max(window[0], t[0])) & (sensor.t <= min(window[1], t[-1])) & np.isfinite(sensor.value)
    )
    if not inside.any():
        raise UnjudgedError(Verdict.INVALID, f"belt.{heater}.sensor has no valid reading where it is judged")
    times, own = sensor.t[inside], sensor.value[inside]
    difference = np.abs(own - np.interp(times, t, lagged))
    row = int(np.argmax(difference))
    at = sites[:, int(np.searchsorted(t, times[row], side="right")) - 1]
    return _Worst(
        float(difference[row]), heater, float(times[row]), float(own[row]), at[np.isfinite(at)].tolist()
    )


def _skin(view: RunView, heater: str) -> tuple[Floats, Floats, Floats]:
    """Instants, means over the valid probes of a unit in °C, and the probes themselves, one a row."""
    traces = [view.trace(name) for name in view.layout.probes(heater)]
    values = np.stack([trace.value for trace in traces])
    valid = np.isfinite(values)
    count = valid.sum(axis=0)
    if not count.any():
        raise UnjudgedError(Verdict.INVALID, f"the skin probes of unit {heater} have no valid reading")
    some = count > 0
    t = np.stack([trace.t for trace in traces]).mean(axis=0)[some]
    mean = np.where(valid, values, 0.0).sum(axis=0)[some] / count[some]
    return t, mean, values[:, some]


def first_order(t: Floats, x: Floats, lag_s: float) -> Floats:
    """A first-order lag of a series that is straight between its points, from the steady state of the first.

    Args:
        t: instants in seconds, rising.
        x: values.
        lag_s: the time constant in seconds; 0 gives the series back.
    """
    if lag_s <= 0.0:
        return x.copy()
    y = float(x[0])
    out = [y]
    pairs = zip(t.tolist(), x.tolist(), strict=True)
    t0, x0 = next(pairs)
    for t1, x1 in pairs:
        behind = lag_s * (x1 - x0) / (t1 - t0)
        y = x1 - behind + (y - x0 + behind) * exp((t0 - t1) / lag_s)
        out.append(y)
        t0, x0 = t1, x1
    return np.array(out)
