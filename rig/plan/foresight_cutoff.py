"""How long a cut-off is watched before the rig itself takes the heat away, or before what is judged ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

from rig.plan.course import Stage
from rig.plan.judged import Judged
from rig.plan.remedies import Why, at_least
from rig.plan.subject import Subject
from rig.units import Dimension, format_value

REPORT_S = 2.0
"""The belt's telemetry and events may come this much later than what they report (rig/checks/cutoff.py)."""

READINGS = 3
"""Of the supply after the cut-off: the first without current, and its output read on around it."""

LAGS = 2.0
"""Of its own sensor for which the skin gets hotter after a cut-off [estimate: the reference belt peaks after 7 s]."""

_OVERSHOOTING = ("peak_temperature", "thermal_overshoot")


def why_unwatched(subject: Subject, judged: Judged, course: Sequence[Stage]) -> Why | None:
    """Why what follows the cut-off is seen only by chance; None if it is seen, or if there is none to judge.

    A check looks at the first cut-off of the steps that it judges.
    """
    looked_at = {id(stage) for stage in judged.within(course)}
    rows = (row for row, stage in enumerate(course) if id(stage) in looked_at and _is_cutoff(stage))
    row = next(rows, None)
    if row is None:
        return None
    after = course[row + 1 :]
    seen = takewhile(lambda stage: id(stage) in looked_at, after)
    return _why_disturbed(subject, judged, after) or _why_not_hottest(subject, judged, seen)


def _is_cutoff(stage: Stage) -> bool:
    return stage.awaits == "belt.cutoff" and stage.heats and stage.defeated


def _why_disturbed(subject: Subject, judged: Judged, after: Iterable[Stage]) -> Why | None:
    """The current must be seen to fall by itself, with the supply's output on and the belt's report of it."""
    if judged.spec.exercised_by != "cut-off":
        return None
    left_s = _seconds(takewhile(lambda stage: not _takes_heat_away(stage), after))
    needed_s = REPORT_S + READINGS * subject.program.sampling.supply_s
    if judged.spec.name == "response_delay" and judged.check.limit is not None:
        needed_s += judged.check.limit.value
    if left_s >= needed_s:
        return None
    needed = at_least(needed_s, Dimension.TIME)
    words = f"the rig takes the heat away {_when(left_s)} the cut-off, and only by chance is it seen to act before"
    remedy = f"add a step after it that switches nothing, e.g. hold: 10 s; {needed} at least"
    return Why(words, remedy, certain=False)


def _why_not_hottest(subject: Subject, judged: Judged, seen: Iterable[Stage]) -> Why | None:
    if judged.spec.name not in _OVERSHOOTING:
        return None
    seen_s, needed_s = _seconds(seen), LAGS * subject.scope.profile.sensor_lag_s
    if seen_s >= needed_s:
        return None
    needed, ends = format_value(needed_s, Dimension.TIME), _when(seen_s)
    words = f"the skin gets hotter for up to {needed} after the cut-off, and what it looks at ends {ends} it"
    remedy = f"add a step after it, e.g. hold: {needed}"
    if judged.check.step is not None:
        remedy = (
            f"judge a block that has a step with e.g. hold: {needed} after the cut-off, or leave step: out"
        )
    return Why(words, remedy, certain=False, at="step")


def _takes_heat_away(stage: Stage) -> bool:
    return any(
        demand.value is False if demand.output.endswith(".output") else demand.value == "off"
        for demand in stage.step.demands
    )


def _seconds(stages: Iterable[Stage]) -> float:
    """How long they last at most, each once."""
    return sum(stage.step.longest_s for stage in stages)


def _when(seconds: float) -> str:
    return "right after" if seconds == 0.0 else f"{format_value(seconds, Dimension.TIME)} after"
