"""Latch: the cut-off holds until the host re-arms the belt, which it refuses while hot; then heat returns.

A re-arm that was asked while hot must be seen to be refused.

A statement, not a number. Heat has returned when every heater that was on before takes over 50 % of its
current. Where heaters share an output, one of two makes 50 % of their current already: there the mean must be so
high that none of them can be below its 50 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rig.checks.cutoff import (
    LATCHED,
    REPORT_S,
    currents,
    cut_by_rig,
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
from rig.checks.instants import Bracket
from rig.checks.sharing import all_over, sharing, who
from rig.checks.verdict import Verdict
from rig.checks.view import GAP_PERIODS, RunView

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
    since = _latched_since(view, fell)
    asked = _rearms(view, since)
    again = rearmed(view, since)
    accepted = None if again is None else again.t
    _require_held(view, fell.by, asked, accepted)
    if again is not None and not again.reported:
        words = f"the belt accepted a re-arm at {again.t:.1f} s, but the record has no event of it"
        raise UnjudgedError(Verdict.INVALID, words, accepted_s=accepted)
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
    _require_refused(view, hot)
    support, words = unexercised(view, find_cutoff(view, ask.window))
    if words:
        raise UnjudgedError(support, words)
    refused = f", refused {len(hot)} re-arm while hot" if hot else ", no re-arm was asked while hot"
    reason = f"latched for {accepted - fell.by:.4g} s{refused}, re-armed, heat returned"
    detail = {"fell_s": fell.by, "accepted_s": accepted, "refused_hot": len(hot)}
    return Finding(None, None, reason, verdict=Verdict.PASS, detail=detail)


def _latched_since(view: RunView, fell: Bracket) -> float:
    """From when on the belt can have been latched: its event may come in a scan before the current's reading."""
    event = view.happened("belt.cutoff", fell.after - REPORT_S, fell.by + REPORT_S)
    return fell.after if event is None else min(fell.after, event)


def _rearms(view: RunView, since: float) -> list[_Rearm]:
    asked = [d["t"] for d in view.demands if d["output"] == "belt.rearm" and d["value"] and d["t"] >= since]
    return [_Rearm(t, _sensor_at(view, t)) for t in asked]


def _sensor_at(view: RunView, t: float) -> float:
    """The hottest own sensor at an instant.

    Raises:
        UnjudgedError: INVALID, its newest reading is over three periods old.
    """
    times, sensor = sensors(view)
    row = int(np.searchsorted(times, t, side="right")) - 1
    oldest = t - GAP_PERIODS * view.period_s(sensor_names(view.layout)[0])
    if row < 0 or times[row] < oldest - 1e-9:
        raise UnjudgedError(Verdict.INVALID, f"the belt's own sensors were not read around {t:.1f} s")
    return float(sensor[row])


def _require_refused(view: RunView, hot: list[_Rearm]) -> None:
    """Each re-arm that was asked while hot has its own event of being refused."""
    for rearm in hot:
        if view.happened("belt.rearm_refused", rearm.t, rearm.t + REPORT_S) is None:
            words = f"the re-arm asked at {rearm.t:.1f} s, while hot, was not seen to be refused"
            raise UnjudgedError(Verdict.INCONCLUSIVE, words, asked_s=rearm.t)


def _require_held(view: RunView, fell_s: float, asked: list[_Rearm], accepted: float | None) -> None:
    """The latch is seen soon after the cut-off and never released but after an asked and accepted re-arm."""
    latched = view.trace(LATCHED)
    set_rows = np.flatnonzero((latched.value == 1.0) & (latched.t <= fell_s + REPORT_S))
    if not len(set_rows) or latched.t[set_rows[-1]] < fell_s - REPORT_S:
        gap = view.gap([LATCHED], (fell_s - REPORT_S, min(fell_s + REPORT_S, view.last_s)))
        if gap:
            raise UnjudgedError(Verdict.INVALID, gap)
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
    least = {h: all_over(_BACK_SHARE, sharing(view.layout, h)) * mean for h, mean in before.items()}
    cold = [h for h, amps in least.items() if not np.any(supply.amps[h][span] > amps)]
    if not cold:
        return
    waited = end - accepted
    gap = view.gap([f"supply.{h}.current" for h in cold], (accepted, min(end, accepted + _RETURN_S)))
    if gap:
        raise UnjudgedError(Verdict.INVALID, gap)
    verdict = Verdict.FAIL if waited >= _RETURN_S else Verdict.INCONCLUSIVE
    name = who(view.layout, cold)
    words = f"heat did not return to {name} within {waited:.3g} s of the accepted re-arm"
    raise UnjudgedError(verdict, words, accepted_s=accepted)
