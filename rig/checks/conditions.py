"""The conditions of a run, judged from its record: what was left withholds every PASS."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from math import inf
from types import MappingProxyType
from typing import Any

import numpy as np

from rig.checks import check_point
from rig.checks.covering import beyond_tables
from rig.checks.cutoff import is_off
from rig.checks.demanded import PLAUSIBLE_SHARE, SETTLED_S, Span, greatest_amps, heat_demanded
from rig.checks.finding import UnjudgedError
from rig.checks.heating import heaters_on
from rig.checks.sharing import all_on, leaders, rated_amps
from rig.checks.sharing import needs as sharing_needs
from rig.checks.stretches import within
from rig.checks.verdict import Verdict
from rig.checks.view import Line, RunView
from rig.signals.folds import Beyond, slope
from rig.signals.layout import Layout, read_wiring
from rig.signals.traces import Floats

LEFT_READINGS = 3
"""A single noisy reading outside the tolerance does not leave a condition; this many in a row do."""


def needs(declares: Sequence[Line], layout: Layout) -> list[str]:
    """Signals that must be kept to judge the declared conditions."""
    kinds = {d["kind"] for d in declares}
    names = [kind for kind in ("ambient", "phantom") if kind in kinds]
    names += [f"supply.{h}.current" for h in layout.heaters]
    names += sharing_needs(layout)
    names += layout.heat_signals
    if "start" in kinds:
        names += _start_probes(layout)
    names += [name for d in declares if d["kind"] == "check_point" for name in check_point.needs(d)]
    if "supply" in kinds:
        names += [f"supply.{h}.voltage" for h in layout.heaters]
    return names


def judge_condition(view: RunView, declare: Line) -> dict[str, Any]:
    """The result of one declared condition.

    Returns:
        name (its kind), kind, verdict (PASS or INVALID), value (the reading that left it, else the one closest
        to leaving; None without any), nominal, tolerance, unit and reason.
    """
    kind = declare["kind"]
    result = {"name": kind, "kind": kind, "nominal": declare["nominal"], "tolerance": declare["tolerance"]}
    judge = _KINDS.get(kind)
    if judge is None:
        return {**result, **_result(None, None, f"this software knows no condition {kind!r}")}
    try:
        judged = judge(view, declare)
    except UnjudgedError as error:
        return {**result, **_result(None, None, error.reason)}
    except ArithmeticError as error:
        return {**result, **_result(None, None, f"its readings cannot be computed with ({error})")}
    beyond = beyond_tables(view, needs([declare], view.layout)) if judged["verdict"] == Verdict.PASS else ""
    return {**result, **(_result(judged["value"], judged["unit"], beyond) if beyond else judged)}


def _result(value: float | None, unit: str | None, left: str) -> dict[str, Any]:
    verdict = Verdict.INVALID if left else Verdict.PASS
    return {"verdict": verdict.value, "value": value, "unit": unit, "reason": left or "kept"}


def _within(view: RunView, declare: Line) -> dict[str, Any]:
    """Ambient or phantom: the signal of that name within nominal ± tolerance all the time."""
    name, nominal, tolerance = declare["kind"], declare["nominal"], declare["tolerance"]
    trace = view.trace(name)
    if nominal is None:
        raise UnjudgedError(Verdict.INVALID, f"condition {name} has no nominal value")
    value, at = _leaving(trace.t, trace.value - nominal, tolerance)
    gap = view.gap([name], (view.first_s, view.last_s))
    left = "" if at is None else f"{name} left {nominal:g} ± {tolerance:g} degC at {at:.1f} s"
    return _result(value + nominal, "degC", left or gap)


def _leaving(t: Floats, off: Floats, tolerance: float) -> tuple[float, float | None]:
    """The deviation that left ± tolerance and when, or the greatest one and None."""
    if not np.isfinite(off).any():
        raise UnjudgedError(Verdict.INVALID, "there is no valid reading")
    fold = Beyond(tolerance, readings=LEFT_READINGS)
    greatest = float(off[int(np.nanargmax(np.abs(off)))])
    if abs(greatest) <= tolerance:
        return greatest, None
    for instant, deviation in zip(t.tolist(), off.tolist(), strict=True):
        if fold.update(instant, abs(deviation)):
            return deviation, instant
    return greatest, None


def _stable_start(view: RunView, declare: Line) -> dict[str, Any]:
    """The slope of the mean over all skin probes, from the first scan until a heater is first demanded on.

    In a record of another logger that has none: over what its heater heats, until it was driven.
    """
    end = min([d["t"] for d in view.demands if _switches_on(d)] + [_first_step_end(view), view.last_s])
    if view.is_logged:
        end = min(end, heaters_on(view, (view.first_s, view.last_s)).after)
    probes = [view.trace(name) for name in _start_probes(view.layout)]
    if not probes:
        raise UnjudgedError(Verdict.INVALID, "there is no skin probe to tell a stable start by")
    t = np.stack([p.t for p in probes]).mean(axis=0)
    mean = np.stack([p.value for p in probes]).mean(axis=0)
    keep = np.isfinite(mean) & (t <= end)
    if np.count_nonzero(keep) < LEFT_READINGS:
        raise UnjudgedError(
            Verdict.INVALID, f"the skin was not read {LEFT_READINGS} times before heat was on"
        )
    rate = slope(list(zip(t[keep].tolist(), mean[keep].tolist(), strict=True)))
    left = (
        "" if abs(rate) <= declare["tolerance"] else f"the skin drifted by {rate * 60:.3g} K/min at the start"
    )
    return _result(rate, "K/s", left or view.gap([p.name for p in probes], (view.first_s, end)))


def _start_probes(layout: Layout) -> list[str]:
    skins = [layout.signals[i].name for i in layout.skins]
    return skins or [s.name for s in layout.signals if s.heater in layout.drives and s.place is not None]


def _first_step_end(view: RunView) -> float:
    return next((s["t"] for s in view.steps if s["state"] == "end"), inf)


def _switches_on(demand: Line) -> bool:
    output = str(demand["output"])
    return output.startswith("supply.") and output.endswith(".output") and bool(demand["value"])


def _supply(view: RunView, declare: Line) -> dict[str, Any]:
    """Each heater's terminal voltage within a relative tolerance of its demand, while on and settled."""
    if view.is_logged:
        words = "the record of another logger does not say which voltage was demanded"
        raise UnjudgedError(Verdict.INVALID, words)
    tolerance = declare["tolerance"]
    greatest, left = 0.0, ""
    for heater in view.layout.heaters:
        trace = view.trace(f"supply.{heater}.voltage")
        for start, end, volts in _demanded(view, heater):
            keep = within(trace.t, start + SETTLED_S, end)
            if keep.start == keep.stop:
                continue
            off, at = _leaving(trace.t[keep], trace.value[keep] / volts - 1.0, tolerance)
            greatest = max(greatest, off, key=abs)
            if at is not None and not left:
                left = f"supply {heater} was {off * 100:+.2f} % off its {volts:g} V at {at:.1f} s"
            left = left or view.gap([trace.name], (start + SETTLED_S, end))
    return _result(greatest, "1", left)


def _demanded(view: RunView, heater: str) -> list[tuple[float, float, float]]:
    """Spans in which the heater's output was demanded on, with the voltage demanded in each."""
    spans: list[tuple[float, float, float]] = []
    volts, on, since = 0.0, False, 0.0
    stop = min((line["t"] for line in view.trips), default=view.last_s)
    stop = min(stop, view.off_from_s)
    ours = {f"supply.{heater}.voltage", f"supply.{heater}.output"}
    for demand in view.demands:
        if demand["output"] not in ours or demand["t"] > stop:
            continue
        if on and volts > 0.0:
            spans.append((since, demand["t"], volts))
        since = demand["t"]
        if str(demand["output"]).endswith(".voltage"):
            volts = float(demand["value"])
        else:
            on = not is_off(demand)
    if on and volts > 0.0:
        spans.append((since, stop, volts))
    return spans


def _check_point(view: RunView, declare: Line) -> dict[str, Any]:
    """Probes read at one temperature before the heating and after it: how far they shifted, in K."""
    shift, left = check_point.judge_shift(view, declare)
    return _result(shift, "K", left)


_KINDS: Mapping[str, Callable[[RunView, Line], dict[str, Any]]] = MappingProxyType(
    {
        "ambient": _within,
        "phantom": _within,
        "start": _stable_start,
        "supply": _supply,
        "check_point": _check_point,
    }
)


def judge_heating(view: RunView) -> dict[str, Any] | None:
    """Whether each heater of which heat was demanded took a plausible current; None if no heat was demanded.

    Regulation may switch a heater off at any time, so it is enough that the current was seen once. Heaters that
    share an output must have been seen to take theirs at the same time. The result
    has the form of a condition's; its value is the least of the heaters' greatest currents in amps.
    """
    result = {"name": "heating", "kind": "heating", "nominal": None, "tolerance": None}
    try:
        return _heating(view, result)
    except UnjudgedError as error:
        return {**result, **_result(None, None, error.reason)}


def _heating(view: RunView, result: dict[str, Any]) -> dict[str, Any] | None:
    spans = {h: heat_demanded(view, h) for h in leaders(view.layout)}
    demanded = {h: s for h, s in spans.items() if sum(end - start for start, end in s) > SETTLED_S}
    if not demanded:
        return None
    least = PLAUSIBLE_SHARE * rated_amps(view)
    greatest: list[float] = []
    faults: list[str] = []
    for heater, asked in demanded.items():
        amps = greatest_amps(view, heater, asked)
        if amps is None:
            faults.append(f"the current of heater {heater} was not read while heat was demanded")
            continue
        greatest.append(amps)
        if not amps > least:
            faults.append(f"heater {heater} took no current above {least:.3g} A while heat was demanded")
        elif view.layout.shares(heater) and not _all_seen_on(view, heater, asked):
            group = " and ".join((heater, *view.layout.shares(heater)))
            faults.append(f"{group} share an output, and its current was never that of all of them")
    return {**result, **_result(min(greatest, default=None), "A", "; ".join(faults))}


def _all_seen_on(view: RunView, heater: str, spans: list[Span]) -> bool:
    t, on = all_on(view, heater)
    return any(bool(np.any(on & (t >= start) & (t <= end))) for start, end in spans)


def judge_calibration(head: Line, resumed: Sequence[Line] = ()) -> dict[str, Any]:
    """Whether every supply, scanner and corrected wire was in calibration when the run began.

    A record must name one supply and one scanner. Likewise at each later instant at which it was resumed. A record of
    another logger must name that, and when it was made. Its result has the form of a condition's.
    """
    if "logger" in head:
        faults = _logger_faults(head)
    else:
        faults = _calibration_faults(head.get("instruments") or [], head["anchor"])
    faults += _wire_faults(head, head["anchor"])
    for line in resumed:
        later = [*_calibration_faults(line["instruments"], line["at"]), *_wire_faults(head, line["at"])]
        faults += [fault for fault in later if fault not in faults]
    result = {"name": "calibration", "kind": "calibration", "nominal": None, "tolerance": None}
    return {**result, **_result(None, None, "; ".join(faults))}


def _logger_faults(head: Line) -> list[str]:
    instruments = head["instruments"]
    if not head["anchor"] and any(instrument.get("calibration") for instrument in instruments):
        return ["the record has no date, so whether its calibration was due cannot be told"]
    anchor = head["anchor"]
    return [
        fault
        for i in instruments
        if (fault := _calibration_fault(i["name"], i, anchor) or _calibrated_later(i, anchor))
    ]


def _calibrated_later(logger: Line, anchor: str) -> str:
    """Words about a record that is older than its calibration, as one with misread dates is; '' for any other."""
    made, day = date.fromisoformat(logger["calibration"]["date"]), date.fromisoformat(anchor[:10])
    words = f"{logger['name']} was calibrated on {made}, after the record of {day}"
    return f"{words}; is time: of the mapping right?" if day < made else ""


def _wire_faults(head: Line, at: str) -> list[str]:
    """What is wrong with the calibrations of the wires that have a correction, each with the probes made of it."""
    users: dict[str, list[str]] = {}
    for signal, table in read_wiring(head["wiring"]).corrections.items():
        users.setdefault(table.name, []).append(signal)
    faults = []
    for name, signals in users.items():
        words = f"correction {name} of {', '.join(signals)}"
        entry = head["wiring"]["corrections"][name]
        if entry.get("calibration") and not at:
            faults.append(f"the record has no date, so whether {words} was due cannot be told")
            continue
        faults += [fault] if (fault := _calibration_fault(words, entry, at)) else []
    return faults


def _calibration_faults(instruments: Sequence[Line], at: str) -> list[str]:
    roles = ("supply", "scanner")
    faults = [f"the record names no {r}" for r in roles if all(i.get("role") != r for i in instruments)]
    measuring = [i for i in instruments if i.get("role") in roles]
    return faults + [fault for i in measuring if (fault := _calibration_fault(i["name"], i, at))]


def _calibration_fault(name: str, certified: Line, anchor: str) -> str:
    calibration = certified.get("calibration")
    if not calibration:
        return f"{name} has no calibration"
    try:
        due, day = date.fromisoformat(calibration["due"]), date.fromisoformat(anchor[:10])
    except ValueError:
        return f"the calibration of {name} is due at {calibration['due']!r}, which is no date"
    return f"the calibration of {name} was due on {due}" if day > due else ""
