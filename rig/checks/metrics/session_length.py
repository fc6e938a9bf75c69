"""Session length: how far a session is off its length, as a share of it, either way.

From the moment at which the heaters began to take current to the moment at which the belt's telemetry showed that its
level was off, in a session that the host had chosen. The current tells whether that is true: heat that comes back
after it, unasked, fails. A session that does not end gives a lower bound of how late it is.
"""

from __future__ import annotations

from math import inf

import numpy as np

from rig.checks.cutoff import REPORT_S, UPTIME, currents, rebooted
from rig.checks.finding import Ask, Finding, Params, UnjudgedError
from rig.checks.heating import heaters_on, observed_end
from rig.checks.instants import Bracket, read_between, timing_of
from rig.checks.own_clock import ask_device
from rig.checks.sharing import who
from rig.checks.verdict import Verdict
from rig.checks.view import RunView
from rig.signals.layout import Layout

LEVEL, ENDED = "belt.level", "belt.session_end"
OFF_WITHIN_S = 1.0
"""The current may flow for this long after the telemetry's end of the session: the supply is read at 5 Hz."""


def needs(layout: Layout, _params: Params) -> list[str]:
    """Signals that must be kept for this check."""
    heat = [f"supply.{h}.{q}" for h in layout.heaters for q in ("current", "output")]
    return [LEVEL, UPTIME, *heat]


def measure(view: RunView, ask: Ask) -> Finding:
    """The size of the relative error; a lower bound where the session did not end."""
    on = heaters_on(view, ask.window)
    length = _chosen(view, on.by)
    end = observed_end(view, ask.window, on)
    over = _over(view, on.by, end)
    if over is None:
        return _never_over(view, on, end, length)
    _require_own_end(view, over)
    _require_no_heat(view, over, end)
    lasted = over.middle - on.middle
    told = ask_device(view, ENDED, over, (over.after - REPORT_S, over.by + REPORT_S))
    missing = view.gap([LEVEL], (on.by, over.by)) or told.contradiction
    words = f"a session of {length:g} s lasted {lasted:.1f} s"
    return Finding(
        abs(lasted / length - 1.0),
        timing_of(on, over).expanded / length,
        missing or words,
        Verdict.INVALID if missing else Verdict.PASS,
        detail={"chosen_s": length, "lasted_s": lasted, "on_s": on.by, "over_s": over.by, **told.detail},
    )


def _chosen(view: RunView, t: float) -> float:
    chosen = [d["value"] for d in view.demands if d["output"] == "belt.session" and d["t"] <= t]
    if not chosen:
        raise UnjudgedError(Verdict.INVALID, "the record has no demand of a session's length")
    return float(chosen[-1])


def _over(view: RunView, start: float, end: float) -> Bracket | None:
    """When telemetry first showed the level off after it had shown it on.

    Unreported and right before the rig's own switching off it is the rig's doing.
    """
    level = view.trace(LEVEL)
    inside = np.isfinite(level.value) & (level.t >= start) & (level.t <= end)
    t, on = level.t[inside], level.value[inside] > 0.0
    rows = np.flatnonzero(on[:-1] & ~on[1:])
    if not len(rows):
        return None
    over = read_between(view, [LEVEL], float(t[rows[0]]), float(t[rows[0] + 1]))
    reported = view.happened(ENDED, over.after - REPORT_S, over.by + REPORT_S) is not None
    return over if reported or over.by < end - REPORT_S else None


def _never_over(view: RunView, on: Bracket, end: float, length: float) -> Finding:
    elapsed = end - on.middle
    missing = view.gap([LEVEL], (on.by, end))
    words = f"a session of {length:g} s was not over after {elapsed:.1f} s"
    return Finding(
        max(0.0, elapsed / length - 1.0),
        timing_of(on).expanded / length,
        missing or words,
        Verdict.INVALID if missing else Verdict.PASS,
        at_least=True,
        detail={"chosen_s": length, "elapsed_s": elapsed, "on_s": on.by},
    )


def _require_own_end(view: RunView, over: Bracket) -> None:
    """The belt ended the session by its timer, not by a reboot or because the host was silent."""
    near = (over.after - REPORT_S, over.by + REPORT_S)
    if rebooted(view, *near) is not None:
        raise UnjudgedError(Verdict.FAIL, f"the belt rebooted at the end of the session, {over.by:.1f} s")
    if view.happened("belt.watchdog", *near) is not None:
        raise UnjudgedError(Verdict.INCONCLUSIVE, f"the host watchdog ended the session at {over.by:.1f} s")


def _require_no_heat(view: RunView, over: Bracket, end: float) -> None:
    asked = (d["t"] for d in view.demands if d["output"] == LEVEL and d["t"] > over.by)
    until = min(end, next(asked, inf))
    supply = currents(view)
    inside = (supply.t > over.by + OFF_WITHIN_S) & (supply.t <= until)
    for heater, on in supply.on.items():
        hot = supply.t[inside & on]
        if len(hot):
            name = who(view.layout, [heater])
            words = f"{name} took current at {float(hot[0]):.1f} s, after the session was over"
            raise UnjudgedError(Verdict.FAIL, words, over_s=over.by)
