"""The closed table of units: base value = number * factor.

Every row is checked against pint in the tests; units that are not here are left to pint.
"""

from __future__ import annotations

from typing import NamedTuple

from rig.units.dimension import Dimension


class Unit(NamedTuple):
    """A unit of one dimension; factor leads to the base unit of ``BASE_UNITS``."""

    dimension: Dimension
    factor: float


_MINUTE_S = 60.0
_HOUR_S = 3600.0


def _scaled(dimension: Dimension, *units: tuple[str, float]) -> dict[str, Unit]:
    return {symbol: Unit(dimension, factor) for symbol, factor in units}


UNITS: dict[str, Unit] = {
    **_scaled(Dimension.VOLTAGE, ("V", 1.0), ("mV", 1e-3), ("µV", 1e-6), ("uV", 1e-6), ("kV", 1e3)),
    **_scaled(Dimension.CURRENT, ("A", 1.0), ("mA", 1e-3), ("µA", 1e-6), ("uA", 1e-6)),
    **_scaled(Dimension.POWER, ("W", 1.0), ("mW", 1e-3), ("kW", 1e3)),
    **_scaled(
        Dimension.RESISTANCE,
        ("ohm", 1.0), ("Ω", 1.0), ("mohm", 1e-3), ("mΩ", 1e-3), ("kohm", 1e3), ("kΩ", 1e3), ("V/A", 1.0),
    ),
    **_scaled(
        Dimension.TIME,
        ("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("us", 1e-6), ("min", _MINUTE_S), ("h", _HOUR_S),
    ),
    **_scaled(
        Dimension.FREQUENCY,
        ("Hz", 1.0), ("mHz", 1e-3), ("kHz", 1e3), ("1/s", 1.0), ("1/min", 1 / _MINUTE_S),
    ),
    **_scaled(Dimension.TEMPERATURE, ("degC", 1.0), ("°C", 1.0)),
    **_scaled(Dimension.TEMPERATURE_DIFFERENCE, ("K", 1.0), ("mK", 1e-3), ("delta_degC", 1.0)),
    **_scaled(
        Dimension.TEMPERATURE_RATE,
        ("K/s", 1.0), ("mK/s", 1e-3), ("K/min", 1 / _MINUTE_S), ("K/h", 1 / _HOUR_S),
        ("degC/s", 1.0), ("degC/min", 1 / _MINUTE_S), ("°C/s", 1.0), ("°C/min", 1 / _MINUTE_S),
        ("delta_degC/s", 1.0), ("delta_degC/min", 1 / _MINUTE_S),
    ),
    **_scaled(Dimension.ENERGY, ("J", 1.0), ("kJ", 1e3), ("Wh", _HOUR_S), ("mWh", 3.6)),
    **_scaled(Dimension.RATIO, ("", 1.0), ("%", 0.01)),
    **_scaled(Dimension.COUNT, ("reading", 1.0), ("readings", 1.0)),
}  # fmt: skip
"""Unit symbol → unit; the empty symbol is a plain number."""
