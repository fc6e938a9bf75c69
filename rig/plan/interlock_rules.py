"""Rules about interlocks: those a plan needs, those that can never fire, those that would end a sound run."""

from __future__ import annotations

from dataclasses import replace

from rig.documents import Span
from rig.plan.interlock_flaws import find_flaw
from rig.plan.interlock_needs import Needs
from rig.plan.interlock_windows import check_window, period_of
from rig.plan.link_interlocks import is_over_temperature
from rig.plan.looser import warn_of_looser
from rig.plan.program import Interlock, Place
from rig.plan.subject import Subject
from rig.units import Dimension, format_value

HIGHEST_PROTECTION_DEGC = 60.0
"""An over-temperature interlock above this protects nothing: absolute abort of bench practice [estimate]."""

SLOWEST_PROTECTION_S = 10.0
"""From the limit to switching off: a rule that takes longer is no protection [estimate, unverified]."""

SLOWEST_READING_S = SLOWEST_PROTECTION_S / 2
"""One reading beyond the limit and the next one: no rule can be faster than two periods."""

NEEDED_PROBES = 2


def check_interlocks(subject: Subject) -> None:
    """Apply every rule about interlocks."""
    if _reads_too_seldom(subject):
        subject = replace(subject, damaged=subject.damaged | {"sampling"})
    reported = _check_over_temperature(subject)
    needs = Needs(subject)
    for interlock in subject.program.interlocks:
        errors = subject.error_count
        if interlock.place in reported:
            continue
        flaw = None if interlock.bench_wide else find_flaw(interlock, subject.scope)
        if flaw is not None:
            subject.blame(interlock, "cannot-fire", *flaw)
        check_window(interlock, subject)
        needs.check(interlock)
        if subject.error_count > errors:
            reported.add(interlock.place)
    warn_of_looser(subject, reported)


def _check_over_temperature(subject: Subject) -> set[Place]:
    """Two probes of every heater that the plan energises; the places of interlocks that were reported.

    By the plan's own interlocks: a plan that relies on a bench's would be another plan on the next bench.
    """
    if not subject.is_whole("interlocks") or not subject.program.energises:
        return set()
    above = [rule for rule in subject.program.interlocks if is_over_temperature(rule)]
    unfit = {id(rule): why for rule in above if (why := _why_unfit(rule, subject))}
    guarded = {signal for rule in above if id(rule) not in unfit for signal in rule.signals}
    probes = [probe for probe in subject.scope.slot.probes if probe.place == "skin"]
    bare = [
        heater
        for heater in subject.program.energises
        if sum(probe.heater == heater and probe.signal in guarded for probe in probes) < NEEDED_PROBES
    ]
    if not bare:
        return set()
    blamed = [rule for rule in above if id(rule) in unfit]
    if blamed:
        for rule in blamed:
            span, words, remedy = unfit[id(rule)]
            message = f"{rule.quoted} protects nobody: {words}"
            subject.error("no-over-temperature", span, message, remedy)
        return {rule.place for rule in blamed}
    switched_on = (demand.place for _, demand in subject.demands(".output") if demand.value is True)
    place = next(switched_on, above[0].place if above else None)
    assert place is not None, "what energises switches on, or has a rule that would permit it"
    message = (
        f"this energises heater {' and '.join(bare)} without an over-temperature interlock on at least "
        f"{NEEDED_PROBES} of its probes"
    )
    remedy = "add under interlocks: - {signal: skin.*, above: 45 degC, for: 2 readings}"
    subject.error("no-over-temperature", place, message, remedy)
    return set()


def _reads_too_seldom(subject: Subject) -> bool:
    """Whether the probes are read so seldom that no interlock on them could act in time; reports it."""
    period_s, written = subject.program.sampling.thermocouples_s, subject.model.sampling
    if not subject.program.energises:
        return False
    if period_s <= SLOWEST_READING_S or written is None or written.thermocouples is None:
        return False
    every = format_value(period_s, Dimension.TIME)
    most = format_value(SLOWEST_PROTECTION_S, Dimension.TIME)
    message = f"thermocouples every {every}: no over-temperature interlock could act within {most}"
    remedy = f"write {SLOWEST_READING_S:g} s or less in a plan that switches an output on"
    subject.error("no-over-temperature", written.thermocouples.span, message, remedy)
    return True


def _why_unfit(rule: Interlock, subject: Subject) -> tuple[Span, str, str] | None:
    """Why an over-temperature interlock is no protection, where, and what would be; None if it is one."""
    if rule.limit > HIGHEST_PROTECTION_DEGC:
        most = format_value(HIGHEST_PROTECTION_DEGC, Dimension.TEMPERATURE)
        words = f"over-temperature interlocks stand at {most} or below"
        return subject.limit_span(rule), words, "write e.g. above: 45 degC"
    period_s = period_of(rule, subject)
    reaction_s = max(rule.readings * period_s, rule.window_s) + period_s
    if not subject.is_whole("sampling") or reaction_s <= SLOWEST_PROTECTION_S + 1e-9:
        return None
    reaction = format_value(reaction_s, Dimension.TIME)
    most = format_value(SLOWEST_PROTECTION_S, Dimension.TIME)
    words = f"it needs {reaction} to act; over-temperature interlocks act within {most}"
    return subject.window_span(rule), words, "write e.g. for: 2 readings"
