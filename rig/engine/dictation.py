"""Steps and checks that a script gives one by one while their run goes on.

The script, on a thread of its own, never touches the bench. It hands over linked steps and lines for the record, and is
told how each step ended.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, final

from rig.bench.pace import Pace
from rig.engine.lane import Lane
from rig.engine.steps import ENDS_RUN, Scans, run_item
from rig.plan.program import Item, Step, UntilEvent, walk
from rig.record import lines
from rig.safety.errors import RefusedError

SILENT_S = 60.0
"""How long a script may take between two steps while an output is on: every wait of a plan is bounded [estimate]."""


END_S = 5.0
"""How soon a request must end a run whose script has ended before its time."""

LOOK_UP_S = 0.2
"""How often a script that waits for the end of a step lets Python act upon signals."""


@dataclass(frozen=True, slots=True)
class StepEnd:
    """How a step ended that a script gave.

    Attributes:
        name: the step's.
        outcome: ``done``, ``held``, ``reached``, ``completed`` (a block); ``timeout`` and ``lost`` end the run.
        start_s: bench time of its first scan. end_s: of its last.
        values: the newest value of each signal then, in base units, NaN where there is none; for the script to look
            at, never for a verdict.
        answer: what the operator answered, None if nothing was asked.
    """

    name: str
    outcome: str
    start_s: float
    end_s: float
    values: Mapping[str, float] = field(default_factory=dict, repr=False)
    answer: str | float | bool | None = None

    @property
    def duration_s(self) -> float:
        """From its first scan to its last."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class _Part:
    """Documents and declarations for the record, then an item to be done, if there is one."""

    lines: Sequence[dict[str, Any]]
    documents: Sequence[dict[str, Any]] = ()
    item: Item | None = None

    @property
    def acts(self) -> bool:
        """Whether anything is done, and not only declared."""
        return self.item is not None


@dataclass(frozen=True, slots=True)
class _Last:
    """Nothing more comes; the run is completed, or waits to be ended by a request that was made."""

    completed: bool
    acts = True


@final
class Dictation:
    """Between one script and one lane.

    Args:
        stands_still: whether time stands still between two steps, as on the virtual clock. On the wall clock the scan
            goes on meanwhile, with all its interlocks.
        tell: is told how each step ended, on the engine's thread, and returns at once; without it `await_end` does.

    Attributes:
        over: a step has ended; the engine's side.
    """

    def __init__(self, *, stands_still: bool, tell: Callable[[StepEnd], None] | None = None) -> None:
        self._stands_still = stands_still
        self._parts: SimpleQueue[_Part | _Last] = SimpleQueue()
        self._ends: SimpleQueue[StepEnd | None] = SimpleQueue()
        self.over = tell or self._ends.put

    def declare(self, lines: Sequence[dict[str, Any]], documents: Sequence[dict[str, Any]] = ()) -> None:
        """Hand over declarations, and documents that they were made from; the script's side."""
        self._parts.put(_Part(lines, documents))

    def give(self, item: Item) -> None:
        """Hand over a step that was declared; the script's side."""
        self._parts.put(_Part((), (), item))

    def await_end(self) -> StepEnd | None:
        """Wait for the end of the step that was given; None if the run ended before."""
        while True:  # a signal that came while this thread waited for its turn is acted upon when it looks up
            with suppress(Empty):
                return self._ends.get(timeout=LOOK_UP_S)

    def finish(self) -> None:
        """No step comes any more, and all is well; the script's side."""
        self._parts.put(_Last(completed=True))

    def halt(self) -> None:
        """No step comes any more, and the run is about to be ended; the script's side."""
        self._parts.put(_Last(completed=False))

    def abandon(self) -> None:
        """The run is over, whatever the script still waits for; the engine's side."""
        self._ends.put(None)

    def take(self) -> _Part | _Last | None:
        """The next part, None if there is none yet; the engine's side."""
        try:
            return self._parts.get(block=self._stands_still)
        except Empty:
            return None


def run_dictated(lane: Lane, dictation: Dictation, pace: Pace) -> Scans:
    """Do what a script dictates, as `run_steps` does what a program says.

    A script that says nothing for `SILENT_S` while an output is on has hung: that is a time-out.
    """
    heard_s = over_s = lane.now
    lane.section = "steps"
    while True:
        part = dictation.take()
        if part is None:
            if lane.image.energised and lane.now - heard_s > SILENT_S:
                lane.failure = f"the script has said nothing for {SILENT_S:g} s while an output was on"
                return "timeout"
            yield
            continue
        if part.acts:
            yield from _await_turn(lane, pace, over_s)
        heard_s = lane.now
        if isinstance(part, _Last):
            if part.completed:
                return "completed"
            yield from _wait_for_the_end(lane)
            lane.failure = "the script ended, and nobody ended its run"
            return "timeout"
        else:
            _declare(lane, part)
            if part.item is not None:
                outcome = yield from _run(lane, part.item, dictation)
                if outcome in ENDS_RUN:
                    return outcome
                heard_s = over_s = lane.now


def _declare(lane: Lane, part: _Part) -> None:
    for document in part.documents:
        lane.note(lines.event(lane.now, "plan.document", "plan", document))
    for line in part.lines:
        lane.note(line)


def _await_turn(lane: Lane, pace: Pace, over_s: float) -> Generator[None, None, None]:
    while not pace.may_go_on(lane.slot):
        yield
    pace.goes_on(lane.slot, over_s)


def _run(lane: Lane, item: Item, dictation: Dictation) -> Scans:
    start = lane.now
    lane.answer = None
    for step in walk((item,)):
        _require_proven(lane, step)
        if isinstance(step.until, UntilEvent):
            lane.awaited |= {step.until.event}
    outcome = yield from run_item(item, lane)
    value, index = lane.derivation.value, lane.derivation.index
    values = {name: value[at] for name, at in index.items()}
    dictation.over(StepEnd(item.name, outcome, start, lane.now, values, lane.answer))
    return outcome


def _require_proven(lane: Lane, step: Step) -> None:
    """Only what was linked as able to heat has had its way off proven, and all of its interlocks from the start.

    Raises:
        RefusedError: the step switches on what was not.
    """
    for demand in step.demands:
        if demand.value is True and demand.output.endswith(".output"):
            heater = demand.output.split(".")[1]
            if heater not in lane.program.energises:
                raise RefusedError(
                    f"switching {demand.output} on in step {step.name!r}: the run did not begin as one that heats "
                    f"{heater}; declare its over-temperature interlock before the first step"
                )


def _wait_for_the_end(lane: Lane) -> Generator[None, None, None]:
    until_s = lane.now + END_S
    while lane.now < until_s:
        yield
