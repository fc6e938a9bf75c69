"""A linked plan as the rules of analysis see it, and how they report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import count
from operator import itemgetter

from rig.documents import Span
from rig.documents.quantities import Amount
from rig.plan.linking import Linked
from rig.plan.model import PlanModel, StepModel
from rig.plan.program import Demand, Interlock, Place, Program, Step
from rig.plan.scope import Scope, place_of


@dataclass(frozen=True, slots=True)
class Subject:
    """A plan under analysis.

    damaged: the top keys in which mistakes were found before. limits: where the limit of the interlock that
    begins at a place was written; windows: where its ``for``, ``over`` or ``within`` was. steps: as written, by place.
    demanded: by output, each demand on it and each target of a curve, with its step and its place in the plan's order.
    """

    model: PlanModel
    program: Program
    scope: Scope
    damaged: frozenset[str]
    limits: Mapping[Place, Span]
    windows: Mapping[Place, Span]
    steps: Mapping[Place, StepModel]
    demanded: Mapping[str, Sequence[tuple[int, Step, Demand]]]

    def is_whole(self, *keys: str) -> bool:
        """Whether these parts were read and linked without a mistake, so that absence means absence."""
        return not self.damaged.intersection(keys)

    def error(self, name: str, where: Span | Place, message: str, remedy: str) -> None:
        """Report an error under ``plan/name``."""
        self.scope.error(name, self.span(where), message, remedy)

    def blame(
        self, interlock: Interlock, name: str, message: str, remedy: str, *, window: bool = False
    ) -> None:
        """Report an error about an interlock: at its limit or its time, or at the plan if the bench wrote it."""
        if not interlock.bench_wide:
            span = self.window_span(interlock) if window else self.limit_span(interlock)
            self.error(name, span, message, remedy)
            return
        where = f"{message}; it stands at {interlock.place}"
        self.error(name, self.model.plan.span, where, "change the plan, or run it on another bench")

    def warning(self, name: str, where: Span | Place, message: str, remedy: str) -> None:
        """Report a warning under ``plan/name``."""
        self.scope.reader.diagnostics.warning(f"plan/{name}", self.span(where), message, remedy)

    def report(self, name: str, where: Span | Place, message: str, remedy: str, *, certain: bool) -> None:
        """Report what is certain as an error, what is only likely as a warning."""
        if certain:
            self.error(name, where, message, remedy)
        else:
            self.warning(name, where, message, remedy)

    @property
    def error_count(self) -> int:
        """How many errors were found so far."""
        return self.scope.reader.diagnostics.error_count

    def span(self, where: Span | Place) -> Span:
        """The span of a place: that of the demand which was written at this very place, if one was."""
        if isinstance(where, Span):
            return where
        for step in self.steps.values():
            for written in _written_demands(step):
                if place_of(written) == where:
                    return written
        return Span(where.file, where.line, where.column)

    def limit_span(self, interlock: Interlock) -> Span:
        """Where the limit of an interlock was written."""
        place = interlock.place
        return self.limits.get(place) or Span(place.file, place.line, place.column)

    def window_span(self, interlock: Interlock) -> Span:
        """Where the time or the number of readings of an interlock was written, or else its limit."""
        place = interlock.place
        return self.windows.get(place) or self.limit_span(interlock)

    def demands(self, ending: str) -> Iterator[tuple[Step, Demand]]:
        """Every demand on outputs whose name ends so, e.g. ``.voltage`` or ``belt.level``, in order."""
        named = (found for output, found in self.demanded.items() if output.endswith(ending))
        return ((step, demand) for _, step, demand in merge(*named, key=itemgetter(0)))

    def highest(self, ending: str) -> float | None:
        """The highest number that any step demands of such outputs, None if none does."""
        return max((float(demand.value) for _, demand in self.demands(ending)), default=None)


def make_subject(model: PlanModel, linked: Linked, *, growing: bool = False) -> Subject:
    """A plan to be analysed, with the interlocks of the bench that it is linked on.

    Of a growing plan nobody says that a check is missing: it may still come.
    """
    written = (*model.interlocks, *linked.bench_wide)
    limits = {place_of(rule.span): rule.limit.span for rule in written}
    windows = {place_of(rule.span): rule.window.span for rule in written if rule.window is not None}
    damaged = model.damaged | linked.damaged | ({"checks"} if growing else set())
    demanded = _demanded(linked.program, linked.steps)
    return Subject(model, linked.program, linked.scope, damaged, limits, windows, linked.steps, demanded)


def _demanded(
    program: Program, written: Mapping[Place, StepModel]
) -> Mapping[str, Sequence[tuple[int, Step, Demand]]]:
    """Every demand and target by its output, with its place in their order."""
    demanded: dict[str, list[tuple[int, Step, Demand]]] = defaultdict(list)
    numbers = count()
    for step in program.walk():
        for demand in (*step.demands, *_targets(step, written[step.place])):
            demanded[demand.output].append((next(numbers), step, demand))
    return demanded


def _targets(step: Step, written: StepModel) -> Iterator[Demand]:
    """What a curve comes to demand, each of its points."""
    if step.profile is None:
        return
    values = [value for _, value in step.profile.points if value is not None]
    for value, amount in zip(values, _curve(written), strict=True):
        for output in step.profile.outputs:
            yield Demand(output, value, place_of(amount.span))


def _curve(step: StepModel) -> tuple[Amount, ...]:
    """The voltages of a ramp or profile as written."""
    if step.ramp is not None:
        return (step.ramp.voltage,)
    return () if step.profile is None else tuple(point.voltage for point in step.profile.points)


def _written_demands(step: StepModel) -> Iterator[Span]:
    supply, belt = step.supply, step.belt
    parts = (
        *_curve(step),
        *((supply.voltage, supply.current_limit, supply.output) if supply else ()),
        *((belt.level, belt.session, belt.regulation, belt.rearm) if belt else ()),
        *(step.relays or ()),
        step.name,
    )
    return (part.span for part in parts if part is not None)


def is_skin(signal: str) -> bool:
    """Whether a signal is a probe between belt and phantom, or the hottest of them."""
    return signal.startswith("skin.")
