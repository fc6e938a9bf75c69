"""The course of a plan: its steps in the order in which they would run, and what is demanded in each.

It follows a sound belt: a session that ends, or a watchdog that acts, leaves the level off. Times are upper bounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rig.plan.model import StepModel
from rig.plan.program import Step, UntilEvent
from rig.plan.scope import place_of
from rig.plan.subject import Subject

SETTLE_S = 10.0
"""Until the demands of a step are read back, at most: what comes after them begins so much later."""

_ENDS_HEAT = ("belt.session_end", "belt.watchdog")


@dataclass(frozen=True, slots=True)
class Stage:
    """A step with what is in force once its own demands are set.

    model: the step as written. on: heaters whose output is on. level: the belt's, None if no step demanded one so far.
    defeated: regulation is. session_s: the length chosen, None without a choice. latched: the belt cut off in a step
    before, and since then nobody asked it to re-arm or took its power away.
    """

    step: Step
    model: StepModel
    on: frozenset[str]
    level: str | None
    defeated: bool
    session_s: float | None
    latched: bool

    @property
    def has_level(self) -> bool:
        """Whether a level is on."""
        return self.level not in {None, "off"}

    @property
    def heats(self) -> bool:
        """Whether a heater may take current."""
        return self.has_level and bool(self.on)

    @property
    def rearms(self) -> bool:
        """Whether the step asks the belt to re-arm."""
        return any(demand.output == "belt.rearm" and demand.value for demand in self.step.demands)

    @property
    def awaits(self) -> str | None:
        """The event that the step waits for."""
        return self.step.until.event if isinstance(self.step.until, UntilEvent) else None

    @property
    def planned_s(self) -> float:
        """What the step is written to last, at most."""
        return (self.step.hold_s or 0.0) + (self.step.within_s or 0.0)

    @property
    def longest_s(self) -> float:
        """What it can last: with the time until its demands are read back."""
        return self.planned_s + (SETTLE_S if self.step.demands else 0.0)


def follow(subject: Subject) -> tuple[Stage, ...]:
    """The stages of a plan in order; none if a step holds mistakes, so that nothing is said about what may be there."""
    if not subject.is_whole("steps", "switching"):
        return ()
    belt = _Belt()
    return tuple(belt.follow(step, model) for step, model in _steps(subject))


def _steps(subject: Subject) -> Iterator[tuple[Step, StepModel]]:
    """The steps in the order in which they would run, each with what was written."""
    models = {place_of(model.name.span): model for model in subject.model.steps}
    for step in subject.program.steps:
        yield step, models[step.place]


class _Belt:
    """What supply and belt have been told so far."""

    def __init__(self) -> None:
        self._on: set[str] = set()
        self._level: str | None = None
        self._defeated = False
        self._session_s: float | None = None
        self._latched = False

    def follow(self, step: Step, model: StepModel) -> Stage:
        """The stage of the next step."""
        for demand in step.demands:
            self._take(demand.output, demand.value)
        stage = Stage(
            step, model, frozenset(self._on), self._level, self._defeated, self._session_s, self._latched
        )
        if stage.awaits in _ENDS_HEAT:
            self._switch_off()
        elif stage.awaits == "belt.cutoff":
            self._latched = True
        return stage

    def _take(self, output: str, value: float | str | bool) -> None:
        if output.endswith(".output"):
            heater = output.split(".")[1]
            (self._on.add if value else self._on.discard)(heater)
            self._latched = self._latched and bool(value)
        elif output == "belt.level" and value == "off":
            self._switch_off()
        elif output == "belt.level":
            self._level = str(value)
        elif output == "belt.regulation":
            self._defeated = value == "defeated"
        elif output == "belt.session":
            self._session_s = float(value)
        elif output == "belt.rearm" and value:
            self._latched = False

    def _switch_off(self) -> None:
        """A defeated regulation ends with the level that was on."""
        if self._level not in {None, "off"}:
            self._defeated = False
        self._level = "off"
