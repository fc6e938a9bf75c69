"""The dimensions that plans, benches and limits use, each with the base unit of its floats."""

from __future__ import annotations

from enum import StrEnum


class Dimension(StrEnum):
    """What a quantity is a quantity of.

    TEMPERATURE is a point on a scale, TEMPERATURE_DIFFERENCE the distance of two points; they do not mix.
    COUNT is a number of readings.
    """

    VOLTAGE = "voltage"
    CURRENT = "current"
    POWER = "power"
    RESISTANCE = "resistance"
    TIME = "time"
    FREQUENCY = "frequency"
    TEMPERATURE = "temperature"
    TEMPERATURE_DIFFERENCE = "temperature_difference"
    TEMPERATURE_RATE = "temperature_rate"
    ENERGY = "energy"
    RATIO = "ratio"
    COUNT = "count"


BASE_UNITS: dict[Dimension, str] = {
    Dimension.VOLTAGE: "V",
    Dimension.CURRENT: "A",
    Dimension.POWER: "W",
    Dimension.RESISTANCE: "ohm",
    Dimension.TIME: "s",
    Dimension.FREQUENCY: "Hz",
    Dimension.TEMPERATURE: "degC",
    Dimension.TEMPERATURE_DIFFERENCE: "K",
    Dimension.TEMPERATURE_RATE: "K/s",
    Dimension.ENERGY: "J",
    Dimension.RATIO: "1",
    Dimension.COUNT: "readings",
}
"""The unit in which a float of each dimension is kept."""

EXAMPLES: dict[Dimension, str] = {
    Dimension.VOLTAGE: "7.4 V",
    Dimension.CURRENT: "1.2 A",
    Dimension.POWER: "6 W",
    Dimension.RESISTANCE: "0.2 ohm",
    Dimension.TIME: "30 s",
    Dimension.FREQUENCY: "10 Hz",
    Dimension.TEMPERATURE: "42 degC",
    Dimension.TEMPERATURE_DIFFERENCE: "0.5 K",
    Dimension.TEMPERATURE_RATE: "6 K/min",
    Dimension.ENERGY: "10 Wh",
    Dimension.RATIO: "1 %",
    Dimension.COUNT: "2 readings",
}
"""What a quantity of each dimension looks like, for the help line of a diagnostic."""

_NAMES: dict[Dimension, str] = {
    Dimension.ENERGY: "an energy",
    Dimension.TEMPERATURE_DIFFERENCE: "a temperature difference",
    Dimension.TEMPERATURE_RATE: "a temperature rate",
    Dimension.RATIO: "a plain number",
    Dimension.COUNT: "a number of readings",
}


def describe(dimension: Dimension) -> str:
    """The dimension with its article, for messages: ``a voltage``, ``a temperature difference``."""
    return _NAMES.get(dimension, f"a {dimension.value}")
