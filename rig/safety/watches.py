"""One watch for each kind of interlock: takes a reading's instant and value, answers whether it trips.

A watch returns the interlock's limit when it trips, None otherwise. Plausibility rules arm by heater-on time,
so that they neither trip a cold bench nor sleep on a hot one. Rules that compare signals stand in
`rig/safety/comparisons.py`, those that need no plan in `rig/safety/built_in.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf, isnan, nan

from rig.plan.program import Interlock, InterlockKind
from rig.safety.comparisons import differ, spread, terminal
from rig.safety.heater_times import HeaterTimes
from rig.safety.watch import Made, Make, Watch, by_heater
from rig.signals.derive import Derivation
from rig.signals.folds import Beyond, FrozenFor, Jump, Rise

DUTY_OF_DETACHED = 0.5
OPEN_READINGS = 2


def _threshold(interlock: Interlock, derivation: Derivation, _times: HeaterTimes) -> Made:
    """Above or below a limit for so many readings and so long; an invalid reading never clears the count."""
    for signal in interlock.signals:
        fold = Beyond(
            interlock.limit,
            above=interlock.kind is InterlockKind.ABOVE,
            readings=interlock.readings,
            for_s=interlock.window_s,
        )
        yield derivation.index[signal], _when(fold.update, interlock)


def _when(update: Callable[[float, float], bool], interlock: Interlock) -> Watch:
    def watch(t: float, value: float) -> float | None:
        return interlock.limit if update(t, value) else None

    return watch


def _rising(interlock: Interlock, derivation: Derivation, _times: HeaterTimes) -> Made:
    """Least-squares slope over the window above the limit."""
    for signal in interlock.signals:
        yield derivation.index[signal], _rise_watch(interlock, Rise(interlock.window_s))


def _rise_watch(interlock: Interlock, fold: Rise) -> Watch:
    def watch(t: float, value: float) -> float | None:
        slope = fold.update(t, value)
        return interlock.limit if slope is not None and slope > interlock.limit else None

    return watch


def _open(interlock: Interlock, derivation: Derivation, _times: HeaterTimes) -> Made:
    """No number for two readings in a row, or a step that no body can make."""
    for signal in interlock.signals:
        yield derivation.index[signal], _open_watch(interlock, Jump(interlock.limit))


def _open_watch(interlock: Interlock, jump: Jump) -> Watch:
    missing = 0

    def watch(t: float, value: float) -> float | None:
        nonlocal missing
        missing = missing + 1 if isnan(value) else 0
        jumped = not isnan(value) and jump.update(t, value)
        return interlock.limit if jumped or missing >= OPEN_READINGS else None

    return watch


def _frozen(interlock: Interlock, derivation: Derivation, times: HeaterTimes) -> Made:
    """The same digits for as long as the limit, while the heater has been on for as long too."""
    for signal in interlock.signals:
        index = derivation.index[signal]
        heater = interlock.heater or derivation.signals[index].heater
        yield index, _frozen_watch(interlock, derivation, index, heater, times)


def _frozen_watch(
    interlock: Interlock, derivation: Derivation, index: int, heater: str | None, times: HeaterTimes
) -> Watch:
    """Looks at the digits as received: a frozen channel over a live reference block still changes its °C."""
    fold, raw = FrozenFor(), derivation.raw

    def watch(t: float, value: float) -> float | None:
        received = raw[index]
        digits = received if isinstance(received, (int, float)) else value
        frozen = fold.update(t, digits) >= interlock.limit
        armed = heater is None or times.on_for_s(heater, t) >= interlock.limit
        return interlock.limit if frozen and armed else None

    return watch


def _detached(interlock: Interlock, derivation: Derivation, times: HeaterTimes) -> Made:
    """The heater heats and its own probes do not feel it."""
    for heater, members in by_heater(interlock, derivation).items():
        yield members[-1], _detached_watch(interlock, heater, members, derivation, times)


def _detached_watch(
    interlock: Interlock, heater: str, members: list[int], derivation: Derivation, times: HeaterTimes
) -> Watch:
    """The watch of one heater.

    Armed when the heater has been in use for the whole window; trips while it is on for at least half of it and
    the mean of its probes stands less than the limit above the coldest that it has been in this run. A weak
    heater, a belt at rest at its level and one that is switched on again hot are all warmer than that; a belt
    that lies beside the phantom is not, or cools back to it.
    """
    value, window_s = derivation.value, interlock.window_s
    duty_of = times.duty_over(heater, window_s)
    coldest, armed_at = inf, inf

    def watch(t: float, _value: float) -> float | None:
        nonlocal coldest, armed_at
        mean = _mean([value[index] for index in members])
        if isnan(mean):
            return None
        coldest = min(coldest, mean)
        duty = duty_of()
        if duty == 0.0:
            armed_at = inf
        elif armed_at == inf:
            armed_at = t
        unfelt = mean - coldest < interlock.limit
        in_use = t - armed_at >= window_s and duty >= DUTY_OF_DETACHED
        return interlock.limit if unfelt and in_use else None

    return watch


def _mean(values: list[float]) -> float:
    valid = [value for value in values if not isnan(value)]
    return sum(valid) / len(valid) if valid else nan


WATCHES: Mapping[InterlockKind, Make] = {
    InterlockKind.ABOVE: _threshold,
    InterlockKind.BELOW: _threshold,
    InterlockKind.RISING: _rising,
    InterlockKind.OPEN: _open,
    InterlockKind.FROZEN: _frozen,
    InterlockKind.SPREAD: spread,
    InterlockKind.DETACHED: _detached,
    InterlockKind.DIFFER: differ,
    InterlockKind.TERMINAL: terminal,
}
