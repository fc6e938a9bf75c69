"""What happened to a run that its plan did not ask for, so that nothing in it may pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from math import inf

import numpy as np

from rig.checks.cutoff import LATCHED, REPORT_S, UPTIME, is_off
from rig.checks.finding import UnjudgedError
from rig.checks.frozen import frozen_probes
from rig.checks.frozen import needs as frozen_needs
from rig.checks.interruptions import across
from rig.checks.stretches import within
from rig.checks.view import Line, RunView, output_names
from rig.signals.layout import Layout

FAULT, LEVEL = "belt.fault", "belt.level"
SESSION_END = "belt.session_end"

DAMAGED = "logger.damaged"
"""The event that stands for what was wrong with another logger's file."""

DISTURBING = (
    "belt.watchdog",
    "belt.fault",
    "belt.reset",
    "belt.events_lost",
    "bench.link_lost",
    "bench.exchange_failed",
)
"""Events after which the device or the bench was not what the plan takes it for."""

KEPT_BY_BELT = ("belt.watchdog", "belt.fault")
"""Events that a belt keeps until a host asks, so that the first poll may bring some from before the run."""

LEFT_BY_HOST = ("belt.watchdog",)
"""Likewise, of what happened while a run was interrupted."""

FIRST_POLL_S = 1.0


def needs(layout: Layout) -> list[str]:
    """Signals that must be kept to see incidents."""
    told = (UPTIME, FAULT, LEVEL, LATCHED, *output_names(layout), *frozen_needs(layout))
    return [n for n in told if n in layout.index]


def left_open(view: RunView) -> str:
    """Words if the outputs were not all seen to be off at the end, '' if they were.

    A record that ends before its outcome line says nothing of it, nor does one of another logger.
    """
    if view.is_logged:
        return ""
    words = "the outputs were not seen to be off at the end"
    if view.outcome is not None and not view.offs:
        return words
    for line in view.offs:
        if line["confirmed"] is not True or any(item["confirmed"] is not True for item in line["detail"]):
            return words
    return ""


def incidents(view: RunView, steps: Sequence[Line]) -> list[str]:
    """In words, what disturbed the run; empty if nothing did.

    Args:
        view: of the run.
        steps: its declared steps. An event for which one of them waits disturbs nothing.
    """
    awaited = {str((step.get("until") or {}).get("event")) for step in steps}
    looks = (_events, _rebooted, _faulty, partial(_level_off, sessions=_awaited_ends(view, steps)))
    found = [
        left_open(view),
        _back_in_time(view),
        _cut_short(view),
        *_noted(view),
        *frozen_probes(view),
        *(_first(view, awaited, look) for look in looks),
    ]
    return [words for words in found if words]


def _first(view: RunView, awaited: set[str], look: Callable[[RunView, set[str]], Iterator[str]]) -> str:
    try:
        return next(look(view, awaited), "")
    except UnjudgedError as error:
        return error.reason


def _back_in_time(view: RunView) -> str:
    return "" if view.back_s is None else f"the record goes back in time at {view.back_s:.1f} s"


def _cut_short(view: RunView) -> str:
    later = [step["t"] for step in view.steps if step["t"] > view.last_s + REPORT_S]
    return (
        f"the record has no scan after {view.last_s:.1f} s, but a step at {later[0]:.1f} s" if later else ""
    )


def _noted(view: RunView) -> list[str]:
    """What was wrong with another logger's file, as its reader noted it."""
    return [str(event["data"]["words"]) for event in view.events if event["what"] == DAMAGED]


def _events(view: RunView, awaited: set[str]) -> Iterator[str]:
    for event in view.events:
        if event["what"] not in DISTURBING or event["what"] in awaited or _from_before(view, event):
            continue
        if _of_interruption(view, event):
            continue
        yield f"{event['what']} from {event['source']} at {event['t']:.1f} s, for which no step waits"


def _from_before(view: RunView, event: Line) -> bool:
    """Whether a belt that was on before the run tells of what happened then.

    After an interruption it may tell that its watchdog missed the host. A fault then is one of the run.
    """
    before = [gap for gap in view.interruptions if gap.until_s <= event["t"]]
    start, since = (before[-1].until_s, before[-1].from_s) if before else (view.first_s, -inf)
    if event["what"] not in (LEFT_BY_HOST if before else KEPT_BY_BELT) or event["t"] > start + FIRST_POLL_S:
        return False
    uptime_s = event["data"].get("uptime_s")
    uptime = view.trace(UPTIME)
    first = uptime.value[uptime.t > since][:1]
    return uptime_s is not None and bool(np.any(uptime_s < first))


def _of_interruption(view: RunView, event: Line) -> bool:
    """Whether the bench was lost in the pass in which the run was interrupted: that is how it looks from inside."""
    gaps = view.interruptions
    return event["what"].startswith("bench.") and any(g.made_s <= event["t"] <= g.until_s for g in gaps)


def _rebooted(view: RunView, awaited: set[str]) -> Iterator[str]:
    if UPTIME not in view.layout.index or "belt.reset" in awaited:
        return
    uptime = view.trace(UPTIME)
    valid = np.isfinite(uptime.value)
    t = uptime.t[valid]
    for row in np.flatnonzero(np.diff(uptime.value[valid]) < 0.0):
        if across(view.interruptions, (float(t[row]), float(t[row + 1]))):
            continue
        yield f"the belt rebooted at {t[row + 1]:.1f} s, for which no step waits"


def _faulty(view: RunView, awaited: set[str]) -> Iterator[str]:
    if FAULT not in view.layout.index or "belt.fault" in awaited:
        return
    fault = view.trace(FAULT)
    for row in np.flatnonzero(np.isfinite(fault.value) & (fault.value != 0.0)):
        yield f"the belt reported fault {fault.value[row]:g} at {fault.t[row]:.1f} s"


def _awaited_ends(view: RunView, steps: Sequence[Line]) -> list[float]:
    """The instants of the session's ends for which a step waited then, in a pass that was interrupted as well."""
    waiting = [step["name"] for step in steps if (step.get("until") or {}).get("event") == SESSION_END]
    spans = [span for name in waiting for span in view.step_spans(name)]
    spans += [span for gap in view.interruptions for name in waiting for span in gap.undone.get(name, ())]
    ends = np.sort([event["t"] for event in view.events if event["what"] == SESSION_END])
    asked = np.zeros(len(ends), dtype=bool)
    for start, end in spans:
        asked[within(ends, start, end + REPORT_S)] = True
    return [float(t) for t in ends[asked]]


def _level_off(view: RunView, awaited: set[str], sessions: Sequence[float] = ()) -> Iterator[str]:
    """Telemetry that says off against the demand, unless latched or after an event that explains it.

    sessions: when a session ended for which a step waited; one that ends unasked explains nothing.
    """
    if LEVEL not in view.layout.index or LATCHED not in view.layout.index:
        return
    level, latched = view.trace(LEVEL), view.trace(LATCHED)
    off = level.t[(level.value == 0.0) & (latched.value != 1.0)]
    causes = awaited.intersection(DISTURBING)
    explained = np.sort([*sessions, *(e["t"] for e in view.events if e["what"] in causes)])
    for start, end in _level_demanded(view):
        until = min([end, *(explained[within(explained, start, end)] - REPORT_S)])
        for t in off[within(off, start + REPORT_S, until)]:
            if t > start + REPORT_S:
                yield f"the belt's level was off against the demand at {t:.1f} s"


def _level_demanded(view: RunView) -> Iterable[tuple[float, float]]:
    """Spans in which a level other than off was demanded, until the last step ended or the rig switched off."""
    last_step = view.steps[-1]["t"] if view.steps and view.steps[-1]["state"] == "end" else inf
    stop = min([line["t"] for line in view.trips] + [view.off_from_s, view.last_s, last_step])
    changes = [d for d in view.demands if d["output"] == LEVEL and d["t"] <= stop]
    done = [line for line in view.readbacks if line["output"] == LEVEL]
    instants = np.array([line["t"] for line in done])
    for demand, following in zip(changes, [*[d["t"] for d in changes[1:]], stop], strict=False):
        if not is_off(demand):
            yield _taken_at(done[within(instants, demand["t"], following)], demand), following


def _taken_at(done: Sequence[Line], demand: Line) -> float:
    """When the device acknowledged a demand, which waits for its supply; the demand's own instant if it never did.

    Args:
        done: the read-backs of its output until the next demand.
        demand: for a level.
    """
    return next((line["t"] for line in done if line["value"] == demand["value"]), float(demand["t"]))
