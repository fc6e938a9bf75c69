"""What a belt lies in beside a back: data, and the physics that it comes to."""

from __future__ import annotations

import pytest

from dut_drivers.errors import DeviceError
from dut_drivers.simulated.surroundings import network_in, surroundings
from dut_drivers.simulated.thermal import BELT_240_CM2, ThermalUnit


def test_without_a_name_it_is_a_back() -> None:
    assert network_in(None) is BELT_240_CM2


def test_unknown_surroundings_are_named_with_those_that_there_are() -> None:
    with pytest.raises(DeviceError, match="use one of folded"):
        network_in("foldet")


@pytest.mark.parametrize("name", surroundings())
def test_each_says_what_it_is(name: str) -> None:
    assert surroundings()[name].about.endswith(".")


def test_folded_nobody_warms_it_and_next_to_nothing_cools_it() -> None:
    unit = ThermalUnit(network_in("folded"), perfusion=1.0, ambient_degc=23.0)
    assert (unit.pad_degc, unit.skin_degc, unit.deep_degc) == pytest.approx((23.0, 23.0, 23.0))
    for _ in range(6000):
        unit.step(12.0, 23.0)
    # 12 W for 600 s into 560 J/K, 12.86 K on the mean of all nodes, less what 0.05 W/K let out
    joules = 240.0 * unit.pad_degc + 100.0 * unit.skin_degc + 220.0 * unit.deep_degc
    assert joules / 560.0 - 23.0 == pytest.approx(12.43, abs=0.02)
    assert unit.pad_degc > unit.skin_degc > unit.deep_degc
