"""Checks of a signal that has no such value, or that an interlock keeps from it."""

from __future__ import annotations

from math import inf

from rig.plan.interlock_rules import SLOWEST_PROTECTION_S
from rig.plan.interlock_windows import signal_period_s
from rig.plan.judged import Judged
from rig.plan.program import Interlock, InterlockKind
from rig.plan.remedies import Why
from rig.plan.scope import HOTTEST
from rig.plan.subject import Subject
from rig.units import Dimension, format_value


def check_signal(subject: Subject, judged: Judged) -> bool:
    """Whether the metric has a value and an uncertainty for its signal, and an interlock lets it come so far."""
    errors = subject.error_count
    for name, param in judged.spec.params.items():
        signal = judged.check.params.get(name)
        if not param.of or signal is None:
            continue
        why = _why_unfit(subject, str(signal), param.of)
        if why is not None:
            message = f"{judged.spec.name} of {signal} is INVALID in every run: {why.words}"
            subject.error("never-judged", judged.span_of(name), message, why.remedy)
    if judged.spec.name == "unit_difference":
        _check_two_units(subject, judged)
    _check_protected(subject, judged)
    _check_limit(subject, judged)
    return subject.error_count == errors


def _check_protected(subject: Subject, judged: Judged) -> None:
    """A temperature that every probe in question is switched off below is never reached."""
    key = next((key for key in ("temperature", "level") if key in judged.spec.params), "")
    value = judged.check.params.get(key)
    most = _highest(subject, judged)
    if not isinstance(value, float) or most >= value:
        return
    limit = format_value(most, Dimension.TEMPERATURE)
    message = f"an interlock ends the run at {limit}, before {judged.spec.name} has what it judges"
    subject.error("beyond-interlock", judged.span_of(key), message, f"write less than {limit}")


def _check_limit(subject: Subject, judged: Judged) -> None:
    """A limit above which the run is ended can be kept by a device that does not keep it."""
    limit, most = judged.check.limit, _highest(subject, judged)
    if limit is None or judged.spec.dimension != Dimension.TEMPERATURE or most >= limit.value:
        return
    ends, wanted = (format_value(value, Dimension.TEMPERATURE) for value in (most, limit.value))
    message = (
        f"an interlock ends the run at {ends}, before {judged.spec.name} can be above its limit of {wanted}"
    )
    subject.warning("beyond-interlock", judged.limit_span, message, f"write {ends} or less")


def _highest(subject: Subject, judged: Judged) -> float:
    """Above what every probe in question has been switched off, in °C; infinite where nothing says so."""
    if not subject.is_whole("interlocks"):
        return inf
    of = judged.check.params.get("of")
    probes = [probe.signal for probe in subject.scope.slot.probes if probe.place == "skin"]
    signals = probes if of in {None, HOTTEST} else [str(of)]
    rules = subject.program.interlocks
    limits = [
        min((rule.limit for rule in rules if _guards(rule, signal, subject)), default=inf)
        for signal in signals
    ]
    return max(limits, default=inf)


def _guards(rule: Interlock, signal: str, subject: Subject) -> bool:
    """Whether a rule lets a signal stand above its limit for no longer than a protection may."""
    if rule.kind is not InterlockKind.ABOVE or signal not in rule.signals:
        return False
    return max(rule.window_s, rule.readings * signal_period_s(signal, subject)) <= SLOWEST_PROTECTION_S


def _check_two_units(subject: Subject, judged: Judged) -> None:
    units = {probe.heater for probe in subject.scope.slot.probes if probe.heater is not None}
    if len(units) < 2:
        where = f"slot {subject.scope.slot.name} has no two units with probes"
        message = f"unit_difference is INVALID in every run: {where}"
        remedy = "wire probes of each unit in the bench file"
        subject.error("never-judged", judged.model.metric.span, message, remedy)


def _why_unfit(subject: Subject, signal: str, of: str) -> Why | None:
    info = subject.scope.signals[signal]
    probes = {probe.signal for probe in subject.scope.slot.probes}
    if info.dimension is not Dimension.TEMPERATURE:
        words = f"it is no temperature, but a {info.dimension.value.replace('_', ' ')}"
        return Why(words, f'name a temperature, e.g. "of: {HOTTEST}"')
    own = signal.startswith("belt.")
    if not (signal in probes or signal == HOTTEST or (own and of != "probe")):
        return Why("nothing says how uncertain it is", f'name a probe, e.g. "of: {HOTTEST}"')
    if of == "unit" and info.heater is None:
        names = [name for name, other in subject.scope.signals.items() if other.heater and name in probes]
        words = "it sits on no heater, whose cycles are judged"
        return Why(words, f'name e.g. "of: {next(iter(names), signal)}", or leave it out for each unit')
    return None
