"""Raw readings to values, live: the one derivation that interlocks, screen and, in batch, the judge see.

`rig/signals/traces.py` derives whole records with the same operations in the same order, so that both give
the same bits. No numpy is needed here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf, isnan, nan
from typing import Any

from rig.signals.layout import HOTTEST, READABLE, Signal, SourceLayout, quality_of, read_wiring

Take = Callable[[float, list[Any], "list[float] | None"], list[int]]


class Derivation:
    """The newest value, quality and instant of each signal of a lane.

    value[i] is a float in base units (°C, V, A, W, s), nan if invalid; quality[i] is one of
    `rig.signals.layout.QUALITIES`; instant[i] is the bench time of the reading in seconds, -inf before the
    first; raw[i] is what was received, None for a folded signal. signals[i] says what i is, index gives i by
    name. The lists are changed in place and never replaced.

    Raises:
        RecordError: the wiring cannot be used.
    """

    __slots__ = ("_takers", "index", "instant", "layout", "quality", "raw", "signals", "value")

    def __init__(self, wiring: Mapping[str, Any]) -> None:
        self.layout = read_wiring(wiring)
        self.signals: tuple[Signal, ...] = self.layout.signals
        self.index: Mapping[str, int] = self.layout.index
        size = len(self.signals)
        self.value: list[float] = [nan] * size
        self.quality: list[str] = ["unread"] * size
        self.instant: list[float] = [-inf] * size
        self.raw: list[Any] = [None] * size
        self._takers: dict[str, Take] = {
            name: (_AdjustingTaker if source.shares or source.corrections else _SourceTaker)(
                self, source
            ).take
            for name, source in self.layout.sources.items()
        }

    def take(
        self, source: str, t0: float, values: list[Any], offsets: list[float] | None = None
    ) -> list[int]:
        """Take one reading of a source.

        A column whose reading is not a number gets nan and its quality; a reading of the wrong length makes
        every column of the source 'garbled'.

        Args:
            source: its name in the wiring.
            t0: bench time of the reading in seconds.
            values: one per column: a float, or the text received in place of a finite number.
            offsets: seconds after t0 of each column, None if all were read at t0.

        Returns:
            The indices that were written, folded signals last. The list is shared: do not change it.

        Raises:
            KeyError: the wiring has no such source.
        """
        return self._takers[source](t0, values, offsets)


class _SourceTaker:
    """Takes the readings of one source into the derivation's lists."""

    __slots__ = (
        "_changed",
        "_dimensions",
        "_end",
        "_first",
        "_groups",
        "_hottest",
        "_instant",
        "_oks",
        "_plain",
        "_powers",
        "_quality",
        "_raw",
        "_size",
        "_skins",
        "_value",
    )

    def __init__(self, owner: Derivation, source: SourceLayout) -> None:
        self._value, self._quality, self._instant = owner.value, owner.quality, owner.instant
        self._raw = owner.raw
        self._first, self._size = source.first, source.count
        self._end = source.first + source.count
        self._dimensions = source.dimensions
        self._oks = ["ok"] * source.count
        self._plain = source.plain
        self._groups = [
            (g.wire, source.first + g.junction, tuple((c, source.first + c) for c in g.columns))
            for g in source.groups
        ]
        self._powers = source.powers
        self._skins = owner.layout.skins if source.skins else ()
        self._hottest = owner.index.get(HOTTEST, -1)
        self._changed = list(range(self._first, self._end))
        self._changed += [self._hottest] if source.skins else []
        self._changed += [power for power, _, _ in source.powers]

    def take(self, t0: float, values: list[Any], offsets: list[float] | None) -> list[int]:
        first, end = self._first, self._end
        size = len(values)
        if size != self._size or (offsets is not None and len(offsets) != size):
            self._spoil(t0)
        else:
            self._raw[first:end] = values
            self._instant[first:end] = [t0] * size if offsets is None else [t0 + dt for dt in offsets]
            if self._groups:
                self._convert(values)
            else:
                self._copy(values)
        for power, volts, amps in self._powers:
            self._fold_power(power, volts, amps)
        if self._skins:
            self._fold_hottest()
        return self._changed

    def _spoil(self, t0: float) -> None:
        self._instant[self._first : self._end] = [t0] * self._size
        self._value[self._first : self._end] = [nan] * self._size
        self._quality[self._first : self._end] = ["garbled"] * self._size

    def _copy(self, values: list[Any]) -> None:
        try:
            total = sum(values)
            # a nan or an infinity anywhere makes the difference nan
            sound = total - total == 0.0 and max(values) < READABLE and min(values) > -READABLE
        except (TypeError, ValueError, OverflowError):
            sound = False
        if sound:
            self._value[self._first : self._end] = values
            self._quality[self._first : self._end] = self._oks
        else:
            for column, reading in enumerate(values):
                self._put(column, reading)

    def _put(self, column: int, reading: Any) -> None:
        quality = quality_of(reading, self._dimensions[column])
        self._quality[self._first + column] = quality
        self._value[self._first + column] = float(reading) if quality == "ok" else nan

    def _convert(self, values: list[Any]) -> None:
        value, quality = self._value, self._quality
        for column in self._plain:
            self._put(column, values[column])
        for wire, junction, columns in self._groups:
            reference_mv = wire.emf_mv(value[junction])
            warm, high = wire.degc_warm, wire.high_mv
            for column, index in columns:
                try:
                    mv = values[column] * 1000.0 + reference_mv
                except (TypeError, OverflowError):
                    mv = nan
                if 0.0 <= mv <= high:
                    value[index] = warm(mv)
                    quality[index] = "ok"
                else:
                    value[index] = degc = wire.degc(mv)
                    quality[index] = self._fault(values[column], column, junction) if isnan(degc) else "ok"

    def _fault(self, reading: Any, column: int, junction: int) -> str:
        own = quality_of(reading, self._dimensions[column])
        if own != "ok":
            return own
        return self._quality[junction] if self._quality[junction] != "ok" else "overload"

    def _fold_power(self, power: int, volts: int, amps: int) -> None:
        self._value[power] = self._value[volts] * self._value[amps]
        self._instant[power] = self._instant[volts]
        quality = self._quality[volts]
        self._quality[power] = quality if quality != "ok" else self._quality[amps]

    def _fold_hottest(self) -> None:
        value = self._value
        best, where = -inf, -1
        for index in self._skins:
            if value[index] > best:
                best, where = value[index], index
        hottest = self._hottest
        found = where >= 0
        source = where if found else self._skins[0]
        value[hottest] = best if found else nan
        self._quality[hottest] = self._quality[source]
        self._instant[hottest] = self._instant[source]


class _AdjustingTaker(_SourceTaker):
    """Takes the readings of a source whose numbers are not the values yet.

    The current of an output that feeds several heaters is divided by their number, the temperature of a wire that was
    calibrated gets its correction.
    """

    __slots__ = ("_corrections", "_shares")

    def __init__(self, owner: Derivation, source: SourceLayout) -> None:
        super().__init__(owner, source)
        self._shares = [(source.first + column, of) for column, of in source.shares]
        self._corrections = [(source.first + column, table.corrected) for column, table in source.corrections]

    def _copy(self, values: list[Any]) -> None:
        super()._copy(values)
        self._adjust()

    def _convert(self, values: list[Any]) -> None:
        super()._convert(values)
        self._adjust()

    def _adjust(self) -> None:
        value = self._value
        for index, of in self._shares:
            value[index] = float(value[index]) / of
        for index, corrected in self._corrections:
            value[index] = corrected(float(value[index]))
