"""The views of a lane: which signals, on which scale, beside which limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import inf, isnan

import numpy as np

from rig.plan.program import InterlockKind
from rig.tui.plot.picture import Band, Level, Line, Picture, Tick
from rig.tui.view.envelope import RECENT_S, Curve
from rig.tui.view.snapshot import TRIP, LaneSnapshot, Value

SIGNS = {"event": "▼", "trip": "!", "note": "●", "off": "■", "step": "┊"}
NEAR_K = 2.0
SHORTEST_S = 60.0
PAD = 0.05

Curves = Mapping[str, Curve]
Span = tuple[float, float]


def signals_of(lane: LaneSnapshot, view: str) -> list[Value]:
    """The signals of a view, in the order of the wiring."""
    wanted = VIEWS[view][1]
    return [value for value in lane.values.values() if wanted(value)]


def picture_of(lane: LaneSnapshot, view: str, curves: Curves, *, recent: bool) -> Picture:
    """A lane's picture in a view.

    Args:
        lane: as it is.
        view: a key of `VIEWS`.
        curves: by signal, of `signals_of`.
        recent: only the last ten minutes.
    """
    title, _, unit = VIEWS[view]
    name = f"{lane.lane} · " if lane.lane not in {"", "main"} else ""
    span = _span(lane, recent=recent)
    lines = _lines(lane, view, curves, span)
    levels = _levels(lane, view)
    bands = _bands(lane, view)
    low, high = _scale(view, lines, levels, bands, span)
    window = "last 10 min" if recent else "whole run"
    return Picture(
        title=f"{name}{title} · {window}",
        unit=unit,
        t0=span[0],
        t1=span[1],
        low=low,
        high=high,
        lines=lines,
        levels=levels,
        bands=bands,
        ticks=[
            Tick(mark.t, SIGNS[mark.kind], mark.words, is_step=mark.kind == "step") for mark in lane.marks
        ],
        origin_s=lane.first_s,
    )


def _is_skin(value: Value) -> bool:
    return value.place == "skin"


def _is_other(value: Value) -> bool:
    return value.dimension == "temperature" and value.place != "skin" and value.name != "skin.hottest"


def _ends(suffix: str) -> Callable[[Value], bool]:
    return lambda value: value.name.startswith("supply.") and value.name.endswith(suffix)


VIEWS: Mapping[str, tuple[str, Callable[[Value], bool], str]] = {
    "skin": ("Skin", _is_skin, "°C"),
    "near": (f"Skin, last {NEAR_K:g} K below the limit", _is_skin, "°C"),
    "deviation": ("Skin, deviation from the mean of all probes", _is_skin, "K"),
    "other": ("Other temperatures", _is_other, "°C"),
    "volts": ("Supply, with what is demanded by a curve", _ends(".voltage"), "V"),
    "amps": ("Supply", _ends(".current"), "A"),
}
"""Title, signals and unit by name."""


def _span(lane: LaneSnapshot, *, recent: bool) -> Span:
    until = max(lane.until_s, lane.first_s + SHORTEST_S)
    return (max(lane.first_s, until - RECENT_S) if recent else lane.first_s), until


def _lines(lane: LaneSnapshot, view: str, curves: Curves, span: Span) -> list[Line]:
    hottest = lane.hottest
    if view == "deviation":
        curves = _deviations(curves)
    lines = []
    for colour, value in enumerate(signals_of(lane, view)):
        curve = curves.get(value.name)
        if curve is None:
            continue
        is_bold = hottest is not None and value.name == hottest.name
        lines.append(Line(_label(value, view, curve), _within(curve, span), colour, is_bold))
    return lines


def _label(value: Value, view: str, curve: Curve) -> str:
    name = (
        value.name.removeprefix("skin.")
        .removeprefix("supply.")
        .removesuffix(".voltage")
        .removesuffix(".current")
    )
    if isnan(value.shown) or not curve.t.size:
        return f"{name} —"
    return f"{name} {float(curve.high[-1]):+.2f}" if view == "deviation" else f"{name} {value.shown:z.2f}"


def _within(curve: Curve, span: Span) -> Curve:
    inside = (curve.t >= span[0] - 1.0) & (curve.t <= span[1] + 1.0)
    return Curve(curve.t[inside], curve.low[inside], curve.high[inside])


def _deviations(curves: Curves) -> dict[str, Curve]:
    """The middle of each minus the mean of all of them at the same instant."""
    known = [curve for curve in curves.values() if curve.t.size]
    if not known:
        return dict(curves)
    t = known[0].t
    mean = np.mean([np.interp(t, curve.t, (curve.low + curve.high) / 2.0) for curve in known], axis=0)
    made = {}
    for name, curve in curves.items():
        beside = np.interp(curve.t, t, mean)
        middle = (curve.low + curve.high) / 2.0 - beside
        made[name] = Curve(curve.t, middle, middle)
    return made


def _levels(lane: LaneSnapshot, view: str) -> list[Level]:
    prefix = {"skin": "skin.", "near": "skin.", "amps": "supply."}.get(view)
    if prefix is None:
        return [Level(0.0, "mean", is_limit=False)] if view == "deviation" else []
    levels = []
    if prefix == "skin." and not isnan(lane.limit_degc) and lane.limit_id != TRIP:
        levels.append(Level(lane.limit_degc, f"limit {lane.limit_degc:.1f} °C "))
    trips = [
        guard.limit
        for guard in lane.guards
        if guard.kind == InterlockKind.ABOVE and guard.signal.startswith(prefix)
    ]
    if trips:
        unit = VIEWS[view][2]
        levels.append(Level(min(trips), f"switches off above {min(trips):.1f} {unit} "))
    return levels


def _bands(lane: LaneSnapshot, view: str) -> list[Band]:
    dimension = {"skin": "temperature", "near": "temperature", "volts": "voltage"}.get(view)
    return [Band(target.points) for target in lane.targets if target.dimension == dimension]


def _scale(
    view: str, lines: Sequence[Line], levels: Sequence[Level], bands: Sequence[Band], span: Span
) -> Span:
    """Everything measured, and the nearest limit, with some room; near the limit, what lies just below it."""
    low, high = _extremes(lines)
    limit = min((level.value for level in levels if level.is_limit), default=inf)
    if view == "near" and limit < inf:
        return limit - NEAR_K, max(limit, high) + 0.1 * NEAR_K
    if view == "deviation":
        reach = max(abs(low), abs(high), 0.5)
        return -reach * 1.1, reach * 1.1
    for band in bands:
        shown = [point for point in band.points if span[0] <= point[0] <= span[1]]
        low = min([low, *(point[1] for point in shown)])
        high = max([high, *(point[2] for point in shown)])
    if limit < inf:
        low, high = min(low, limit - 0.5), max(high, limit)
    further = [level.value for level in levels if level.is_limit and level.value > limit]
    if further and high > limit:
        high = max(high, min(further))
    room = max((high - low) * PAD, 0.05)
    return low - room, high + room


def _extremes(lines: Sequence[Line]) -> Span:
    lows = [float(line.curve.low.min()) for line in lines if line.curve.t.size]
    highs = [float(line.curve.high.max()) for line in lines if line.curve.t.size]
    return (min(lows), max(highs)) if lows else (0.0, 1.0)
