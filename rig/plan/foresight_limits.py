"""Limits that the bench cannot judge, known before the run from its budget, its sampling and the device's profile.

Certain, so an error: no value at all can pass. Likely, so a warning: a value that passes is below what the device's
profile says the belt reaches, or the rule accepts what the uncertainty makes a matter of chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rig.checks.beforehand import Known, least_timing, least_uncertainty, longest_periods
from rig.plan.course import Stage
from rig.plan.judged import Judged, judged_checks
from rig.plan.knowledge import KEPT, fastest_s, known_of, periods_of
from rig.plan.program import Limit
from rig.plan.reach import Reach, find_reach
from rig.plan.remedies import at_least, at_most, rate_of
from rig.plan.subject import Subject
from rig.units import Dimension, format_value


@dataclass(frozen=True, slots=True)
class _Case:
    """A check whose limit is an upper one, with what is known of it.

    expanded: the least U, in the unit of the limit, and in that of time where it is timed. per_s: by how much of the
    limit's unit a second counts, 0 where nothing is timed. periods_s: of the sources that time it.
    """

    judged: Judged
    limit: Limit
    expanded: float
    per_s: float
    periods_s: Mapping[str, float] = field(default_factory=dict)

    @property
    def band(self) -> float:
        """The guard band w."""
        return self.judged.guard * self.expanded + self.judged.fixed_band

    @property
    def accepted(self) -> float:
        """The greatest value that passes."""
        return self.limit.value - self.band

    @property
    def sure(self) -> float:
        """The part of U that every run has: all of a budget, nearly all of what periods make."""
        return self.expanded if self.per_s == 0.0 else KEPT * self.expanded

    @property
    def is_certain(self) -> bool:
        """Whether no value can pass: the guard band leaves none, or the metric judges none with such a U."""
        share = self.judged.spec.largest_share
        emptied = self.judged.guard * self.sure + self.judged.fixed_band > self.limit.value
        return emptied or (self.per_s > 0.0 and share is not None and self.sure > share * self.limit.value)

    @property
    def factor(self) -> float:
        """How many times U the limit must be for a value of 0 to pass; once by the simple rule, to mean anything."""
        share = self.judged.spec.largest_share
        return max(self.judged.guard or 1.0, 0.0 if share is None else 1.0 / share)

    @property
    def most_expanded(self) -> float:
        """The greatest U with which a value of 0 passes."""
        return (self.limit.value - self.judged.fixed_band) / self.factor

    @property
    def better(self) -> str:
        """The bench that would do, or the limit."""
        least = at_least(self.expanded * self.factor + self.judged.fixed_band, self.limit.dimension)
        return f"{_bench_of(self.most_expanded, self)}, or set a limit of {least} or more"

    def words(self, value: float) -> str:
        """A value in the unit of the limit."""
        return format_value(value, self.limit.dimension)


def check_limits(subject: Subject, course: Sequence[Stage]) -> None:
    """Apply every rule about limits and uncertainties, one mistake a check."""
    known, periods_s = known_of(subject), periods_of(subject)
    for judged in judged_checks(subject):
        limit = judged.check.limit
        if limit is None or limit.sense != "at_most":
            continue
        case = _case(judged, limit, known, periods_s, course)
        if case is not None:
            _check_case(subject, case, course)


def _check_case(subject: Subject, case: _Case, course: Sequence[Stage]) -> None:
    spec = case.judged.spec
    if spec.never_negative and case.judged.fixed_band > case.limit.value:
        _report_fixed_band(subject, case)
        return
    if spec.never_negative and case.sure > case.most_expanded:
        if case.per_s > 0.0:
            _report_timing(subject, case)
        elif case.is_certain:
            _report_guard_band(subject, case)
        else:
            _report_uncertain(subject, case)
        return
    reach = find_reach(subject, case.judged, course)
    if reach is not None and case.accepted < reach.value:
        _report_out_of_reach(subject, case, reach)


def _report_fixed_band(subject: Subject, case: _Case) -> None:
    band, limit = case.words(case.judged.fixed_band), case.words(case.limit.value)
    message = f"no value can pass: the guard band of {band} is wider than the limit of {limit}"
    subject.error("guard-band", case.judged.span_of("guard_band"), message, f"write less than {limit}")


def _report_guard_band(subject: Subject, case: _Case) -> None:
    band, limit = case.words(case.band), case.words(case.limit.value)
    message = f"no value can pass: the guard band of {band} on this bench is wider than the limit of {limit}"
    subject.error("guard-band", case.judged.limit_span, message, case.better)


def _report_uncertain(subject: Subject, case: _Case) -> None:
    name, expanded = case.judged.spec.name, case.words(case.expanded)
    limit, most = case.words(case.limit.value), case.words(case.most_expanded)
    message = f"U is at least {expanded} on this bench, more than the limit of {limit}: a PASS says nothing"
    if case.judged.spec.largest_share is not None:
        message = (
            f"cannot pass on this bench: U is at least {expanded}, and beyond {most} {name} is not judged"
        )
    subject.warning("too-uncertain", case.judged.limit_span, message, case.better)


def _report_out_of_reach(subject: Subject, case: _Case, reach: Reach) -> None:
    limit, reached = case.words(case.limit.value), case.words(reach.value)
    message = f"cannot be counted on to pass: {reach.who} {reached}, and the limit is {limit}"
    remedy = "correct the limit, or judge a device that stays below it"
    spare = case.limit.value - case.judged.fixed_band - reach.value
    if case.band > 0.0:
        message = f"cannot be counted on to pass on this bench: {reach.who} {reached}, and a guard band of "
        message += f"{format_value(case.band, _width(case))} leaves {case.words(case.accepted)} of {limit}"
    if spare > 0.0 and case.per_s == 0.0:
        remedy = _bench_of(spare / case.judged.guard, case)
    elif spare > 0.0:
        least = at_least(reach.value + case.band, case.limit.dimension)
        remedy = _sampling_of(subject, case, spare / case.judged.guard) or f"set a limit of {least} or more"
    subject.warning("cannot-pass", case.judged.limit_span, message, remedy)


def _sampling_of(subject: Subject, case: _Case, expanded: float) -> str:
    """The sampling with which U is so small; '' if the bench cannot read so often."""
    sources, period_s = longest_periods(case.judged.spec, case.periods_s, expanded / case.per_s)
    if any(period_s < fastest_s(subject, source) for source in sources):
        return ""
    return "write " + ", ".join(f"{source}: {rate_of(period_s)}" for source in sources) + " or faster"


def _bench_of(expanded: float, case: _Case) -> str:
    return f"judge it on a bench with U of {at_most(expanded, _width(case))} or less"


def _width(case: _Case) -> Dimension:
    """The dimension of an uncertainty: a temperature has one in kelvin."""
    dimension = Dimension(case.limit.dimension)
    return Dimension.TEMPERATURE_DIFFERENCE if dimension is Dimension.TEMPERATURE else dimension


def _report_timing(subject: Subject, case: _Case) -> None:
    """At the sampling if it was written, as that is what has to change; else at the limit."""
    spec, written = case.judged.spec, subject.model.sampling
    sources, _ = longest_periods(spec, case.periods_s, case.most_expanded / case.per_s)
    amounts = [getattr(written, source) for source in sources] if written is not None else []
    span = next((amount.span for amount in amounts if amount is not None), case.judged.limit_span)
    every = [
        f"{source} every {format_value(case.periods_s[source], Dimension.TIME)}" for source in spec.timed_by
    ]
    limit, expanded = case.words(case.limit.value), case.words(case.expanded)
    shown = "can pass" if case.is_certain else "says anything at"
    message = (
        f"no {spec.name} {shown} its limit of {limit}: reading {' and '.join(every)}, U is {expanded} or more"
    )
    remedy = f"set a limit of {at_least(case.expanded * case.factor, case.limit.dimension)} or more"
    sampling = _sampling_of(subject, case, case.most_expanded)
    subject.report(
        "sampling-too-coarse",
        span,
        message,
        f"{sampling}, or {remedy}" if sampling else remedy,
        certain=case.is_certain,
    )


def _case(
    judged: Judged,
    limit: Limit,
    known: Known,
    periods_s: Mapping[str, float] | None,
    course: Sequence[Stage],
) -> _Case | None:
    """What is known of a check; None if that is nothing."""
    spec = judged.spec
    if not spec.timed_by:
        expanded = least_uncertainty(spec.name, known, judged.check.params, limit.value)
        return _Case(judged, limit, expanded or 0.0, 0.0)
    periods = periods_s or {}
    seconds = least_timing(spec, periods) if periods else None
    per_s = 1.0
    if spec.dimension == "ratio":
        session_s = next((s.session_s for s in judged.within(course) if s.heats and s.session_s), None)
        per_s = 0.0 if session_s is None else 1.0 / session_s
    return None if seconds is None or per_s == 0.0 else _Case(judged, limit, seconds * per_s, per_s, periods)
