"""Plans one after the other: each is run in all its lanes, and what it came to is told before the next begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rig.bench.description import BenchDescription
from rig.engine.lane import Lane
from rig.engine.run import RunResult
from rig.engine.scan import Watcher
from rig.engine.work import Work
from rig.errors import BenchError, RecordError, RigError
from rig.plan.program import Program
from rig.safety.stop import StopBox, StopRequest


@dataclass(frozen=True, slots=True)
class RunFailure:
    """A plan that could not be run at all: the bench was lost or power refused before it was ever on."""

    error: RigError


LOST = frozenset({"lost", "error", "record", "refused"})

Outcome = RunResult | RunFailure
Outcomes = list[tuple[Program, Outcome]]


class Onlooker(Watcher, Protocol):
    """Follows plans from the first to the last."""

    def begins(self, programs: Sequence[Program], bench: BenchDescription) -> None:
        """A plan is about to be run, linked for each of its lanes."""

    def ended(self, program: Program, result: Outcome) -> None:
        """A plan was run and judged in one of its lanes."""


class Quiet:
    """An onlooker who does nothing; others fill in what they look at."""

    def begins(self, programs: Sequence[Program], bench: BenchDescription) -> None:
        """Nothing."""

    def began(self, lane: str, folder: Path) -> None:
        """Nothing."""

    def scanned(self, lane: Lane) -> None:
        """Nothing."""

    def ended(self, program: Program, result: Outcome) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class Series:
    """What plans came to.

    Attributes:
        outcomes: of each lane of each plan that was begun, in their order.
        left: the request to stop because of which other plans were not begun, None if none was left for that.
        trouble: what went wrong with the engine process itself, in words.
    """

    outcomes: Outcomes
    left: StopRequest | None = None
    trouble: str | None = None


def run_series(
    work: Work,
    run: Callable[[Sequence[Program]], list[RunResult]],
    stop: StopBox,
    onlooker: Onlooker,
) -> Series:
    """Run plans until the last, a request to stop, or one that could not be run.

    Args:
        work: the plans.
        run: runs the programs of one plan, one a lane.
        stop: looked at before each plan.
        onlooker: is told.
    """
    outcomes: Outcomes = []
    for programs in work.plans:
        if stop.request is not None:
            break
        onlooker.begins(programs, work.bench)
        results = _attempt(programs, run)
        outcomes += results
        for program, result in results:
            onlooker.ended(program, result)
        if any(forbids_more(result) for _, result in results):
            break
    wanted = sum(len(programs) for programs in work.plans)
    return Series(outcomes, stop.request if len(outcomes) < wanted else None)


def forbids_more(result: Outcome) -> bool:
    """Whether a person has to look before another plan: the bench was lost, or nobody saw an output off."""
    if isinstance(result, RunFailure):
        return True
    return result.ending.kind in LOST or not result.off.confirmed


def _attempt(programs: Sequence[Program], run: Callable[[Sequence[Program]], list[RunResult]]) -> Outcomes:
    try:
        return list(zip(programs, run(programs), strict=True))
    except (BenchError, RecordError) as error:
        return [(program, RunFailure(error)) for program in programs]
