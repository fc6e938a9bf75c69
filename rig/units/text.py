"""Values as people read them: ``41.56 °C``, ``12 min 20 s``, ``0.6 K/min``."""

from __future__ import annotations

import math

from rig.units.dimension import Dimension

_SECONDS_PER_MINUTE = 60.0
_LARGE = 1e12

_PREFIXED: dict[Dimension, tuple[tuple[float, str], ...]] = {
    Dimension.VOLTAGE: ((1.0, "V"), (1e-3, "mV"), (1e-6, "µV")),
    Dimension.CURRENT: ((1.0, "A"), (1e-3, "mA"), (1e-6, "µA")),
    Dimension.POWER: ((1.0, "W"), (1e-3, "mW")),
    Dimension.RESISTANCE: ((1e3, "kΩ"), (1.0, "Ω"), (1e-3, "mΩ")),
    Dimension.FREQUENCY: ((1e3, "kHz"), (1.0, "Hz"), (1e-3, "mHz")),
    Dimension.ENERGY: ((3600.0, "Wh"), (1.0, "J")),
}

_PLAIN: dict[Dimension, tuple[float, int, str]] = {
    Dimension.TEMPERATURE: (1.0, 2, "°C"),
    Dimension.TEMPERATURE_DIFFERENCE: (1.0, 3, "K"),
    Dimension.TEMPERATURE_RATE: (_SECONDS_PER_MINUTE, 3, "K/min"),
    Dimension.RATIO: (100.0, 2, "%"),
    Dimension.COUNT: (1.0, 0, "readings"),
}


def format_value(value: float, dimension: Dimension | str) -> str:
    """The value with its unit, rounded for reading; value is in the base unit of the dimension.

    Temperatures have two decimals at most, a ratio is given in percent; numbers from 1e12 on have an exponent. A
    value that is not finite is named.

    Raises:
        ValueError: the dimension is none of ``Dimension``.
    """
    dimension = Dimension(dimension)
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else "infinite"
    if dimension is Dimension.TIME:
        return _duration(value)
    if dimension in _PREFIXED:
        return _prefixed(value, _PREFIXED[dimension])
    scale, decimals, unit = _PLAIN[dimension]
    return f"{_rounded(value * scale, decimals)} {unit}"


def _prefixed(value: float, steps: tuple[tuple[float, str], ...]) -> str:
    if value == 0.0:
        return f"0 {next(unit for factor, unit in steps if factor == 1.0)}"
    # 0.9999999: a value of 1 V must not be shown as 1000 mV for a last bit.
    factor, unit = next((step for step in steps if abs(value) >= 0.9999999 * step[0]), steps[-1])
    return f"{_rounded(value / factor, 3)} {unit}"


def _duration(seconds: float) -> str:
    sign = "-" if seconds < 0 else ""
    seconds = abs(seconds)
    if seconds >= _LARGE:
        return f"{sign}{seconds:.3g} s"
    if seconds < 5e-7:
        return "0 s"
    if seconds < 0.9999999:
        return f"{sign}{_rounded(seconds * 1e3, 3)} ms"
    if round(seconds, 2) < _SECONDS_PER_MINUTE:
        return f"{sign}{_rounded(seconds, 2)} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (rest, "s"))
    return sign + " ".join(f"{count} {unit}" for count, unit in parts if count)


def _rounded(value: float, decimals: int) -> str:
    if abs(value) >= _LARGE:
        return f"{value:.3g}"
    text = f"{value:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
