"""Values as people read them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.units import Dimension, format_value


@pytest.mark.parametrize(
    ("value", "dimension", "text"),
    [
        (41.56, Dimension.TEMPERATURE, "41.56 °C"),
        (42.0, Dimension.TEMPERATURE, "42 °C"),
        (-0.001, Dimension.TEMPERATURE, "0 °C"),
        (0.44, Dimension.TEMPERATURE_DIFFERENCE, "0.44 K"),
        (0.01, Dimension.TEMPERATURE_RATE, "0.6 K/min"),
        (740.0, Dimension.TIME, "12 min 20 s"),
        (3600.0, Dimension.TIME, "1 h"),
        (59.999, Dimension.TIME, "1 min"),
        (0.42, Dimension.TIME, "420 ms"),
        (1.5, Dimension.TIME, "1.5 s"),
        (0.0, Dimension.TIME, "0 s"),
        (-75.0, Dimension.TIME, "-1 min 15 s"),
        (8.14, Dimension.VOLTAGE, "8.14 V"),
        (0.012, Dimension.VOLTAGE, "12 mV"),
        (0.9999999999, Dimension.VOLTAGE, "1 V"),
        (0.0, Dimension.CURRENT, "0 A"),
        (0.2, Dimension.RESISTANCE, "200 mΩ"),
        (9.1267, Dimension.RESISTANCE, "9.127 Ω"),
        (10.0, Dimension.FREQUENCY, "10 Hz"),
        (36000.0, Dimension.ENERGY, "10 Wh"),
        (0.01, Dimension.RATIO, "1 %"),
        (2.0, Dimension.COUNT, "2 readings"),
        (1e300, Dimension.VOLTAGE, "1e+300 V"),
        (-1e300, Dimension.TIME, "-1e+300 s"),
        (math.nan, Dimension.TEMPERATURE, "not a number"),
        (math.inf, Dimension.TIME, "infinite"),
    ],
)
def test_values(value: float, dimension: Dimension, text: str) -> None:
    assert format_value(value, dimension) == text


def test_the_name_of_a_dimension_will_do() -> None:
    assert format_value(1.2, "current") == "1.2 A"
    with pytest.raises(ValueError, match="length"):
        format_value(1.0, "length")


@given(st.floats(-1e9, 1e9), st.sampled_from(list(Dimension)))
def test_every_value_has_a_text_without_an_exponent(value: float, dimension: Dimension) -> None:
    text = format_value(value, dimension)
    assert text[-1] != " "
    assert "e+" not in text
    assert "-0 " not in text
