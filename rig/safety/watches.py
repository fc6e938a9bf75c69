"""One watch for each kind of interlock: takes a reading's instant and value, answers whether it trips.

A watch returns the interlock's limit when it trips, None otherwise. Plausibility rules arm by heater-on time,
so that they neither trip a cold bench nor sleep on a hot one.

Where heaters share a supply output, a heater counts as on while any of them is: the current cannot tell which. On-time
and duty are then at least those of the heater itself, so no rule sleeps that would act with an output of its own.
What they may do more: frozen also looks at the probes of a unit that is off, whose digits move as it cools; detached
also trips on a unit that is dead while the other heats, and, which no shipped plan comes to, on one that began the run
above its level and is still cooling two minutes after the other began to heat.
A limit on ``supply.<heater>.current`` holds for the mean: while one of two is off, the other may take twice of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from math import inf, isnan, nan
from typing import final

from rig.plan.program import Interlock, InterlockKind
from rig.signals.derive import Derivation
from rig.signals.folds import Beyond, FrozenFor, Jump, Rise, Spread

Watch = Callable[[float, float], float | None]
Made = Iterator[tuple[int, Watch]]

HEATING_AMPS = 0.05
"""An output that gives more than this feeds a heater that is on."""

DUTY_OF_DETACHED = 0.5
OPEN_READINGS = 2


@final
class HeaterTimes:
    """When each heater's current flowed: its on-time in one go, and its duty over windows.

    Of heaters that share an output: when that of any of them did.
    """

    def __init__(self, derivation: Derivation) -> None:
        layout = derivation.layout
        self._least_amps = {h: HEATING_AMPS / (1 + len(layout.shares(h))) for h in layout.heaters}
        self._on_since: dict[str, float] = dict.fromkeys(derivation.layout.heaters, inf)
        self._windows: dict[str, list[_Duty]] = {heater: [] for heater in derivation.layout.heaters}

    def note(self, heater: str, t: float, amps: float) -> None:
        """Take one reading of the heater's current (the mean, on a shared output); an invalid one changes nothing."""
        if isnan(amps):
            return
        on = amps > self._least_amps[heater]
        if not on:
            self._on_since[heater] = inf
        elif self._on_since[heater] == inf:
            self._on_since[heater] = t
        for window in self._windows[heater]:
            window.note(t, on)

    def on_for_s(self, heater: str, now: float) -> float:
        """Seconds since the heater's current last began to flow, 0 while it does not."""
        return max(0.0, now - self._on_since[heater])

    def duty_over(self, heater: str, window_s: float) -> Callable[[], float]:
        """A view of the share of the readings of the last window in which current flowed."""
        window = _Duty(window_s)
        self._windows[heater].append(window)
        return window.share


@final
class _Duty:
    """Share of readings with current over a window that ends with the newest reading."""

    __slots__ = ("_on", "_readings", "_window_s")

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        self._readings: deque[tuple[float, bool]] = deque()
        self._on = 0

    def note(self, t: float, on: bool) -> None:
        readings = self._readings
        readings.append((t, on))
        self._on += on
        while readings[0][0] < t - self._window_s:
            self._on -= readings.popleft()[1]

    def share(self) -> float:
        return self._on / len(self._readings) if self._readings else 0.0


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


def _spread(interlock: Interlock, derivation: Derivation, _times: HeaterTimes) -> Made:
    """Probes of one heater further apart than the limit, for as long as the window."""
    for members in _by_heater(interlock, derivation).values():
        yield members[-1], _spread_watch(interlock, members, derivation)


def _spread_watch(interlock: Interlock, members: list[int], derivation: Derivation) -> Watch:
    fold, beyond = Spread(), Beyond(interlock.limit, above=True, for_s=interlock.window_s)
    value = derivation.value

    def watch(t: float, _value: float) -> float | None:
        spread = fold.update(t, [value[index] for index in members])
        return interlock.limit if beyond.update(t, spread) else None

    return watch


def _detached(interlock: Interlock, derivation: Derivation, times: HeaterTimes) -> Made:
    """The heater heats and its own probes do not feel it."""
    for heater, members in _by_heater(interlock, derivation).items():
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


def _by_heater(interlock: Interlock, derivation: Derivation) -> Mapping[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for signal in interlock.signals:
        index = derivation.index[signal]
        heater = interlock.heater or derivation.signals[index].heater
        if heater is not None:
            groups.setdefault(heater, []).append(index)
    return {heater: sorted(members) for heater, members in groups.items()}


WATCHES: Mapping[InterlockKind, Callable[[Interlock, Derivation, HeaterTimes], Made]] = {
    InterlockKind.ABOVE: _threshold,
    InterlockKind.BELOW: _threshold,
    InterlockKind.RISING: _rising,
    InterlockKind.OPEN: _open,
    InterlockKind.FROZEN: _frozen,
    InterlockKind.SPREAD: _spread,
    InterlockKind.DETACHED: _detached,
}
