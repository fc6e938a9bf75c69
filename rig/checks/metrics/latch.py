"""Latch: the cut-off holds until the host re-arms the belt, which it refuses while hot; then heat returns.

A statement, not a number. Heat has returned when every heater that was on before takes over 50 % of its
current.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan

import numpy as np

from rig.checks.cutoff import (
    LATCHED,
    REPORT_S,
    currents,
    cut_by_rig,
    find_cutoff,
    needs_for,
    rebooted,
    require_cutoff,
    sensors,
)
from rig.checks.finding import Ask, Finding, UnjudgedError
from rig.checks.verdict import Verdict
from rig.checks.view import RunView

needs = needs_for

_BACK_SHARE = 0.5
_RETURN_S = 5.0


@dataclass(frozen=True, slots=True)
class _Rearm:
    """The host asked to re-arm: when, and the hottest own sensor then."""

    t: float
    sensor_degc: float


def measure(view: RunView, ask: Ask) -> Finding:
    """No value; the verdict says whether the latch held and let go as it should."""
    fell = require_cutoff(view, ask.window)
    rearm_degc = view.number("rearm_degc")
    asked = [r for r in _rearms(view) if r.t >= fell.by]
    accepted = view.happened("belt.rearmed", fell.by, inf)
    _require_held(view, fell.by, asked, accepted)
    hot = [r for r in asked if r.sensor_degc >= rearm_degc]
    if accepted is not None and _sensor_at(view, accepted) >= rearm_degc:
        words = (
            f"a re-arm was accepted at {_sensor_at(view, accepted):.2f} degC, not below {rearm_degc:g} degC"
        )
        raise UnjudgedError(Verdict.FAIL, words, accepted_s=accepted)
    if accepted is None:
        raise _never_accepted(asked, rearm_degc)
    _require_heat(view, ask.window, accepted)
    gap = view.gap([LATCHED], (fell.by, accepted))
    if gap:
        raise UnjudgedError(Verdict.INVALID, gap)
    refused = f", refused {len(hot)} re-arm while hot" if hot else ", no re-arm was asked while hot"
    reason = f"latched for {accepted - fell.by:.4g} s{refused}, re-armed, heat returned"
    detail = {"fell_s": fell.by, "accepted_s": accepted, "refused_hot": len(hot)}
    return Finding(None, None, reason, verdict=Verdict.PASS, detail=detail)


def _rearms(view: RunView) -> list[_Rearm]:
    return [
        _Rearm(d["t"], _sensor_at(view, d["t"]))
        for d in view.demands
        if d["output"] == "belt.rearm" and d["value"]
    ]


def _sensor_at(view: RunView, t: float) -> float:
    times, sensor = sensors(view)
    row = int(np.searchsorted(times, t, side="right")) - 1
    return float(sensor[row]) if row >= 0 else nan


def _require_held(view: RunView, fell_s: float, asked: list[_Rearm], accepted: float | None) -> None:
    """The latch is seen soon after the cut-off and never released but after an asked and accepted re-arm."""
    latched = view.trace(LATCHED)
    set_rows = np.flatnonzero((latched.value == 1.0) & (latched.t <= fell_s + REPORT_S))
    if not len(set_rows) or latched.t[set_rows[-1]] < fell_s - REPORT_S:
        raise UnjudgedError(Verdict.FAIL, "the belt cut off without latching", fell_s=fell_s)
    after = float(latched.t[set_rows[-1]])
    free = np.flatnonzero((latched.value == 0.0) & (latched.t > after))
    if not len(free):
        return
    released = float(latched.t[free[0]])
    early = accepted is None or released < accepted - REPORT_S
    if early or not any(r.t <= released for r in asked):
        reset = rebooted(view, fell_s, released + REPORT_S)
        how = "by itself" if reset is None else "by a reboot"
        words = f"the latch was released {how} {released - fell_s:.4g} s after the cut-off"
        raise UnjudgedError(Verdict.FAIL, words, released_s=released)


def _never_accepted(asked: list[_Rearm], rearm_degc: float) -> UnjudgedError:
    cool = [r for r in asked if r.sensor_degc < rearm_degc]
    if cool:
        words = f"a re-arm at {cool[0].sensor_degc:.2f} degC, below {rearm_degc:g} degC, was not accepted"
        return UnjudgedError(Verdict.FAIL, words, asked_s=cool[0].t)
    return UnjudgedError(
        Verdict.INCONCLUSIVE, f"not exercised: no re-arm was asked below {rearm_degc:g} degC"
    )


def _require_heat(view: RunView, window: tuple[float, float], accepted: float) -> None:
    """After the accepted re-arm every heater that was on is on again."""
    supply = currents(view)
    end = cut_by_rig(view, accepted)
    span = (supply.t > accepted) & (supply.t <= end)
    before = find_cutoff(view, window).before
    cold = [h for h, mean in before.items() if not np.any(supply.amps[h][span] > _BACK_SHARE * mean)]
    if not cold:
        return
    waited = end - accepted
    verdict = Verdict.FAIL if waited >= _RETURN_S else Verdict.INCONCLUSIVE
    words = f"heat did not return to heater {', '.join(cold)} within {waited:.3g} s of the accepted re-arm"
    raise UnjudgedError(verdict, words, accepted_s=accepted)
