"""Interlocks: each watches lane signals through the causal folds of `rig/signals` and can only switch off.

They see the same derived values as the steps, the screen and the judge, before anything is written to disk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, TypeVar, final

from rig.plan.program import Interlock, InterlockKind
from rig.record import lines
from rig.safety.watches import WATCHES, HeaterTimes, Watch
from rig.signals.derive import Derivation

T = TypeVar("T")

DEFAULT_STALE_PERIODS = 3.0
SHORTEST_STALE_S = 1.0


@dataclass(frozen=True, slots=True)
class Trip:
    """An interlock that has gone off: value and limit in the signal's base units."""

    interlock: str
    signal: str
    value: float | None
    limit: float

    @property
    def words(self) -> str:
        """For people."""
        value = "no value" if self.value is None else f"{self.value:.4g}"
        return f"{self.interlock}: {self.signal} at {value}, limit {self.limit:.4g}"

    def line(self, t: float) -> dict[str, Any]:
        """For the record."""
        return lines.trip(t, self.interlock, self.signal, self.value, self.limit)


@dataclass(frozen=True, slots=True)
class _Stale:
    """A source whose newest reading may not be older than max_age_s."""

    interlock: str
    source: str
    index: int
    max_age_s: float


@final
class InterlockSet:
    """All interlocks of a lane.

    Staleness is watched on every source, also on those that no interlock names: a plan can only tighten it.
    """

    def __init__(self, interlocks: Sequence[Interlock], derivation: Derivation) -> None:
        self._derivation = derivation
        self._times = HeaterTimes(derivation)
        watches: dict[int, list[tuple[Interlock, Watch]]] = {}
        for interlock in interlocks:
            if interlock.kind is not InterlockKind.STALE:
                for index, watch in WATCHES[interlock.kind](interlock, derivation, self._times):
                    watches.setdefault(index, []).append((interlock, watch))
        self._currents = _by_source(derivation, _currents(derivation))
        self._watches = _by_source(derivation, watches)
        self._trip: Trip | None = None
        self._stale = _stale_rules(interlocks, derivation)

    def take(self, source: str) -> None:
        """Take the newest reading of a source from the derivation. Call it once a reading."""
        instant, value = self._derivation.instant, self._derivation.value
        for index, heater in self._currents[source]:
            self._times.note(heater, instant[index], value[index])
        for index, watches in self._watches[source]:
            t, v = instant[index], value[index]
            for interlock, watch in watches:
                if watch(t, v) is not None and self._trip is None:
                    signal = self._derivation.signals[index].name
                    self._trip = Trip(interlock.name, signal, _finite(v), interlock.limit)

    def evaluate(self, now: float) -> Trip | None:
        """The first interlock that has gone off, latched; also where a source has fallen silent at bench time now."""
        if self._trip is None:
            instant = self._derivation.instant
            for rule in self._stale:
                age = now - instant[rule.index]
                if rule.max_age_s < age < inf:
                    self._trip = Trip(rule.interlock, rule.source, round(age, 6), rule.max_age_s)
                    break
        return self._trip


def _currents(derivation: Derivation) -> dict[int, str]:
    return {derivation.index[f"supply.{heater}.current"]: heater for heater in derivation.layout.heaters}


def _by_source(derivation: Derivation, items: Mapping[int, T]) -> dict[str, list[tuple[int, T]]]:
    """What belongs to a signal, by the source that brings it, in the order of the signals."""
    found: dict[str, list[tuple[int, T]]] = {name: [] for name in derivation.layout.sources}
    for index in sorted(items):
        found[derivation.signals[index].source].append((index, items[index]))
    return found


def _finite(value: float) -> float | None:
    return value if value - value == 0.0 else None


def _stale_rules(interlocks: Sequence[Interlock], derivation: Derivation) -> list[_Stale]:
    named = {
        derivation.layout.source_of(signal).name: interlock
        for interlock in interlocks
        if interlock.kind is InterlockKind.STALE
        for signal in interlock.signals
    }
    rules = []
    for name, source in derivation.layout.sources.items():
        limit = max(DEFAULT_STALE_PERIODS * source.period_s, SHORTEST_STALE_S)
        words = f"stale: {name}"
        if name in named:
            limit = min(limit, named[name].limit)
            words = named[name].name
        rules.append(_Stale(words, name, source.first, limit))
    return rules
