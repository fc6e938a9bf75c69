from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from dut_drivers.simulated.thermal import BELT_240_CM2, ThermalParameters, ThermalUnit, _discrete, _system

# Steady and 20 and 30 min temperatures of the whole belt, computed for this project with a fine solver:
# watts, perfusion, skin at 20 min, at 30 min, skin steady, pad steady.
Row = tuple[float, float, float, float, float, float]
STEADY: list[Row] = [
    (5.0, 1.0, 38.07, 38.62, 39.12, 39.70),
    (6.0, 1.0, 38.93, 39.60, 40.19, 41.07),
    (8.0, 1.0, 40.66, 41.54, 42.34, 43.81),
    (10.0, 1.0, 42.39, 43.49, 44.49, 46.54),
    (12.0, 1.0, 44.11, 45.44, 46.64, 49.28),
    (15.0, 1.0, 46.70, 48.36, 49.86, 53.38),
    (5.0, 4.0, 37.94, 38.06, 38.10, 38.76),
    (6.0, 4.0, 38.47, 38.60, 38.65, 39.66),
    (8.0, 4.0, 39.52, 39.70, 39.76, 41.44),
    (10.0, 2.5, 41.36, 41.84, 42.10, 44.35),
    (10.0, 4.0, 40.57, 40.79, 40.87, 43.23),
    (12.0, 4.0, 41.62, 41.89, 41.99, 45.01),
    (15.0, 4.0, 43.19, 43.53, 43.65, 47.69),
]


def test_it_starts_from_the_worn_unheated_state() -> None:
    unit = ThermalUnit(BELT_240_CM2, 1.0, 23.0)
    assert (unit.pad_degc, unit.skin_degc, unit.deep_degc) == pytest.approx((32.86, 33.75, 34.86), abs=0.006)


def test_unheated_it_stays_where_it_is() -> None:
    unit = ThermalUnit(BELT_240_CM2, 1.0, 23.0)
    start = unit.skin_degc
    for _ in range(10_000):
        unit.step(0.0, 23.0)
    assert unit.skin_degc == pytest.approx(start, abs=1e-9)


@pytest.mark.parametrize("row", STEADY)
def test_temperatures_of_the_reference_table(row: Row) -> None:
    watts, perfusion, at_20, at_30, skin, pad = row
    unit = ThermalUnit(BELT_240_CM2, perfusion, 23.0, step_s=1.0)
    assert unit.steady_state(watts, 23.0)[:2] == pytest.approx((pad, skin), abs=0.05)
    reached = []
    for second in range(1, 10_001):
        unit.step(watts, 23.0)
        if second in (1200, 1800):
            reached.append(unit.skin_degc)
    assert reached == pytest.approx([at_20, at_30], abs=0.05)
    assert (unit.pad_degc, unit.skin_degc) == pytest.approx((pad, skin), abs=0.05)


def test_half_the_belt_at_half_the_power_is_as_warm() -> None:
    whole, half = (ThermalUnit(BELT_240_CM2.share(share), 1.0, 23.0) for share in (1.0, 0.5))
    for _ in range(1000):
        whole.step(12.0, 23.0)
        half.step(6.0, 23.0)
    assert half.skin_degc == pytest.approx(whole.skin_degc, abs=1e-9)


def test_steps_agree_with_a_general_solver() -> None:
    # Oracle: scipy's DOP853 on the equations as written, power and ambient changing each minute.
    rng = np.random.default_rng(2)
    of = BELT_240_CM2
    powers, ambients = rng.uniform(0, 15, 20), rng.uniform(18, 28, 20)

    def rate(_: float, state: np.ndarray, watts: float, ambient: float) -> list[float]:
        pad, skin, deep = state
        blood = 2.5 * of.perfusion_w_per_k
        return [
            (watts - of.contact_w_per_k * (pad - skin) - of.back_w_per_k * (pad - ambient)) / of.pad_j_per_k,
            (of.contact_w_per_k * (pad - skin) - of.skin_deep_w_per_k * (skin - deep) + blood * (37.0 - skin))
            / of.skin_j_per_k,
            (of.skin_deep_w_per_k * (skin - deep) + (of.deep_core_w_per_k + 0.3 * blood) * (37.0 - deep))
            / of.deep_j_per_k,
        ]

    unit = ThermalUnit(of, 2.5, 23.0)
    state = np.array([unit.pad_degc, unit.skin_degc, unit.deep_degc])
    for watts, ambient in zip(powers, ambients, strict=True):
        for _ in range(600):
            unit.step(float(watts), float(ambient))
        solved = solve_ivp(
            rate, (0, 60), state, args=(watts, ambient), method="DOP853", rtol=1e-11, atol=1e-11
        )
        state = solved.y[:, -1]
        assert (unit.pad_degc, unit.skin_degc, unit.deep_degc) == pytest.approx(tuple(state), abs=1e-7)


def test_the_series_is_the_matrix_exponential() -> None:
    system, inputs = _system(BELT_240_CM2, 4.0)
    transition, gain = _discrete(system, inputs, 1.0)
    whole = np.zeros((6, 6))
    whole[:3, :3], whole[:3, 3:] = system, inputs
    oracle = expm(whole)
    assert transition == pytest.approx(oracle[:3, :3], rel=1e-12, abs=1e-15)
    assert gain == pytest.approx(oracle[:3, 3:], rel=1e-12, abs=1e-15)


def test_the_time_constants_are_those_of_the_fit() -> None:
    # 25, 175 and 804 s at perfusion 1; 23, 160 and 460 s at 4.
    for perfusion, expected in ((1.0, (25, 175, 804)), (4.0, (23, 160, 460))):
        rates = np.linalg.eigvals(_system(BELT_240_CM2, perfusion)[0]).real
        assert sorted(-1 / rates) == pytest.approx(expected, rel=0.03)


def test_one_node_alone_follows_the_analytic_answer() -> None:
    # C 240 J/K, G 0.35 W/K, 6 W, 23 degC: steady 40.142857 degC, tau 685.714 s, 40 degC after 3282.85 s.
    tiny = 1e-9
    unit = ThermalUnit(ThermalParameters(240.0, 1.0, 1.0, 0.35, tiny, tiny, 1.0, tiny), 1.0, 23.0)
    assert unit.steady_state(6.0, 23.0)[0] == pytest.approx(40.142857, abs=1e-5)
    unit.pad_degc = 23.0
    steps = 0
    while unit.pad_degc < 40.0:
        unit.step(6.0, 23.0)
        steps += 1
    assert steps * 0.1 == pytest.approx(3282.85, abs=0.1)
