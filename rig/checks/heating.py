"""When heat flowed: the heaters' currents make the time axis of a heating curve, not what was demanded.

Where heaters share a supply output its current says when any of them is on, and when the first of them goes off, but
not which: `falls` then asks the belt.
"""

from __future__ import annotations

from math import inf

import numpy as np

from rig.checks.curves import Curve, Window
from rig.checks.cutoff import Bracket, currents, cut_by_rig
from rig.checks.finding import UnjudgedError
from rig.checks.sharing import WHOLE_SHARE, all_over, sharing, switched
from rig.checks.verdict import Verdict
from rig.checks.view import RunView

BASELINE_S = 60.0
"""A baseline is the mean over this long before the heaters were switched on (domain practice after IEEE 181)."""

LEAST_READINGS = 3


def heaters_on(view: RunView, window: Window) -> Bracket:
    """When the first heater began to take current within a window.

    Raises:
        UnjudgedError: INCONCLUSIVE, none did; INVALID, the current flowed from the window's first reading on.
    """
    supply = currents(view)
    inside = (supply.t >= window[0]) & (supply.t <= window[1])
    on = supply.any_on
    rows = np.flatnonzero(on & inside)
    if not len(rows):
        raise UnjudgedError(Verdict.INCONCLUSIVE, "not exercised: no heater took current where it is judged")
    row = int(rows[0])
    if row == 0 or on[row - 1]:
        raise UnjudgedError(Verdict.INVALID, "the heaters were on before the span that is judged began")
    return Bracket(float(supply.t[row - 1]), float(supply.t[row]))


def heating_end(view: RunView, window: Window) -> float:
    """The last instant within a window at which a heater took current; its start if none did."""
    supply = currents(view)
    inside = (supply.t >= window[0]) & (supply.t <= window[1])
    rows = np.flatnonzero(supply.any_on & inside)
    return float(supply.t[rows[-1]]) if len(rows) else window[0]


def observed_end(view: RunView, window: Window, on: Bracket) -> float:
    """Until when what the belt does can be told: the window's end, or when the rig took the power away."""
    return min(window[1], cut_by_rig(view, on.by), view.last_s)


def falls(view: RunView, heater: str, window: Window) -> list[float]:
    """Instants within a window at which a heater was switched off and after which it came back.

    A fall after which no current ever flows again may be an end of heating and not of a regulation cycle. Where
    heaters share an output, the belt's telemetry says when its firmware switched which: it tells where a cycle of
    regulation begins, and never what the cycle's temperatures were nor that a heater is safely off.

    Raises:
        UnjudgedError: INVALID, the heater shares its output and the record lacks that telemetry.
    """
    if view.layout.shares(heater):
        told = view.trace(switched(heater))
        valid = np.isfinite(told.value)
        times, states = told.t[valid], told.value[valid] > 0.0
    else:
        supply = currents(view)
        times, states = supply.t, supply.on[heater]
    inside = (times >= window[0]) & (times <= window[1])
    t, on = times[inside], states[inside]
    rows = np.flatnonzero(on[:-1] & ~on[1:]) + 1
    last_on = float(t[on][-1]) if on.any() else -inf
    return [float(t[row]) for row in rows if t[row] < last_on]


def first_fall(view: RunView, heater: str, window: Window) -> float:
    """When within a window a heater's current first fell, inf if it never did.

    Where heaters share an output: when the first of them went off, or one of them that had been on took less than
    half of its current. A voltage that is taken down that far looks the same.
    """
    supply = currents(view)
    inside = (supply.t >= window[0]) & (supply.t <= window[1])
    t, on, amps = supply.t[inside], supply.on[heater][inside], supply.amps[heater][inside]
    whole = all_over(WHOLE_SHARE, sharing(view.layout, heater))
    if view.layout.shares(heater):
        on &= amps > whole * np.maximum.accumulate(np.nan_to_num(amps))
    rows = np.flatnonzero(on[:-1] & ~on[1:]) + 1
    return float(t[rows[0]]) if len(rows) else inf


def baseline(curve: Curve, on: Bracket) -> float:
    """The mean of a curve in °C over the minute before the heaters were switched on.

    Raises:
        UnjudgedError: INVALID, the minute was not recorded.
    """
    t, value = curve.within((on.after - BASELINE_S, on.after))
    if len(t) < LEAST_READINGS or on.after - float(t[0]) < 0.5 * BASELINE_S:
        words = f"{curve.name} has no baseline: the minute before the heaters were switched on is missing"
        raise UnjudgedError(Verdict.INVALID, words)
    return float(value.mean())
