"""The order of a lane's signals and what each is derived from, read from the wiring in a record's head.

The wiring is the JSON object that a run's head line holds: sources with columns in the order of their
readings. Signals are numbered source by source and column by column; the folded ones, `skin.hottest` and
`supply.<heater>.power`, follow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isnan
from typing import Any

from rig.errors import RecordError
from rig.signals.correction import Correction
from rig.signals.thermocouple import TYPES, Thermocouple

HOTTEST = "skin.hottest"
JUNCTION = "junction"
FOLDED_COLUMN = -1
CORRECTED = "corrected"
"""The conversion of a column whose temperature its calibration corrects: `of` another conversion, `by` a table."""

QUALITIES = ("ok", "open", "overload", "garbled", "unread")
"""What a reading can be worth; only 'ok' comes with a number. 'unread': no reading of that source yet."""

READABLE = 1e37
"""Readings of this size and above are an instrument's words for overload, open or nothing (SCPI-1999)."""

_NOTHING = 9.91e37


@dataclass(frozen=True, slots=True)
class Signal:
    """A lane signal: its index in the flat lists, its source and column (-1 if folded), and where it sits."""

    index: int
    name: str
    source: str
    column: int
    dimension: str
    heater: str | None
    place: str | None
    site: str | None


@dataclass(frozen=True, slots=True)
class ThermocoupleGroup:
    """Columns of one source that share a type of wire and a reference junction (a column of that source)."""

    wire: Thermocouple
    junction: int
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SourceLayout:
    """One source: its signals stand at first … first + count - 1 in the flat lists.

    plain: columns whose number is taken as it was received, those of shares then divided. groups: thermocouples
    measured as volts. skins: indices of its skin probes. powers: (index of the power, of its voltage, of its
    current). shares: (column, by what it is divided), the current of an output that feeds several heaters.
    corrections: (column, what its calibration adds once it is a temperature). within_s: how far a value may lie from
    its instant unless its scan says more, None if the record does not say.
    """

    name: str
    period_s: float
    first: int
    count: int
    dimensions: tuple[str, ...]
    plain: tuple[int, ...]
    groups: tuple[ThermocoupleGroup, ...]
    skins: tuple[int, ...]
    powers: tuple[tuple[int, int, int], ...]
    shares: tuple[tuple[int, float], ...] = ()
    corrections: tuple[tuple[int, Correction], ...] = ()
    within_s: float | None = None


@dataclass(frozen=True, slots=True)
class Drive:
    """What says when a heater was driven whose current nobody read, as in the log of another logger.

    signal: it was driven while that signal stood above a value in base units; None if its instants were declared.
    on, off: the declared instants as brackets in bench seconds; off is None for one that was driven to the end.
    baseline_s: the state before is the mean over so long before the heat; 0 for the first reading of all.
    baseline_degc: the state before as declared, None if it was recorded.
    """

    signal: str | None
    above: float
    on: tuple[float, float] | None
    off: tuple[float, float] | None
    baseline_s: float
    baseline_degc: float | None


@dataclass(frozen=True, slots=True)
class Layout:
    """All signals of a lane in their fixed order, its sources, and the indices of all skin probes.

    shared: of each heater that shares its supply output, the others on it. local_ohms: of each heater whose supply
    senses at its own terminals, what it sees of its leads. drives: of each heater whose current was not read.
    corrections: by signal, for those whose wires have one.
    """

    signals: tuple[Signal, ...]
    sources: Mapping[str, SourceLayout]
    skins: tuple[int, ...]
    index: Mapping[str, int]
    shared: Mapping[str, tuple[str, ...]]
    local_ohms: Mapping[str, float] = field(default_factory=dict)
    drives: Mapping[str, Drive] = field(default_factory=dict)
    corrections: Mapping[str, Correction] = field(default_factory=dict)

    @property
    def heaters(self) -> tuple[str, ...]:
        """Names of the heaters that a supply feeds, in the order of the wiring, then of those that are driven."""
        prefix, suffix = "supply.", ".current"
        fed = tuple(
            s.name[len(prefix) : -len(suffix)]
            for s in self.signals
            if s.name.startswith(prefix) and s.name.endswith(suffix)
        )
        return (*fed, *(heater for heater in self.drives if heater not in fed))

    @property
    def heat_signals(self) -> tuple[str, ...]:
        """Names of the signals that say when heat flowed: of each heater its current, or what drove it."""
        named = (
            self.drives[heater].signal if heater in self.drives else f"supply.{heater}.current"
            for heater in self.heaters
        )
        return tuple(dict.fromkeys(name for name in named if name is not None))

    def shares(self, heater: str) -> tuple[str, ...]:
        """The other heaters on a heater's supply output, whose mean its current is; empty for one of its own."""
        return self.shared.get(heater, ())

    def probes(self, heater: str) -> tuple[str, ...]:
        """Names of the skin probes on a heater."""
        return tuple(self.signals[i].name for i in self.skins if self.signals[i].heater == heater)

    def source_of(self, name: str) -> SourceLayout:
        """The source from which a signal comes; for a folded one that of its first constituent.

        Raises:
            KeyError: there is no signal of that name.
        """
        return self.sources[self.signals[self.index[name]].source]


def quality_of(reading: object, dimension: str) -> str:
    """What a reading is worth, by the value or text that was received.

    Args:
        reading: a number, or the text of a non-finite one, e.g. '+9.90000000E+37'.
        dimension: of the column. A temperature that is over range is an open probe (the open-thermocouple
        check
            of Keysight scanners answers +9.9E37); anything else that is over range is an overload.
    """
    if isinstance(reading, (int, float)):
        number = float(reading) if abs(reading) < READABLE else _size(reading)
        if abs(number) < READABLE:
            return "ok"
    elif isinstance(reading, str):
        number = _size(reading)
    else:
        return "garbled"
    if isnan(number) or abs(number - _NOTHING) < 0.005e37 or abs(number) < READABLE:
        return "garbled"
    return "open" if number > 0.0 and dimension == "temperature" else "overload"


def _size(reading: str | float) -> float:
    try:
        return float(reading)
    except (ValueError, OverflowError):
        return float("nan")


def read_wiring(wiring: Mapping[str, Any]) -> Layout:
    """The layout that a wiring describes.

    Raises:
        RecordError: the wiring lacks a field, repeats a signal, or names a wire type or column that is not
        there.
    """
    try:
        return _read(wiring)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RecordError(
            f"reading the wiring: it is not as it should be ({type(error).__name__}: {error}); "
            "the run file is damaged or of another schema, run `rig verify` on it"
        ) from error


def _read(wiring: Mapping[str, Any]) -> Layout:
    signals: list[Signal] = []
    spans: dict[str, tuple[int, int]] = {}
    for source, entry in wiring["sources"].items():
        first = len(signals)
        for column, cell in enumerate(entry["columns"]):
            signals.append(_signal(len(signals), source, column, cell))
        spans[source] = (first, len(signals) - first)
    skins = tuple(s.index for s in signals if s.place == "skin")
    if skins:
        source = signals[skins[0]].source
        signals.append(Signal(len(signals), HOTTEST, source, FOLDED_COLUMN, "temperature", None, None, None))
    powers = _append_powers(signals)
    index = {s.name: s.index for s in signals}
    if len(index) != len(signals):
        raise ValueError("a signal stands twice")
    tables = _tables(wiring)
    sources = {
        name: _source(
            name,
            wiring["sources"][name],
            spans[name],
            signals=signals,
            skins=skins,
            powers=powers,
            tables=tables,
        )
        for name in spans
    }
    return Layout(
        signals=tuple(signals),
        sources=sources,
        skins=skins,
        index=index,
        shared=_shared(wiring),
        local_ohms=_local_ohms(wiring),
        drives={name: _drive(entry) for name, entry in wiring.get("drives", {}).items()},
        corrections={
            signals[source.first + column].name: correction
            for source in sources.values()
            for column, correction in source.corrections
        },
    )


def _tables(wiring: Mapping[str, Any]) -> dict[str, Correction]:
    """The corrections of a wiring by their names."""
    entries: Mapping[str, Any] = wiring.get("corrections", {})
    return {name: Correction(name, entry["points"], entry["held_k"]) for name, entry in entries.items()}


def _drive(entry: Mapping[str, Any]) -> Drive:
    return Drive(
        signal=entry["signal"],
        above=float(entry["above"]),
        on=_bracket(entry["on"]),
        off=_bracket(entry["off"]),
        baseline_s=float(entry["baseline_s"]),
        baseline_degc=None if entry["baseline_degc"] is None else float(entry["baseline_degc"]),
    )


def _bracket(pair: Sequence[float] | None) -> tuple[float, float] | None:
    return None if pair is None else (float(pair[0]), float(pair[1]))


def _local_ohms(wiring: Mapping[str, Any]) -> dict[str, float]:
    heaters: Mapping[str, Any] = wiring.get("heaters", {})
    return {
        name: float(entry.get("lead_ohms", 0.0))
        for name, entry in heaters.items()
        if not entry.get("remote_sense", True)
    }


def _shared(wiring: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Who shares an output with whom; what divides a heater's current must say the same."""
    heaters: Mapping[str, Any] = wiring.get("heaters", {})
    shared = {name: tuple(entry["shares_with"]) for name, entry in heaters.items() if "shares_with" in entry}
    cells = [cell for entry in wiring["sources"].values() for cell in entry["columns"]]
    divided = {cell["heater"]: cell["convert"]["of"] for cell in cells if cell["convert"]["kind"] == "share"}
    if divided != {name: 1 + len(others) for name, others in shared.items()}:
        raise ValueError("currents are not divided by the number of heaters that share an output")
    return shared


def _signal(index: int, source: str, column: int, cell: Mapping[str, Any]) -> Signal:
    return Signal(
        index=index,
        name=cell["signal"],
        source=source,
        column=column,
        dimension=cell["dimension"],
        heater=cell.get("heater"),
        place=cell.get("place"),
        site=cell.get("site"),
    )


def _append_powers(signals: list[Signal]) -> tuple[tuple[int, int, int], ...]:
    by_name = {s.name: s for s in signals}
    powers = []
    for volts in [s for s in signals if s.name.startswith("supply.") and s.name.endswith(".voltage")]:
        stem = volts.name.removesuffix(".voltage")
        amps = by_name.get(stem + ".current")
        if amps is not None and amps.source == volts.source:
            power = Signal(
                len(signals), stem + ".power", volts.source, FOLDED_COLUMN, "power", volts.heater, None, None
            )
            signals.append(power)
            powers.append((power.index, volts.index, amps.index))
    return tuple(powers)


def _source(
    name: str,
    entry: Mapping[str, Any],
    span: tuple[int, int],
    *,
    signals: list[Signal],
    skins: tuple[int, ...],
    powers: tuple[tuple[int, int, int], ...],
    tables: Mapping[str, Correction],
) -> SourceLayout:
    first, count = span
    plain: list[int] = []
    shares: list[tuple[int, float]] = []
    corrections: list[tuple[int, Correction]] = []
    grouped: dict[tuple[str, int], list[int]] = {}
    for column, cell in enumerate(entry["columns"]):
        convert = cell["convert"]
        if convert["kind"] == CORRECTED:
            corrections.append((column, tables[convert["by"]]))
            convert = convert["of"]
        if convert["kind"] == "value":
            plain.append(column)
        elif convert["kind"] == "share":
            shares.append((column, float(convert["of"])))
        elif convert["kind"] == "thermocouple":
            grouped.setdefault((convert["type"], convert["junction"]), []).append(column)
        else:
            raise ValueError(f"unknown conversion {convert['kind']!r} in column {cell['signal']}")
    groups = []
    for (letter, junction), columns in grouped.items():
        if junction not in plain or any(column == junction for column, _ in corrections):
            raise ValueError(
                f"the reference junction of {name} is column {junction}, which is not a plain value"
            )
        groups.append(ThermocoupleGroup(TYPES[letter], junction, tuple(columns)))
    return SourceLayout(
        name=name,
        period_s=float(entry["period_s"]),
        first=first,
        count=count,
        dimensions=tuple(s.dimension for s in signals[first : first + count]),
        plain=tuple(sorted([*plain, *(column for column, _ in shares)])),
        groups=tuple(groups),
        skins=tuple(i for i in skins if first <= i < first + count),
        powers=tuple(p for p in powers if first <= p[1] < first + count),
        shares=tuple(shares),
        corrections=tuple(corrections),
        within_s=_within_s(entry),
    )


def _within_s(entry: Mapping[str, Any]) -> float | None:
    if "stamp" not in entry:
        return None
    within_s = float(entry["stamp"]["within_s"])
    if not 0.0 <= within_s < inf:
        raise ValueError(f"readings lie within {within_s} s of their stamps")
    return within_s
