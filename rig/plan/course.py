"""The course of a plan: its steps in the order in which they would run, and what is demanded in each.

It follows a sound belt: a session that ends, or a watchdog that acts, leaves the level off. Times are upper bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from rig.plan.model import StepModel
from rig.plan.program import Item, Step, UntilEvent
from rig.plan.subject import Subject

SETTLE_S = 10.0
"""Until the demands of a step are read back, at most: what comes after them begins so much later."""

PASSES = 2
MOST_STAGES = 20_000
"""Passes of a repeated block that are followed, and stages in all: of a longer course nothing is said."""

_ENDS_HEAT = ("belt.session_end", "belt.watchdog")


@dataclass(frozen=True, slots=True)
class Stage:
    """A step with what is in force once its own demands are set.

    model: the step as written. times: for how many passes of blocks it stands. on: heaters whose output is on. level:
    the belt's, None if no step demanded one so far. defeated: regulation is. session_s: the length chosen, None without
    a choice. latched: the belt cut off in a step before; nobody asked it to re-arm or took its power away since. warm:
    a step before may have heated.
    """

    step: Step
    model: StepModel
    times: int
    on: frozenset[str]
    level: str | None
    defeated: bool
    session_s: float | None
    latched: bool
    warm: bool

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
        return self.times * self.step.longest_s

    @property
    def longest_s(self) -> float:
        """What it can last: with the time until its demands are read back."""
        settling = self.times * self.step.attempts if self.step.demands or self.step.profile else 0
        return self.planned_s + settling * SETTLE_S


def follow(subject: Subject) -> tuple[Stage, ...]:
    """The stages of setup and plan in order.

    None if a step holds mistakes, injects a fault, or there are too many: nothing is said about what may be there.
    """
    if not subject.is_whole("setup", "steps", "switching"):
        return ()
    belt = _Belt()
    items = (*subject.program.setup, *subject.program.steps)
    steps = list(islice(_steps(items, 1), MOST_STAGES + 1))
    if len(steps) > MOST_STAGES or any(step.inject for step, _ in steps):
        return ()
    return tuple(belt.follow(step, subject.steps[step.place], times) for step, times in steps)


def _steps(items: Iterable[Item], times: int) -> Iterator[tuple[Step, int]]:
    """The steps in the order in which they would run, and for how many passes each stands.

    A repeated block comes twice, as its end is what its beginning then finds; the last time stands for all the others.
    """
    for item in items:
        if isinstance(item, Step):
            yield item, times
            continue
        rounds = min(item.times, PASSES)
        for count in range(rounds):
            stands_for = item.times - rounds + 1 if count == rounds - 1 else 1
            for each in item.passes:
                yield from _steps(each.steps, times * stands_for * item.attempts)


class _Belt:
    """What supply and belt have been told so far."""

    def __init__(self) -> None:
        self._on: set[str] = set()
        self._level: str | None = None
        self._defeated = False
        self._session_s: float | None = None
        self._latched = False
        self._warm = False

    def follow(self, step: Step, model: StepModel, times: int) -> Stage:
        """The stage of the next step."""
        for demand in step.demands:
            self._take(demand.output, demand.value)
        stage = Stage(
            step,
            model,
            times,
            frozenset(self._on),
            self._level,
            self._defeated,
            self._session_s,
            self._latched,
            self._warm,
        )
        self._warm = self._warm or stage.heats
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
