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
    """Why what follows a cut-off is seen only by chance; None if it is seen, or if there is no cut-off to judge."""
    stages = judged.within(course)
    for row, stage in enumerate(course):
        if stage not in stages or stage.awaits != "belt.cutoff" or not (stage.heats and stage.defeated):
            continue
        after = course[row + 1 :]
        seen = list(takewhile(stages.__contains__, after)) if judged.check.step else after
        why = _why_disturbed(subject, judged, after) or _why_not_hottest(subject, judged, seen)
        if why is not None:
            return why
    return None


def _why_disturbed(subject: Subject, judged: Judged, after: Sequence[Stage]) -> Why | None:
    """The current must be seen to fall by itself, with the supply's output on and the belt's report of it."""
    if judged.spec.exercised_by != "cut-off":
        return None
    left_s = _seconds(takewhile(lambda stage: not _takes_heat_away(stage), after))
    delay_s = judged.check.limit.value if judged.check.limit and judged.spec.dimension == "time" else 0.0
    needed_s = REPORT_S + READINGS * subject.program.sampling.supply_s
    needed_s += delay_s if judged.spec.name == "response_delay" else 0.0
    if left_s >= needed_s:
        return None
    needed = at_least(needed_s, Dimension.TIME)
    words = f"the rig takes the heat away {_when(left_s)} the cut-off, and only by chance is it seen to act before"
    return Why(
        words, f"add a step after it that switches nothing, e.g. hold: 10 s; {needed} at least", certain=False
    )


def _why_not_hottest(subject: Subject, judged: Judged, seen: Sequence[Stage]) -> Why | None:
    if judged.spec.name not in _OVERSHOOTING:
        return None
    needed_s = LAGS * subject.scope.profile.sensor_lag_s
    if _seconds(seen) >= needed_s:
        return None
    needed, ends = format_value(needed_s, Dimension.TIME), _when(_seconds(seen))
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
