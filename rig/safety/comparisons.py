"""Watches that compare signals with each other: probes of one heater, two sensors of one spot, probes and terminals."""

from __future__ import annotations

from math import isnan, nan

from rig.plan.program import Interlock
from rig.safety.heater_times import HeaterTimes
from rig.safety.watch import Made, Watch, by_heater
from rig.signals.correction import Correction
from rig.signals.derive import Derivation
from rig.signals.folds import Beyond, Spread
from rig.signals.layout import JUNCTION

_NONE = Correction("none", [(0.0, 0.0)])
"""Of a wire that has no correction."""


def spread(interlock: Interlock, derivation: Derivation, _times: HeaterTimes) -> Made:
    """Probes of one heater further apart than the limit, for as long as the window."""
    for members in by_heater(interlock, derivation).values():
        yield members[-1], _spread_watch(interlock, members, derivation)


def _spread_watch(interlock: Interlock, members: list[int], derivation: Derivation) -> Watch:
    fold, beyond = Spread(), Beyond(interlock.limit, above=True, for_s=interlock.window_s)
    value = derivation.value

    def watch(t: float, _value: float) -> float | None:
        spread = fold.update(t, [value[index] for index in members])
        return interlock.limit if beyond.update(t, spread) else None

    return watch


def differ(interlock: Interlock, derivation: Derivation, _times: HeaterTimes) -> Made:
    """Two sensors of one spot further apart than the limit, for as long as the window.

    Of one source they are compared once a reading, of two at each reading of either, with the newest valid
    value of the other. An invalid reading neither counts nor clears.
    """
    first, second = sorted(derivation.index[signal] for signal in interlock.signals)
    beyond = Beyond(interlock.limit, above=True, for_s=interlock.window_s)
    if derivation.signals[first].source == derivation.signals[second].source:
        yield first, _never
        yield second, _same_reading_watch(interlock, derivation, first, beyond)
        return
    newest = [nan, nan]
    yield first, _either_watch(interlock, newest, 0, beyond)
    yield second, _either_watch(interlock, newest, 1, beyond)


def _never(_t: float, _value: float) -> None:
    """Trips nothing: the signal is looked at with another, and its silence is watched all the same."""


def _same_reading_watch(interlock: Interlock, derivation: Derivation, other: int, beyond: Beyond) -> Watch:
    values = derivation.value

    def watch(t: float, value: float) -> float | None:
        return interlock.limit if beyond.update(t, abs(value - values[other])) else None

    return watch


def _either_watch(interlock: Interlock, newest: list[float], own: int, beyond: Beyond) -> Watch:
    def watch(t: float, value: float) -> float | None:
        if isnan(value):
            return interlock.limit if beyond.state else None
        newest[own] = value
        return interlock.limit if beyond.update(t, abs(newest[0] - newest[1])) else None

    return watch


def terminal(interlock: Interlock, derivation: Derivation, times: HeaterTimes) -> Made:
    """All probes of a heater at the temperature of the reference junction, though the heater is on.

    A thermocouple that is shorted at its terminals reads what the terminals have; its value is that with the
    correction of its wire, if it has one. Both the likeness and the heater's on-time must last for the window: a cold
    belt that is as warm as the scanner is left its time to warm.
    """
    for heater, members in by_heater(interlock, derivation).items():
        yield members[-1], _terminal_watch(interlock, heater, members, derivation, times)


def _terminal_watch(
    interlock: Interlock, heater: str, members: list[int], derivation: Derivation, times: HeaterTimes
) -> Watch:
    beyond = Beyond(interlock.limit, above=False, for_s=interlock.window_s)
    junction = derivation.index[JUNCTION]
    values, window_s = derivation.value, interlock.window_s
    tables = derivation.layout.corrections
    shorted = [(i, tables.get(derivation.signals[i].name, _NONE).corrected) for i in members]

    def watch(t: float, _value: float) -> float | None:
        reference = values[junction]
        # nan compares as False, so a probe that reads nothing is left out
        farthest = max((d for i, at in shorted if (d := abs(values[i] - at(reference))) >= 0.0), default=nan)
        alike = beyond.update(t, farthest)
        return interlock.limit if alike and times.on_for_s(heater, t) >= window_s else None

    return watch
