"""What happened to a run that its plan did not ask for, so that nothing in it may pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from math import inf

import numpy as np

from rig.checks.cutoff import LATCHED, REPORT_S, UPTIME, is_off
from rig.checks.finding import UnjudgedError
from rig.checks.view import Line, RunView, output_names
from rig.signals.layout import Layout

FAULT, LEVEL = "belt.fault", "belt.level"
SESSION_END = "belt.session_end"

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

FIRST_POLL_S = 1.0


def needs(layout: Layout) -> list[str]:
    """Signals that must be kept to see incidents."""
    return [n for n in (UPTIME, FAULT, LEVEL, LATCHED, *output_names(layout)) if n in layout.index]


def left_open(view: RunView) -> str:
    """Words if the outputs were not all seen to be off at the end, '' if they were.

    A record that ends before its outcome line says nothing of it.
    """
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


def _events(view: RunView, awaited: set[str]) -> Iterator[str]:
    for event in view.events:
        if event["what"] not in DISTURBING or event["what"] in awaited or _from_before(view, event):
            continue
        yield f"{event['what']} from {event['source']} at {event['t']:.1f} s, for which no step waits"


def _from_before(view: RunView, event: Line) -> bool:
    """Whether a belt that was on before the run tells of what happened then."""
    if event["what"] not in KEPT_BY_BELT or event["t"] > view.first_s + FIRST_POLL_S:
        return False
    uptime_s = event["data"].get("uptime_s")
    return uptime_s is not None and bool(uptime_s < view.trace(UPTIME).value[0])


def _rebooted(view: RunView, awaited: set[str]) -> Iterator[str]:
    if UPTIME not in view.layout.index or "belt.reset" in awaited:
        return
    uptime = view.trace(UPTIME)
    valid = np.isfinite(uptime.value)
    rows = np.flatnonzero(np.diff(uptime.value[valid]) < 0.0)
    for row in rows:
        yield f"the belt rebooted at {uptime.t[valid][row + 1]:.1f} s, for which no step waits"


def _faulty(view: RunView, awaited: set[str]) -> Iterator[str]:
    if FAULT not in view.layout.index or "belt.fault" in awaited:
        return
    fault = view.trace(FAULT)
    for row in np.flatnonzero(np.isfinite(fault.value) & (fault.value != 0.0)):
        yield f"the belt reported fault {fault.value[row]:g} at {fault.t[row]:.1f} s"


def _awaited_ends(view: RunView, steps: Sequence[Line]) -> list[float]:
    """The instants of the session's ends for which a step waited then."""
    waiting = [step["name"] for step in steps if (step.get("until") or {}).get("event") == SESSION_END]
    spans = [span for name in waiting for span in view.step_spans(name)]
    ends = [event["t"] for event in view.events if event["what"] == SESSION_END]
    return [t for t in ends if any(start <= t <= end + REPORT_S for start, end in spans)]


def _level_off(view: RunView, awaited: set[str], sessions: Sequence[float] = ()) -> Iterator[str]:
    """Telemetry that says off against the demand, unless latched or after an event that explains it.

    sessions: when a session ended for which a step waited; one that ends unasked explains nothing.
    """
    if LEVEL not in view.layout.index or LATCHED not in view.layout.index:
        return
    level, latched = view.trace(LEVEL), view.trace(LATCHED)
    off = (level.value == 0.0) & (latched.value != 1.0)
    causes = awaited.intersection(DISTURBING)
    explained = [*sessions, *(e["t"] for e in view.events if e["what"] in causes)]
    for start, end in _level_demanded(view):
        until = min([end, *(t - REPORT_S for t in explained if start <= t <= end)])
        for row in np.flatnonzero(off & (level.t > start + REPORT_S) & (level.t <= until)):
            yield f"the belt's level was off against the demand at {level.t[row]:.1f} s"


def _level_demanded(view: RunView) -> Iterable[tuple[float, float]]:
    """Spans in which a level other than off was demanded, until the last step ended or the rig switched off."""
    last_step = view.steps[-1]["t"] if view.steps and view.steps[-1]["state"] == "end" else inf
    stop = min([line["t"] for line in view.trips] + [view.off_from_s, view.last_s, last_step])
    changes = [d for d in view.demands if d["output"] == LEVEL and d["t"] <= stop]
    for demand, following in zip(changes, [*[d["t"] for d in changes[1:]], stop], strict=False):
        if not is_off(demand):
            yield _taken_at(view, demand, following), following


def _taken_at(view: RunView, demand: Line, until: float) -> float:
    """When the device acknowledged a demand, which waits for its supply; the demand's own instant if it never did."""
    return next(
        (
            done["t"]
            for done in view.readbacks
            if done["output"] == demand["output"]
            and done["value"] == demand["value"]
            and demand["t"] <= done["t"] <= until
        ),
        float(demand["t"]),
    )
