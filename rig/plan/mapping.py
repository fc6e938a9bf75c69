"""Mapping files: how a record of another logger is read; YAML into a checked ``LogMapping``. Reads the one file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rig import shipped
from rig.bench.certified import read_calibration, read_components
from rig.bench.corrections import check_named, read_corrections
from rig.bench.description import Calibration, Component, CorrectionEntry
from rig.documents import Diagnostics, Document, Scalar, did_you_mean, quoted, read_document
from rig.documents.fields import Reader
from rig.documents.quantities import Amount, report_dimension
from rig.plan.logged_signals import LoggedSignal, read_signals
from rig.plan.mapping_grammar import (
    DECIMALS,
    FORMATS,
    MAPPING,
    SEPARATORS,
    TIME_UNITS,
    CsvModel,
    EventModel,
    HeatModel,
    MappingModel,
    StepSpanModel,
    TimeModel,
)
from rig.plan.time_patterns import flaw_of, is_dateless
from rig.units import Dimension

_ELAPSED, _CLOCK = ("seconds", "m:s"), "h:m:s"

BASELINE_S = 60.0
"""The state before the heat is the mean over so long before it, unless a mapping says otherwise."""

_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written.

    header: the line that names the columns, from 1; 0 for none. data: the first line of readings. comment: what a
    line begins with that is none, '' for nothing.
    """

    separator: str = ","
    decimal: str = "."
    encoding: str = "utf-8"
    header: int = 1
    data: int = 2
    comment: str = ""


@dataclass(frozen=True, slots=True)
class TimeColumn:
    """Which column says when, and how.

    clock: a second column for the time of day. scale_s: seconds in a unit of numbers. zone: of texts that name none.
    began: the instant of 0 s where times are relative, None if nobody says.
    """

    column: Scalar
    format: str
    clock: Scalar | None
    scale_s: float
    zone: tzinfo | None
    began: datetime | None

    @property
    def is_clock(self) -> bool:
        """Whether its texts are times of day, or of a counter, without a date."""
        return self.format == _CLOCK or is_dateless(self.format)

    @property
    def is_relative(self) -> bool:
        """Whether its times count from an instant that the file does not name."""
        return self.format in _ELAPSED or self.is_clock


@dataclass(frozen=True, slots=True)
class HeatMapping:
    """What says when heat flowed: a signal above a value, or declared seconds; from_s None is the first reading.

    baseline_s and baseline_degc as of ``rig.signals.layout.Drive``.
    """

    signal: str | None
    above: float
    from_s: float | None
    to_s: float | None
    baseline_s: float
    baseline_degc: float | None


@dataclass(frozen=True, slots=True)
class EventMapping:
    """An event that happens when a column comes to hold a text."""

    column: Scalar
    text: str
    event: str


@dataclass(frozen=True, slots=True)
class LogMapping:
    """How a record of another logger is read. device: one of the catalogue, None for a foreign one."""

    name: str
    file: str
    text: str
    sha256: str
    device: str | None
    logger: str
    serial: str | None
    calibration: Calibration | None
    dialect: Dialect
    time: TimeColumn
    signals: tuple[LoggedSignal, ...]
    heat: HeatMapping | None
    steps: Mapping[str, tuple[float, float]]
    events: tuple[EventMapping, ...]
    budget_name: str
    budget: tuple[Component, ...]
    corrections: tuple[CorrectionEntry, ...] = ()


def load_mapping(path: Path | str) -> LogMapping:
    """The mapping of a file.

    Raises:
        DiagnosticsError: the file cannot be read or holds mistakes; all of them, each with its place.
    """
    diagnostics = Diagnostics()
    document = read_document(Path(path), diagnostics)
    mapping = None if document is None else read_mapping(document, diagnostics)
    diagnostics.raise_if_errors()
    assert mapping is not None, "what cannot be read has errors"
    return mapping


def read_mapping(document: Document, diagnostics: Diagnostics) -> LogMapping | None:
    """The mapping of a document that has been read; None after reporting if it holds mistakes."""
    before = diagnostics.error_count
    reader = Reader(document, "mapping", diagnostics)
    model = MAPPING.read(document.root, reader, "a mapping")
    if model is None:
        return None
    mapping = _describe(model, document, reader)
    return None if document.has_duplicates or diagnostics.error_count > before else mapping


def _describe(model: MappingModel, document: Document, reader: Reader) -> LogMapping:
    signals = read_signals(model.signals, model.mapping.span, reader)
    if model.device is not None and model.device.text not in shipped.device_names():
        message = f"unknown device {quoted(model.device.text)}"
        close = did_you_mean(model.device.text, shipped.device_names())
        remedy = f"leave it out for a device without a profile, or {close}"
        reader.error("unknown-device", model.device.span, message, remedy)
    budget = () if model.uncertainty is None else read_components(model.uncertainty, reader)
    tables = model.corrections or {}
    check_named((signal.correction for signal in model.signals.values()), tables, reader)
    steps = {name.text: _span(name, step, reader) for name, step in (model.steps or {}).items()}
    _check_apart(model, reader)
    return LogMapping(
        name=model.mapping.text,
        file=document.file,
        text=document.text,
        sha256=document.sha256,
        device=None if model.device is None else model.device.text,
        logger=model.logger.name.text,
        serial=None if model.logger.serial is None else model.logger.serial.text,
        calibration=read_calibration(model.logger.name, model.logger.calibration, reader),
        dialect=_dialect(model.csv, reader),
        time=_time(model.time, reader),
        signals=signals,
        heat=None if model.heat is None else _heat(model.heat, signals, reader),
        steps=steps,
        events=tuple(_event(event) for event in model.events),
        budget_name="" if model.uncertainty is None else model.uncertainty.name.text,
        budget=budget,
        corrections=read_corrections(tables, budget, reader),
    )


def _dialect(model: CsvModel | None, reader: Reader) -> Dialect:
    if model is None:
        return Dialect()
    separator = "," if model.separator is None else SEPARATORS[model.separator.text]
    decimal = "." if model.decimal is None else DECIMALS[model.decimal.text]
    if separator == decimal:
        where = model.decimal or model.separator
        assert where is not None, "they differ by default"
        message = "a comma cannot stand between cells and in numbers"
        reader.error("separator", where.span, message, "add separator: semicolon, tab, pipe or blanks")
    header = 1 if model.header is None else _line(model.header, reader)
    data = header + 1 if model.data is None else _line(model.data, reader)
    if data <= header and model.data is not None:
        message = f"readings begin on line {data}, and the header stands on line {header}"
        reader.error("line", model.data.span, message, f"write {header + 1} or more")
    return Dialect(
        separator=separator,
        decimal=decimal,
        encoding="utf-8" if model.encoding is None else model.encoding.text,
        header=header,
        data=data,
        comment="" if model.comment is None else model.comment.text,
    )


def _line(amount: Amount, reader: Reader) -> int:
    if amount.value != int(amount.value):
        message = f"{quoted(amount.text)} is no number of a line"
        reader.error("line", amount.span, message, "write a whole number; header: 0 says that there is none")
    return int(amount.value)


def _time(model: TimeModel, reader: Reader) -> TimeColumn:
    form = model.format
    if form.text not in FORMATS and "%" not in form.text:
        message = f"{quoted(form.text)} is no format of times"
        remedy = f"{did_you_mean(form.text, FORMATS)} A pattern of strptime will do: %d.%m.%Y %H:%M:%S"
        reader.error("time-format", form.span, message, remedy)
    else:
        _check_form(model, reader)
    zone = None if model.zone is None else _zone(model.zone, reader)
    began = None if model.began is None else _began(model.began, zone, reader)
    scale_s = 1.0 if model.unit is None else TIME_UNITS[model.unit.text]
    return TimeColumn(model.column, form.text, model.clock, scale_s, zone, began)


def _check_form(model: TimeModel, reader: Reader) -> None:
    """What is said beside a format belongs to it."""
    form = model.format
    flaw = flaw_of(form.text) if "%" in form.text else None
    if flaw is not None:
        reader.error("time-format", form.span, f"{quoted(form.text)} {flaw.words}", flaw.remedy)
    relative = form.text in (*_ELAPSED, _CLOCK) or is_dateless(form.text)
    needs_zone = form.text == "excel" or ("%" in form.text and "%z" not in form.text and not relative)
    if needs_zone and model.zone is None:
        message = f"times as {quoted(form.text)} name no zone"
        reader.error("zone", form.span, message, "add zone: e.g. UTC, +01:00 or Europe/Berlin")
    if model.unit is not None and form.text not in ("seconds", "epoch"):
        message = f"times as {quoted(form.text)} have no unit"
        reader.error("time-format", model.unit.span, message, "remove it")
    if model.began is not None and not relative:
        message = f"times as {quoted(form.text)} say themselves when they are"
        reader.error("time-format", model.began.span, message, "remove it")


def _zone(scalar: Scalar, reader: Reader) -> tzinfo | None:
    match = _OFFSET.fullmatch(scalar.text)
    if match is not None:
        sign, hours, minutes = match.groups()
        length = timedelta(hours=int(hours), minutes=int(minutes))
        if length < timedelta(hours=24):
            return timezone(-length if sign == "-" else length)
    elif scalar.text in ("UTC", "Z"):
        return UTC
    else:
        try:
            return ZoneInfo(scalar.text)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
    message = f"{quoted(scalar.text)} is no time zone"
    reader.error("zone", scalar.span, message, "write e.g. UTC, +01:00 or Europe/Berlin")
    return None


def _began(scalar: Scalar, zone: tzinfo | None, reader: Reader) -> datetime | None:
    try:
        began = datetime.fromisoformat(scalar.text)
    except ValueError:
        message = f"{quoted(scalar.text)} is no instant"
        reader.error("time-format", scalar.span, message, "write e.g. 2026-06-01T09:30:00+02:00")
        return None
    if began.tzinfo is None and zone is None:
        message = f"{quoted(scalar.text)} names no zone"
        reader.error("zone", scalar.span, message, "write e.g. 2026-06-01T09:30:00+02:00")
        return None
    return began if began.tzinfo is not None else began.replace(tzinfo=zone)


def _heat(model: HeatModel, signals: tuple[LoggedSignal, ...], reader: Reader) -> HeatMapping:
    by_signal = model.signal is not None and model.above is not None and not (model.from_ or model.to)
    by_time = model.from_ is not None and model.signal is None and model.above is None
    if not (by_signal or by_time):
        message = "heat is told by a signal above a value, or by instants"
        reader.error("one-heat", model.span, message, "write signal and above, or from and perhaps to")
    if model.signal is not None and model.above is not None:
        _check_above(model.signal, model.above, signals, reader)
    from_s = model.from_.value if isinstance(model.from_, Amount) else None
    to_s = None if model.to is None else model.to.value
    if from_s is not None and to_s is not None and model.to is not None and to_s <= from_s:
        reader.error("span", model.to.span, "it ends before it begins", "write a later instant")
    baseline = model.baseline
    given = baseline if isinstance(baseline, Amount) else None
    starts = by_time and from_s is None
    first = starts if baseline is None else given is None
    return HeatMapping(
        signal=None if model.signal is None else model.signal.text,
        above=0.0 if model.above is None else model.above.value,
        from_s=from_s,
        to_s=to_s,
        baseline_s=0.0 if first else _length(given),
        baseline_degc=None if given is None or given.dimension is Dimension.TIME else given.value,
    )


def _length(baseline: Amount | None) -> float:
    return baseline.value if baseline is not None and baseline.dimension is Dimension.TIME else BASELINE_S


def _check_above(name: Scalar, above: Amount, signals: tuple[LoggedSignal, ...], reader: Reader) -> None:
    known = {signal.name: signal for signal in signals}
    signal = known.get(name.text)
    if signal is None:
        if name.text not in reader.lost:
            message = f"the mapping has no signal {quoted(name.text)}"
            reader.error("unknown-signal", name.span, message, did_you_mean(name.text, known))
    elif above.dimension is not signal.measured:
        report_dimension(above.quantity, signal.measured, above.span, reader, "above")


def _span(name: Scalar, step: StepSpanModel, reader: Reader) -> tuple[float, float]:
    if step.to.value <= step.from_.value:
        message = f"step {quoted(name.text)} ends before it begins"
        reader.error("span", step.to.span, message, "write a later instant")
    return step.from_.value, step.to.value


def _check_apart(model: MappingModel, reader: Reader) -> None:
    """No step begins before the one before it has ended."""
    ordered = sorted((model.steps or {}).items(), key=lambda item: item[1].from_.value)
    for (before, step), (name, following) in pairwise(ordered):
        if following.from_.value < step.to.value:
            message = f"step {quoted(name.text)} begins before {quoted(before.text)} has ended"
            reader.error("span", following.from_.span, message, f"write {step.to.text} or later")


def _event(model: EventModel) -> EventMapping:
    return EventMapping(model.column, model.is_.text, model.event.text)
