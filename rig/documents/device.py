"""Device profiles: what the maker declares of a device, as the numbers and names that plans use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import nan
from typing import NamedTuple

from rig.documents.diagnostics import Diagnostics, Span
from rig.documents.fields import Field, Kind, Many, Reader, Record, Table, Text
from rig.documents.quantities import Amount, Measure
from rig.documents.yaml_nodes import Document, Scalar
from rig.units import Dimension


class Named(NamedTuple):
    """The value that a name stands for in plans, in the base unit of its dimension."""

    value: float
    dimension: Dimension


@dataclass(frozen=True, slots=True)
class DeviceProfile:
    """A device as declared; base units, the unit in each name.

    levels_degc: regulated temperature by level name. session_tolerance and mismatch are ratios.
    exchange_s: one question and answer on the link; telemetry_hz: the highest rate of polling; telemetry_age_s: how old
    the values of its telemetry may be when it sends them, None if it does not say.
    """

    name: str
    title: str
    rated_volts: float
    unit_watts: float
    units: tuple[str, ...]
    levels_degc: Mapping[str, float]
    band_k: float
    sensor_lag_s: float
    cutoff_degc: float
    cutoff_tolerance_k: float
    rearm_degc: float
    second_cutout_degc: float | None
    mismatch: float
    sessions_s: tuple[float, ...]
    session_tolerance: float
    host_watchdog_s: float
    max_volts: float
    max_amps: float
    exchange_s: float
    telemetry_hz: float | None = None
    telemetry_age_s: float | None = None

    @property
    def unit_ohms(self) -> float:
        """Resistance of one unit at its rated power."""
        return self.rated_volts**2 / self.unit_watts

    def names(self) -> dict[str, Named]:
        """The names that quantities in plans may use."""
        named = {
            "rated": Named(self.rated_volts, Dimension.VOLTAGE),
            "cutoff": Named(self.cutoff_degc, Dimension.TEMPERATURE),
            "rearm": Named(self.rearm_degc, Dimension.TEMPERATURE),
        }
        named.update({level: Named(degc, Dimension.TEMPERATURE) for level, degc in self.levels_degc.items()})
        return named

    def numbers(self) -> dict[str, float | None]:
        """The numbers that checks need, for ``Program.profile``."""
        return {
            "rated_volts": self.rated_volts,
            "unit_watts": self.unit_watts,
            "unit_ohms": self.unit_ohms,
            "cutoff_degc": self.cutoff_degc,
            "cutoff_tolerance_k": self.cutoff_tolerance_k,
            "rearm_degc": self.rearm_degc,
            "second_cutout_degc": self.second_cutout_degc,
            "sensor_lag_s": self.sensor_lag_s,
            "band_k": self.band_k,
            "mismatch": self.mismatch,
            "telemetry_age_s": self.telemetry_age_s,
            "session_tolerance": self.session_tolerance,
            "host_watchdog_s": self.host_watchdog_s,
            **{f"level_{level}_degc": degc for level, degc in self.levels_degc.items()},
        }


class ForeignDevice(DeviceProfile):
    """A device without a profile, of which only a name is known: plans can use no value of it."""

    __slots__ = ()

    def __init__(self, name: str) -> None:
        unknown = dict.fromkeys((field.name for field in fields(DeviceProfile)), nan)
        texts = {"name": name, "title": name, "units": (), "sessions_s": (), "levels_degc": {}}
        for key, value in {**unknown, **texts}.items():
            object.__setattr__(self, key, value)

    def names(self) -> dict[str, Named]:
        """None."""
        return {}

    def numbers(self) -> dict[str, float | None]:
        """None."""
        return {}


@dataclass(frozen=True, slots=True)
class _Rated:
    span: Span
    voltage: Amount
    power_per_unit: Amount


@dataclass(frozen=True, slots=True)
class _Regulation:
    span: Span
    band: Amount
    sensor_lag: Amount


@dataclass(frozen=True, slots=True)
class _Cutoff:
    span: Span
    threshold: Amount
    tolerance: Amount
    rearm: Amount


@dataclass(frozen=True, slots=True)
class _SecondCutout:
    span: Span
    threshold: Amount
    tolerance: Amount | None = None
    sensor_lag: Amount | None = None


@dataclass(frozen=True, slots=True)
class _Session:
    span: Span
    choices: tuple[Amount, ...]
    tolerance: Amount


@dataclass(frozen=True, slots=True)
class _Limits:
    span: Span
    voltage: Amount
    current: Amount


@dataclass(frozen=True, slots=True)
class _Link:
    span: Span
    baud: Amount
    exchange: Amount
    telemetry: Amount | None = None
    age: Amount | None = None


@dataclass(frozen=True, slots=True)
class _Model:
    span: Span
    device: Scalar
    title: Scalar
    rated: _Rated
    units: tuple[Scalar, ...]
    levels: dict[Scalar, Amount]
    regulation: _Regulation
    cutoff: _Cutoff
    session: _Session
    host_watchdog: Amount
    limits: _Limits
    link: _Link
    mismatch: Amount | None = None
    second_cutout: _SecondCutout | None = None


def _must(kind: Kind[object]) -> Field:
    return Field(kind, required=True)


_TEXT = _must(Text())
_DEGC = Measure((Dimension.TEMPERATURE,))
_KELVIN = Measure((Dimension.TEMPERATURE_DIFFERENCE,))
_SECONDS = Measure((Dimension.TIME,))
_VOLTS = _must(Measure((Dimension.VOLTAGE,)))
_RATIO = Measure((Dimension.RATIO,), zero=True)

DEVICE = Record(
    _Model,
    {
        "device": _TEXT,
        "title": _must(Text(prose=True)),
        "rated": _must(
            Record(_Rated, {"voltage": _VOLTS, "power_per_unit": _must(Measure((Dimension.POWER,)))})
        ),
        "units": _must(Many(Text())),
        "levels": _must(Table(_DEGC)),
        "regulation": _must(Record(_Regulation, {"band": _must(_KELVIN), "sensor_lag": _must(_SECONDS)})),
        "cutoff": _must(
            Record(_Cutoff, {"threshold": _must(_DEGC), "tolerance": _must(_KELVIN), "rearm": _must(_DEGC)})
        ),
        "second_cutout": Field(
            Record(
                _SecondCutout,
                {"threshold": _must(_DEGC), "tolerance": Field(_KELVIN), "sensor_lag": Field(_SECONDS)},
            )
        ),
        "mismatch": Field(_RATIO),
        "session": _must(Record(_Session, {"choices": _must(Many(_SECONDS)), "tolerance": _must(_RATIO)})),
        "host_watchdog": _must(_SECONDS),
        "limits": _must(
            Record(_Limits, {"voltage": _VOLTS, "current": _must(Measure((Dimension.CURRENT,)))})
        ),
        "link": _must(
            Record(
                _Link,
                {
                    "baud": _must(Measure((Dimension.RATIO,))),
                    "exchange": _must(_SECONDS),
                    "telemetry": Field(Measure((Dimension.FREQUENCY,))),
                    "age": Field(_SECONDS),
                },
            )
        ),
    },
)


def read_device(document: Document, diagnostics: Diagnostics) -> DeviceProfile | None:
    """The device that a document declares; None after reporting if it holds mistakes."""
    reader = Reader(document, "device", diagnostics)
    model = DEVICE.read(document.root, reader, "a device profile")
    if model is None:
        return None
    if model.cutoff.rearm.value >= model.cutoff.threshold.value:
        message = "the re-arm temperature is not below the cut-off threshold"
        reader.error("re-arm", model.cutoff.rearm.span, message, "correct one of them")
        return None
    return _profile(model)


def _profile(model: _Model) -> DeviceProfile:
    return DeviceProfile(
        name=model.device.text,
        title=model.title.text,
        rated_volts=model.rated.voltage.value,
        unit_watts=model.rated.power_per_unit.value,
        units=tuple(unit.text for unit in model.units),
        levels_degc={level.text: degc.value for level, degc in model.levels.items()},
        band_k=model.regulation.band.value,
        sensor_lag_s=model.regulation.sensor_lag.value,
        cutoff_degc=model.cutoff.threshold.value,
        cutoff_tolerance_k=model.cutoff.tolerance.value,
        rearm_degc=model.cutoff.rearm.value,
        second_cutout_degc=None if model.second_cutout is None else model.second_cutout.threshold.value,
        mismatch=0.0 if model.mismatch is None else model.mismatch.value,
        sessions_s=tuple(choice.value for choice in model.session.choices),
        session_tolerance=model.session.tolerance.value,
        host_watchdog_s=model.host_watchdog.value,
        max_volts=model.limits.voltage.value,
        max_amps=model.limits.current.value,
        exchange_s=model.link.exchange.value,
        telemetry_hz=None if model.link.telemetry is None else model.link.telemetry.value,
        telemetry_age_s=None if model.link.age is None else model.link.age.value,
    )
