"""Rules across the parts of a linked plan: what could not work on this bench, or would not be safe on any.

Each rule has a code of its own. A rule about what is absent speaks only if the parts that it counts were
read whole, so that one mistake is reported once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from rig.bench.ratings import heater_ratings, slowest_scan_s, slowest_supply_s
from rig.documents import quoted
from rig.documents.quantities import Amount
from rig.documents.yaml_nodes import is_setting
from rig.plan.check_point_rules import check_check_point
from rig.plan.foresight import foresee
from rig.plan.interlock_rules import SLOWEST_READING_S, check_interlocks
from rig.plan.program import Demand, Place, UntilEvent, walk
from rig.plan.subject import Subject
from rig.plan.switching import check_sessions, check_switching_on
from rig.units import Dimension, format_value

_ROUNDING = 1.0 - 1e-9

HOST_POLLS = 2.0
"""Polls within the belt's host watchdog while a level is on: at least once a second for 2 s (belt-protocol.md)."""

SHORTEST_BASELINE_S = 30.0
"""What ``start: stable`` needs to tell a drift of 0.1 K/min from noise [estimate, unverified]."""


def analyse(subject: Subject) -> None:
    """Apply every rule; mistakes go to the subject's diagnostics."""
    subject = _apply(_check_sampling, subject, "sampling")
    subject = _apply(_check_ratings, subject, "ratings")
    subject = _apply(check_interlocks, subject, "interlocks")
    subject = _apply(check_switching_on, subject, "switching")
    check_sessions(subject)
    _check_baseline(subject)
    check_check_point(subject)
    _check_teardown(subject)
    _warn_of_unused(subject)
    _note_shared_outputs(subject)
    foresee(subject)


def _apply(rule: Callable[[Subject], None], subject: Subject, part: str) -> Subject:
    """The subject after a rule: if it found mistakes, rules that build on this part do not speak."""
    errors = subject.error_count
    rule(subject)
    if subject.error_count == errors:
        return subject
    return replace(subject, damaged=subject.damaged | {part})


def _check_ratings(subject: Subject) -> None:
    """Volts and amps against the device, the protection in the bench file and what the supply's output can do.

    One mistake is reported once, against the lowest of them.
    """
    profile = subject.scope.profile
    device = f"{profile.name} is rated for at most"
    ratings = {rating.heater: rating for rating in heater_ratings(subject.scope.bench, subject.scope.slot)}
    reported: set[Place] = set()
    for heater in subject.scope.slot.heaters:
        volts = [
            (profile.max_volts, device),
            (heater.over_voltage_volts, "over-voltage protection stands at"),
        ]
        amps = [(profile.max_amps, device)]
        if heater.name in ratings:
            rating = ratings[heater.name]
            volts.append((rating.most_volts, rating.who))
            amps.append((rating.most_amps, rating.who))
        for output, dimension, barriers in (
            ("voltage", Dimension.VOLTAGE, volts),
            ("current_limit", Dimension.CURRENT, amps),
        ):
            for _, demand in subject.demands(f"supply.{heater.name}.{output}"):
                if demand.place not in reported and _is_beyond(subject, demand, barriers, dimension):
                    reported.add(demand.place)


def _is_beyond(
    subject: Subject, demand: Demand, barriers: list[tuple[float, str]], dimension: Dimension
) -> bool:
    """Whether a demand is above the lowest of several limits; reports it if so."""
    value = float(demand.value)
    most, who = min(barriers, key=lambda barrier: barrier[0])
    if value <= most:
        return False
    limit = format_value(most, dimension)
    message = f"{format_value(value, dimension)}: {who} {limit}"
    subject.error("beyond-device", demand.place, message, f"write {limit} or less")
    return True


def _check_baseline(subject: Subject) -> None:
    """``start: stable`` is judged over the first step: it must hold long enough without heat."""
    written = subject.model.conditions
    start = None if written is None else written.start
    if start is None or not subject.program.energises or not subject.is_whole("steps"):
        return
    first = next(subject.program.walk())
    heated = any(demand.output.endswith(".output") and demand.value is True for demand in first.demands)
    if heated or (first.hold_s or 0.0) < SHORTEST_BASELINE_S:
        least = format_value(SHORTEST_BASELINE_S, Dimension.TIME)
        message = f"start: stable is judged over the first step, which does not hold {least} without heat"
        remedy = "begin with e.g. - {name: baseline, supply: {output: off}, hold: 1 min}"
        subject.warning("no-baseline", start.span, message, remedy)


def _check_teardown(subject: Subject) -> None:
    """Everything is off and at rest before the teardown begins, and stays so: it can wait, ask and note."""
    for step in walk(subject.program.teardown):
        if step.demands or step.profile is not None:
            message = "a teardown can switch nothing: supply and belt are off before it begins, and stay off"
            remedy = "wait in it, e.g. until: {signal: skin.hottest, below: 35 degC}"
            written = subject.steps[step.place]
            curve = written.ramp or written.profile
            where = curve.span if curve is not None else step.demands[0].place
            subject.error("teardown-demands", where, message, remedy)


def _warn_of_unused(subject: Subject) -> None:
    """Setting a parameter changes nothing where nothing refers to it, or where it gets its values elsewhere."""
    if not subject.is_whole("setup", "steps", "teardown", "interlocks", "checks", "conditions"):
        return
    known = subject.scope.used | subject.scope.reader.lost
    for name, written in subject.model.parameters.items():
        if name.text not in known:
            message = f"nothing in the plan refers to the parameter {quoted(name.text)}"
            subject.warning("unused-parameter", name.span, message, "use it, or remove it")
        elif (
            is_setting(written.default.span)
            and name.text not in subject.scope.own | subject.scope.reader.lost
        ):
            message = f"every for_each of the plan gives {quoted(name.text)} values of its own: this changes nothing"
            remedy = "leave it out, or change the values in the plan"
            subject.error("idle-setting", written.default.span, message, remedy)


def _note_shared_outputs(subject: Subject) -> None:
    """The power of one unit cannot be judged where units share an output; the rest of such a plan can."""
    shared = [heater.name for heater in subject.scope.slot.heaters if heater.sharing > 1]
    for check in subject.model.checks:
        if shared and check.metric.text == "unit_power":
            bench = f"bench {quoted(subject.scope.bench.name)}"
            message = f"unit_power is INVALID on {bench}: {' and '.join(shared)} share a supply output"
            remedy = "judge it on a bench with an output for each unit"
            subject.scope.reader.diagnostics.note("plan/shared-output", check.metric.span, message, remedy)


class _Pace(NamedTuple):
    """How often a source may be read at most: who says so, and in how many seconds one reading is done."""

    what: str
    period_s: float
    amount: Amount | None
    shortest_s: float
    who: str
    remedy: str = ""


def _check_sampling(subject: Subject) -> None:
    """Sources cannot be read faster than they answer, and a belt that heats must not be left alone."""
    for pace in _paces(subject):
        if pace.period_s < pace.shortest_s * _ROUNDING:
            span = pace.amount.span if pace.amount else subject.model.span
            every = format_value(pace.period_s, Dimension.TIME)
            message = f"{pace.what} every {every}: {pace.who}"
            subject.error("sampling-too-fast", span, message, pace.remedy or _slower(pace.shortest_s))
    _check_polling(subject)


def _paces(subject: Subject) -> Iterator[_Pace]:
    sampling, written = subject.program.sampling, subject.model.sampling
    scope, profile = subject.scope, subject.scope.profile
    scan_s, reading_s = slowest_scan_s(scope.bench, scope.slot), slowest_supply_s(scope.bench, scope.slot)
    amounts = (written.thermocouples, written.supply, written.belt) if written else (None, None, None)
    remedy = "lower nplc in the bench file"
    if scan_s <= SLOWEST_READING_S or not subject.program.energises:
        remedy = f"{_slower(scan_s)}, or {remedy}"
    yield _Pace("thermocouples", sampling.thermocouples_s, amounts[0], scan_s, _takes(scan_s), remedy)
    yield _Pace("supply", sampling.supply_s, amounts[1], reading_s, _takes(reading_s))
    if profile.telemetry_hz is not None and 1.0 / profile.telemetry_hz > profile.exchange_s:
        who = f"{profile.name} may be polled at {format_value(profile.telemetry_hz, Dimension.FREQUENCY)}"
        yield _Pace("belt", sampling.belt_s, amounts[2], 1.0 / profile.telemetry_hz, who)
    else:
        yield _Pace("belt", sampling.belt_s, amounts[2], profile.exchange_s, _takes(profile.exchange_s))


def _takes(seconds: float) -> str:
    return f"one reading takes {seconds:.3g} s"


def _slower(shortest_s: float) -> str:
    """The highest rate in steps of 0.1 Hz; below them the shortest period in steps of 10 s."""
    rate_hz = math.floor(10.0 / shortest_s + 1e-9) / 10
    if rate_hz > 0.0:
        return f"write {rate_hz:g} Hz or less"
    return f"write {math.ceil(shortest_s / 10.0) * 10:g} s or more"


def _check_polling(subject: Subject) -> None:
    """While a level is on the belt must hear from its host well before the host watchdog acts.

    A plan that waits for the watchdog's report means to be silent for longer.
    """
    if any(step.until == UntilEvent("belt.watchdog") for step in subject.program.walk()):
        return
    watchdog_s, period_s = subject.scope.profile.host_watchdog_s, subject.program.sampling.belt_s
    longest_s = watchdog_s / HOST_POLLS
    heats = any(demand.value != "off" for _, demand in subject.demands("belt.level"))
    written = subject.model.sampling
    if not heats or period_s <= longest_s / _ROUNDING or written is None or written.belt is None:
        return
    every, watchdog = format_value(period_s, Dimension.TIME), format_value(watchdog_s, Dimension.TIME)
    message = f"belt every {every}: its host watchdog switches off after {watchdog} of silence"
    remedy = f"write {longest_s:g} s or less while a level is on (docs/belt-protocol.md)"
    subject.error("sampling-too-slow", written.belt.span, message, remedy)
