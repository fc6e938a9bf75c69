"""Checks as the rules of foresight see them: linked and as written, with where each value stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rig.checks.rules import Widths, fixed_band, guard_factor
from rig.checks.table import METRICS, MetricSpec
from rig.documents import Span
from rig.plan.course import Stage
from rig.plan.model import CheckModel
from rig.plan.program import Check
from rig.plan.scope import place_of
from rig.plan.subject import Subject


@dataclass(frozen=True, slots=True)
class Judged:
    """A check, reported ones among them.

    model: as written. spec: of its metric.
    """

    check: Check
    model: CheckModel
    spec: MetricSpec

    @property
    def guard(self) -> float:
        """How many expanded uncertainties the guard band is wide, 0 by the simple rule."""
        return 0.0 if self.check.rule == "report" else guard_factor(self.check.rule, self._widths)

    @property
    def fixed_band(self) -> float:
        """The part of the guard band that no uncertainty widens, in the unit of the value."""
        return 0.0 if self.check.rule == "report" else fixed_band(self.check.rule, self._widths)

    @property
    def _widths(self) -> Widths:
        return Widths(self.check.guard, self.check.guard_band, self.check.risk)

    @property
    def limit_span(self) -> Span:
        """Where its limit was written, or else the metric."""
        spec = self.spec
        return self.span_of(spec.limit_param or spec.sense or "", "limit")

    def span_of(self, *keys: str) -> Span:
        """Where the value of the first of these keys that is there was written, or else the metric."""
        written = self.model.parameters
        return next((written[key][1].span for key in keys if key in written), self.model.metric.span)

    def within(self, course: Sequence[Stage]) -> Sequence[Stage]:
        """The stages that it judges: those of its step or of the pass of a block, or all."""
        name = self.check.step
        if name is None:
            return course
        return [stage for stage in course if f"{stage.step.name} / ".startswith(f"{name} / ")]


def judged_checks(subject: Subject) -> Iterator[Judged]:
    """The checks of a plan that were linked."""
    models = {place_of(model.metric.span): model for model in subject.model.checks}
    for check in subject.program.checks:
        yield Judged(check, models[check.place], METRICS[check.metric])
