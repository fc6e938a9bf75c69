"""Interlocks: each watches lane signals through the causal folds of `rig/signals` and can only switch off.

They see the same derived values as the steps, the screen and the judge, before anything is written to disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, final

from rig.plan.program import Interlock, InterlockKind
from rig.record import lines
from rig.safety.watches import WATCHES, HeaterTimes, Watch
from rig.signals.derive import Derivation

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
        self._watches: list[list[tuple[Interlock, Watch]]] = [[] for _ in derivation.signals]
        for interlock in interlocks:
            if interlock.kind is not InterlockKind.STALE:
                self._watch(interlock)
        self._trip: Trip | None = None
        self._stale = _stale_rules(interlocks, derivation)

    def take(self, changed: Iterable[int]) -> None:
        """Take one reading: the indices of the signals that have a new value. Call it once a reading."""
        derivation = self._derivation
        instant, value = derivation.instant, derivation.value
        for index in changed:
            self._times.take(index)
            for interlock, watch in self._watches[index]:
                if watch(instant[index], value[index]) is not None and self._trip is None:
                    signal = derivation.signals[index].name
                    self._trip = Trip(interlock.name, signal, _finite(value[index]), interlock.limit)

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

    def _watch(self, interlock: Interlock) -> None:
        make = WATCHES[interlock.kind]
        for index, watch in make(interlock, self._derivation, self._times):
            self._watches[index].append((interlock, watch))


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
