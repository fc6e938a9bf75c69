"""Response delay: from own sensor's telemetry at or above the threshold until every heater's current fell.

Both instants are middles of their brackets, so the value has no bias from the sources' periods; the
uncertainty is timing alone, rectangular over the brackets. A value cannot be below 0. Heaters that share an output
have all fallen when its current is below 10 % of what one of them took; that all were on before must be seen.
"""

from __future__ import annotations

from math import inf

import numpy as np

from rig.checks.budget import Budget
from rig.checks.cutoff import (
    BEFORE_S,
    EVENT,
    REPORT_S,
    Cause,
    Cutoff,
    currents,
    find_cutoff,
    needs_for,
    sensor_names,
    sensors,
)
from rig.checks.demanded import unexercised
from rig.checks.finding import Ask, Finding, UnjudgedError
from rig.checks.instants import timing_of
from rig.checks.own_clock import ask_device
from rig.checks.skin import steepest, valid_hottest
from rig.checks.table import METRICS
from rig.checks.verdict import Verdict
from rig.checks.view import RunView

needs = needs_for

_LARGEST_SHARE = METRICS["response_delay"].largest_share or inf


def measure(view: RunView, ask: Ask) -> Finding:
    """The delay in s, or a lower bound of it where the current did not fall by itself."""
    cut = find_cutoff(view, ask.window)
    if cut.asked is None:
        raise _not_asked(view, cut, ask.window)
    if cut.fell is None:
        return _never_fell(view, cut, ask)
    if cut.cause is not Cause.CUT_OFF:
        return _not_a_cutoff(cut)
    budget = timing_of(cut.asked, cut.fell)
    delay = max(0.0, cut.fell.middle - cut.asked.middle)
    gap = _gap(view, cut.asked.after - BEFORE_S, cut.fell.by)
    ceiling, reason = _ceiling(gap, budget, ask)
    if ceiling is Verdict.PASS:
        ceiling, reason = unexercised(view, cut)
    told = ask_device(view, EVENT, cut.fell, (cut.asked.after - REPORT_S, cut.fell.by + REPORT_S))
    if told.contradiction:
        ceiling, reason = Verdict.INVALID, told.contradiction
    detail = {"asked_s": cut.asked.by, "fell_s": cut.fell.by, "heaters": dict(cut.before), **told.detail}
    words = (
        f"the current fell {delay:.3g} s after the own sensor reached the threshold at {cut.asked.by:.1f} s"
    )
    return Finding(delay, budget.expanded, reason or words, ceiling, detail=detail)


def _gap(view: RunView, start: float, end: float) -> str:
    names = [*sensor_names(view.layout), *(f"supply.{h}.current" for h in view.layout.heaters)]
    return view.gap(names, (max(start, view.first_s), end))


def _ceiling(gap: str, budget: Budget, ask: Ask) -> tuple[Verdict, str]:
    if gap:
        return Verdict.INVALID, gap
    if ask.limit is not None and budget.expanded > _LARGEST_SHARE * ask.limit:
        words = f"U = {budget.expanded:.3g} s exceeds a third of the limit, so the delay is not judged"
        return Verdict.INCONCLUSIVE, words
    return Verdict.PASS, ""


def _never_fell(view: RunView, cut: Cutoff, ask: Ask) -> Finding:
    assert cut.asked is not None
    limit_s = min(cut.cut_s, view.last_s)
    end = _last_on(view, cut, limit_s)
    delay = max(0.0, end - cut.asked.middle)
    budget = timing_of(cut.asked)
    reason = f"the current did not fall within {delay:.3g} s, when it was cut by the rig or the record ended"
    gap = _gap(view, cut.asked.after - BEFORE_S, limit_s)
    ceiling, why = _ceiling(gap, budget, ask)
    return Finding(
        delay,
        budget.expanded,
        why or reason,
        ceiling,
        at_least=True,
        detail={"asked_s": cut.asked.by, "cut_s": end, "heaters": dict(cut.before)},
    )


def _last_on(view: RunView, cut: Cutoff, limit_s: float) -> float:
    """The last reading up to an instant at which a heater still took current: what was not read shows nothing."""
    last = cut.from_s
    for heater, mean in cut.before.items():
        trace, off_share = view.trace(f"supply.{heater}.current"), currents(view).off_share[heater]
        on = trace.t[(trace.value >= off_share * mean) & (trace.t <= limit_s)]
        last = max(last, float(np.max(on, initial=last)))
    return last


def _not_a_cutoff(cut: Cutoff) -> Finding:
    """The current fell, but not by the cut-off: a delay beyond the limit fails all the same."""
    assert cut.asked is not None
    assert cut.fell is not None
    delay = max(0.0, cut.fell.middle - cut.asked.middle)
    expanded = timing_of(cut.asked, cut.fell).expanded
    reason = (
        f"the current fell {delay:.3g} s after the sensor reached the threshold, but by {cut.cause.value}"
    )
    detail = {"asked_s": cut.asked.by, "fell_s": cut.fell.by, "cause": cut.cause.name.lower()}
    if cut.cause is Cause.REBOOT:
        return Finding(delay, expanded, reason, verdict=Verdict.FAIL, detail=detail)
    return Finding(delay, expanded, reason, Verdict.INVALID, at_least=True, detail=detail)


def _not_asked(view: RunView, cut: Cutoff, window: tuple[float, float]) -> UnjudgedError:
    """The own sensor never reached the threshold while a heater was on."""
    if cut.fell is not None and cut.cause is Cause.CUT_OFF:
        return _early(view, cut)
    _, skin = valid_hottest(view, window)
    peak = float(skin.max())
    lag_k = view.number("sensor_lag_s") * steepest(view, window)
    expanded = view.budget.expanded
    allowed = view.number("cutoff_degc") + view.number("cutoff_tolerance_k") + lag_k + expanded
    if peak > allowed:
        gap = _gap(view, window[0], min(window[1], cut.cut_s))
        if gap:
            return UnjudgedError(Verdict.INVALID, gap, skin_peak_degc=peak, allowed_degc=allowed)
        reason = (
            f"the skin reached {peak:.2f} degC and the belt did not act; its own sensor never asked for it"
        )
        return UnjudgedError(Verdict.FAIL, reason, skin_peak_degc=peak, allowed_degc=allowed)
    reason = (
        "not exercised: the belt's own sensor never reached the threshold while a heater was on "
        f"(skin peak {peak:.2f} degC)"
    )
    return UnjudgedError(Verdict.INCONCLUSIVE, reason, skin_peak_degc=peak)


def _early(view: RunView, cut: Cutoff) -> UnjudgedError:
    assert cut.fell is not None
    t, sensor = sensors(view)
    seen = sensor[t <= cut.fell.by]
    reached = float(seen[-1]) if len(seen) else float("nan")
    reason = f"the belt cut off at {cut.fell.by:.1f} s, before its own sensor reached the threshold"
    return UnjudgedError(Verdict.INCONCLUSIVE, reason, sensor_degc=reached, fell_s=cut.fell.by)
