"""Thermocouple conversion against the NIST tables, worked vectors and an independent library."""

from __future__ import annotations

from math import isnan, nan

import numpy as np
import pytest
import thermocouple_its90
from hypothesis import given
from hypothesis import strategies as st

from rig.signals.thermocouple import TYPES

TYPE_T_NIST_TABLE = {-40: -1.475, -20: -0.757, 0: 0.0, 10: 0.391, 20: 0.790, 30: 1.196, 40: 1.612}
TYPE_T_NIST_TABLE |= {
    41: 1.654,
    42: 1.696,
    43: 1.738,
    50: 2.036,
    70: 2.909,
    100: 4.279,
    150: 6.704,
    200: 9.288,
}
TYPE_K_NIST_TABLE = {-40: -1.527, -20: -0.778, 0: 0.0, 10: 0.397, 20: 0.798, 30: 1.203, 40: 1.612}
TYPE_K_NIST_TABLE |= {42: 1.694, 43: 1.735, 100: 4.096, 150: 6.138, 200: 8.138, 300: 12.209}

POLYNOMIAL_AT_SIX_DECIMALS = [
    ("T", 0.0, 0.000000),
    ("T", 10.0, 0.390996),
    ("T", 20.0, 0.789612),
    ("T", 30.0, 1.196446),
    ("T", 40.0, 1.611793),
    ("T", 41.0, 1.653800),
    ("T", 42.0, 1.695893),
    ("T", 43.0, 1.738072),
    ("T", 50.0, 2.035722),
    ("T", 60.0, 2.468151),
    ("T", 70.0, 2.908896),
    ("T", 80.0, 3.357718),
    ("T", 90.0, 3.814350),
    ("T", 100.0, 4.278519),
    ("K", 0.0, 0.000000),
    ("K", 10.0, 0.396862),
    ("K", 20.0, 0.798120),
    ("K", 30.0, 1.203275),
    ("K", 40.0, 1.611792),
    ("K", 41.0, 1.652806),
    ("K", 42.0, 1.693848),
    ("K", 43.0, 1.734916),
    ("K", 50.0, 2.023078),
    ("K", 60.0, 2.436472),
    ("K", 70.0, 2.851249),
    ("K", 80.0, 3.266642),
    ("K", 90.0, 3.681879),
    ("K", 100.0, 4.096230),
]

COLD_JUNCTION_VECTORS = [
    ("K", 0.774567, 23.0, 42.0),
    ("T", 0.785112, 23.0, 42.0),
    ("K", 0.815635, 23.0, 43.0),
    ("T", 0.827291, 23.0, 43.0),
    ("K", 0.652564, 25.0, 41.0),
    ("T", 0.661823, 25.0, 41.0),
]


@pytest.mark.parametrize(("letter", "table"), [("T", TYPE_T_NIST_TABLE), ("K", TYPE_K_NIST_TABLE)])
def test_emf_is_the_nist_srd_60_table_within_its_print_rounding(letter: str, table: dict[int, float]) -> None:
    for degc, mv in table.items():
        assert TYPES[letter].emf_mv(float(degc)) == pytest.approx(mv, abs=0.00051)


@pytest.mark.parametrize(("letter", "degc", "mv"), POLYNOMIAL_AT_SIX_DECIMALS)
def test_emf_is_the_reference_polynomial(letter: str, degc: float, mv: float) -> None:
    assert TYPES[letter].emf_mv(degc) == pytest.approx(mv, abs=5e-7)


@pytest.mark.parametrize(("letter", "mv", "junction", "degc"), COLD_JUNCTION_VECTORS)
def test_reference_junction_is_added_as_voltage(letter: str, mv: float, junction: float, degc: float) -> None:
    wire = TYPES[letter]
    assert wire.degc(mv + wire.emf_mv(junction)) == pytest.approx(degc, abs=2e-5)


def test_type_k_published_example_4_096_mv_over_25_degc_is_124_3_degc_and_not_100() -> None:
    wire = TYPES["K"]
    assert wire.degc(4.096) == pytest.approx(100.0, abs=0.01)
    assert wire.degc(4.096 + wire.emf_mv(25.0)) == pytest.approx(124.3, abs=0.05)


@pytest.mark.parametrize(("letter", "wrong"), [("K", 42.416), ("T", 42.888)])
def test_adding_temperatures_would_be_wrong(letter: str, wrong: float) -> None:
    wire = TYPES[letter]
    volts = wire.emf_mv(42.0) - wire.emf_mv(23.0)
    assert wire.degc(volts) + 23.0 == pytest.approx(wrong, abs=5e-4)
    assert wire.degc(volts + wire.emf_mv(23.0)) == pytest.approx(42.0, abs=1e-9)


SEEBECK_UV_PER_K = [
    ("K", 0.0, 39.450), ("K", 25.0, 40.518), ("K", 37.0, 40.915), ("K", 42.0, 41.055), ("K", 50.0, 41.246),
    ("K", 100.0, 41.369), ("T", 0.0, 38.748), ("T", 25.0, 40.682), ("T", 37.0, 41.706), ("T", 42.0, 42.136),
    ("T", 50.0, 42.820), ("T", 100.0, 46.785),
]  # fmt: skip


def seebeck(letter: str, degc: float) -> float:
    """In µV/K, from a step that lies above the temperature, where both have one branch."""
    wire, step = TYPES[letter], 1e-5
    return 1e3 * (wire.emf_mv(degc + step) - wire.emf_mv(degc)) / step


@pytest.mark.parametrize(("letter", "degc", "expected"), SEEBECK_UV_PER_K)
def test_the_slope_of_the_reference_function_as_tabulated(letter: str, degc: float, expected: float) -> None:
    assert seebeck(letter, degc) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(("letter", "share"), [("K", 0.985), ("T", 0.962)])
def test_an_error_of_the_junction_is_nearly_one_of_the_reading(letter: str, share: float) -> None:
    assert seebeck(letter, 23.0) / seebeck(letter, 42.0) == pytest.approx(share, abs=1e-3)


def test_type_k_published_example_1_1_mv_over_23_degc() -> None:
    wire = TYPES["K"]
    assert wire.degc(1.1 + wire.emf_mv(23.0)) == pytest.approx(49.90792803, abs=1e-8)


@pytest.mark.parametrize("letter", ["T", "K"])
def test_both_directions_agree_with_the_library_thermocouple_its90(letter: str) -> None:
    wire, oracle = TYPES[letter], thermocouple_its90.get(letter)
    for degc in np.arange(-40.0, 120.0, 0.37).tolist():
        mv = oracle.emf(degc)
        assert wire.emf_mv(degc) == pytest.approx(mv, abs=1e-12)
        assert wire.degc(mv) == pytest.approx(oracle.temperature(mv), abs=1e-9)
        assert wire.degc(mv) == pytest.approx(degc, abs=1e-9)


@pytest.mark.parametrize("letter", ["T", "K"])
def test_the_whole_range_inverts(letter: str) -> None:
    wire = TYPES[letter]
    for mv in np.linspace(0.999 * wire.low_mv, 0.999 * wire.high_mv, 500).tolist():
        assert wire.emf_mv(wire.degc(mv)) == pytest.approx(mv, abs=1e-8)


@given(st.sampled_from(["T", "K"]), st.lists(st.floats(-7.0, 22.0), min_size=1, max_size=40))
def test_an_array_gives_the_bits_of_its_elements(letter: str, mv: list[float]) -> None:
    wire = TYPES[letter]
    array = wire.degc_array(np.array(mv))
    single = np.array([wire.degc(x) for x in mv])
    assert array.tobytes() == single.tobytes()
    assert wire.emf_mv_array(array).tobytes() == np.array([wire.emf_mv(x) for x in single.tolist()]).tobytes()


@pytest.mark.parametrize("letter", ["T", "K"])
def test_outside_the_range_there_is_no_number(letter: str) -> None:
    wire = TYPES[letter]
    for mv in (wire.low_mv - 0.001, wire.high_mv + 0.001, nan, 9.9e37, -9.9e37):
        assert isnan(wire.degc(mv))
    for degc in (wire.low_degc - 0.1, wire.high_degc + 0.1, nan):
        assert isnan(wire.emf_mv(degc))
