"""The patterns of JSON Schema against the parsers: nothing that a parser accepts is refused."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.units import (
    Dimension,
    Reference,
    UnitError,
    difference_of,
    parse_expression,
    parse_quantity,
    parse_tolerance,
    quantity_pattern,
    tolerance_pattern,
)
from rig.units.table import UNITS

FOREIGN = (
    "degF",
    "delta_degF",
    "inch",
    "hour",
    "mW*s",
    "kW h",
    "m V",
    "V*A",
    "J/s",
    "kΩ",
    "µV",
    "eV",
    "K/hour",
    "day",
)
NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.integers(-(10**6), 10**6).map(str),
    st.sampled_from(["+5", "−3", ".5", "7.", "1E3", "1e-3", "-0", "1e+999"]),
)  # fmt: skip
BLANKS = st.sampled_from(["", " ", "  ", "\t"])
SYMBOLS = st.sampled_from(sorted(UNITS) + list(FOREIGN))
QUANTITIES = st.tuples(BLANKS, NUMBERS, BLANKS, SYMBOLS, BLANKS).map("".join)
REFERENCES = st.builds(
    "{}{}{}{}{}".format, NUMBERS, BLANKS, st.sampled_from("×*"), BLANKS, st.sampled_from(["rated", "a_1"])
)
TOLERANCES = st.builds(
    "{}{}{}{}{}{}".format,
    NUMBERS,
    BLANKS,
    st.sampled_from(["", "degC", "V", "K", "%", "degF"]),
    st.sampled_from([" ± ", "±", " +/- "]),
    NUMBERS.map(lambda number: number.lstrip("-−")),
    st.sampled_from([" degC", "K", " V", " %", "", " delta_degF"]),
)


@given(st.one_of(QUANTITIES, REFERENCES, st.text(max_size=12), st.sampled_from(["rated", "high"])))
def test_what_is_parsed_matches_the_pattern_of_its_dimension(text: str) -> None:
    try:
        parsed = parse_expression(text)
    except UnitError:
        return
    names = isinstance(parsed, Reference)
    for dimension in Dimension if isinstance(parsed, Reference) else (parsed.dimension,):
        assert re.search(quantity_pattern((dimension,), signed=True, names=names), text)
    if (
        not isinstance(parsed, Reference)
        and parsed.value > 0.0
        and parsed.dimension is not Dimension.TEMPERATURE
    ):
        assert re.search(quantity_pattern((parsed.dimension,), signed=False, names=False), text)


@given(st.one_of(TOLERANCES, TOLERANCES.map(lambda text: "±" + text.partition("±")[2]), st.text(max_size=12)))
def test_what_is_parsed_as_tolerance_matches_its_pattern(text: str) -> None:
    try:
        nominal, tolerance = parse_tolerance(text)
    except UnitError:
        return
    dimension = tolerance.dimension if nominal is None else nominal.dimension
    if dimension is Dimension.TEMPERATURE_DIFFERENCE:
        dimension = Dimension.TEMPERATURE  # its tolerance is a difference, whichever way it is written
    assert re.search(tolerance_pattern(dimension, nominal=nominal is not None), text)


@given(NUMBERS, BLANKS, st.sampled_from(sorted(UNITS)), st.sampled_from(list(Dimension)))
def test_a_unit_of_another_dimension_is_refused(
    number: str, blank: str, symbol: str, dimension: Dimension
) -> None:
    text = number + blank + symbol
    matched = re.search(quantity_pattern((dimension,), signed=True, names=False), text) is not None
    try:
        found = parse_quantity(text).dimension
    except UnitError:
        return
    assert matched is (found is dimension)


@pytest.mark.parametrize(
    "text", ["", " ", "60", "12:30", "7,4 V", "one minute", "-1 min", "1 min 30 s", "±1 s", "[1 s]", "5 K", "2 × "]
)  # fmt: skip
def test_slips_are_refused(text: str) -> None:
    assert not re.search(quantity_pattern((Dimension.TIME,), signed=False, names=False), text)


@pytest.mark.parametrize("text", ["23", "23 degC", "± 2 degC", "23 ± 2 V", "23 ± 2", "23 ± two K"])
def test_slips_in_tolerances_are_refused(text: str) -> None:
    assert not re.search(tolerance_pattern(Dimension.TEMPERATURE, nominal=True), text)
    assert difference_of(Dimension.TEMPERATURE) is Dimension.TEMPERATURE_DIFFERENCE
