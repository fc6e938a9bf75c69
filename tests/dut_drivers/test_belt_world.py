from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import inf
from random import Random
from typing import Any, NamedTuple

import pytest

from dut_drivers.messages import EventCode
from dut_drivers.simulated.belt_world import BeltWorld
from dut_drivers.simulated.standalone import sound_parameters

RATED_V, RAISED_V = 7.4, 8.14  # 12 W and 14.52 W the belt
FREE: dict[str, Any] = {"host_watchdog": False, "session_ends": False}
OPEN_LOOP_42: dict[str, Any] = {
    **FREE,
    "cutoff_degc": 42.0,
    "rearm_degc": 40.0,
    "latching": False,
    "second_cutout": False,
}
WELDED: dict[str, Any] = {**FREE, "welded": ("a", "b"), "second_cutout": False}
RUN_S = 3000.0


def heated(volts: float, *, normal: bool = False, **changes: Any) -> BeltWorld:
    world = BeltWorld(sound_parameters(**changes), lambda _, ohms: volts / ohms)
    world.firmware.set_regulation(normal)
    world.firmware.set_level(3)
    return world


def skin_each_step(world: BeltWorld, until_s: float) -> list[float]:
    """Skin side under unit a at 0.0, 0.1, 0.2 … s."""
    skin = [world.skin_degc("a")]
    for step in range(1, round(until_s * 10) + 1):
        world.advance(step / 10)
        skin.append(world.skin_degc("a"))
    return skin


def first_at(skin: list[float], degc: float) -> float:
    return next(step for step, value in enumerate(skin) if value >= degc) / 10


def cutoffs(world: BeltWorld) -> list[float]:
    return [ms / 1000 for _, ms, code, _, _ in world.firmware.pending(100) if code == EventCode.CUTOFF]


class Vector(NamedTuple):
    """What the reference bench expects of a belt that cuts off at 42.0 degC and resets by itself at 40."""

    volts: float
    crossing_s: float
    trip_s: float
    at_trip_degc: float
    first_peak_degc: float


@pytest.mark.parametrize(
    "vector", [Vector(RATED_V, 717.4, 732.6, 42.089, 42.107), Vector(RAISED_V, 511.2, 526.4, 42.147, 42.190)]
)
def test_open_loop_with_a_cutoff_at_42(vector: Vector) -> None:
    world = heated(vector.volts, **OPEN_LOOP_42)
    skin = skin_each_step(world, 900.0)
    (trip_s, *_) = cutoffs(world)
    assert first_at(skin, 42.0) == pytest.approx(vector.crossing_s, abs=1.0)
    assert trip_s == pytest.approx(vector.trip_s, abs=1.0)
    assert skin[round(trip_s * 10)] == pytest.approx(vector.at_trip_degc, abs=0.01)
    assert max(skin) == pytest.approx(vector.first_peak_degc, abs=0.01)


def test_open_loop_over_several_cycles() -> None:
    world = heated(RATED_V, **OPEN_LOOP_42)
    skin = skin_each_step(world, RUN_S)
    assert cutoffs(world)[1] == pytest.approx(1199.5, abs=1.0)
    assert max(skin) == pytest.approx(42.146, abs=0.01)


@pytest.mark.parametrize(("volts", "peak_degc"), [(RATED_V, 40.564), (RAISED_V, 40.664)])
def test_the_sound_cutoff_ends_in_a_known_peak(volts: float, peak_degc: float) -> None:
    assert max(skin_each_step(heated(volts, **FREE), 900.0)) == pytest.approx(peak_degc, abs=0.005)


def test_the_sound_belt_trips_and_cools_when_it_should() -> None:
    world = heated(RAISED_V, **FREE)
    world.advance(382.0)
    assert cutoffs(world) == []
    world.advance(384.0)
    assert world.firmware.latched
    assert cutoffs(world) == [pytest.approx(382.9, abs=0.2)]
    while max(world.firmware.readings) >= 38_000:
        world.advance(world.time_s + 0.1)
    assert world.time_s == pytest.approx(664.5, abs=1.0)


def test_welded_it_passes_the_interlock_and_settles_too_hot() -> None:
    world = heated(RAISED_V, **WELDED)
    skin = skin_each_step(world, 7200.0)
    assert first_at(skin, 41.8) == pytest.approx(491.0, abs=1.0)
    assert first_at(skin, 45.0) == pytest.approx(919.0, abs=1.0)
    assert skin[-1] == pytest.approx(49.3, abs=0.05)


def test_welded_at_rated_voltage_it_settles_at_46_63() -> None:
    world = heated(RATED_V, **WELDED)
    world.advance(7200.0)
    assert world.skin_degc("a") == pytest.approx(46.63, abs=0.05)


@pytest.mark.parametrize("volts", [RATED_V, RAISED_V])
def test_the_second_cutout_alone_stays_below_the_single_fault_limit(volts: float) -> None:
    world = heated(volts, **FREE, welded=("a", "b"))
    peak = max(skin_each_step(world, RUN_S))
    assert 41.6 < peak < 42.56
    assert world.resistance_ohms("a") == world.resistance_ohms("b") == inf


def test_regulated_high() -> None:
    skin = skin_each_step(heated(RATED_V, normal=True, **FREE), RUN_S)
    settled = skin[15_000:]
    assert first_at(skin, 38.0) == pytest.approx(261.2, abs=0.3)
    assert first_at(skin, 39.0) == pytest.approx(344.7, abs=0.3)
    assert max(skin) == pytest.approx(39.91, abs=0.005)
    assert sum(settled) / len(settled) == pytest.approx(39.54, abs=0.005)
    assert max(settled) - min(settled) == pytest.approx(0.762, abs=0.005)


def test_the_path_does_not_depend_on_how_it_is_asked_for() -> None:
    often, seldom = heated(RAISED_V, **FREE), heated(RAISED_V, **FREE)
    for step in range(1, 60_001):
        often.advance(step * 0.01)
    seldom.advance(600.0)
    assert often.skin_degc("b") == seldom.skin_degc("b")
    assert often.firmware.readings == seldom.firmware.readings


def test_every_tenth_of_a_second_is_a_step_however_it_is_written() -> None:
    world = heated(RATED_V, **FREE)
    for step in range(1, 20_001):
        world.advance(step * 0.1)
        assert world.firmware.ticks == step


def test_time_does_not_run_backwards() -> None:
    world = heated(RATED_V, **FREE)
    world.advance(10.0)
    world.advance(3.0)
    assert world.time_s == 10.0


def test_current_flows_only_where_the_switch_is_closed() -> None:
    asked: list[str] = []

    def drive(unit: str, ohms: float) -> float:
        asked.append(unit)
        return RATED_V / ohms

    world = BeltWorld(sound_parameters(), drive)
    world.advance(5.0)
    assert asked == []
    assert world.resistance_ohms("a") == inf
    world.firmware.set_level(1)
    world.advance(5.1)
    assert asked == ["a", "b"]
    assert world.current_amps("a") == pytest.approx(6.0 / 7.4)
    assert world.resistance_ohms("a") == pytest.approx(7.4**2 / 6.0)
    world.firmware.switch_off()
    assert world.resistance_ohms("a") == inf
    assert world.current_amps("a") == 0.0


def test_without_power_on_the_supply_it_stays_cold() -> None:
    world = heated(0.0, **FREE)
    start = world.skin_degc("a")
    world.advance(600.0)
    assert world.skin_degc("a") == pytest.approx(start, abs=1e-9)


def test_sites_lie_below_the_centre_and_share_its_start() -> None:
    world = heated(RAISED_V, **FREE)
    assert [world.site_degc("a", site) for site in range(5)] == pytest.approx([world.skin_degc("a")] * 5)
    world.advance(380.0)
    rise = world.skin_degc("a") - 33.7547
    assert world.site_degc("a", 0) == world.skin_degc("a")
    for site in range(1, 5):
        assert 0.98 * rise <= world.site_degc("a", site) - 33.7547 <= 0.995 * rise


def test_the_surroundings() -> None:
    world = heated(RATED_V)
    assert world.phantom_degc() == 37.0
    assert world.ambient_degc() == 23.0
    assert 23.0 < world.case_degc() < 26.0
    assert world.pad_degc("a") == pytest.approx(32.86, abs=0.01)
    assert world.deep_degc("a") == pytest.approx(34.86, abs=0.01)


def drawn(seed: int) -> Callable[[str], float]:
    return lambda name: Random(f"{seed}/{name}").random()


def test_a_drawn_ambient_drifts_slowly_within_its_tolerance() -> None:
    world = BeltWorld(sound_parameters(uniform=drawn(5)), lambda _unit, _ohms: 0.0)
    seen = []
    for second in range(1200):
        world.advance(float(second))
        seen.append(world.ambient_degc())
    assert max(seen) == pytest.approx(23.3, abs=0.001)
    assert min(seen) == pytest.approx(22.7, abs=0.001)
    assert max(abs(b - a) for a, b in pairwise(seen)) < 0.004


def test_noise_is_asked_by_stream_and_step() -> None:
    asked: list[tuple[str, int]] = []

    def noise(stream: str, index: int) -> float:
        asked.append((stream, index))
        return 1.0

    world = BeltWorld(sound_parameters(), lambda _unit, _ohms: 0.0, noise)
    quiet = BeltWorld(sound_parameters(), lambda _unit, _ohms: 0.0)
    world.advance(0.2)
    quiet.advance(0.2)
    assert asked == [(f"sensor.{unit}", step) for step in range(3) for unit in "ab"]
    assert world.firmware.readings == [reading + 2 for reading in quiet.firmware.readings]
