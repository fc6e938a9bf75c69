"""Rules about interlocks: those a plan needs, those that can never fire, those that would end a sound run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rig.documents import Span
from rig.plan.program import Interlock, InterlockKind, Place, UntilEvent, UntilSignal
from rig.plan.subject import Subject
from rig.units import Dimension, format_value

HIGHEST_PROTECTION_DEGC = 60.0
"""An over-temperature interlock above this protects nothing: absolute abort of bench practice [estimate]."""

SLOWEST_PROTECTION_S = 10.0
"""From the limit to switching off: a rule that takes longer is no protection [estimate, unverified]."""

SLOWEST_READING_S = SLOWEST_PROTECTION_S / 2
"""One reading beyond the limit and the next one: no rule can be faster than two periods."""

WIRE_RANGE_DEGC = {"T": (-200.0, 400.0), "K": (-200.0, 1372.0)}
"""What each type of thermocouple can read (NIST SRD 60 inverse polynomials)."""

NEEDED_PROBES = 2
STALE_PERIODS = 3.0
SHORTEST_STALE_S = 1.0
_SLOPE_READINGS = 3


def check_interlocks(subject: Subject) -> None:
    """Apply every rule about interlocks."""
    if _reads_too_seldom(subject):
        subject = replace(subject, damaged=subject.damaged | {"sampling"})
    reported = _check_over_temperature(subject)
    needs = _Needs(subject)
    for interlock in subject.program.interlocks:
        errors = subject.error_count
        if interlock.place in reported:
            continue
        _check_range(interlock, subject)
        _check_window(interlock, subject)
        needs.check(interlock)
        if subject.error_count > errors:
            reported.add(interlock.place)


def _check_over_temperature(subject: Subject) -> set[Place]:
    """Two probes of every heater that the plan energises; the places of interlocks that were reported."""
    if not subject.is_whole("interlocks") or not subject.program.energises:
        return set()
    above = [
        interlock
        for interlock in subject.program.interlocks
        if interlock.kind is InterlockKind.ABOVE and _is_skin(interlock.signals[0])
    ]
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
    if unfit:
        blamed = [rule for rule in above if id(rule) in unfit]
        for rule in blamed:
            span, words, remedy = unfit[id(rule)]
            message = f"{_quote(rule)} protects nobody: {words}"
            subject.error("no-over-temperature", span, message, remedy)
        return {rule.place for rule in blamed}
    place = next(demand.place for _, demand in subject.demands(".output") if demand.value is True)
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
    if not subject.program.energises or not subject.is_whole("sampling"):
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
    period_s = _period_s(rule, subject)
    reaction_s = max(rule.readings * period_s, rule.window_s) + period_s
    if not subject.is_whole("sampling") or reaction_s <= SLOWEST_PROTECTION_S + 1e-9:
        return None
    reaction = format_value(reaction_s, Dimension.TIME)
    most = format_value(SLOWEST_PROTECTION_S, Dimension.TIME)
    words = f"it needs {reaction} to act; over-temperature interlocks act within {most}"
    return subject.window_span(rule), words, "write e.g. for: 2 readings"


def _check_range(interlock: Interlock, subject: Subject) -> None:
    dimension = subject.scope.signals[interlock.signals[0]].dimension
    if dimension is not Dimension.TEMPERATURE:
        return
    low, high = WIRE_RANGE_DEGC.get(subject.scope.bench.thermocouples.type, WIRE_RANGE_DEGC["T"])
    above = interlock.kind is InterlockKind.ABOVE and interlock.limit >= high
    below = interlock.kind is InterlockKind.BELOW and interlock.limit <= low
    if above or below:
        message = f"{_quote(interlock)} can never fire: probes read {low:g} to {high:g} °C"
        subject.error(
            "cannot-fire", subject.limit_span(interlock), message, "write a limit within that range"
        )


def _check_window(interlock: Interlock, subject: Subject) -> None:
    if not subject.is_whole("sampling"):
        return
    span = subject.limit_span(interlock)
    period_s = _period_s(interlock, subject)
    if interlock.kind is InterlockKind.STALE:
        _check_stale(interlock, period_s, subject)
        return
    seconds = interlock.limit if interlock.kind is InterlockKind.FROZEN else interlock.window_s
    seconds = max(seconds, interlock.readings * period_s)
    if subject.is_whole("steps") and seconds > subject.program.duration_s:
        whole = format_value(subject.program.duration_s, Dimension.TIME)
        message = (
            f"{_quote(interlock)} can never fire: it needs {format_value(seconds, Dimension.TIME)} of {whole}"
        )
        subject.error("cannot-fire", span, message, "write a shorter time")
    if interlock.kind is InterlockKind.RISING and interlock.window_s < _SLOPE_READINGS * period_s:
        message = (
            f"{_quote(interlock)} can never fire: its window holds fewer than {_SLOPE_READINGS} readings"
        )
        subject.error("cannot-fire", span, message, "write a longer window, or sample faster")
    if interlock.kind is InterlockKind.FROZEN and seconds < _SLOPE_READINGS * period_s:
        message = f"{_quote(interlock)} would end a sound run: equal readings are common within {seconds:g} s"
        subject.error("trips-in-use", span, message, "write a longer time, e.g. for: 60 s")
    if interlock.kind is InterlockKind.SPREAD and len(interlock.signals) < NEEDED_PROBES:
        message = f"{_quote(interlock)} can never fire: it compares probes and watches one"
        subject.error("cannot-fire", span, message, "watch at least two probes of a heater")


def _check_stale(interlock: Interlock, period_s: float, subject: Subject) -> None:
    span = subject.limit_span(interlock)
    longest = max(STALE_PERIODS * period_s, SHORTEST_STALE_S)
    if interlock.limit > longest:
        message = (
            f"{_quote(interlock)} would loosen what holds anyway: {format_value(longest, Dimension.TIME)}"
        )
        subject.error("cannot-fire", span, message, f"write {longest:g} s or less, or remove the line")
    elif interlock.limit <= period_s:
        message = f"{_quote(interlock)} would end a sound run: the source is read every {period_s:g} s"
        subject.error("trips-in-use", span, message, f"write more than {period_s:g} s")


def _period_s(interlock: Interlock, subject: Subject) -> float:
    sampling, source = subject.program.sampling, subject.scope.signals[interlock.signals[0]].source
    if source == "belt":
        return sampling.belt_s
    supplies = {heater.supply for heater in subject.scope.slot.heaters}
    return sampling.supply_s if source in supplies else sampling.thermocouples_s


class _Needs:
    """What the plan has to reach on purpose: an interlock at or below it would end a sound run."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        rated = subject.is_whole("ratings")
        self._volts = subject.highest(".voltage") if rated else None
        self._amps_limit = subject.highest(".current_limit") if rated else None
        self._degc = max(_temperatures(subject), default=None)

    def check(self, interlock: Interlock) -> None:
        info = self._subject.scope.signals[interlock.signals[0]]
        if interlock.kind is InterlockKind.BELOW:
            self._check_below(interlock)
        if interlock.kind is not InterlockKind.ABOVE:
            return
        if info.dimension is Dimension.CURRENT and info.source != "belt":
            self._check_current(interlock)
        elif info.dimension is Dimension.VOLTAGE:
            self._check_voltage(interlock)
        elif _is_skin(interlock.signals[0]):
            self._check_skin(interlock)

    def _check_skin(self, interlock: Interlock) -> None:
        if self._degc is not None and interlock.limit <= self._degc:
            self._report_need(interlock, self._degc, Dimension.TEMPERATURE)

    def _check_current(self, interlock: Interlock) -> None:
        if self._volts is not None:
            profile = self._subject.scope.profile
            amps = self._volts / profile.unit_ohms * (1.0 + profile.mismatch)
            amps = amps if self._amps_limit is None else min(amps, self._amps_limit)
            if interlock.limit <= amps:
                self._report_need(interlock, amps, Dimension.CURRENT)
        if self._amps_limit is not None and interlock.limit >= self._amps_limit:
            limit = format_value(self._amps_limit, Dimension.CURRENT)
            self._report_out_of_reach(interlock, f"the supply's current limit of {limit}")

    def _check_voltage(self, interlock: Interlock) -> None:
        if self._volts is not None and interlock.limit <= self._volts:
            self._report_need(interlock, self._volts, Dimension.VOLTAGE)
        protection = min(heater.over_voltage_volts for heater in self._subject.scope.slot.heaters)
        if interlock.limit >= protection:
            limit = format_value(protection, Dimension.VOLTAGE)
            self._report_out_of_reach(interlock, f"the supply's over-voltage protection at {limit}")

    def _check_below(self, interlock: Interlock) -> None:
        for condition in self._subject.program.conditions:
            if condition.kind not in interlock.signals or condition.nominal is None:
                continue
            lowest = condition.nominal - condition.tolerance
            if interlock.limit >= lowest:
                self._report_need(interlock, lowest, Dimension.TEMPERATURE)

    def _report_need(self, interlock: Interlock, value: float, dimension: Dimension) -> None:
        reached = format_value(value, dimension)
        message = f"{_quote(interlock)} would end a sound run: the plan itself reaches {reached}"
        self._subject.error(
            "trips-in-use", self._subject.limit_span(interlock), message, f"write a limit beyond {reached}"
        )

    def _report_out_of_reach(self, interlock: Interlock, barrier: str) -> None:
        message = f"{_quote(interlock)} can never fire: {barrier} comes first"
        self._subject.error(
            "cannot-fire", self._subject.limit_span(interlock), message, "write a lower limit"
        )


def _temperatures(subject: Subject) -> Iterator[float]:
    """Skin temperatures that the plan drives the belt to."""
    profile = subject.scope.profile
    defeated = any(demand.value == "defeated" for _, demand in subject.demands("belt.regulation"))
    if not defeated:
        for _, demand in subject.demands("belt.level"):
            if demand.value in profile.levels_degc:
                yield profile.levels_degc[str(demand.value)] + profile.band_k
    for step in subject.program.steps:
        if isinstance(step.until, UntilEvent) and step.until.event == "belt.cutoff":
            yield profile.cutoff_degc + profile.cutoff_tolerance_k
        elif isinstance(step.until, UntilSignal) and step.until.above and _is_skin(step.until.signal):
            yield step.until.limit


def _is_skin(signal: str) -> bool:
    return signal.startswith("skin.")


def _quote(interlock: Interlock) -> str:
    return f'interlock "{interlock.name}"'
