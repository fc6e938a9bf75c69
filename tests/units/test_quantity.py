"""Quantities: the table against pint, the rules of points and differences, and what is refused."""

from __future__ import annotations

import math

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.units import (
    BASE_UNITS,
    Dimension,
    Quantity,
    Reference,
    UnitError,
    parse_expression,
    parse_quantity,
    parse_tolerance,
)
from rig.units.table import UNITS

PINT: pint.UnitRegistry[float] = pint.UnitRegistry()
PINT_NAMES = {"": "dimensionless", "%": "percent", "K": "kelvin"}
PHYSICAL = sorted(
    symbol for symbol, unit in UNITS.items() if unit.dimension is not Dimension.COUNT and "1/" not in symbol
)


@pytest.mark.parametrize("symbol", PHYSICAL)
def test_every_unit_of_the_table_agrees_with_pint(symbol: str) -> None:
    dimension = UNITS[symbol].dimension
    base = {Dimension.RATIO: "dimensionless", Dimension.TEMPERATURE_DIFFERENCE: "delta_degC"}.get(
        dimension, BASE_UNITS[dimension]
    )
    name = PINT_NAMES.get(symbol, symbol)
    for number in (1.0, 41.56):
        expected = PINT.Quantity(number, name).to(base).magnitude
        assert parse_quantity(f"{number} {symbol}").value == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "value", "dimension"),
    [
        ("42 degC", 42.0, Dimension.TEMPERATURE),
        ("42 °C", 42.0, Dimension.TEMPERATURE),
        ("0.5 K", 0.5, Dimension.TEMPERATURE_DIFFERENCE),
        ("0.5 delta_degC", 0.5, Dimension.TEMPERATURE_DIFFERENCE),
        ("6 K/min", 0.1, Dimension.TEMPERATURE_RATE),
        ("30 min", 1800.0, Dimension.TIME),
        ("7.4V", 7.4, Dimension.VOLTAGE),
        ("1 %", 0.01, Dimension.RATIO),
        ("2 readings", 2.0, Dimension.COUNT),
        ("10 1/min", 1 / 6, Dimension.FREQUENCY),
        ("\N{MINUS SIGN}3 K", -3.0, Dimension.TEMPERATURE_DIFFERENCE),
        ("1e-3 V/A", 1e-3, Dimension.RESISTANCE),
        ("5", 5.0, Dimension.RATIO),
    ],
)
def test_quantities(text: str, value: float, dimension: Dimension) -> None:
    quantity = parse_quantity(text)
    assert quantity.value == pytest.approx(value)
    assert quantity.dimension is dimension


@pytest.mark.parametrize(
    ("text", "value", "dimension"),
    [
        ("73 degF", (73 - 32) / 1.8, Dimension.TEMPERATURE),
        ("3.6 delta_degF", 2.0, Dimension.TEMPERATURE_DIFFERENCE),
        ("3.6 degF/min", 2.0 / 60.0, Dimension.TEMPERATURE_RATE),
        ("1 BTU", 1055.056, Dimension.ENERGY),
        ("2 hour", 7200.0, Dimension.TIME),
    ],
)
def test_other_units_come_from_pint_with_the_same_rules(
    text: str, value: float, dimension: Dimension
) -> None:
    quantity = parse_quantity(text)
    assert quantity.value == pytest.approx(value, rel=1e-6)
    assert quantity.dimension is dimension


@pytest.mark.parametrize(
    "text",
    [
        "",
        "V",
        "seven volts",
        "1.2.3 V",
        "7.4 X",
        "1e400 V",
        "nan V",
        "3 inch",
        "60 rpm",
        "1 m**9**9",
        "7 V V V",
        "2 rated",
    ],
)
def test_what_is_no_quantity_says_what_would_be(text: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_quantity(text)
    assert caught.value.help


def test_a_unit_in_the_wrong_case_gets_a_suggestion() -> None:
    with pytest.raises(UnitError) as caught:
        parse_quantity("42 degc")
    assert caught.value.help == 'did you mean "degC"?'


@pytest.mark.parametrize("text", ["1 MHz", "1 GHz", "1 MHZ"])
def test_mega_is_not_taken_for_milli(text: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_quantity(text)
    assert caught.value.help.endswith("write the number in Hz")


@pytest.mark.parametrize(("text", "right"), [("7,4 V", "7.4 V"), ("1,5min", "1.5min")])
def test_a_decimal_comma_is_told_from_other_mistakes(text: str, right: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_quantity(text)
    assert "the decimal sign is a point" in caught.value.help
    assert caught.value.help.endswith(right)


def test_a_decimal_comma_in_a_tolerance_is_told_as_well() -> None:
    for text in ("23,5 ± 2 degC", "23 ± 0,5 degC", "± 0,5 %"):
        with pytest.raises(UnitError) as caught:
            parse_tolerance(text)
        assert "the decimal sign is a point" in caught.value.help


def test_a_number_that_its_unit_makes_infinite_is_refused() -> None:
    with pytest.raises(UnitError, match="too large"):
        parse_quantity("1e308 kV")


def test_a_number_times_a_name_is_handed_on() -> None:
    for text in ("1.1 \N{MULTIPLICATION SIGN} rated", "1.1 * rated", "1.1*rated"):
        assert parse_expression(text) == Reference(1.1, "rated", text)
    assert parse_expression("rated") == Reference(1.0, "rated", "rated")
    assert parse_expression("8 V") == Quantity(8.0, Dimension.VOLTAGE, "8 V")


@pytest.mark.parametrize(
    "text", ["1 + rated", "rated * 2", "2 * 3 V", "rated / 2", "1.1 \N{MULTIPLICATION SIGN}"]
)
def test_nothing_else_is_an_expression(text: str) -> None:
    with pytest.raises(UnitError):
        parse_expression(text)


def test_the_tolerance_of_a_temperature_is_a_difference() -> None:
    for text in ("23 ± 2 degC", "23 +/- 2 degC", "23 degC ± 2 K"):
        nominal, tolerance = parse_tolerance(text)
        assert nominal is not None
        assert (nominal.value, nominal.dimension) == (23.0, Dimension.TEMPERATURE)
        assert (tolerance.value, tolerance.dimension) == (2.0, Dimension.TEMPERATURE_DIFFERENCE)
    nominal, tolerance = parse_tolerance("73.4 ± 3.6 degF")
    assert nominal is not None
    assert nominal.value == pytest.approx(23.0)
    assert tolerance.value == pytest.approx(2.0)


def test_a_tolerance_alone_has_no_nominal_value() -> None:
    nominal, tolerance = parse_tolerance("± 1 %")
    assert nominal is None
    assert (tolerance.value, tolerance.dimension) == (0.01, Dimension.RATIO)


@pytest.mark.parametrize("text", ["23 degC", "23 degC ± 2 V", "23 ± 0 degC", "23 ± -1 degC", "±", "23 ± "])
def test_what_is_no_tolerance_is_refused(text: str) -> None:
    with pytest.raises(UnitError):
        parse_tolerance(text)


@given(st.text(max_size=60))
def test_no_text_gives_anything_but_a_finite_value_or_a_unit_error(text: str) -> None:
    try:
        result = parse_expression(text)
    except UnitError:
        return
    number = result.factor if isinstance(result, Reference) else result.value
    assert math.isfinite(number)


@given(st.floats(-1e6, 1e6), st.sampled_from(PHYSICAL))
def test_the_base_value_is_proportional_to_the_number(number: float, symbol: str) -> None:
    expected = number * parse_quantity(f"1 {symbol}").value
    assert parse_quantity(f"{number!r} {symbol}").value == pytest.approx(expected, rel=1e-9, abs=1e-12)
