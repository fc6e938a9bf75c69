"""Steps: small generators, resumed once a scan. They set demands and wait; they call no driver and never block."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import pairwise

from rig.engine.desk import Given
from rig.engine.lane import Lane
from rig.engine.waits import until
from rig.plan.program import Block, Item, Profile, Question, Step
from rig.record import lines

SETTLE_S = 10.0
"""Four lanes set twelve values on one HMP4040, 0.1 s each, between its readings of 0.18 s."""

VOLTS_DIGITS = 3
"""A curve is demanded in whole millivolts, as supplies of this class are set (E36312A, HMP4040: 1 mV)."""

ENDS_RUN = ("timeout", "lost")

Scans = Generator[None, None, str]
Passes = tuple[int, ...]


def run_steps(lane: Lane) -> Scans:
    """Setup and steps of the lane's program, one after the other.

    Yields once a scan. Returns ``completed``, or ``timeout`` where a step ran out of time, or ``lost`` where
    an output did not take its demand; the steps after it are not run.
    """
    lane.section = "setup"
    outcome = yield from run_items(lane.program.setup, lane, ())
    if outcome in ENDS_RUN:
        return outcome
    lane.section = "steps"
    return (yield from run_items(lane.program.steps, lane, ()))


def run_teardown(lane: Lane) -> Scans:
    """The teardown, likewise. The lane's image is latched: nothing that it does can switch anything on."""
    lane.section = "teardown"
    return (yield from run_items(lane.program.teardown, lane, ()))


def run_item(item: Item, lane: Lane, passes: Passes = ()) -> Scans:
    """One step or block, with all its attempts; likewise, and for a step what became of it."""
    run = run_block(item, lane, passes) if isinstance(item, Block) else _run_tries(item, lane, passes)
    return (yield from run)


def run_items(items: Iterable[Item], lane: Lane, passes: Passes) -> Scans:
    """Steps and blocks, one after the other; as `run_steps`."""
    for item in items:
        outcome = yield from run_item(item, lane, passes)
        if outcome in ENDS_RUN:
            return outcome
    return "completed"


def run_block(block: Block, lane: Lane, passes: Passes, first: int = 1) -> Scans:
    """The passes of a block from the first one on; as `run_steps`."""
    for number in range(first, block.times + 1):
        here = (*passes, number) if block.kind == "repeat" else passes
        for each in block.passes:

            def body(steps: tuple[Item, ...] = each.steps, here: Passes = here) -> Scans:
                outcome = yield from run_items(steps, lane, here)
                return "done" if outcome == "completed" else outcome

            outcome = yield from _try(lane, each.name, here, block.attempts, body)
            if outcome in ENDS_RUN:
                return outcome
    return "completed"


def _run_tries(step: Step, lane: Lane, passes: Passes) -> Scans:
    return (yield from _try(lane, step.name, passes, step.attempts, lambda: run_step(lane, step)))


def _try(lane: Lane, name: str, passes: Passes, attempts: int, body: Callable[[], Scans]) -> Scans:
    """Do something as often as it may be tried; each attempt has its own lines in the record."""
    for attempt in range(1, attempts + 1):
        lane.step, lane.failure = lines.step_words(name, passes, attempt), None
        lane.note(lines.step(lane.now, name, "start", passes=passes, attempt=attempt))
        outcome = yield from body()
        again = outcome == "timeout" and attempt < attempts
        ended = "retry" if again else outcome
        lane.note(lines.step(lane.now, name, "end", ended, passes=passes, attempt=attempt))
        if not again:
            break
    return outcome


def run_step(lane: Lane, step: Step) -> Scans:
    """One step, without the lines of its start and end; as `run_steps`."""
    start, lane.place = lane.now, step.place
    for fault in step.inject:
        lane.note(lines.event(lane.now, "plan.inject", "plan", {"fault": fault}))
        lane.inject(fault)
    if step.annotate is not None:
        lane.note(lines.event(lane.now, "plan.note", "plan", {"text": step.annotate}))
    lane.demand(step.demands)
    wait = until(lane, step)
    try:
        if not (yield from _settle(lane, step, wait)):
            return "lost"
        if step.profile is not None:
            yield from _follow(lane, step.profile)
            return "done" if (yield from _settle(lane, step, wait)) else "lost"
        if step.hold_s is not None:
            return (yield from _hold(lane, step.hold_s))
        if step.ask is not None:
            return (yield from _ask(lane, step, step.ask, start))
        return (yield from _await(lane, step, wait, start))
    finally:
        lane.watch = None


def _settle(lane: Lane, step: Step, wait: Iterator[bool]) -> Generator[None, None, bool]:
    """Until every demand was read back; false after too long. What the step waits for may come meanwhile.

    A latched image takes no demand, and what became of it was looked at before.
    """
    start = lane.now
    while True:
        yield
        next(wait)
        if lane.image.settled or lane.image.latched:
            return True
        if lane.now - start > SETTLE_S:
            lane.failure = f"the demands of step {step.name!r} were not all read back within {SETTLE_S:g} s"
            return False


def _await(lane: Lane, step: Step, wait: Iterator[bool], start: float) -> Scans:
    if step.until is None:
        return "done"
    while not next(wait):
        if step.within_s is not None and lane.now - start >= step.within_s:
            return "timeout"
        yield
    return "reached"


def _ask(lane: Lane, step: Step, question: Question, start: float) -> Scans:
    """Ask until an answer is accepted; one that was prepared and is refused is as good as none."""
    lane.note(lines.event(lane.now, "plan.asks", "plan", {"step": lane.step, "text": question.text}))
    prepared = lane.desk.ask(lane.step, step.name, question)
    try:
        while True:
            for given in lane.desk.given():
                lane.note(lines.operator(lane.now, given.who, *_said(given)))
                if given.refused is None:
                    lane.answer = given.value
                    return "done"
                if prepared:
                    lane.failure = f"the answer that was prepared for step {lane.step!r}: {given.refused}"
                    return "timeout"
            if step.within_s is not None and lane.now - start >= step.within_s:
                lane.failure = f"nobody has answered step {lane.step!r} within {step.within_s:g} s"
                return "timeout"
            yield
    finally:
        lane.desk.close()


def _said(given: Given) -> tuple[str, dict[str, object]]:
    data = {"step": given.step, "answer": given.text, **given.data}
    if given.refused is not None:
        return "gave an answer that was refused", {**data, "why": given.refused}
    return "answered", {**data, "value": given.value}


def _hold(lane: Lane, seconds: float) -> Scans:
    end = lane.now + seconds - 1e-9
    while lane.now < end:
        yield
    return "held"


def _follow(lane: Lane, profile: Profile) -> Generator[None, None, None]:
    """Demand the curve's value at each of its instants; the last is that of its last point."""
    start = lane.now
    begins = {output: lane.image.wanted(output) for output in profile.outputs}
    curves = {
        output: [(t, float(value or 0.0) if volts is None else volts) for t, volts in profile.points]
        for output, value in begins.items()
    }
    written = -1
    while True:
        elapsed = lane.now - start + 1e-9
        due = int(elapsed / profile.every_s)
        over = elapsed >= profile.duration_s
        if over or due > written:
            written = due
            at = profile.duration_s if over else due * profile.every_s
            for output, points in curves.items():
                lane.set_output(output, round(_value_at(points, at), VOLTS_DIGITS), by=lane.step)
        if over:
            return
        yield


def _value_at(points: list[tuple[float, float]], t: float) -> float:
    for (before, low), (after, high) in pairwise(points):
        if t <= after:
            return low + (high - low) * (t - before) / (after - before)
    return points[-1][1]
