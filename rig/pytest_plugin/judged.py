"""What of a record a check was judged by: which signal, around which instant, against which level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any

from rig.checks.table import METRICS
from rig.pytest_plugin.plot import plot
from rig.record.reader import read_run
from rig.signals.layout import HOTTEST, Layout, read_wiring
from rig.signals.traces import traces

AROUND_S = 60.0
"""So much is shown before and after the judged instant."""

INSTANTS = (
    "at_s", "peak_s", "fell_s", "cut_s", "over_s", "crossed_s", "last_frame_s", "asked_s", "counted_from_s", "on_s",
)  # fmt: skip
"""Keys of a finding's detail that are bench instants, the one that decides first."""

UNITS = {"temperature": "°C", "current": "A", "voltage": "V", "power": "W"}
BY_TEMPERATURE = ("temperature", "temperature_difference", "temperature_rate")


@dataclass(frozen=True, slots=True)
class Judged:
    """Where to look: the signal, from when to when, the instant to mark and the level to draw, None for none."""

    signal: str
    start_s: float
    end_s: float
    at_s: float | None
    level: float | None


def plot_check(folder: Path, check: Mapping[str, Any], params: Mapping[str, Any]) -> list[str]:
    """The trace by which a check was judged, as lines of text; none where the record has nothing to show.

    Args:
        folder: of the run.
        check: its result.
        params: of the check as it was declared.

    Raises:
        RecordError: the run file cannot be read.
    """
    reader = read_run(folder)
    layout = read_wiring(reader.head["wiring"])
    where = find_judged(check, params, layout)
    if where is None:
        return []
    trace = traces(reader.head["wiring"], reader.lines("scan"), [where.signal])[where.signal]
    inside = (trace.t >= where.start_s) & (trace.t <= where.end_s)
    points = list(zip(trace.t[inside].tolist(), trace.value[inside].tolist(), strict=True))
    title = f"{where.signal} in {UNITS.get(trace.dimension, 'base units')}"
    return plot(points, title, level=where.level, at=where.at_s)


def find_judged(check: Mapping[str, Any], params: Mapping[str, Any], layout: Layout) -> Judged | None:
    """Where to look for what a check was judged by; None if its bench has no such signal."""
    signal = _signal(check, params, layout)
    if signal is None:
        return None
    detail, at_s = check["detail"], _instant(check["detail"])
    start_s, end_s = detail.get("from_s", -inf), detail.get("to_s", inf)
    if at_s is not None:
        start_s, end_s = at_s - AROUND_S, at_s + AROUND_S
    dimension = layout.signals[layout.index[signal]].dimension
    return Judged(signal, start_s, end_s, at_s, _level(check, params, dimension))


def _signal(check: Mapping[str, Any], params: Mapping[str, Any], layout: Layout) -> str | None:
    """The signal that the check names; else the hottest spot, or a heater's current where no heat is judged."""
    named = params.get("of")
    spec = METRICS.get(check["metric"])
    thermal = spec is None or "of" in spec.params or spec.dimension in BY_TEMPERATURE
    currents = (f"supply.{heater}.current" for heater in layout.heaters)
    candidates = [named, HOTTEST] if thermal else [*currents, HOTTEST]
    return next((name for name in candidates if name in layout.index), None)


def _instant(detail: Mapping[str, Any]) -> float | None:
    reached = [instant for instant in (detail.get("reached_s") or {}).values() if instant is not None]
    found = [detail[key] for key in INSTANTS if detail.get(key) is not None] + reached
    return None if not found else float(found[0])


def _level(check: Mapping[str, Any], params: Mapping[str, Any], dimension: str) -> float | None:
    """The limit, where it is of the signal's own kind, or the level that the check is about."""
    if dimension != "temperature":
        return None
    if check["limit"] is not None and check["limit"]["unit"] == "degC":
        return float(check["limit"]["value"])
    level = params.get("temperature", params.get("level"))
    return float(level) if isinstance(level, (int, float)) else None
