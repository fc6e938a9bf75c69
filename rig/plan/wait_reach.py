"""How far the skin of a sound belt comes while a step waits for it, by profile and conditions, and how soon."""

from __future__ import annotations

from rig.plan.course import Stage
from rig.plan.program import UntilSignal
from rig.plan.remedies import Why, at_least
from rig.plan.subject import Subject, is_skin
from rig.units import Dimension, format_value

HOTTER_K = 1.8
"""By how much the hottest skin site may lie above what the belt regulates at or cuts off at [estimate].

The sound belt comes to 1.62 K with sites, sensor's tolerance, overshoot and U (limit overshoot of ir-lumbar-wrap).
"""

STEEPEST_K_PER_S = 2.0 / 60.0
"""Faster than this no skin warms [estimate: limit ramp of ir-lumbar-wrap; the sound belt has 1.5 K/min at most]."""

BODY_DEGC = 38.0
"""What a phantom without a condition on it, or a person, lies below before any heat [estimate]."""


def why_out_of_reach(subject: Subject, stage: Stage, until: UntilSignal) -> Why | None:
    """Why a wait for skin or for the belt's own sensors is not over in time; None if it may be."""
    if not all(_is_of_belt(subject, signal) for signal in until.signals):
        return None
    if not until.above:
        return _why_not_so_cold(subject, until)
    return _why_not_so_warm(subject, stage, until) or _why_not_so_soon(subject, stage, until)


def _is_of_belt(subject: Subject, signal: str) -> bool:
    own = signal.startswith("belt.") and subject.scope.signals[signal].dimension is Dimension.TEMPERATURE
    return own or is_skin(signal)


def _why_not_so_cold(subject: Subject, until: UntilSignal) -> Why | None:
    """Skin lies between the room and what is under it, and nothing here cools it."""
    bounds = {
        condition.kind: condition.nominal - condition.tolerance
        for condition in subject.program.conditions
        if condition.nominal is not None
    }
    lowest = min(bounds.values(), default=until.limit)
    if "ambient" not in bounds or until.limit > lowest:
        return None
    kind = min(bounds, key=lambda kind: bounds[kind])
    low = format_value(lowest, Dimension.TEMPERATURE)
    words = f"the condition {kind} keeps what is around the belt at {low} or more, and nothing cools it"
    return Why(words, f"wait for more than {low}", certain=False)


def _why_not_so_warm(subject: Subject, stage: Stage, until: UntilSignal) -> Why | None:
    profile = subject.scope.profile
    if not stage.heats:
        return _why_cold(subject, stage, until)
    degc = profile.cutoff_degc if stage.defeated else profile.levels_degc[str(stage.level)]
    if until.limit <= degc + HOTTER_K:
        return None
    what = "cuts off at" if stage.defeated else f"is regulated at level {stage.level},"
    most = format_value(degc + HOTTER_K, Dimension.TEMPERATURE)
    words = f"a sound belt that {what} {degc:g} °C does not come above {most}"
    return Why(words, f"wait for less than {most}", certain=False)


def _why_cold(subject: Subject, stage: Stage, until: UntilSignal) -> Why | None:
    if stage.warm or until.limit <= _start_degc(subject):
        return None
    remedy = "add supply: {output: on} and belt: {level: …} to this step or before"
    return Why("no step up to this one has an output and a level on", remedy, certain=False)


def _why_not_so_soon(subject: Subject, stage: Stage, until: UntilSignal) -> Why | None:
    """From a cold start the steepest slope takes its time; where heat was on before, the start is not known."""
    if stage.warm or stage.step.within_s is None:
        return None
    needed_s = (until.limit - _start_degc(subject)) / STEEPEST_K_PER_S
    if stage.step.within_s >= needed_s:
        return None
    slope = format_value(STEEPEST_K_PER_S, Dimension.TEMPERATURE_RATE)
    words = (
        f"from {_start_degc(subject):g} °C the skin takes {format_value(needed_s, Dimension.TIME)} at {slope}"
    )
    remedy = f"write {at_least(needed_s, Dimension.TIME)} or more"
    return Why(words, remedy, certain=False, at="within")


def _start_degc(subject: Subject) -> float:
    highest = [
        condition.nominal + condition.tolerance
        for condition in subject.program.conditions
        if condition.kind == "phantom" and condition.nominal is not None
    ]
    return max(highest, default=BODY_DEGC)
