"""The cut-off in a record: when the belt's own sensor asked for it, when the current fell, and why it fell.

Where heaters share a supply output its current is their mean. It has fallen when it is so low that none of them takes
10 % of its own, and whether all of them were on before is for `rig/checks/demanded.py` to say.

Every instant is known as a bracket: after the last reading that did not show it, up to the first that did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import inf

import numpy as np
from numpy.typing import NDArray

from rig.checks.finding import Params, UnjudgedError
from rig.checks.instants import Bracket, read_between
from rig.checks.sharing import HEATER_ON_AMPS, any_over, sharing
from rig.checks.sharing import needs as sharing_needs
from rig.checks.verdict import Verdict
from rig.checks.view import RunView, output_names
from rig.signals.layout import HOTTEST, Layout
from rig.signals.traces import Floats

OFF_SHARE = 0.1
BEFORE_S = 5.0
REPORT_S = 2.0
"""The belt's telemetry and events may come this much later than what they report."""

LATCHED, UPTIME = "belt.latched", "belt.uptime"
EVENT = "belt.cutoff"


class Cause(StrEnum):
    """What made the current fall."""

    CUT_OFF = "the belt's cut-off"
    RIG = "the rig, which switched the heaters off"
    SUPPLY = "the supply, which switched its output off by itself"
    REBOOT = "a reboot of the belt"
    SESSION = "the end of the belt's session"
    WATCHDOG = "the belt's host watchdog"
    UNREPORTED = "something that the belt did not report as a cut-off"
    UNKNOWN = "something that cannot be told: whether the supply's output stayed on was not read around it"
    NOTHING = "nothing: the current did not fall"


@dataclass(frozen=True, slots=True)
class Cutoff:
    """A cut-off, or what came instead of one.

    asked: when a sensor's telemetry first stood at or above the threshold with a heater on, None if it never
    did; the belt may then have cut off early. before: mean current in amps of each heater whose output was on,
    over the 5 s before. fell: when all of them were below 10 % of it. cut_s: when the rig took the power away.
    from_s: from when before ran out.
    """

    asked: Bracket | None
    before: Mapping[str, float]
    fell: Bracket | None
    cause: Cause
    cut_s: float
    from_s: float


@dataclass(frozen=True, slots=True)
class Currents:
    """The current of each heater on one grid of instants, the newest reading at each.

    on: whether it is on; where heaters share an output, whether any of them is. off_share: below this share of its
    current a heater is off; where heaters share an output, all of them are.
    """

    t: Floats
    amps: Mapping[str, Floats]
    on: Mapping[str, NDArray[np.bool_]]
    off_share: Mapping[str, float]

    @property
    def any_on(self) -> NDArray[np.bool_]:
        """At which instants any heater is on."""
        found: NDArray[np.bool_] = np.any(np.stack(list(self.on.values())), axis=0)
        return found

    def on_at(self, t: float) -> list[str]:
        """The heaters whose newest reading at an instant says on."""
        row = int(np.searchsorted(self.t, t, side="right")) - 1
        return [heater for heater, on in self.on.items() if row >= 0 and on[row]]


def needs(layout: Layout) -> list[str]:
    """Signals that must be kept to find a cut-off."""
    heaters = layout.heaters
    return [
        HOTTEST,
        LATCHED,
        UPTIME,
        *output_names(layout),
        *(f"supply.{h}.current" for h in heaters),
        *sharing_needs(layout),
        *sensor_names(layout),
    ]


def sensor_names(layout: Layout) -> list[str]:
    """Names of the belt's own temperature sensors."""
    return [s.name for s in layout.signals if s.name.startswith("belt.") and s.name.endswith(".sensor")]


def currents(view: RunView) -> Currents:
    """The supply currents of all heaters.

    Raises:
        UnjudgedError: INVALID, the record has none.
    """
    if "currents" not in view.memo:
        traces = {h: view.trace(f"supply.{h}.current") for h in view.layout.heaters}
        if not traces:
            raise UnjudgedError(Verdict.INVALID, "the record has no heater current")
        valid = {h: np.isfinite(trace.value) for h, trace in traces.items()}
        t = np.unique(np.concatenate([trace.t[valid[h]] for h, trace in traces.items()]))
        amps = {h: _held(trace.t[valid[h]], trace.value[valid[h]], t) for h, trace in traces.items()}
        count = {h: sharing(view.layout, h) for h in traces}
        on = {h: value > any_over(HEATER_ON_AMPS, count[h]) for h, value in amps.items()}
        view.memo["currents"] = Currents(t, amps, on, {h: any_over(OFF_SHARE, n) for h, n in count.items()})
    found: Currents = view.memo["currents"]
    return found


def _held(t: Floats, value: Floats, grid: Floats) -> Floats:
    """The newest value at each instant of a grid, nan before the first."""
    if not len(t):
        return np.full(len(grid), np.nan)
    rows = np.searchsorted(t, grid, side="right") - 1
    return np.where(rows >= 0, value[rows], np.nan)


def sensors(view: RunView) -> tuple[Floats, Floats]:
    """Instants of the belt's telemetry that has a valid own sensor, and the hottest of those sensors in °C.

    Raises:
        UnjudgedError: INVALID, the record has no telemetry.
    """
    names = sensor_names(view.layout)
    if not names:
        raise UnjudgedError(Verdict.INVALID, "the record has no sensor of the belt")
    traces = [view.trace(name) for name in names]
    stack = np.stack([trace.value for trace in traces])
    hottest = np.max(np.where(np.isnan(stack), -np.inf, stack), axis=0)
    valid = np.isfinite(hottest)
    return traces[0].t[valid], hottest[valid]


def find_cutoff(view: RunView, window: tuple[float, float]) -> Cutoff:
    """The first cut-off within a window of the run.

    Raises:
        UnjudgedError: INVALID, the record lacks the signals, the currents before the cut-off or the profile's
            threshold.
    """
    key = ("cutoff", window)
    if key not in view.memo:
        view.memo[key] = _find(view, window)
    found: Cutoff = view.memo[key]
    return found


def _find(view: RunView, window: tuple[float, float]) -> Cutoff:
    asked = _asked(view, view.number("cutoff_degc"), window)
    reference = asked if asked is not None else _reported(view, window)
    if reference is None:
        return Cutoff(None, {}, None, Cause.NOTHING, cut_by_rig(view, window[0]), window[0])
    before = mean_before(view, reference.after)
    cut_s = cut_by_rig(view, reference.by)
    fell = _fell(view, before, reference.after)
    if fell is None or not before:
        return Cutoff(asked, before, None, Cause.NOTHING, cut_s, reference.after)
    if fell.by > cut_s:
        return Cutoff(asked, before, None, Cause.RIG, cut_s, reference.after)
    return Cutoff(asked, before, fell, _cause(view, reference, before, fell), cut_s, reference.after)


def _asked(view: RunView, threshold_degc: float, window: tuple[float, float]) -> Bracket | None:
    t, sensor = sensors(view)
    supply = currents(view)
    for row in np.flatnonzero((sensor >= threshold_degc) & (t >= window[0]) & (t <= window[1])):
        after = float(t[row - 1]) if row else float(t[row])
        if supply.on_at(after):
            return read_between(view, sensor_names(view.layout), after, float(t[row]))
    return None


def _reported(view: RunView, window: tuple[float, float]) -> Bracket | None:
    """When the belt first said that it had cut off: latched telemetry, else its event."""
    latched = view.trace(LATCHED)
    rows = np.flatnonzero((latched.value == 1.0) & (latched.t >= window[0]) & (latched.t <= window[1]))
    period = view.period_s(LATCHED)
    moments = [float(latched.t[rows[0]])] if len(rows) else []
    event = view.happened(EVENT, *window)
    moments += [] if event is None else [event]
    return Bracket(min(moments) - 2.0 * period, min(moments)) if moments else None


def mean_before(view: RunView, t: float) -> dict[str, float]:
    """Mean current in amps, over the 5 s up to an instant, of each heater whose newest reading says on.

    Raises:
        UnjudgedError: INVALID, no current was read in those 5 s.
    """
    supply = currents(view)
    span = (supply.t > t - BEFORE_S) & (supply.t <= t)
    if not span.any():
        words = f"no current was read in the {BEFORE_S:g} s before {t:.1f} s, so what fell cannot be told"
        raise UnjudgedError(Verdict.INVALID, words)
    means = {}
    for heater in supply.on_at(t):
        on = supply.amps[heater][span & supply.on[heater]]
        if len(on):
            means[heater] = float(np.mean(on))
    return means


def _fell(view: RunView, before: Mapping[str, float], after: float) -> Bracket | None:
    supply = currents(view)
    low = supply.t > after
    for heater, mean in before.items():
        low &= supply.amps[heater] < supply.off_share[heater] * mean
    rows = np.flatnonzero(low)
    if not len(rows):
        return None
    row = int(rows[0])
    return current_between(view, float(supply.t[row - 1]) if row else after, float(supply.t[row]))


def current_between(view: RunView, after: float, by: float) -> Bracket:
    """The bracket between two readings of the heaters' currents."""
    return read_between(view, [f"supply.{heater}.current" for heater in view.layout.heaters], after, by)


def cut_by_rig(view: RunView, after: float) -> float:
    """When the rig first took the power away after an instant: by a demand, a trip, its off or its end."""
    moments = [view.last_s]
    moments += [view.off_from_s, *(line["t"] for line in view.trips)]
    moments += [line["t"] for line in view.demands if is_off(line)]
    moments += [] if view.outcome is None else [view.outcome["t"]]
    return min((t for t in moments if t >= after), default=inf)


def is_off(demand: Mapping[str, object]) -> bool:
    """Whether a demand takes the heat away: an output off, or the belt's level off."""
    output, value = str(demand["output"]), demand["value"]
    if output == "belt.level":
        return value == "off"
    return output.startswith("supply.") and output.endswith(".output") and not value


def rebooted(view: RunView, start: float, end: float) -> float | None:
    """When the belt rebooted between two instants: its event, or an uptime that fell; None if it did not."""
    event = view.happened("belt.reset", start, end)
    if event is not None:
        return event
    uptime = view.trace(UPTIME)
    near = (uptime.t >= start) & (uptime.t <= end) & np.isfinite(uptime.value)
    t, value = uptime.t[near], uptime.value[near]
    rows = np.flatnonzero(np.diff(value) < 0.0)
    return float(t[rows[0] + 1]) if len(rows) else None


def _cause(view: RunView, reference: Bracket, before: Mapping[str, float], fell: Bracket) -> Cause:
    start, end = reference.after - REPORT_S, fell.by + REPORT_S
    if rebooted(view, start, end + REPORT_S) is not None:
        return Cause.REBOOT
    states = [_outputs_around(view, heater, fell) for heater in before]
    if any(bool(np.any(state == 0.0)) for state in states):
        return Cause.SUPPLY
    if any(bool(np.any(state != 1.0)) for state in states):
        return Cause.UNKNOWN
    latched = view.trace(LATCHED)
    held = (latched.value == 1.0) & (latched.t >= reference.after) & (latched.t <= end)
    if bool(np.any(held)) or view.happened(EVENT, start, end) is not None:
        return Cause.CUT_OFF
    others = {"belt.session_end": Cause.SESSION, "belt.watchdog": Cause.WATCHDOG}
    reported = (cause for what, cause in others.items() if view.happened(what, start, end) is not None)
    return next(reported, Cause.UNREPORTED)


def _outputs_around(view: RunView, heater: str, fell: Bracket) -> Floats:
    """The states of a heater's output: the last before a fall, those within it, and the first after it.

    What comes after the rig has taken the power away is its own doing and is left out.
    """
    name = f"supply.{heater}.output"
    if name not in output_names(view.layout):
        return np.array([np.nan])
    output = view.trace(name)
    first = int(np.searchsorted(output.t, fell.after, side="right")) - 1
    last = int(np.searchsorted(output.t, fell.by, side="right")) + 1
    if first < 0:
        return np.array([np.nan])
    keep = output.t[first:last] <= max(fell.by, cut_by_rig(view, fell.by))
    return output.value[first:last][keep]


def needs_for(layout: Layout, _params: Params) -> list[str]:
    """`needs`, as the judge asks each metric for it."""
    return needs(layout)


def require_cutoff(view: RunView, window: tuple[float, float]) -> Bracket:
    """When the current fell by the belt's cut-off.

    Raises:
        UnjudgedError: INCONCLUSIVE, there was none or something else made the current fall; INVALID, data
        lack.
    """
    cut = find_cutoff(view, window)
    if cut.fell is not None and cut.cause is Cause.UNKNOWN:
        raise UnjudgedError(Verdict.INVALID, f"the current fell by {cut.cause.value}")
    if cut.fell is None:
        raise UnjudgedError(Verdict.INCONCLUSIVE, "there was no cut-off: the current did not fall by itself")
    if cut.cause is not Cause.CUT_OFF:
        raise UnjudgedError(
            Verdict.INCONCLUSIVE, f"there was no cut-off: the current fell by {cut.cause.value}"
        )
    return cut.fell


@dataclass(frozen=True, slots=True)
class Rearmed:
    """The belt accepted a re-arm: when, and whether its event says so; else only the read-back did."""

    t: float
    reported: bool


def rearmed(view: RunView, after: float) -> Rearmed | None:
    """The first re-arm that the belt accepted from an instant on, None if it accepted none."""
    event = view.happened("belt.rearmed", after, inf)
    if event is not None:
        return Rearmed(event, reported=True)
    accepted = (r["t"] for r in view.readbacks if r["output"] == "belt.rearm" and r["value"] is True)
    at = next((t for t in accepted if t >= after), None)
    return None if at is None else Rearmed(at, reported=False)


def demanded_since(view: RunView, t: float) -> float | None:
    """From when on, at or after an instant, every output that heat needs is demanded on; None if never.

    An output that the record never demands off counts as on: current flowed before the cut-off.
    """
    since = t
    for output in {str(d["output"]) for d in view.demands if is_off(d)}:
        changes = [d for d in view.demands if d["output"] == output]
        before = [d for d in changes if d["t"] <= t]
        if before and not is_off(before[-1]):
            continue
        if not before and not is_off({"output": output, "value": changes[0].get("old")}):
            continue
        on = next((d["t"] for d in changes if d["t"] > t and not is_off(d)), None)
        if on is None:
            return None
        since = max(since, on)
    return since
