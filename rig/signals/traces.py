"""Raw readings to values, in batch: a record's traces, bit for bit what `rig/signals/derive.py` saw live."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import nan
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rig.signals.layout import (
    FOLDED_COLUMN,
    HOTTEST,
    QUALITIES,
    READABLE,
    Layout,
    SourceLayout,
    ThermocoupleGroup,
    quality_of,
    read_wiring,
)

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]

GATHERED = 2048
"""So many scans are taken into columns at a time, which costs a fourth of what one by one does."""

_OK, _OVERLOAD, _GARBLED, _UNREAD = (QUALITIES.index(q) for q in ("ok", "overload", "garbled", "unread"))


@dataclass(frozen=True, slots=True)
class Trace:
    """One signal over a record.

    t: bench seconds of each reading. value: base units of the dimension, nan where invalid. quality: index
    into `rig.signals.layout.QUALITIES`, 0 is 'ok'.
    """

    name: str
    dimension: str
    t: Floats
    value: Floats
    quality: Codes


class Collector:
    """Keeps, of each scan line that it is fed, the readings that the named signals need.

    Eight bytes a reading and column are kept, and nothing of the lines themselves.

    Args:
        layout: of the record's wiring.
        names: signals that will be asked for; None for all.

    Raises:
        KeyError: the wiring has no signal of that name.
    """

    def __init__(self, layout: Layout, names: Iterable[str] | None = None) -> None:
        self.layout = layout
        needed = _needed_columns(layout, layout.index if names is None else names)
        self._stores = {
            name: _Store(layout.sources[name], sorted(columns)) for name, columns in needed.items() if columns
        }
        self._is_ordered = len({layout.signals[i].source for i in layout.skins}) > 1
        self._readings = 0

    def feed(self, scans: Sequence[Mapping[str, Sequence[Any]]]) -> None:
        """Take the readings of scan lines, their "s" objects, in their order; `GATHERED` at a time cost the least.

        Raises:
            TypeError, IndexError: a reading is not a list that starts with instant and values.
        """
        if self._is_ordered:
            for scan in scans:
                self._number(scan)
        for name, store in self._stores.items():
            store.take([reading for scan in scans if (reading := scan.get(name)) is not None])

    def _number(self, scan: Mapping[str, Sequence[Any]]) -> None:
        """Note which reading came after which: of probes on several sources the newest of each are compared."""
        for name, store in self._stores.items():
            if scan.get(name) is not None:
                store.order.append(self._readings)
                self._readings += 1

    def trace(self, name: str) -> Trace:
        """The trace of a signal that was named when the collector was made.

        Raises:
            KeyError: it was not named, or is unknown.
        """
        signal = self.layout.signals[self.layout.index[name]]
        if signal.column != FOLDED_COLUMN:
            t, value, quality = self._stores[signal.source].column(signal.column)
        elif name == HOTTEST:
            t, value, quality = self._hottest()
        else:
            t, value, quality = self._power(signal.index, signal.source)
        return Trace(name, signal.dimension, t, value, quality)

    def keeps(self, name: str) -> bool:
        """Whether a signal that is not folded was named when the collector was made, alone or as part of another."""
        signal = self.layout.signals[self.layout.index[name]]
        store = self._stores.get(signal.source)
        return store is not None and store.keeps(signal.column)

    def received(self, name: str) -> tuple[Floats, Floats]:
        """Instants and numbers as they were received, nan where none was; of a signal that is not folded.

        Raises:
            KeyError: as `trace`.
        """
        signal = self.layout.signals[self.layout.index[name]]
        return self._stores[signal.source].received(signal.column)

    def rows(self, name: str, start: float, end: float) -> slice:
        """Which readings of a signal's trace were begun from start to end, in bench seconds.

        Alike for all signals of a source, whose columns are read one after the other.

        Raises:
            KeyError: as `trace`.
        """
        skins = {self.layout.signals[i].source for i in self.layout.skins}
        if name == HOTTEST and len(skins) > 1:
            t0 = self.trace(name).t
        else:
            signal = self.layout.signals[self.layout.index[name]]
            t0 = self._stores[next(iter(skins)) if name == HOTTEST else signal.source].begun
        first = int(np.searchsorted(t0, start))
        return slice(first, max(first, int(np.searchsorted(t0, end, side="right"))))

    def _power(self, index: int, source: str) -> tuple[Floats, Floats, Codes]:
        layout = self.layout.sources[source]
        volts, amps = next((v, a) for power, v, a in layout.powers if power == index)
        store = self._stores[source]
        t, value, quality = store.column(volts - layout.first)
        _, current, quality_of_current = store.column(amps - layout.first)
        return t, value * current, np.where(quality != _OK, quality, quality_of_current)

    def _hottest(self) -> tuple[Floats, Floats, Codes]:
        signals = [self.layout.signals[i] for i in self.layout.skins]
        sources = {s.source: self._stores[s.source] for s in signals}
        if len(sources) == 1:
            (store,) = sources.values()
            columns = [store.column(signal.column) for signal in signals]
        else:
            order = np.sort(np.concatenate([np.asarray(store.order) for store in sources.values()]))
            columns = [_latest(self._stores[s.source], s.column, order) for s in signals]
        values = np.stack([value for _, value, _ in columns])
        where = np.argmax(np.where(np.isnan(values), -np.inf, values), axis=0)
        pick = (where, np.arange(values.shape[1]))
        instants, qualities = (np.stack([column[part] for column in columns]) for part in (0, 2))
        return instants[pick], values[pick], qualities[pick]


def traces(
    wiring: Mapping[str, Any], lines: Iterable[Mapping[str, Any]], names: Sequence[str]
) -> dict[str, Trace]:
    """The traces of the named signals over a record's lines; lines that are not scans are passed over.

    Raises:
        RecordError: the wiring cannot be used.
        KeyError: it has no signal of a name.
    """
    collector = Collector(read_wiring(wiring), names)
    collector.feed([line["s"] for line in lines if line["k"] == "scan"])
    return {name: collector.trace(name) for name in names}


class _Store:
    """The kept columns of one source, row after row."""

    __slots__ = (
        "_bad",
        "_begun",
        "_cache",
        "_layout",
        "_matrix",
        "_offsets",
        "_pick",
        "_position",
        "_t0",
        "_values",
        "_width",
        "order",
    )

    def __init__(self, layout: SourceLayout, columns: Sequence[int]) -> None:
        self._layout = layout
        self._position = {column: place for place, column in enumerate(columns)}
        self._width = len(columns)
        together = slice(columns[0], columns[-1] + 1)
        self._pick: Callable[[Sequence[Any]], Sequence[Any]] = (
            itemgetter(together) if len(columns) == together.stop - together.start else itemgetter(*columns)
        )
        self._t0 = array("d")
        self._begun: Floats = np.empty(0)
        self._values = array("d")
        self._offsets: array[float] | None = None
        self._bad: dict[int, dict[int, int]] = {column: {} for column in columns}
        self._cache: dict[int, tuple[Floats, Floats, Codes]] = {}
        self._matrix: Floats = np.empty((0, len(columns)))
        self.order = array("q")

    def take(self, readings: Sequence[Sequence[Any]]) -> None:
        """Take readings into the columns, all at once if nothing about them is out of the ordinary."""
        if not self._takes_whole(readings):
            for reading in readings:
                self._add(reading)

    def _takes_whole(self, readings: Sequence[Sequence[Any]]) -> bool:
        """Take them all at once; False, and nothing taken, where one of them is another sort than the others."""
        lengths = set(map(len, readings))
        stamped = lengths == {3}
        if not (stamped or lengths == {2}) or (self._t0 and stamped is (self._offsets is None)):
            return False
        rows = [reading[1] for reading in readings]
        offsets = [reading[2] for reading in readings] if stamped else []
        if None in offsets or {*map(len, rows), *map(len, offsets)} != {self._layout.count}:
            return False
        before = len(self._values)
        try:
            self._values.fromlist(self._picked(rows))
        except (TypeError, OverflowError):
            del self._values[before:]
            return False
        self._t0.fromlist([reading[0] for reading in readings])
        if stamped:
            self._offsets = array("d") if self._offsets is None else self._offsets
            self._offsets.fromlist(self._picked(offsets))
        return True

    def _picked(self, rows: Iterable[Sequence[Any]]) -> list[Any]:
        """The kept columns, row after row."""
        picked = rows if self._width == self._layout.count else map(self._pick, rows)
        return list(chain.from_iterable(picked))

    def _add(self, reading: Sequence[Any]) -> None:
        values, offsets = reading[1], reading[2] if len(reading) > 2 else None
        self._t0.append(reading[0])
        if len(values) != self._layout.count or (offsets is not None and len(offsets) != len(values)):
            self._add_row(["?"] * self._layout.count)
            offsets = None
        else:
            before = len(self._values)
            try:
                self._values.extend(self._pick(values))
            except (TypeError, OverflowError):
                del self._values[before:]
                self._add_row(values)
        if offsets is not None or self._offsets is not None:
            self._add_offsets(offsets)

    def _add_row(self, values: Sequence[Any]) -> None:
        row = len(self._values) // self._width
        for column in self._position:
            quality = quality_of(values[column], self._layout.dimensions[column])
            self._values.append(float(values[column]) if quality == "ok" else nan)
            if quality != "ok":
                self._bad[column][row] = QUALITIES.index(quality)

    def _add_offsets(self, offsets: Sequence[float] | None) -> None:
        if self._offsets is None:
            self._offsets = array("d", bytes(8 * self._width * (len(self._t0) - 1)))
        self._offsets.extend(self._pick(offsets) if offsets is not None else [0.0] * self._width)

    @property
    def begun(self) -> Floats:
        """The instant of each row."""
        if len(self._begun) != len(self._t0):
            self._begun = np.array(self._t0)
        return self._begun

    def column(self, column: int) -> tuple[Floats, Floats, Codes]:
        """Instants, values and qualities of a column, converted."""
        if column not in self._cache:
            group = next((g for g in self._layout.groups if column in g.columns), None)
            value, quality = self._plain(column)
            if group is not None:
                value, quality = self._converted(group, value, quality)
            of = next((of for shared, of in self._layout.shares if shared == column), None)
            if of is not None:
                value = value / of
            correction = next((each for at, each in self._layout.corrections if at == column), None)
            if correction is not None:
                value = correction.corrected_array(value)
            self._cache[column] = (self._instants(column), value, quality)
        return self._cache[column]

    def keeps(self, column: int) -> bool:
        """Whether a column is kept."""
        return column in self._position

    def received(self, column: int) -> tuple[Floats, Floats]:
        """Instants and numbers of a column as they were received."""
        return self._instants(column), self._plain(column)[0]

    def _instants(self, column: int) -> Floats:
        t0 = np.array(self._t0)
        if self._offsets is None:
            return t0
        offsets: Floats = np.array(self._offsets).reshape(-1, self._width)[:, self._position[column]]
        return t0 + offsets

    def _plain(self, column: int) -> tuple[Floats, Codes]:
        if self._matrix.size != len(self._values):
            self._matrix = np.array(self._values).reshape(-1, self._width)
        value: Floats = self._matrix[:, self._position[column]].copy()
        quality: Codes = np.zeros(len(value), dtype=np.int8)
        invalid = ~(np.abs(value) < READABLE)
        for row in np.flatnonzero(invalid):
            code = self._bad[column].get(int(row))
            if code is None:
                code = QUALITIES.index(quality_of(float(value[row]), self._layout.dimensions[column]))
            quality[row] = code
        value[invalid] = nan
        return value, quality

    def _converted(self, group: ThermocoupleGroup, volts: Floats, own: Codes) -> tuple[Floats, Codes]:
        junction, junction_quality = self._plain(group.junction)
        value = group.wire.degc_array(volts * 1000.0 + group.wire.emf_mv_array(junction))
        fault = np.where(own != _OK, own, np.where(junction_quality != _OK, junction_quality, _OVERLOAD))
        return value, np.where(np.isnan(value), fault, _OK).astype(np.int8)


def _latest(store: _Store, column: int, order: NDArray[np.int64]) -> tuple[Floats, Floats, Codes]:
    """A column as it stood after each of the readings numbered in order."""
    t, value, quality = store.column(column)
    if not len(t):
        nothing = np.full(len(order), nan)
        return np.full(len(order), -np.inf), nothing, np.full(len(order), _UNREAD, dtype=np.int8)
    rows = np.searchsorted(np.asarray(store.order), order, side="right") - 1
    seen = rows >= 0
    return (
        np.where(seen, t[rows], -np.inf),
        np.where(seen, value[rows], nan),
        np.where(seen, quality[rows], _UNREAD).astype(np.int8),
    )


def _needed_columns(layout: Layout, names: Iterable[str]) -> dict[str, set[int]]:
    needed: dict[str, set[int]] = {name: set() for name in layout.sources}
    for name in names:
        signal = layout.signals[layout.index[name]]
        if name == HOTTEST:
            wanted = list(layout.skins)
        elif signal.column == FOLDED_COLUMN:
            wanted = [i for p in layout.sources[signal.source].powers if p[0] == signal.index for i in p[1:]]
        else:
            wanted = [signal.index]
        for index in wanted:
            _need(layout, index, needed)
    return needed


def _need(layout: Layout, index: int, needed: dict[str, set[int]]) -> None:
    signal = layout.signals[index]
    columns = needed[signal.source]
    columns.add(signal.column)
    columns.update(g.junction for g in layout.sources[signal.source].groups if signal.column in g.columns)
