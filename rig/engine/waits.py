"""What ends a step's wait, asked once a scan; each reading is folded, also where several came since the last scan."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from functools import partial

from rig.engine.lane import Lane
from rig.plan.program import Soak, Step, UntilEvent, UntilSignal, UntilSteady
from rig.signals.folds import Beyond, Steady, Within

Wait = Generator[bool, None, None]
Fold = Callable[[float, float], bool]


def until(lane: Lane, step: Step) -> Wait:
    """Whether the step's wait is over, asked once a scan from its first on; at once where it waits for nothing."""
    match step.until:
        case UntilEvent(event):
            return _event(lane, event)
        case UntilSignal(signals, above, limit, readings, for_s):
            beyond = partial(Beyond, limit, above=above, readings=readings, for_s=for_s)
            return _signals(lane, ((name, beyond().update) for name in signals))
        case UntilSteady(signals, slope, over_s):
            return _signals(lane, ((name, Steady(over_s, slope).update) for name in signals))
        case Soak(signals, target, tolerance, for_s):
            return _signals(lane, ((name, Within(target, tolerance, for_s).update) for name in signals))
        case None:
            return _nothing()


def _nothing() -> Wait:
    while True:
        yield True


def _event(lane: Lane, event: str) -> Wait:
    reached = False
    while True:
        reached = reached or any(item.what == event for item in lane.events)
        yield reached


def _signals(lane: Lane, folds: Iterable[tuple[str, Fold]]) -> Wait:
    """Over once all of the signals are as their folds ask at one time, by readings from now on."""
    derivation = lane.derivation
    by_index = {lane.signal(name): fold for name, fold in folds}
    states = dict.fromkeys(by_index, False)
    reached = False

    def watch(changed: Sequence[int]) -> None:
        nonlocal reached
        for index in changed:
            fold = by_index.get(index)
            if fold is not None:
                states[index] = fold(derivation.instant[index], derivation.value[index])
        reached = reached or all(states.values())

    def asked() -> Wait:
        while True:
            yield reached

    lane.watch = watch
    return asked()
