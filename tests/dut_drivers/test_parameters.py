from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from dut_drivers.profile import shipped_profile
from dut_drivers.simulated.parameters import draw_parameters
from dut_drivers.simulated.standalone import sound_parameters


def drawn(seed: int) -> Callable[[str], float]:
    return lambda name: Random(f"{seed}/{name}").random()


def test_nominal_is_the_declared_belt_and_draws_nothing() -> None:
    def never(name: str) -> float:
        raise AssertionError(name)

    belt = draw_parameters(shipped_profile(), never, nominal=True, ambient_degc=21.0, perfusion=2.5)
    assert (belt.ambient_degc, belt.perfusion, belt.ambient_drift_k, belt.session_rate) == (
        21.0,
        2.5,
        0.0,
        1.0,
    )
    for unit in belt.units:
        assert unit.ohms == pytest.approx(7.4**2 / 6.0)
        assert (unit.sensor_error_k, unit.second_cutout_degc, unit.ammeter_gain) == (0.0, 41.6, 1.0)


def test_every_draw_stays_within_its_tolerance_and_uses_most_of_it() -> None:
    belts = [sound_parameters(uniform=drawn(seed)) for seed in range(300)]
    units = [unit for belt in belts for unit in belt.units]

    def spans(values: list[float], low: float, high: float) -> None:
        margin = 0.05 * (high - low)
        assert low <= min(values) <= low + margin
        assert high - margin <= max(values) <= high

    spans([7.4**2 / unit.ohms for unit in units], 6.0 * 0.975, 6.0 * 1.025)
    spans([unit.sensor_error_k for unit in units], -0.2, 0.2)
    spans([unit.second_cutout_degc for unit in units], 41.4, 41.8)
    spans([unit.ammeter_gain for unit in units], 0.99, 1.01)
    spans([share for unit in units for share in unit.site_shares], 0.98, 0.995)
    spans([1.0 / belt.session_rate for belt in belts], 0.98, 1.02)


def test_draws_are_keyed_by_name() -> None:
    usual = sound_parameters(uniform=drawn(1))
    asked: list[str] = []

    def recording(name: str) -> float:
        asked.append(name)
        return 0.99 if name == "a.sensor" else drawn(1)(name)

    other = sound_parameters(uniform=recording)
    assert len(asked) == len(set(asked))
    assert other.units[1] == usual.units[1]
    assert other.units[0].ohms == usual.units[0].ohms
    assert other.units[0].sensor_error_k == pytest.approx(0.196)


def test_the_two_units_differ() -> None:
    a, b = sound_parameters(uniform=drawn(3)).units
    assert a.ohms != b.ohms
    assert a.sensor_error_k != b.sensor_error_k
