"""How far a sound belt goes in a plan, by what its profile declares: a value that passes must not lie below it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from rig.plan.course import Stage
from rig.plan.judged import Judged
from rig.plan.program import JsonScalar
from rig.plan.subject import Subject, is_skin

RISE_AT_CUTOFF_K_PER_S = 0.35 / 60.0
"""How fast the skin rises when a belt of rated power cuts off: 0.35 K/min [estimate, computed for the reference belt].

The belt's own sensor lags behind it, and so the skin stands so much higher at the cut-off.
"""

HEATED_S = 600.0
"""A belt that is regulated for so long has reached its level [estimate: the reference belt takes 7 min]."""


Params = Mapping[str, JsonScalar]


class Reach(NamedTuple):
    """What a sound belt reaches in the unit of the metric, and who does, as messages say it."""

    value: float
    who: str


def find_reach(subject: Subject, judged: Judged, course: Sequence[Stage]) -> Reach | None:
    """The value that a sound belt reaches; None where its profile says nothing about it."""
    find = _REACHES.get(judged.spec.name)
    stages = [stage for stage in judged.within(course) if stage.heats]
    return find(subject, judged.check.params, stages) if find is not None and stages else None


def _ramp(_subject: Subject, _params: Params, _stages: Sequence[Stage]) -> Reach:
    return Reach(0.0, "a belt that heats up rises by more than")


def _silence(subject: Subject, _params: Params, _stages: Sequence[Stage]) -> Reach:
    return Reach(subject.scope.profile.host_watchdog_s, "a sound belt's host watchdog takes")


def _overshoot(subject: Subject, params: Params, stages: Sequence[Stage]) -> Reach | None:
    peak, level = _highest(subject, params, stages), params["level"]
    if peak is None or not isinstance(level, float) or peak.value < level:
        return None
    return Reach(peak.value - level, "above that level a sound belt reaches up to")


def _highest(subject: Subject, params: Params, stages: Sequence[Stage]) -> Reach | None:
    signal = str(params["of"])
    own = signal.startswith("belt.")
    if not (own or is_skin(signal)):
        return None
    return max(_peaks(subject, stages, own=own), key=lambda reach: reach.value, default=None)


def _peaks(subject: Subject, stages: Sequence[Stage], *, own: bool) -> Iterator[Reach]:
    """By the belt's own sensor exactly; elsewhere with its tolerance and its lag."""
    profile = subject.scope.profile
    off_k = 0.0 if own else profile.cutoff_tolerance_k
    for stage in stages:
        if stage.awaits == "belt.cutoff":
            lag_k = 0.0 if own else profile.sensor_lag_s * RISE_AT_CUTOFF_K_PER_S
            threshold = f"{profile.cutoff_degc:g} ± {profile.cutoff_tolerance_k:g} °C"
            who = f"a sound belt that cuts off at {threshold} reaches up to"
            yield Reach(profile.cutoff_degc + off_k + lag_k, who)
        elif not stage.defeated and stage.planned_s >= HEATED_S and stage.step.until is None:
            level_degc = profile.levels_degc[str(stage.level)]
            yield Reach(level_degc + profile.band_k + off_k, _regulated(stage, level_degc))


def _mean(subject: Subject, params: Params, stages: Sequence[Stage]) -> Reach | None:
    """Of the lowest level: which one becomes steady is not known."""
    profile = subject.scope.profile
    if any(stage.defeated for stage in stages):
        return None
    lowest = min(stages, key=lambda stage: profile.levels_degc[str(stage.level)])
    level_degc = profile.levels_degc[str(lowest.level)]
    own = str(params.get("of")).startswith("belt.")
    return Reach(level_degc + (0.0 if own else profile.cutoff_tolerance_k), _regulated(lowest, level_degc))


def _regulated(stage: Stage, level_degc: float) -> str:
    return f"a sound belt that is regulated at level {stage.level}, {level_degc:g} °C, reaches up to"


_REACHES: Mapping[str, Callable[[Subject, Params, Sequence[Stage]], Reach | None]] = MappingProxyType(
    {
        "peak_temperature": _highest,
        "overshoot_above": _overshoot,
        "steady_mean": _mean,
        "ramp": _ramp,
        "watchdog_delay": _silence,
    }
)
