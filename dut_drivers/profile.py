"""Device profiles of the catalogue as floats in base units."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import yaml

from dut_drivers.errors import DeviceError

_QUANTITY: Final = re.compile(r"\s*([-+]?\d+(?:\.\d+)?)\s*([A-Za-z%]+)\s*")
_UNITS: Final = {
    "voltage": {"V": 1.0, "mV": 1e-3},
    "current": {"A": 1.0, "mA": 1e-3},
    "power": {"W": 1.0},
    "temperature": {"degC": 1.0},
    "difference": {"K": 1.0},
    "time": {"s": 1.0, "ms": 1e-3, "min": 60.0},
    "frequency": {"Hz": 1.0},
    "ratio": {"%": 1e-2},
}


@dataclass(frozen=True, slots=True)
class BeltProfile:
    """What a belt's maker declares; sources stand beside each number in the catalogue's file.

    mismatch and session_tolerance are ratios (0.02 is 2 %); levels_degc is low, medium, high by name.
    """

    device: str
    title: str
    units: tuple[str, ...]
    rated_volts: float
    rated_watts: float
    levels_degc: Mapping[str, float]
    regulation_band_k: float
    sensor_lag_s: float
    cutoff_degc: float
    cutoff_tolerance_k: float
    rearm_degc: float
    second_cutout_degc: float
    second_cutout_tolerance_k: float
    second_cutout_lag_s: float
    mismatch: float
    sessions_s: tuple[float, ...]
    session_tolerance: float
    host_watchdog_s: float
    limit_volts: float
    limit_amps: float
    baud: int
    exchange_s: float
    telemetry_hz: float


@lru_cache
def shipped_profile(device: str = "ir-lumbar-wrap") -> BeltProfile:
    """The profile of that name in the catalogue.

    Raises:
        DeviceError: the catalogue has none of that name; the message lists those it has.
    """
    catalogue = files("dut_drivers") / "catalogue"
    names = sorted(
        entry.name.removesuffix(".yaml") for entry in catalogue.iterdir() if entry.name.endswith(".yaml")
    )
    if device not in names:
        raise DeviceError(
            "the catalogue", f"looking up {device!r}", "no such device", f"use one of {', '.join(names)}"
        )
    return read_profile((catalogue / f"{device}.yaml").read_text("utf-8"), f"{device}.yaml")


def read_profile(text: str, file: str) -> BeltProfile:
    """A profile from the YAML text of a catalogue file.

    Raises:
        DeviceError: it is no YAML mapping, a key is missing, or a quantity has a wrong number or unit.
    """
    try:
        root = yaml.load(text, yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise DeviceError(file, "reading a device profile", str(error), "correct the YAML") from error
    read = _Reader(file, root)
    return BeltProfile(
        device=str(read.value("device")),
        title=str(read.value("title")),
        units=tuple(map(str, read.items("units"))),
        rated_volts=read.quantity("rated.voltage", "voltage"),
        rated_watts=read.quantity("rated.power_per_unit", "power"),
        levels_degc={
            level: read.quantity(f"levels.{level}", "temperature") for level in ("low", "medium", "high")
        },
        regulation_band_k=read.quantity("regulation.band", "difference"),
        sensor_lag_s=read.quantity("regulation.sensor_lag", "time"),
        cutoff_degc=read.quantity("cutoff.threshold", "temperature"),
        cutoff_tolerance_k=read.quantity("cutoff.tolerance", "difference"),
        rearm_degc=read.quantity("cutoff.rearm", "temperature"),
        second_cutout_degc=read.quantity("second_cutout.threshold", "temperature"),
        second_cutout_tolerance_k=read.quantity("second_cutout.tolerance", "difference"),
        second_cutout_lag_s=read.quantity("second_cutout.sensor_lag", "time"),
        mismatch=read.quantity("mismatch", "ratio"),
        sessions_s=tuple(
            read.convert("session.choices", item, "time") for item in read.items("session.choices")
        ),
        session_tolerance=read.quantity("session.tolerance", "ratio"),
        host_watchdog_s=read.quantity("host_watchdog", "time"),
        limit_volts=read.quantity("limits.voltage", "voltage"),
        limit_amps=read.quantity("limits.current", "current"),
        baud=int(read.value("link.baud")),
        exchange_s=read.quantity("link.exchange", "time"),
        telemetry_hz=read.quantity("link.telemetry", "frequency"),
    )


class _Reader:
    """Looks up dotted keys in a loaded document and converts their quantities."""

    def __init__(self, file: str, root: Any) -> None:
        self._file = file
        self._root = root

    def value(self, key: str) -> Any:
        found = self._root
        for part in key.split("."):
            if not isinstance(found, dict) or part not in found:
                raise self._error(key, "the key is missing", "add it")
            found = found[part]
        return found

    def items(self, key: str) -> list[Any]:
        found = self.value(key)
        if not isinstance(found, list) or not found:
            raise self._error(key, f"{found!r} is not a list", "write a list, [a, b]")
        return found

    def quantity(self, key: str, dimension: str) -> float:
        return self.convert(key, self.value(key), dimension)

    def convert(self, key: str, written: Any, dimension: str) -> float:
        units = _UNITS[dimension]
        match = _QUANTITY.fullmatch(str(written))
        if match is None or match[2] not in units:
            raise self._error(
                key, f"{written!r} is not a {dimension}", f"write a number and one of {', '.join(units)}"
            )
        return float(match[1]) * units[match[2]]

    def _error(self, key: str, got: str, remedy: str) -> DeviceError:
        return DeviceError(self._file, f"reading {key} of a device profile", got, remedy)
