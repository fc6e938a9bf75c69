"""Checks that no run of the plan could judge, for no step does what they are judged on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from math import inf

from rig.checks.table import LEAST_PASSES, STEADY_WINDOWS_S
from rig.documents import quoted
from rig.plan.course import SETTLE_S, Stage
from rig.plan.foresight_cutoff import why_unwatched
from rig.plan.foresight_signals import check_signal
from rig.plan.foresight_steps import silence_remedy, why_never_silent
from rig.plan.judged import Judged, judged_checks
from rig.plan.remedies import Why, at_least
from rig.plan.subject import Subject
from rig.units import Dimension, format_value

BASELINE_S = 30.0
"""Half of the minute before heat, which a rise is taken from (rig/checks/heating.py)."""

COOLS_S = 240.0
"""From a cut-off to below the re-arm temperature [estimate: the reference belt takes 283 s at 23 °C]."""

PULSE_S = 20.0
"""What heats a unit alone for less is no pulse (rig/checks/metrics/probe_placement.py)."""


def check_exercise(subject: Subject, course: Sequence[Stage]) -> None:
    """Apply every rule about what a check needs to be judged at all, one mistake a check."""
    for judged in judged_checks(subject):
        if check_signal(subject, judged) and course:
            _check_exercised(subject, judged, course)


def _check_exercised(subject: Subject, judged: Judged, course: Sequence[Stage]) -> None:
    stages = judged.within(course)
    if not stages:
        return
    if judged.spec.exercised_by and not any(stage.heats for stage in stages):
        _report_cold(subject, judged)
        return
    if judged.spec.exercised_by == "cut-off" and _never_cuts_off(stages):
        message = f"{judged.spec.name} is judged at a cut-off, which a regulated belt does not reach"
        remedy = "add belt: {regulation: defeated} and until: {event: belt.cutoff}"
        subject.warning("not-exercised", judged.model.metric.span, message, remedy)
        return
    rule = _RULES.get(judged.spec.name)
    why = rule(subject, judged, course) if rule is not None else None
    if why is None and "detector" in judged.spec.params and judged.check.params.get("during") != "ramp":
        why = _why_unsteady(judged, stages)
    why = why or why_unwatched(subject, judged, course)
    if why is not None:
        refused = why.certain and judged.check.rule != "report"
        verb = "cannot" if why.certain else "may not"
        message = f"{judged.spec.name} {verb} be judged: {why.words}"
        subject.report("not-exercised", judged.span_of(why.at), message, why.remedy, certain=refused)


def _report_cold(subject: Subject, judged: Judged) -> None:
    """Without current there is no value. Belt and supply are off when a plan begins."""
    where = "no step" if judged.check.step is None else f"step {quoted(judged.check.step)} never"
    message = f"{judged.spec.name} is judged while the belt heats, and {where} has an output and a level on"
    remedy = "add supply: {output: on} and belt: {level: …}, or remove the check"
    subject.report(
        "not-exercised", judged.model.metric.span, message, remedy, certain=judged.check.rule != "report"
    )


def _never_cuts_off(stages: Sequence[Stage]) -> bool:
    """Whether regulation keeps the belt from it; a wait for the cut-off is a matter of its own."""
    return not any(stage.awaits == "belt.cutoff" or (stage.heats and stage.defeated) for stage in stages)


def _why_no_latch(_subject: Subject, judged: Judged, course: Sequence[Stage]) -> Why | None:
    after = _from_heat(judged, course)[1:]
    if any(stage.rearms for stage in after):
        return None
    words = "no step asks the belt to re-arm after its cut-off"
    return Why(words, "add a step with belt: {rearm: on} once the belt is cool")


def _why_not_off_for(subject: Subject, judged: Judged, course: Sequence[Stage]) -> Why | None:
    """What is counted lies between two re-arms, with the demand on, once the belt has cooled."""
    limit = judged.check.limit
    if limit is None:
        return None
    stretches = _stretches(judged, course)
    planned_s = max(sum(stage.planned_s for stage in stretch) for stretch in stretches)
    if planned_s > limit.value + COOLS_S:
        return None
    certain = all(sum(stage.longest_s for stage in stretch) < limit.value for stretch in stretches)
    planned, needed = format_value(planned_s, Dimension.TIME), format_value(limit.value, Dimension.TIME)
    cool = format_value(subject.scope.profile.rearm_degc, Dimension.TEMPERATURE)
    words = f"after its cut-off heat is demanded for {planned} without a re-arm, and it needs {needed} below {cool}"
    remedy = f"hold for {needed}, and for as long as the belt takes to cool below {cool}, some 5 min"
    return Why(words, remedy, certain, judged.spec.limit_param or "")


def _stretches(judged: Judged, course: Sequence[Stage]) -> list[list[Stage]]:
    """The stages from the cut-off on in which heat is demanded, apart where the host asks to re-arm."""
    stages = _from_heat(judged, course)
    cut = next((i for i, stage in enumerate(stages) if stage.awaits == "belt.cutoff"), None)
    if cut is not None and not any(stage.rearms for stage in stages[: cut + 1]):
        stages = stages[cut + 1 :]
    stretches: list[list[Stage]] = [[]]
    for stage in stages:
        if stage.rearms or not stage.heats:
            stretches.append([])
        if stage.heats:
            stretches[-1].append(stage)
    return stretches


def _why_no_session(_subject: Subject, judged: Judged, course: Sequence[Stage]) -> Why | None:
    """The belt must be left alone from the first current for as long as a session that keeps its limit lasts."""
    stages = _from_heat(judged, course)
    session_s, limit = stages[0].session_s, judged.check.limit
    assert session_s is not None, "a level is put on once a session was chosen"
    alone = next((list(group) for heats, group in groupby(stages, key=lambda s: s.heats) if heats), [])
    lasts_s = sum(stage.longest_s for stage in alone)
    least_s = session_s * (1.0 - (0.0 if limit is None else min(1.0, limit.value)))
    if lasts_s >= least_s:
        return None
    session = format_value(session_s, Dimension.TIME)
    remedy = f"add until: {{event: belt.session_end}} and within: {at_least(1.2 * session_s, Dimension.TIME)}"
    return Why(f"the steps that heat are over before a session of {session} is", remedy)


def _why_not_silent(subject: Subject, _judged: Judged, _course: Sequence[Stage]) -> Why | None:
    words = why_never_silent(subject)
    if words is None:
        return None
    return Why(words, f"{silence_remedy(subject)} and wait until: {{event: belt.watchdog}}")


def _why_no_pulse(subject: Subject, judged: Judged, course: Sequence[Stage]) -> Why | None:
    heaters = {probe.heater for probe in subject.scope.slot.probes if probe.heater is not None}
    pulsed = {
        heater
        for stage in judged.within(course)
        if stage.heats and len(stage.on) == 1 and stage.longest_s >= PULSE_S
        for heater in stage.on
    }
    missing = sorted(heaters - pulsed)
    if not missing:
        return None
    shared = [heater.name for heater in subject.scope.slot.heaters if heater.sharing > 1]
    if shared:
        words = (
            f"{' and '.join(shared)} share a supply output of this bench, and neither is ever heated alone"
        )
        return Why(words, "run it on a bench with an output for each heater")
    words = f"no step heats {' or '.join(missing)} alone for {PULSE_S:g} s"
    return Why(words, f"add a step with supply: {{heaters: {missing[0]}, output: on, …}} and hold: 70 s")


def _why_no_fault(_subject: Subject, judged: Judged, course: Sequence[Stage]) -> Why | None:
    """A course in which a step injects a fault is not followed: here only relays can make one."""
    demands = [demand for stage in judged.within(course) for demand in stage.step.demands]
    if any(demand.output.startswith("relay.") and demand.value for demand in demands):
        return None
    return Why("no step makes a fault", "add inject: or relays: to a step that heats")


def _why_not_repeated(_subject: Subject, judged: Judged, course: Sequence[Stage]) -> Why | None:
    """A check of the whole run sees one pass, however often its steps come."""
    stages = judged.within(course)
    passes = sum(stage.times for stage in stages if stage.step.name == stages[0].step.name)
    if judged.check.step is not None and passes >= LEAST_PASSES:
        return None
    words = f"a deviation needs {LEAST_PASSES} passes or more of a repeated step"
    remedy = f"put the cut-off into a block with repeat: {LEAST_PASSES} or more, and name it with step:"
    return Why(words, remedy, at="step")


def _why_no_baseline(subject: Subject, judged: Judged, course: Sequence[Stage]) -> Why | None:
    """What was recorded before the first step may be enough; a stable start asks for it anyway."""
    stable = any(condition.kind == "start" for condition in subject.program.conditions)
    if stable or judged.check.params.get("during") == "steady":
        return None
    first = next(i for i, stage in enumerate(course) if stage.heats)
    before_s = sum(stage.longest_s for stage in course[:first]) + SETTLE_S
    if before_s >= BASELINE_S:
        return None
    words = f"it is taken from the minute before heat, of which the plan has no {BASELINE_S:g} s"
    remedy = "begin with e.g. - {name: baseline, supply: {output: off}, hold: 1 min}"
    return Why(words, remedy, certain=False)


def _why_unsteady(judged: Judged, stages: Sequence[Stage]) -> Why | None:
    """From the first heat to the last there must be time for the detector's window."""
    detector = str(judged.check.params["detector"])
    given_s = judged.check.params["steady_over"]
    window_s = float(given_s) if isinstance(given_s, float) else STEADY_WINDOWS_S.get(detector, 0.0)
    rows = [row for row, stage in enumerate(stages) if stage.heats]
    lasts_s = sum(stage.longest_s for stage in stages[rows[0] : rows[-1] + 1]) if rows else inf
    if lasts_s >= window_s:
        return None
    window = format_value(window_s, Dimension.TIME)
    words = f"detector {quoted(detector)} looks at {window} of heat, and the plan heats for less"
    return Why(words, f"heat for longer than {window}, or name another detector", at="detector")


def _from_heat(judged: Judged, course: Sequence[Stage]) -> Sequence[Stage]:
    """The stages from the first that heats and is judged, to the end of the plan."""
    stages = judged.within(course)
    first = next(stage for stage in stages if stage.heats)
    return course[course.index(first) :]


_RULES: dict[str, Callable[[Subject, Judged, Sequence[Stage]], Why | None]] = {
    "latch": _why_no_latch,
    "stays_off": _why_not_off_for,
    "session_length": _why_no_session,
    "watchdog_delay": _why_not_silent,
    "probe_placement": _why_no_pulse,
    "fault_response": _why_no_fault,
    "trip_repeatability": _why_not_repeated,
    "rise_time": _why_no_baseline,
    "fall_time": _why_no_baseline,
    "overshoot": _why_no_baseline,
    "undershoot": _why_no_baseline,
    "time_constant": _why_no_baseline,
    "dead_time": _why_no_baseline,
    "unit_difference": _why_no_baseline,
}
