"""Interlocks as they were declared, with the distance of each to a trip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, isnan, nan
from typing import Any, final

from rig.plan.program import InterlockKind
from rig.signals.derive import Derivation
from rig.signals.folds import Rise
from rig.tui.view.snapshot import GuardRow

_DIMENSIONS = {
    InterlockKind.RISING: "temperature_rate",
    InterlockKind.SPREAD: "temperature_difference",
    InterlockKind.DIFFER: "temperature_difference",
    InterlockKind.STALE: "time",
}


@final
class Guard:
    """One interlock. It decides nothing: the engine does; this tells people how far it is from it.

    Kinds that compare a course with the heater's (open, frozen, detached, terminal) have no distance.
    """

    def __init__(self, line: Mapping[str, Any], derivation: Derivation | None) -> None:
        self.name = str(line["name"])
        self.kind = InterlockKind(line["kind"])
        self.limit = float(line["limit"])
        self.signals: Sequence[str] = line["signals"]
        self.bench_wide = bool(line.get("bench_wide"))
        self.tripped = False
        self._derivation = derivation
        known = derivation.index if derivation is not None else {}
        self._indices = [known[signal] for signal in self.signals if signal in known]
        window_s = float(line.get("window_s") or 0.0)
        self._rises = (
            {index: Rise(window_s) for index in self._indices}
            if self.kind is InterlockKind.RISING and window_s > 0.0
            else {}
        )
        self._slopes: dict[int, float] = {}

    def take(self, changed: Sequence[int]) -> None:
        """New readings of these signals; only slopes need all of them."""
        if not self._rises or self._derivation is None:
            return
        for index in changed:
            rise = self._rises.get(index)
            if rise is not None:
                slope = rise.update(self._derivation.instant[index], self._derivation.value[index])
                self._slopes[index] = nan if slope is None else slope

    def row(self, now_s: float) -> GuardRow:
        """As it stands."""
        distance, signal = self._nearest(now_s)
        signal = signal or next(iter(self.signals), "")
        return GuardRow(
            self.name, self.kind, self.limit, distance, self._dimension, signal, self.tripped, self.bench_wide
        )

    @property
    def _dimension(self) -> str:
        known = _DIMENSIONS.get(self.kind)
        if known is not None:
            return known
        if self._derivation is None or not self._indices:
            return ""
        dimension = self._derivation.signals[self._indices[0]].dimension
        return "temperature_difference" if dimension == "temperature" else dimension

    def _nearest(self, now_s: float) -> tuple[float, str]:
        if self._derivation is None or not self._indices:
            return nan, ""
        distances = self._distances(self._derivation, now_s)
        known = {index: distance for index, distance in distances.items() if -inf < distance < inf}
        if not known:
            return nan, ""
        index = min(known, key=lambda each: known[each])
        return known[index], self._derivation.signals[index].name

    def _distances(self, derivation: Derivation, now_s: float) -> Mapping[int, float]:
        value, limit, indices = derivation.value, self.limit, self._indices
        found: Mapping[int, float] = {}
        match self.kind:
            case InterlockKind.ABOVE:
                found = {index: limit - value[index] for index in indices}
            case InterlockKind.BELOW:
                found = {index: value[index] - limit for index in indices}
            case InterlockKind.RISING:
                found = {index: limit - slope for index, slope in self._slopes.items()}
            case InterlockKind.STALE:
                found = {index: limit - (now_s - derivation.instant[index]) for index in indices}
            case InterlockKind.DIFFER if len(indices) == 2:
                found = {indices[0]: limit - abs(value[indices[0]] - value[indices[1]])}
            case InterlockKind.SPREAD:
                found = dict(self._spreads(derivation))
        return found

    def _spreads(self, derivation: Derivation) -> Sequence[tuple[int, float]]:
        heaters: dict[str | None, list[int]] = {}
        for index in self._indices:
            if not isnan(derivation.value[index]):
                heaters.setdefault(derivation.signals[index].heater, []).append(index)
        spreads = []
        for members in heaters.values():
            values = [derivation.value[index] for index in members]
            hottest = max(members, key=lambda index: derivation.value[index])
            spreads.append((hottest, self.limit - (max(values) - min(values))))
        return spreads
