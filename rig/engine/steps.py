"""Steps: small generators, resumed once a scan. They set demands and wait; they call no driver and never block."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from rig.engine.lane import Lane
from rig.plan.program import Step, UntilEvent, UntilSignal
from rig.record import lines
from rig.signals.folds import Beyond

SETTLE_S = 10.0
"""Four lanes set twelve values on one HMP4040, 0.1 s each, between its readings of 0.18 s."""

Scans = Generator[None, None, str]


def run_steps(lane: Lane) -> Scans:
    """All steps of the lane's program, one after the other.

    Yields once a scan. Returns ``completed``, or ``timeout`` where a step ran out of time, or ``lost`` where
    an output did not take its demand; the steps after it are not run.
    """
    for step in lane.program.steps:
        lane.step = step.name
        lane.note(lines.step(lane.now, step.name, "start"))
        outcome = yield from _run_step(lane, step)
        lane.watch = None
        lane.note(lines.step(lane.now, step.name, "end", outcome))
        if outcome in ("timeout", "lost"):
            return outcome
    return "completed"


def _run_step(lane: Lane, step: Step) -> Scans:
    start = lane.now
    lane.demand(step.demands)
    wait = _until(lane, step)
    while True:
        yield
        reached = next(wait)
        if lane.image.settled:
            break
        if lane.now - start > SETTLE_S:
            lane.failure = f"the demands of step {step.name!r} were not all read back within {SETTLE_S:g} s"
            return "lost"
    if step.hold_s is not None:
        return (yield from _hold(lane, step.hold_s))
    while not reached:
        if step.within_s is not None and lane.now - start >= step.within_s:
            return "timeout"
        yield
        reached = next(wait)
    return "reached" if step.until is not None else "done"


def _hold(lane: Lane, seconds: float) -> Scans:
    end = lane.now + seconds - 1e-9
    while lane.now < end:
        yield
    return "held"


def _until(lane: Lane, step: Step) -> Generator[bool, None, None]:
    """Whether the step's wait is over, asked once a scan from its first on."""
    match step.until:
        case None:
            while True:
                yield True
        case UntilEvent(event):
            reached = False
            while True:
                reached = reached or any(item.what == event for item in lane.events)
                yield reached
        case UntilSignal() as wanted:
            yield from _until_signal(lane, wanted)


def _until_signal(lane: Lane, wanted: UntilSignal) -> Generator[bool, None, None]:
    """Folds every reading of the signal, also where several came since the last scan."""
    index, derivation = lane.signal(wanted.signal), lane.derivation
    fold = Beyond(wanted.limit, above=wanted.above, readings=wanted.readings)
    reached = False

    def watch(changed: Sequence[int]) -> None:
        nonlocal reached
        if index in changed:
            reached = fold.update(derivation.instant[index], derivation.value[index]) or reached

    lane.watch = watch
    while True:
        yield reached
