"""When heat flowed: the heaters' currents make the time axis of a heating curve, not what was demanded."""

from __future__ import annotations

from math import inf

import numpy as np

from rig.checks.curves import Curve, Window
from rig.checks.cutoff import HEATER_ON_AMPS, Bracket, currents, cut_by_rig
from rig.checks.finding import UnjudgedError
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
    on = np.any(np.stack(list(supply.amps.values())) > HEATER_ON_AMPS, axis=0)
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
    on = np.any(np.stack(list(supply.amps.values())) > HEATER_ON_AMPS, axis=0)
    rows = np.flatnonzero(on & inside)
    return float(supply.t[rows[-1]]) if len(rows) else window[0]


def observed_end(view: RunView, window: Window, on: Bracket) -> float:
    """Until when what the belt does can be told: the window's end, or when the rig took the power away."""
    return min(window[1], cut_by_rig(view, on.by), view.last_s)


def falls(view: RunView, heater: str, window: Window, *, returning: bool) -> list[float]:
    """Instants within a window at which a heater's current fell; only those after which it came back, if asked.

    A fall after which no current ever flows again may be an end of heating and not of a regulation cycle.
    """
    supply = currents(view)
    inside = (supply.t >= window[0]) & (supply.t <= window[1])
    t, on = supply.t[inside], supply.amps[heater][inside] > HEATER_ON_AMPS
    rows = np.flatnonzero(on[:-1] & ~on[1:]) + 1
    last_on = float(t[on][-1]) if on.any() else -inf
    return [float(t[row]) for row in rows if not returning or t[row] < last_on]


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
