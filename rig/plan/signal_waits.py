"""Waits for a signal that do not end: an interlock or a condition comes before, or the readings do not fit.

A wait for several signals ends when all of them are beyond the limit at one time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rig.documents.quantities import Amount
from rig.plan.course import Stage
from rig.plan.interlock_rules import SLOWEST_PROTECTION_S
from rig.plan.interlock_windows import period_of, signal_period_s
from rig.plan.model import SignalWait, StepModel
from rig.plan.program import Condition, Interlock, InterlockKind, Place, Soak, Step, UntilSignal
from rig.plan.remedies import at_least
from rig.plan.scope import HOTTEST
from rig.plan.subject import Subject, is_skin
from rig.plan.wait_reach import why_out_of_reach
from rig.units import Dimension, format_value

UNRUN = "the step runs out of time, and those after it are not run"

_SIDES = ((InterlockKind.ABOVE, 1.0), (InterlockKind.BELOW, -1.0))


def check_signal_waits(subject: Subject, course: Sequence[Stage]) -> None:
    """Apply every rule about waits for signals, one mistake a step.

    What interlocks and readings do is known of each step; what conditions and heat do, only as far as the course is.
    """
    told: set[Place] = set()
    for step in subject.program.walk():
        written = subject.steps[step.place]
        if step.place not in told and (
            _is_cut_short(subject, step, written) or _is_read_too_seldom(subject, step, written)
        ):
            told.add(step.place)
    for stage in course:
        if stage.step.place not in told and (
            _is_kept_by_condition(subject, stage) or _is_out_of_reach(subject, stage)
        ):
            told.add(stage.step.place)


def limit_of(written: SignalWait) -> Amount:
    """What a wait above or below has as its limit."""
    limit = written.below if written.above is None else written.above
    assert limit is not None, "a wait for a signal beyond a limit has one"
    return limit


def _is_cut_short(subject: Subject, step: Step, written: StepModel) -> bool:
    """Whether an interlock ends the run before the wait is over, as far as can be told; reports the tightest."""
    until = step.until
    if not isinstance(until, UntilSignal | Soak) or not subject.is_whole("interlocks"):
        return False
    for kind, sign in _SIDES:
        rules = [rule for rule in subject.program.interlocks if _meets(subject, until, rule, kind)]
        rule = min(rules, key=lambda rule: sign * rule.limit, default=None)
        if rule is not None:
            _report_interlock(subject, written, until, rule)
            return True
    return False


def _meets(subject: Subject, until: UntilSignal | Soak, rule: Interlock, kind: InterlockKind) -> bool:
    """Whether an interlock of that kind trips on the way to what is waited for, or may."""
    above = kind is InterlockKind.ABOVE
    if rule.kind is not kind or not _is_watched(subject, until.signals, rule, above=above):
        return False
    if isinstance(until, UntilSignal):
        beyond = until.limit >= rule.limit if above else until.limit <= rule.limit
        return until.above is above and beyond and _acts_before(subject, until, rule)
    beyond = until.target >= rule.limit if above else until.target <= rule.limit
    return beyond and max(_reaction_s(subject, rule)) <= max(until.for_s, SLOWEST_PROTECTION_S)


def _is_watched(subject: Subject, signals: Sequence[str], rule: Interlock, *, above: bool) -> bool:
    """Whether all of the signals cannot be beyond a limit without one that the rule watches being so."""
    watched = set(rule.signals)
    if watched.intersection(signals) or (HOTTEST in watched and above and any(map(is_skin, signals))):
        return True
    if HOTTEST not in signals:
        return False
    probes = {probe.signal for probe in subject.scope.slot.probes if probe.place == "skin"}
    return probes <= watched if above else bool(probes & watched)


def _acts_before(subject: Subject, until: UntilSignal, rule: Interlock) -> bool:
    """Whether a rule has tripped once the wait is over: skin passes through temperatures more slowly than one acts."""
    if any(map(is_skin, until.signals)) and max(_reaction_s(subject, rule)) <= SLOWEST_PROTECTION_S:
        return True
    period_s = _period_s(subject, until.signals)
    readings = max(until.readings, int(until.for_s / period_s) + 1)
    return readings >= rule.readings and (readings - 1) * period_s >= rule.window_s


def _reaction_s(subject: Subject, rule: Interlock) -> tuple[float, float]:
    return rule.window_s, rule.readings * period_of(rule, subject)


def _report_interlock(
    subject: Subject, written: StepModel, until: UntilSignal | Soak, rule: Interlock
) -> None:
    above = rule.kind is InterlockKind.ABOVE
    limit = format_value(rule.limit, subject.scope.signals[rule.signals[0]].dimension)
    where = f", which stands at {rule.place!s}," if rule.bench_wide else ""
    certain, verb = True, "ends"
    amount = None if written.soak is None else written.soak.at
    if isinstance(until, Soak):
        nearest = until.target - until.tolerance if above else until.target + until.tolerance
        certain = nearest >= rule.limit if above else nearest <= rule.limit
        verb = "ends" if certain else "may end"
    elif isinstance(written.until, SignalWait):
        amount = limit_of(written.until)
    assert amount is not None, "a step that waits for a signal was written so"
    message = f"{rule.quoted}{where} {verb} the run before this is reached"
    remedy = f"wait for {'less' if above else 'more'} than the interlock's {limit}"
    subject.report("beyond-interlock", amount.span, message, remedy, certain=certain)


def _is_read_too_seldom(subject: Subject, step: Step, written: StepModel) -> bool:
    """Whether so many readings in a row, or so long a time, do not fit into the time of the wait; reports it."""
    until, within, within_s = step.until, written.within, step.within_s
    if not isinstance(until, UntilSignal) or within is None or within_s is None:
        return False
    period_s = _period_s(subject, until.signals)
    needed_s = until.for_s + until.readings * period_s
    if within_s >= needed_s or not subject.is_whole("sampling"):
        return False
    certain = within_s < max(until.for_s, (until.readings - 1) * period_s)
    readings = "reading" if until.readings == 1 else "readings in a row"
    lasting = f" that last {format_value(until.for_s, Dimension.TIME)}" if until.for_s else ""
    every = format_value(period_s, Dimension.TIME)
    message = f"{until.readings} {readings} of {_named(written)}{lasting}, one every {every}, "
    message += f"do not fit; {UNRUN}" if certain else f"may take {format_value(needed_s, Dimension.TIME)}"
    least = at_least(needed_s + period_s, Dimension.TIME)
    subject.report(
        "within-too-short", within.span, message, f"write {least} or more, or sample faster", certain=certain
    )
    return True


def _period_s(subject: Subject, signals: Sequence[str]) -> float:
    return max(signal_period_s(signal, subject) for signal in signals)


def _named(written: StepModel) -> str:
    return written.until.signal.text if isinstance(written.until, SignalWait) else ""


def _is_kept_by_condition(subject: Subject, stage: Stage) -> bool:
    """Whether a condition keeps there, or keeps away, what is waited for; reports it."""
    until, written = stage.step.until, stage.model.until
    if not isinstance(until, UntilSignal) or not isinstance(written, SignalWait):
        return False
    for condition, words in _kept(subject, until):
        remedy = f"change the wait, or the condition {condition.kind}"
        subject.warning("against-condition", limit_of(written).span, words, remedy)
        return True
    return False


def _kept(subject: Subject, until: UntilSignal) -> Iterator[tuple[Condition, str]]:
    for condition in subject.program.conditions:
        if condition.kind not in until.signals or condition.nominal is None:
            continue
        low, high = condition.nominal - condition.tolerance, condition.nominal + condition.tolerance
        kept = f"the condition {condition.kind} keeps it from {low:g} to {high:g} °C"
        if len(until.signals) == 1 and (until.limit < low if until.above else until.limit > high):
            yield condition, f"the wait is over before it begins: {kept}"
        if until.limit >= high if until.above else until.limit <= low:
            yield condition, f"reached only where the result is INVALID: {kept}"


def _is_out_of_reach(subject: Subject, stage: Stage) -> bool:
    """Whether a sound belt does not come to what is waited for, or not in time; reports it."""
    until, written = stage.step.until, stage.model.until
    if not isinstance(until, UntilSignal) or not isinstance(written, SignalWait):
        return False
    why = why_out_of_reach(subject, stage, until)
    if why is None:
        return False
    amount = stage.model.within if why.at == "within" else limit_of(written)
    assert amount is not None, "what waits has a limit of time"
    subject.warning("out-of-reach", amount.span, f"{why.words}; {UNRUN}", why.remedy)
    return True
