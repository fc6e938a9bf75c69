"""Correlated inputs: GUM H.2, GTC as the oracle, and what a supply's readings make of a power and an energy."""

from __future__ import annotations

from math import cos, hypot, sin, sqrt

import numpy as np
import pytest
from GTC import core as gtc
from hypothesis import given
from hypothesis import strategies as st

from rig.checks.propagation import propagate
from rig.checks.readback import power_ratio, read_back, relative_amps, relative_volts

# JCGM 100 H.2: volts, amps and phase of an impedance, with the coefficients of table H.2
VOLTS, AMPS, PHASE = 4.9990, 19.6610e-3, 1.04446
STANDARDS = (0.0032, 0.0095e-3, 0.00075)
COEFFICIENTS = [[1.0, -0.36, 0.86], [-0.36, 1.0, -0.65], [0.86, -0.65, 1.0]]

BETWEEN = st.floats(-1.0, 1.0)
SHARES = st.floats(-5.0, 5.0)


@pytest.mark.parametrize(
    ("by_phase", "slope", "standard"),
    [(cos(PHASE), -sin(PHASE), 0.071), (sin(PHASE), cos(PHASE), 0.295), (1.0, 0.0, 0.236)],
    ids=["resistance", "reactance", "impedance"],
)
def test_gum_h2_with_its_correlations(by_phase: float, slope: float, standard: float) -> None:
    """The coefficients are printed with two digits, which leaves 0.001 ohm (H.2.3)."""
    ohms = VOLTS / AMPS
    sensitivities = (by_phase / AMPS, -by_phase * ohms / AMPS, ohms * slope)
    assert propagate(sensitivities, STANDARDS, COEFFICIENTS) == pytest.approx(standard, abs=1.1e-3)


def test_gum_h2_agrees_with_gtc() -> None:
    volts, amps, phase = gtc.multiple_ureal((VOLTS, AMPS, PHASE), STANDARDS, 4)
    for one, other, r in ((volts, amps, -0.36), (volts, phase, 0.86), (amps, phase, -0.65)):
        gtc.set_correlation(r, one, other)
    found = volts / amps * gtc.cos(phase)
    ohms = VOLTS / AMPS
    sensitivities = (cos(PHASE) / AMPS, -cos(PHASE) * ohms / AMPS, -ohms * sin(PHASE))
    assert propagate(sensitivities, STANDARDS, COEFFICIENTS) == pytest.approx(
        gtc.uncertainty(found), rel=1e-9
    )


def test_gum_h2_without_its_correlations_is_another_number() -> None:
    alone = [[float(i == j) for j in range(3)] for i in range(3)]
    ohms = VOLTS / AMPS
    assert propagate((1.0 / AMPS, -ohms / AMPS, 0.0), STANDARDS, alone) == pytest.approx(0.204, abs=1e-3)


@given(st.lists(SHARES, min_size=1, max_size=6))
def test_independent_inputs_add_in_squares_and_common_ones_in_a_line(parts: list[float]) -> None:
    n = len(parts)
    signs, sizes = [1.0 if part > 0.0 else -1.0 for part in parts], [abs(part) for part in parts]
    alone = [[float(i == j) for j in range(n)] for i in range(n)]
    assert propagate(signs, sizes, alone) == pytest.approx(hypot(*parts))
    assert propagate(signs, sizes, [[1.0] * n] * n) == pytest.approx(abs(sum(parts)), abs=1e-6)


@given(st.lists(st.lists(BETWEEN, min_size=3, max_size=3), min_size=3, max_size=3))
def test_coefficients_are_refused_where_numpy_finds_a_variance_below_0(vectors: list[list[float]]) -> None:
    """Any three angles between three vectors are possible; three numbers between -1 and 1 need not be."""
    matrix = [[1.0 if i == j else vectors[min(i, j)][max(i, j)] for j in range(3)] for i in range(3)]
    least = float(np.linalg.eigvalsh(np.array(matrix))[0])
    if least > 1e-4:
        assert propagate([1.0] * 3, [1.0] * 3, matrix) > 0.0
    elif least < -1e-4:
        with pytest.raises(ValueError, match="exclude each other"):
            propagate([1.0] * 3, [1.0] * 3, matrix)


@pytest.mark.parametrize(
    "matrix", [[[1.0, 0.5], [0.4, 1.0]], [[1.0, 1.1], [1.1, 1.0]], [[0.9]], [[1.0, float("nan")], [0.0, 1.0]]]
)
def test_what_are_no_coefficients_is_refused(matrix: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="wrong correlation coefficients"):
        propagate([1.0] * len(matrix), [1.0] * len(matrix), matrix)


def test_as_many_of_each_are_needed() -> None:
    with pytest.raises(ValueError, match="as many of each"):
        propagate([1.0, 1.0], [1.0], [[1.0]])


@given(
    st.lists(st.tuples(st.sampled_from(["one", "two"]), SHARES), min_size=1, max_size=6), st.floats(0.0, 1.0)
)
def test_no_correlation_within_a_supply_gives_more_than_is_taken(
    parts: list[tuple[str, float]], r: float
) -> None:
    supplies, moved = [supply for supply, _ in parts], [by for _, by in parts]
    alike = [
        [1.0 if i == j else r * float(one == other) for j, other in enumerate(supplies)]
        for i, one in enumerate(supplies)
    ]
    found = propagate(moved, [1.0] * len(moved), alike)
    assert read_back(parts).standard >= found - 1e-9


def test_two_supplies_share_nothing() -> None:
    assert read_back([("one", 3.0), ("two", 4.0)]).standard == pytest.approx(5.0)
    assert read_back([("one", 3.0), ("one", 4.0)]).standard == pytest.approx(7.0)
    assert read_back([("one", 3.0), ("one", -4.0)]).standard == pytest.approx(5.0)


def test_a_ratio_of_powers_has_independent_errors() -> None:
    alone = sqrt(relative_volts(7.4) ** 2 + relative_amps(0.8) ** 2)
    assert power_ratio(7.4, 0.8, 1.05).standard == pytest.approx(1.05 * alone)
