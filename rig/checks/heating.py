"""When heat flowed: the heaters' currents make the time axis of a heating curve, not what was demanded.

Where heaters share a supply output its current says when any of them is on, and when the first of them goes off, but
not which: `falls` then asks the belt. Where another logger's record has no current, what drove the heater says it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from rig.checks.curves import Curve, Window
from rig.checks.cutoff import currents, cut_by_rig
from rig.checks.finding import UnjudgedError
from rig.checks.instants import Bracket, read_between
from rig.checks.sharing import WHOLE_SHARE, all_over, sharing, switched
from rig.checks.verdict import Verdict
from rig.checks.view import RunView
from rig.signals.layout import Drive
from rig.signals.traces import Floats

BASELINE_S = 60.0
"""A baseline is the mean over this long before the heaters were switched on (domain practice after IEEE 181)."""

LEAST_READINGS = 3


@dataclass(frozen=True, slots=True)
class Heat:
    """At which instants each heater was on; where heaters share an output, whether any of them was."""

    t: Floats
    on: Mapping[str, NDArray[np.bool_]]

    @property
    def any_on(self) -> NDArray[np.bool_]:
        """At which instants any heater was on."""
        found: NDArray[np.bool_] = np.any(np.stack(list(self.on.values())), axis=0)
        return found


def heat(view: RunView) -> Heat:
    """When heat flowed, by the heaters' currents, or by what drove them where no current was read.

    Raises:
        UnjudgedError: INVALID, the record has neither.
    """
    if not view.layout.drives:
        supply = currents(view)
        return Heat(supply.t, supply.on)
    if "heat" not in view.memo:
        view.memo["heat"] = _driven(view)
    found: Heat = view.memo["heat"]
    return found


def _driven(view: RunView) -> Heat:
    """All driven heaters have one drive: a record of another logger names one."""
    drive = next(iter(view.layout.drives.values()))
    if drive.signal is not None:
        trace = view.trace(drive.signal)
        valid = np.isfinite(trace.value)
        t, on = trace.t[valid], trace.value[valid] > drive.above
    else:
        t, on = _declared(drive, view.last_s)
    return Heat(t, dict.fromkeys(view.layout.drives, on))


def _declared(drive: Drive, last_s: float) -> tuple[Floats, NDArray[np.bool_]]:
    assert drive.on is not None, "a drive has a signal or declared instants"
    if drive.off is None:
        return np.array([*drive.on, max(last_s, drive.on[1])]), np.array([False, True, True])
    return np.array([*drive.on, *drive.off]), np.array([False, True, True, False])


def heaters_on(view: RunView, window: Window) -> Bracket:
    """When the first heater began to take current within a window.

    Raises:
        UnjudgedError: INCONCLUSIVE, none did; INVALID, the current flowed from the window's first reading on.
    """
    found = heat(view)
    inside = (found.t >= window[0]) & (found.t <= window[1])
    on = found.any_on
    rows = np.flatnonzero(on & inside)
    if not len(rows):
        raise UnjudgedError(Verdict.INCONCLUSIVE, "not exercised: no heater took current where it is judged")
    row = int(rows[0])
    if row == 0 or on[row - 1]:
        raise UnjudgedError(Verdict.INVALID, "the heaters were on before the span that is judged began")
    return read_between(view, view.layout.heat_signals, float(found.t[row - 1]), float(found.t[row]))


def heating_end(view: RunView, window: Window) -> float:
    """The last instant within a window at which a heater took current; its start if none did."""
    found = heat(view)
    inside = (found.t >= window[0]) & (found.t <= window[1])
    rows = np.flatnonzero(found.any_on & inside)
    return float(found.t[rows[-1]]) if len(rows) else window[0]


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
        found = heat(view)
        times, states = found.t, found.on[heater]
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
    found = heat(view)
    inside = (found.t >= window[0]) & (found.t <= window[1])
    t, on = found.t[inside], found.on[heater][inside]
    if view.layout.shares(heater):
        whole = all_over(WHOLE_SHARE, sharing(view.layout, heater))
        amps = currents(view).amps[heater][inside]
        on &= amps > whole * np.maximum.accumulate(np.nan_to_num(amps))
    rows = np.flatnonzero(on[:-1] & ~on[1:]) + 1
    return float(t[rows[0]]) if len(rows) else inf


def baseline(curve: Curve, on: Bracket) -> float:
    """The mean of a curve in °C over the minute before the heaters were switched on.

    A curve of another logger has the baseline that was declared with it: over another time, its first reading, or a
    temperature.

    Raises:
        UnjudgedError: INVALID, the minute was not recorded.
    """
    if curve.drive is not None and curve.drive.baseline_degc is not None:
        return curve.drive.baseline_degc
    length_s = BASELINE_S if curve.drive is None else curve.drive.baseline_s
    if length_s == 0.0:
        _, value = curve.within((on.after, inf))
        if not len(value):
            raise UnjudgedError(Verdict.INVALID, f"{curve.name} has no valid reading from the heat on")
        return float(value[0])
    t, value = curve.within((on.after - length_s, on.after))
    if len(t) < LEAST_READINGS or on.after - float(t[0]) < 0.5 * length_s:
        span = "minute" if length_s == BASELINE_S else f"{length_s:g} s"
        words = f"{curve.name} has no baseline: the {span} before the heaters were switched on is missing"
        raise UnjudgedError(Verdict.INVALID, words)
    return float(value.mean())
