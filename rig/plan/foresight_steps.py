"""Steps that cannot be reached: waits that never end on a sound belt, or for which their limit of time is too short.

A wait that does not end is a time-out, and no step after it is run.
"""

from __future__ import annotations

from collections.abc import Sequence

from rig.plan.course import Stage
from rig.plan.interlock_windows import signal_period_s
from rig.plan.model import SignalWait
from rig.plan.program import Condition, Interlock, InterlockKind, UntilSignal
from rig.plan.remedies import Why, at_least
from rig.plan.subject import Subject, is_skin
from rig.units import Dimension, format_value

_UNRUN = "the step runs out of time, and those after it are not run"
_ROUNDING = 1.0 - 1e-9
_REARMS = ("belt.rearmed", "belt.rearm_refused")
_OF_A_LEVEL = ("belt.cutoff", "belt.session_end", "belt.watchdog")


def check_waits(subject: Subject, course: Sequence[Stage]) -> bool:
    """Apply every rule about waits, one mistake a step; whether every wait comes to its end."""
    session_s = 0.0
    asked = False
    ends = True
    for stage in course:
        asked = asked or stage.rearms
        session_s = session_s + stage.longest_s if stage.has_level else 0.0
        if stage.awaits is not None:
            ends = _check_event(subject, stage, session_s, asked=asked) and ends
            _check_regulated(subject, stage)
        elif isinstance(stage.step.until, UntilSignal):
            _check_signal(subject, stage, stage.step.until)
    return ends


def _check_event(subject: Subject, stage: Stage, session_s: float, *, asked: bool) -> bool:
    """Whether the event may come in time, as far as can be told."""
    until = stage.model.until
    why = _why_never(subject, stage, asked=asked)
    if why is not None and until is not None:
        subject.report(
            "never-ends",
            until.span,
            f"{stage.awaits} does not come: {why.words}; {_UNRUN}",
            why.remedy,
            certain=why.certain,
        )
        return False
    if stage.awaits == "belt.session_end":
        return _check_session(subject, stage, session_s)
    _check_polled(subject, stage)
    return True


def _check_regulated(subject: Subject, stage: Stage) -> None:
    """Regulation keeps a sound belt below its cut-off: waiting for it needs the regulation defeated."""
    if stage.awaits == "belt.cutoff" and stage.heats and not stage.defeated:
        message = "a regulated belt does not reach its cut-off"
        remedy = "add belt: {regulation: defeated}, unless the phantom is heated"
        subject.warning("cutoff-not-reached", stage.step.place, message, remedy)


def _why_never(subject: Subject, stage: Stage, *, asked: bool) -> Why | None:
    """Why an event does not come while a step waits for it; None if it may."""
    if stage.awaits in _REARMS:
        return None if asked else Why("nobody asked the belt to re-arm", "add belt: {rearm: on} to this step")
    if stage.awaits not in _OF_A_LEVEL:
        return None
    if not stage.has_level:
        return _why_cold(subject, stage)
    if stage.awaits == "belt.watchdog":
        words = why_never_silent(subject)
        return None if words is None else Why(words, silence_remedy(subject))
    return _why_no_cutoff(stage) if stage.awaits == "belt.cutoff" else None


def _why_cold(subject: Subject, stage: Stage) -> Why:
    """A belt whose level the plan has not touched may have been told by hand."""
    level = max(subject.scope.profile.levels_degc.items(), key=lambda item: item[1])[0]
    mode = ", regulation: defeated" if stage.awaits == "belt.cutoff" else ""
    remedy = f"add e.g. belt: {{level: {level}{mode}}} to this step or before"
    if stage.level is None:
        return Why("no step has put a level on", remedy, certain=False)
    return Why("the belt's level is off", remedy)


def _why_no_cutoff(stage: Stage) -> Why | None:
    if stage.latched:
        return Why("the belt is latched since its last cut-off", "re-arm it before: belt: {rearm: on}")
    if not stage.on:
        remedy = "add supply: {output: on} to this step or before, unless the phantom is heated"
        return Why("no output is on that would heat the belt", remedy, certain=False)
    return None


def why_never_silent(subject: Subject) -> str | None:
    """Why the belt's host watchdog never acts; None if the plan is silent for long enough."""
    watchdog_s, period_s = subject.scope.profile.host_watchdog_s, subject.program.sampling.belt_s
    if not subject.is_whole("sampling") or period_s > watchdog_s * _ROUNDING:
        return None
    every, watchdog = format_value(period_s, Dimension.TIME), format_value(watchdog_s, Dimension.TIME)
    return f"the belt is asked every {every}, and its host watchdog acts after {watchdog} of silence"


def silence_remedy(subject: Subject) -> str:
    """How to make the host fall silent for longer than the watchdog permits."""
    return (
        f"write sampling: {{belt: {at_least(2.5 * subject.scope.profile.host_watchdog_s, Dimension.TIME)}}}"
    )


def _check_session(subject: Subject, stage: Stage, session_s: float) -> bool:
    """A session cannot end before its time: from the step that began it to the end of this wait."""
    profile, within = subject.scope.profile, stage.model.within
    if stage.session_s is None or within is None:
        return True
    if session_s >= stage.session_s * (1.0 - profile.session_tolerance):
        return True
    session = format_value(stage.session_s, Dimension.TIME)
    message = f"a session of {session} does not end within this time; {_UNRUN}"
    least = at_least(stage.session_s * (1.0 + profile.session_tolerance), Dimension.TIME)
    subject.error("within-too-short", within.span, message, f"write {least} or more, or a shorter session")
    return False


def _check_polled(subject: Subject, stage: Stage) -> None:
    period_s, within, within_s = subject.program.sampling.belt_s, stage.model.within, stage.step.within_s
    if within is None or within_s is None or within_s >= period_s or not subject.is_whole("sampling"):
        return
    every = format_value(period_s, Dimension.TIME)
    message = f"the belt is asked for its events only every {every}, which this wait may not last"
    least = at_least(2.0 * period_s, Dimension.TIME)
    subject.warning("within-too-short", within.span, message, f"write {least} or more")


def _check_signal(subject: Subject, stage: Stage, until: UntilSignal) -> None:
    written = stage.model.until
    assert isinstance(written, SignalWait), "a step that waits for a signal was written so"
    errors = subject.error_count
    for rule in subject.program.interlocks:
        if _comes_before(subject, until, rule):
            _report_interlock(subject, written, rule)
            break
    if subject.error_count == errors:
        _check_readings(subject, stage, until)
        _check_condition(subject, written, until)


def _comes_before(subject: Subject, until: UntilSignal, rule: Interlock) -> bool:
    """Whether an interlock on the awaited signal has tripped by the time at which the wait is over.

    Skin above a limit is a rule about the interlock, which must let the plan reach what it is made for.
    """
    kind = InterlockKind.ABOVE if until.above else InterlockKind.BELOW
    if rule.kind is not kind or until.signal not in rule.signals or (until.above and is_skin(until.signal)):
        return False
    beyond = until.limit >= rule.limit if until.above else until.limit <= rule.limit
    period_s = signal_period_s(until.signal, subject)
    readings = max(until.readings, int(until.for_s / period_s) + 1)
    return beyond and readings >= rule.readings and (readings - 1) * period_s >= rule.window_s


def _report_interlock(subject: Subject, written: SignalWait, rule: Interlock) -> None:
    amount = written.below if written.above is None else written.above
    assert amount is not None, "a wait for a signal has a limit"
    limit = format_value(rule.limit, subject.scope.signals[rule.signals[0]].dimension)
    where = f", which stands at {rule.place!s}," if rule.bench_wide else ""
    message = f"{rule.quoted}{where} ends the run before this is reached"
    side = "below" if rule.kind is InterlockKind.ABOVE else "above"
    subject.error("beyond-interlock", amount.span, message, f"write a limit {side} {limit}")


def _check_readings(subject: Subject, stage: Stage, until: UntilSignal) -> None:
    """So many readings in a row, or so long a time, must fit into the time of the wait."""
    within, within_s = stage.model.within, stage.step.within_s
    if within is None or within_s is None or not subject.is_whole("sampling"):
        return
    period_s = signal_period_s(until.signal, subject)
    needed_s = until.for_s + until.readings * period_s
    if within_s >= needed_s:
        return
    certain = within_s < max(until.for_s, (until.readings - 1) * period_s)
    readings = "reading" if until.readings == 1 else "readings in a row"
    lasting = f" that last {format_value(until.for_s, Dimension.TIME)}" if until.for_s else ""
    every = format_value(period_s, Dimension.TIME)
    message = f"{until.readings} {readings} of {until.signal}{lasting}, one every {every}, "
    message += f"do not fit; {_UNRUN}" if certain else f"may take {format_value(needed_s, Dimension.TIME)}"
    least = at_least(needed_s + period_s, Dimension.TIME)
    subject.report(
        "within-too-short", within.span, message, f"write {least} or more, or sample faster", certain=certain
    )


def _check_condition(subject: Subject, written: SignalWait, until: UntilSignal) -> None:
    """What a condition keeps where it is cannot be waited for: it is there already, or the result is INVALID."""
    condition = next((c for c in subject.program.conditions if c.kind == until.signal), None)
    amount = written.below if written.above is None else written.above
    if condition is None or condition.nominal is None or amount is None:
        return
    words = _words_of_condition(condition, condition.nominal, until)
    if words:
        subject.warning(
            "against-condition", amount.span, words, f"change the wait, or the condition {condition.kind}"
        )


def _words_of_condition(condition: Condition, nominal: float, until: UntilSignal) -> str:
    low, high = nominal - condition.tolerance, nominal + condition.tolerance
    kept = f"the condition {condition.kind} keeps it from {low:g} to {high:g} °C"
    if until.limit < low if until.above else until.limit > high:
        return f"the wait is over before it begins: {kept}"
    if until.limit >= high if until.above else until.limit <= low:
        return f"reached only where the result is INVALID: {kept}"
    return ""
