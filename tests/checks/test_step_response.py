"""First order plus dead time against NIST's certified fits, and on curves with known answers."""

from __future__ import annotations

from math import log
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.checks.step_response import (
    SMITH_SHARES,
    SUNDARESAN_SHARES,
    NoFitError,
    first_order,
    fit_step_response,
    smith,
    sundaresan_krishnaswamy,
)


class Certified(NamedTuple):
    """x and y of a NIST data set, and what NIST certifies: parameters, their standard deviations, residuals."""

    x: list[float]
    y: list[float]
    b: tuple[float, float]
    deviations: tuple[float, float]
    residual_sum: float


BOXBOD = Certified(
    [1.0, 2.0, 3.0, 5.0, 7.0, 10.0],
    [109.0, 149.0, 149.0, 191.0, 213.0, 224.0],
    (213.80940889, 0.54723748542),
    (12.354515176, 0.10455993237),
    1168.0088766,
)
MISRA1A = Certified(
    [77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0],
    [10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.40, 75.47, 81.78],
    (238.94212918, 5.5015643181e-4),
    (2.7070075241, 7.2668688436e-6),
    0.12455138894,
)


@pytest.mark.parametrize("data", [BOXBOD, MISRA1A], ids=["BoxBOD", "Misra1a"])
def test_nist_strd_parameters_and_their_standard_deviations(data: Certified) -> None:
    """Without dead time y = b1 (1 - exp(-b2 x)) is a step response."""
    found = fit_step_response(np.array(data.x), np.array(data.y), dead_time_s=0.0)
    assert found.gain == pytest.approx(data.b[0], rel=1e-7)
    assert 1.0 / found.time_constant_s == pytest.approx(data.b[1], rel=1e-7)
    assert found.residual_sum == pytest.approx(data.residual_sum, rel=1e-9)
    assert found.errors[0] == pytest.approx(data.deviations[0], rel=1e-6)
    assert found.errors[1] / found.time_constant_s**2 == pytest.approx(data.deviations[1], rel=1e-6)
    assert found.errors[2] == 0.0


def test_a_curve_without_noise_is_found_again() -> None:
    t = np.arange(0.0, 2000.0, 1.0)
    found = fit_step_response(t, first_order(t, 9.4, 410.0, 37.0))
    assert (found.gain, found.time_constant_s, found.dead_time_s) == pytest.approx(
        (9.4, 410.0, 37.0), rel=1e-6
    )
    assert found.rmse < 1e-6


@settings(max_examples=15, deadline=None)
@given(st.floats(0.5, 40.0), st.floats(50.0, 500.0), st.floats(0.0, 300.0))
def test_any_curve_is_found_again_wherever_its_corner_is(gain: float, tau: float, dead_time: float) -> None:
    t = np.arange(0.0, 2000.0, 5.0)
    found = fit_step_response(t, first_order(t, gain, tau, dead_time))
    assert found.gain == pytest.approx(gain, rel=1e-3)
    assert found.time_constant_s == pytest.approx(tau, rel=1e-3)
    assert found.dead_time_s == pytest.approx(dead_time, abs=0.5)


def test_a_curve_that_falls_has_a_negative_gain() -> None:
    t = np.arange(0.0, 2000.0, 5.0)
    assert fit_step_response(t, first_order(t, -7.0, 300.0, 10.0)).gain == pytest.approx(-7.0, rel=1e-6)


def test_the_standard_errors_are_those_by_which_fits_scatter() -> None:
    t = np.arange(0.0, 1500.0, 5.0)
    curve = first_order(t, 10.0, 300.0, 25.0)
    noise = np.random.default_rng(4).normal(0.0, 0.05, (40, len(t)))
    fits = [fit_step_response(t, curve + row) for row in noise]
    for index, truth in enumerate((10.0, 300.0, 25.0)):
        found = [(f.gain, f.time_constant_s, f.dead_time_s)[index] for f in fits]
        claimed = float(np.mean([f.errors[index] for f in fits]))
        assert float(np.std(found, ddof=1)) == pytest.approx(claimed, rel=0.4)
        assert float(np.mean(found)) == pytest.approx(truth, abs=4.0 * claimed / np.sqrt(40))


def test_residuals_that_hang_together_inflate_the_errors() -> None:
    t = np.arange(0.0, 2000.0, 5.0)
    two = first_order(t, 5.0, 100.0, 0.0) + first_order(t, 5.0, 600.0, 0.0)
    assert fit_step_response(t, two).inflation > 3.0
    white = first_order(t, 10.0, 300.0, 0.0) + np.random.default_rng(2).normal(0.0, 0.05, len(t))
    assert fit_step_response(t, white).inflation < 1.2


@pytest.mark.parametrize("values", [[], [1.0, 2.0], [0.0] * 20])
def test_too_few_values_or_none_that_move_are_refused(values: list[float]) -> None:
    with pytest.raises(NoFitError, match="needs more values that move"):
        fit_step_response(np.arange(len(values), dtype=float), np.array(values))


def instants(tau: float, dead_time: float, shares: tuple[float, float]) -> tuple[float, float]:
    first, last = (dead_time - tau * log(1.0 - share) for share in shares)
    return first, last


def test_the_two_point_methods_come_near_to_an_exact_curve() -> None:
    tau, dead_time = smith(*instants(300.0, 25.0, SMITH_SHARES))
    assert tau == pytest.approx(300.0, rel=2e-3)
    assert dead_time == pytest.approx(25.0, abs=0.5)
    tau, dead_time = sundaresan_krishnaswamy(*instants(300.0, 25.0, SUNDARESAN_SHARES))
    assert tau == pytest.approx(300.0, rel=0.01)
    assert dead_time == pytest.approx(25.0, abs=4.0)
