"""Watchdog delay: from the last frame that the host sent the belt until the heaters' current fell.

A host falls silent between two polls that are further apart than the watchdog: a plan that polls the belt less often
than once in the declared time shows it. Frames are the belt's readings and the demands on it that it acknowledged.
Both instants are middles of brackets; the uncertainty is timing alone. While no current falls, the longest silence
with a heater on is a lower bound.
"""

from __future__ import annotations

from itertools import pairwise
from math import inf

import numpy as np

from rig.checks.cutoff import UPTIME, current_between, currents
from rig.checks.finding import Ask, Finding, Params, UnjudgedError
from rig.checks.heating import heaters_on, observed_end
from rig.checks.instants import Bracket, timing_of
from rig.checks.own_clock import ask_device
from rig.checks.sharing import who
from rig.checks.verdict import Verdict
from rig.checks.view import RunView
from rig.signals.layout import Layout

EVENT = "belt.watchdog"
_STAYS = 3


def needs(layout: Layout, _params: Params) -> list[str]:
    """Signals that must be kept for this check."""
    return [UPTIME, *(f"supply.{h}.{q}" for h in layout.heaters for q in ("current", "output"))]


def measure(view: RunView, ask: Ask) -> Finding:
    """The delay in s, or a lower bound of it where the current did not fall."""
    on = heaters_on(view, ask.window)
    end = observed_end(view, ask.window, on)
    missing = view.gap([f"supply.{h}.current" for h in view.layout.heaters], (on.after, end))
    ceiling = Verdict.INVALID if missing else Verdict.PASS
    frames = _frames(view)
    fell = _fell(view, on.by, end)
    if fell is None:
        silence, at = _longest_silence(frames, on.by, end)
        words = f"the current flowed on through {silence:.2f} s without a frame, from {at:.1f} s"
        frame = max(frames, key=lambda each: each.width, default=Bracket(at, at))
        return Finding(silence, timing_of(frame).expanded, missing or words, ceiling, at_least=True)
    if view.happened(EVENT, fell.after, view.last_s) is None:
        words = f"the current fell at {fell.by:.1f} s, and the belt did not report its watchdog"
        raise UnjudgedError(Verdict.INCONCLUSIVE, words)
    _require_no_heat(view, fell, end)
    last = max((frame for frame in frames if frame.middle <= fell.by), key=lambda f: f.middle, default=None)
    if last is None:
        raise UnjudgedError(Verdict.INVALID, "the record has no frame to the belt before the current fell")
    delay = max(0.0, fell.middle - last.middle)
    told = ask_device(view, EVENT, fell, (fell.after, view.last_s))
    if told.contradiction:
        missing, ceiling = missing or told.contradiction, Verdict.INVALID
    words = f"the last frame was at {last.middle:.2f} s, the current fell at {fell.by:.1f} s"
    detail = {"last_frame_s": last.middle, "fell_s": fell.by, **told.detail}
    return Finding(delay, timing_of(last, fell).expanded, missing or words, ceiling, detail=detail)


def _frames(view: RunView) -> list[Bracket]:
    """When the host sent the belt a frame, in order: somewhere within its exchange."""
    polls = view.trace(UPTIME).t
    halves = view.exchange_within_s(UPTIME, polls)
    found = list(map(Bracket, (polls - halves).tolist(), (polls + halves).tolist()))
    for done in view.readbacks:
        if str(done["output"]).startswith("belt."):
            asked = [d["t"] for d in view.demands if d["output"] == done["output"] and d["t"] <= done["t"]]
            found.append(Bracket(asked[-1] if asked else done["t"], done["t"]))
    return sorted(found, key=lambda frame: frame.middle)


def _fell(view: RunView, start: float, end: float) -> Bracket | None:
    """When the currents of all heaters were first gone for three readings in a row."""
    supply = currents(view)
    off = ~supply.any_on
    t = supply.t
    gone = off & (t > start) & (t <= end)
    runs = np.flatnonzero(np.convolve(gone, np.ones(_STAYS), "valid") == _STAYS)
    return current_between(view, float(t[runs[0] - 1]), float(t[runs[0]])) if len(runs) else None


def _longest_silence(frames: list[Bracket], start: float, end: float) -> tuple[float, float]:
    """Length and beginning of the longest stretch without a frame between two instants."""
    moments = [start, *(f.middle for f in frames if start < f.middle < end), end]
    return max((later - earlier, earlier) for earlier, later in pairwise(moments))


def _require_no_heat(view: RunView, fell: Bracket, end: float) -> None:
    asked = (d["t"] for d in view.demands if d["output"] == "belt.level" and d["t"] > fell.by)
    until = min(end, next(asked, inf))
    supply = currents(view)
    inside = (supply.t > fell.by) & (supply.t <= until)
    for heater, on in supply.on.items():
        hot = supply.t[inside & on]
        if len(hot):
            words = f"{who(view.layout, [heater])} took current again at {float(hot[0]):.1f} s, unasked"
            raise UnjudgedError(Verdict.FAIL, words, fell_s=fell.by)
