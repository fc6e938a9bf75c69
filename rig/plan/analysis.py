"""Rules across the parts of a linked plan: what could not work on this bench, or would not be safe on any.

Each rule has a code of its own. A rule about what is absent speaks only if the parts that it counts were
read whole, so that one mistake is reported once.
"""

from __future__ import annotations

import math
from dataclasses import replace

from rig.bench.ratings import heater_ratings, slowest_scan_s, supply_reading_s
from rig.documents.fields import Amount
from rig.plan.interlock_rules import check_interlocks
from rig.plan.program import Demand, UntilEvent
from rig.plan.subject import Subject
from rig.units import Dimension, format_value


def analyse(subject: Subject) -> None:
    """Apply every rule; mistakes go to the subject's diagnostics."""
    errors = subject.error_count
    _check_sampling(subject)
    if subject.error_count > errors:
        subject = replace(subject, damaged=subject.damaged | {"sampling"})
    check_interlocks(subject)
    _check_ratings(subject)
    _check_switching_on(subject)
    _check_sessions(subject)
    _check_cutoff_reached(subject)


def _check_ratings(subject: Subject) -> None:
    """Volts and amps against the device's ratings and the protection in the bench file."""
    profile = subject.scope.profile
    device = f"{profile.name} is rated for at most"
    ovp = min((heater.over_voltage_volts for heater in subject.scope.slot.heaters), default=profile.max_volts)
    for _, demand in subject.demands(".voltage"):
        _check_most(subject, demand, profile.max_volts, Dimension.VOLTAGE, device)
        if ovp < profile.max_volts:
            _check_most(subject, demand, ovp, Dimension.VOLTAGE, "over-voltage protection stands at")
    for _, demand in subject.demands(".current_limit"):
        _check_most(subject, demand, profile.max_amps, Dimension.CURRENT, device)
    _check_supply_ratings(subject)


def _check_supply_ratings(subject: Subject) -> None:
    """Volts and amps against what the supply's output can be set to: an E36312A is too weak for 1.2 A."""
    for rating in heater_ratings(subject.scope.bench, subject.scope.slot):
        for _, demand in subject.demands(f"supply.{rating.heater}.voltage"):
            _check_most(subject, demand, rating.most_volts, Dimension.VOLTAGE, rating.who)
        for _, demand in subject.demands(f"supply.{rating.heater}.current_limit"):
            _check_most(subject, demand, rating.most_amps, Dimension.CURRENT, rating.who)


def _check_most(subject: Subject, demand: Demand, most: float, dimension: Dimension, who: str) -> None:
    value = float(demand.value)
    if value > most:
        limit = format_value(most, dimension)
        message = f"{format_value(value, dimension)}: {who} {limit}"
        subject.error("beyond-device", demand.place, message, f"write {limit} or less")


def _check_switching_on(subject: Subject) -> None:
    """An output is switched on only after its voltage and its current limit were demanded: no defaults."""
    if not subject.is_whole("steps"):
        return
    known: set[str] = set()
    for step in subject.program.steps:
        known.update(demand.output.rpartition(".")[2] for demand in step.demands)
        place = next(
            (demand.place for demand in step.demands if demand.output.endswith(".output") and demand.value),
            None,
        )
        missing = [what for what in ("voltage", "current_limit") if what not in known]
        if place is not None and missing:
            message = f"the output is switched on before its {' and '.join(missing)} is set"
            subject.error("not-set", place, message, "set voltage and current_limit in this step or before")
            return


def _check_sessions(subject: Subject) -> None:
    """The belt's session must outlast the holds that need heat: what surely overruns it is a mistake."""
    session_s: float | None = None
    held_s = 0.0
    heating = False
    for step, written in zip(subject.program.steps, subject.model.steps, strict=False):
        for demand in step.demands:
            if demand.output == "belt.session":
                session_s, held_s = float(demand.value), 0.0
            elif demand.output == "belt.level":
                heating = demand.value != "off"
        held_s += step.hold_s or 0.0
        if session_s is None or not heating or not subject.is_whole("steps"):
            continue
        waits_longer = step.within_s is not None and step.within_s > session_s
        if held_s > session_s or waits_longer:
            _report_session(subject, session_s, written.within if waits_longer else written.hold)
            return


def _report_session(subject: Subject, session_s: float, amount: Amount | None) -> None:
    assert amount is not None, "a step that takes time has an amount"
    session = format_value(session_s, Dimension.TIME)
    message = f"the belt's session of {session} ends before this step does"
    subject.error("session-too-short", amount.span, message, "choose a longer session, or set it again")


def _check_cutoff_reached(subject: Subject) -> None:
    """Regulation keeps a sound belt below its cut-off: waiting for it needs the regulation defeated."""
    defeated = False
    for step in subject.program.steps:
        for demand in step.demands:
            if demand.output == "belt.regulation":
                defeated = demand.value == "defeated"
        if isinstance(step.until, UntilEvent) and step.until.event == "belt.cutoff" and not defeated:
            message = "a regulated belt does not reach its cut-off"
            remedy = "add belt: {regulation: defeated}, unless the phantom is heated"
            subject.warning("cutoff-not-reached", step.place, message, remedy)


def _check_sampling(subject: Subject) -> None:
    """Sources cannot be read faster than a scan or an exchange takes."""
    sampling, written = subject.program.sampling, subject.model.sampling
    scan_s = slowest_scan_s(subject.scope.bench, subject.scope.slot)
    rates = (
        ("thermocouples", sampling.thermocouples_s, scan_s, written and written.thermocouples),
        ("supply", sampling.supply_s, supply_reading_s(), written and written.supply),
        ("belt", sampling.belt_s, subject.scope.profile.exchange_s, written and written.belt),
    )
    for what, period_s, needed_s, amount in rates:
        if period_s < needed_s:
            span = amount.span if amount else subject.model.span
            message = (
                f"{what} every {format_value(period_s, Dimension.TIME)}: one reading takes {needed_s:.3g} s"
            )
            remedy = f"write {math.floor(10.0 / needed_s) / 10:g} Hz or less"
            subject.error("sampling-too-fast", span, message, remedy)
