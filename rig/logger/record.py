"""The record that another logger's file comes to: the lines that the judge reads, made in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from rig.bench.corrections import corrected_by, headed_budget, wired_corrections
from rig.checks.incidents import DAMAGED
from rig.logger.rows import Rows
from rig.logger.table import CsvError
from rig.plan.logged_signals import LoggedSignal
from rig.plan.mapping import HeatMapping, LogMapping

Line = dict[str, Any]

LANE = "main"
WHOLE = "record"
"""The step of a record whose mapping names none: all of it."""

HEATER = "heat"
"""The heater of signals whose names tell none."""

ROW = "each row"
"""The source of what was read in every row."""

_TOGETHER = ("skin", "supply", "belt")
"""First parts of names whose signals were read in one go."""


def record_lines(path: Path, mapping: LogMapping, rows: Rows, profile: dict[str, Any]) -> Iterator[Line]:
    """Head, declared steps, scans, events and outcome.

    Args:
        path: of the file.
        mapping: by which it was read.
        rows: what it holds.
        profile: numbers of the device profile, as a run's head has them.

    Raises:
        CsvError: a signal of the mapping has no two readings and no period.
    """
    groups = _groups(mapping.signals, rows)
    periods = {name: _period(name, group, rows) for name, group in groups.items()}
    yield _head(path, mapping, rows, profile, _wiring(mapping, groups, periods, rows))
    first, last = min(rows.t), max(rows.t)
    steps = mapping.steps or {WHOLE: (first, last)}
    for name in steps:
        declared: Line = {"name": name, "place": mapping.file, "demands": [], "until": None, "passes": 1}
        yield {"k": "declare", "part": "step", **declared}
    yield from _step_lines(steps, last)
    yield from _scans(groups, rows)
    yield from _events(mapping, rows)
    detail = "the file ends here; it does not say how the test did"
    yield {"k": "outcome", "t": rows.t[-1], "ended": "completed", "detail": detail}


def file_hash(path: Path) -> str:
    """SHA-256 of the file as it is."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _groups(signals: Sequence[LoggedSignal], rows: Rows) -> dict[str, list[LoggedSignal]]:
    """Signals by the source that they are one reading of; a thermocouple with its reference junction."""
    of = {signal.name: _source_of(signal, rows) for signal in signals}
    for signal in signals:
        if signal.junction is not None:
            joined = of[signal.junction]
            of = {name: of[signal.name] if group == joined else group for name, group in of.items()}
    groups: dict[str, list[LoggedSignal]] = {}
    for signal in signals:
        groups.setdefault(of[signal.name], []).append(signal)
    return groups


def _source_of(signal: LoggedSignal, rows: Rows) -> str:
    """What was read in every row is one source, what was not is one of its own."""
    first = signal.name.split(".")[0]
    if first in _TOGETHER:
        return first
    return ROW if signal.every_s is None and "" not in rows.readings[signal.name] else signal.name


def _has_reading(group: Sequence[LoggedSignal], rows: Rows) -> list[bool]:
    """At which rows any of the signals has a cell that is not blank."""
    columns = [rows.readings[signal.name] for signal in group]
    if any("" not in column for column in columns):
        return [True] * len(rows.t)
    return [any(reading != "" for reading in row) for row in zip(*columns, strict=True)]


def _period(name: str, group: Sequence[LoggedSignal], rows: Rows) -> float:
    """The period at which a source was read: as declared, else the median of its intervals."""
    declared = [signal.every_s for signal in group if signal.every_s is not None]
    if declared:
        return min(declared)
    t = [at for at, there in zip(rows.t, _has_reading(group, rows), strict=True) if there]
    steps = [later - earlier for earlier, later in pairwise(t) if later > earlier]
    if not steps:
        if len(set(t)) > 1:
            raise CsvError(f"reading {name} of the file: its newest row stands first; sort the rows by time")
        raise CsvError(f"reading {name} of the file: it has no two readings, so it is no record of a test")
    return median(steps)


def _head(
    path: Path, mapping: LogMapping, rows: Rows, profile: dict[str, Any], wiring: dict[str, Any]
) -> Line:
    calibration = None if mapping.calibration is None else asdict(mapping.calibration)
    logger = {
        "name": mapping.logger,
        "role": "logger",
        "identity": {"serial": mapping.serial},
        "calibration": calibration,
    }
    return {
        "k": "head",
        "run": path.name,
        "lane": LANE,
        "simulated": False,
        "anchor": "" if rows.began is None else rows.began.isoformat(),
        "logger": {"file": str(path), "sha256": file_hash(path), "notes": list(rows.notes)},
        "documents": [
            {"role": "mapping", "file": mapping.file, "sha256": mapping.sha256, "text": mapping.text}
        ],
        "instruments": [logger],
        "device": {},
        "wiring": wiring,
        "budget": headed_budget(mapping.budget_name, mapping.budget, mapping.corrections)
        if mapping.budget
        else {},
        "profile": profile,
    }


def _wiring(
    mapping: LogMapping, groups: dict[str, list[LoggedSignal]], periods: dict[str, float], rows: Rows
) -> dict[str, Any]:
    heaters = dict.fromkeys(s.heater for s in mapping.signals if s.heater is not None)
    own = _own_heater(mapping, list(heaters))
    wiring: dict[str, Any] = {
        "sources": {
            name: {
                "period_s": periods[name],
                **_stamp(rows),
                "columns": [_column(s, group, own) for s in group],
            }
            for name, group in groups.items()
        },
        "heaters": {heater: {"lead_ohms": 0.0, "remote_sense": True} for heater in heaters},
        **wired_corrections(mapping.corrections, (signal.correction for signal in mapping.signals)),
    }
    if mapping.heat is not None:
        drive = _drive(mapping.heat, rows, min(periods.values()))
        wiring["drives"] = dict.fromkeys([*heaters, HEATER], drive)
    return wiring


def _stamp(rows: Rows) -> dict[str, Any]:
    """What the instants of a source are worth, where the logger's stamps are not taken as they stand."""
    return {"stamp": {"of": "shared", "within_s": rows.within_s}} if rows.within_s else {}


def _own_heater(mapping: LogMapping, heaters: list[str]) -> str | None:
    """Whose a temperature is whose name tells no heater: of the one that the mapping tells of, or of the only one."""
    if mapping.heat is not None:
        return HEATER
    return heaters[0] if len(heaters) == 1 else None


def _column(signal: LoggedSignal, group: list[LoggedSignal], own: str | None) -> dict[str, Any]:
    convert: dict[str, Any] = {"kind": "value"}
    if signal.thermocouple is not None:
        junction = next(row for row, other in enumerate(group) if other.name == signal.junction)
        convert = {"kind": "thermocouple", "type": signal.thermocouple, "junction": junction}
    if signal.correction is not None:
        convert = corrected_by(signal.correction, convert)
    column = {"signal": signal.name, "dimension": signal.dimension, "convert": convert}
    heater = own if signal.place == "own" else signal.heater
    placed = {"heater": heater, "place": signal.place, "site": signal.site}
    return {**column, **{key: text for key, text in placed.items() if text is not None}}


def _drive(heat: HeatMapping, rows: Rows, period_s: float) -> dict[str, Any]:
    """A declared instant is known to half a row, and to what is not known of the rows' own."""
    half = 0.5 * period_s + rows.within_s
    first = min(rows.t)
    on = (first, first) if heat.from_s is None else (heat.from_s - half, heat.from_s + half)
    off = None if heat.to_s is None else (heat.to_s - half, heat.to_s + half)
    return {
        "signal": heat.signal,
        "above": heat.above,
        "on": None if heat.signal is not None else on,
        "off": off,
        "baseline_s": heat.baseline_s,
        "baseline_degc": heat.baseline_degc,
    }


def _step_lines(steps: Mapping[str, tuple[float, float]], last: float) -> Iterator[Line]:
    """Begin and end of each step that lies in the record, in order; one that goes beyond it has no end."""
    moments = [(start, 1, name, "start") for name, (start, _) in steps.items() if start <= last]
    moments += [(end, 0, name, "end") for name, (_, end) in steps.items() if end <= last]
    for t, _, name, state in sorted(moments):
        outcome = None if state == "start" else "held"
        yield {"k": "step", "t": t, "step": name, "state": state, "outcome": outcome}


def _scans(groups: dict[str, list[LoggedSignal]], rows: Rows) -> Iterator[Line]:
    columns = {
        name: (_has_reading(group, rows), [rows.readings[signal.name] for signal in group])
        for name, group in groups.items()
    }
    for row, t in enumerate(rows.t):
        readings = {
            name: [t, [column[row] for column in values]]
            for name, (there, values) in columns.items()
            if there[row]
        }
        yield {"k": "scan", "t": t, "s": readings}


def _events(mapping: LogMapping, rows: Rows) -> Iterator[Line]:
    for event, texts in zip(mapping.events, rows.texts, strict=True):
        before = ""
        for t, text in zip(rows.t, texts, strict=True):
            if text == event.text != before:
                yield {"k": "event", "t": t, "what": event.event, "source": "logger", "data": {}}
            before = text
    if rows.damaged:
        data = {"words": rows.damaged}
        yield {"k": "event", "t": rows.t[-1], "what": DAMAGED, "source": "logger", "data": data}
