"""Interlocks: each watches lane signals through the causal folds of `rig/signals` and can only switch off.

They see the same derived values as the steps, the screen and the judge, before anything is written to disk.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, TypeVar, final

from rig.plan.program import Interlock, InterlockKind, Step, UntilEvent
from rig.record import lines
from rig.safety.built_in import REBOOT, RESET_EVENT, Rule, built_in_rules
from rig.safety.commands import Commands, NoCommands
from rig.safety.heater_times import HeaterTimes
from rig.safety.watch import Watch
from rig.safety.watches import WATCHES
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


@final
class _Freshness:
    """How old the oldest of a source's watched signals is, counted from its last valid value.

    A probe that reads nothing is as silent as a scanner that does not answer. A signal that was never valid
    counts from the source's first reading. A source that no interlock watches is fresh with each reading.
    """

    __slots__ = ("_first", "_last", "_name", "interlock", "max_age_s", "oldest")

    def __init__(self, interlock: str, name: str, first: int, max_age_s: float) -> None:
        self.interlock = interlock
        self.max_age_s = max_age_s
        self.oldest = -inf
        self._name = name
        self._first = first
        self._last: dict[int, float] = {}

    def take(self, derivation: Derivation, watched: Sequence[tuple[int, object]]) -> None:
        instant, value = derivation.instant, derivation.value
        if not watched:
            self.oldest = instant[self._first]
            return
        last = self._last
        for index, _ in watched:
            if value[index] == value[index] or index not in last:
                last[index] = instant[index]
        self.oldest = min(last.values())

    def who(self, derivation: Derivation) -> str:
        """The signal that is oldest, or the source."""
        return min(
            ((at, derivation.signals[index].name) for index, at in self._last.items()),
            default=(0.0, self._name),
        )[1]


@final
class InterlockSet:
    """All interlocks of a lane.

    Staleness is watched on every source, also on those that no interlock names: a plan can only tighten it. A
    signal that an interlock watches is stale by its own last valid value. The rules of `rig/safety/built_in.py` hold
    from the start: until `obey` names what the rig has commanded, every output has to be off.
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
        self._has_reset = False
        self._firsts = {name: source.first for name, source in derivation.layout.sources.items()}
        self._fresh = _freshness(interlocks, derivation)
        self.obey(NoCommands())

    def obey(self, commands: Commands, awaited: Collection[str] = ()) -> None:
        """Hold the readings against these commands; a restart of the device is no fault where a step awaits it.

        Args:
            commands: what the rig has commanded, followed from now on.
            awaited: the events for which steps of the program wait.
        """
        reboots = RESET_EVENT in awaited
        rules = built_in_rules(self._derivation, commands, reboots=reboots)
        self._rules: dict[str, Rule | None] = {name: rules.get(name) for name in self._fresh}
        self._may_reset = reboots

    def begin(self, now: float) -> None:
        """Let a source that gives no reading from bench time now on become stale as well."""
        for fresh in self._fresh.values():
            fresh.oldest = max(fresh.oldest, now)

    def take_event(self, what: str) -> None:
        """Take an event of the device."""
        if what == RESET_EVENT and not self._may_reset:
            self._has_reset = True

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
        rule = self._rules[source]
        if rule is not None and (found := rule.look(instant[self._firsts[source]])) is not None:
            self._trip = self._trip or self._found(*found)
        self._fresh[source].take(self._derivation, self._watches[source])

    @property
    def tripped(self) -> Trip | None:
        """What has gone off by the newest readings; silence is only found by `evaluate`."""
        return self._trip

    def _found(self, rule: str, index: int, limit: float) -> Trip:
        derivation = self._derivation
        return Trip(rule, derivation.signals[index].name, _finite(derivation.value[index]), limit)

    def evaluate(self, now: float) -> Trip | None:
        """The first interlock that has gone off, latched; also where something watched is silent at bench time now."""
        if self._trip is None:
            if self._has_reset:
                self._trip = Trip(REBOOT, RESET_EVENT, None, 0.0)
                return self._trip
            for fresh in self._fresh.values():
                age = now - fresh.oldest
                if fresh.max_age_s < age < inf:
                    who = fresh.who(self._derivation)
                    self._trip = Trip(fresh.interlock, who, round(age, 6), fresh.max_age_s)
                    break
        return self._trip


def awaited_events(steps: Iterable[Step]) -> frozenset[str]:
    """The events for which steps wait."""
    return frozenset(step.until.event for step in steps if isinstance(step.until, UntilEvent))


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


def _freshness(interlocks: Sequence[Interlock], derivation: Derivation) -> dict[str, _Freshness]:
    named = {
        derivation.layout.source_of(signal).name: interlock
        for interlock in interlocks
        if interlock.kind is InterlockKind.STALE
        for signal in interlock.signals
    }
    found = {}
    for name, source in derivation.layout.sources.items():
        limit = max(DEFAULT_STALE_PERIODS * source.period_s, SHORTEST_STALE_S)
        words = f"stale: {name}"
        if name in named:
            limit = min(limit, named[name].limit)
            words = named[name].name
        found[name] = _Freshness(words, name, source.first, limit)
    return found
