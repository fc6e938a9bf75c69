"""A link that is opened anew: whoever answers there must be who answered before, and is set up again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from rig import shipped
from rig.bench.bench import Bench
from rig.bench.description import BenchDescription
from rig.bench.loading import load_bench
from rig.bench.opening import open_bench
from rig.bench.stations import Station
from rig.clock import VirtualClock
from rig.errors import BenchError
from rig.simulation.bench import SimulatedBench


@pytest.fixture
def opened(bench: BenchDescription) -> Iterator[Bench]:
    with (
        SimulatedBench(bench, bench.slots, 1, VirtualClock()) as simulated,
        open_bench(bench, bench.slots, simulated.ports) as here,
    ):
        yield here


def stations(bench: Bench) -> list[Any]:
    return list(bench.stations)


def test_the_same_instruments_and_device_are_taken_back(opened: Bench) -> None:
    for station in opened.stations:
        station.recover()


@pytest.fixture
def with_relays() -> Iterator[tuple[Bench, SimulatedBench]]:
    description = load_bench(shipped.bench("fault-relays"))
    with (
        SimulatedBench(description, description.slots, 1, VirtualClock()) as simulated,
        open_bench(description, description.slots, simulated.ports) as here,
    ):
        yield here, simulated


def test_a_link_that_breaks_keeps_no_relay_closed(with_relays: tuple[Bench, SimulatedBench]) -> None:
    opened, simulated = with_relays
    (scanner,) = opened.scanners
    scanner.carry_out("main", "relay.open-a1", True)
    simulated.ports.inject("scanner:cut=0.5")
    simulated.clock.sleep(1.0)
    assert scanner.rest("main") is None
    assert not simulated.probes["main", "skin.a1"].open


def test_a_link_that_is_gone_leaves_a_relay_and_says_so(with_relays: tuple[Bench, SimulatedBench]) -> None:
    opened, simulated = with_relays
    (scanner,) = opened.scanners
    scanner.carry_out("main", "relay.open-a1", True)
    simulated.ports.inject("scanner:refuse")
    assert "LinkLost" in (scanner.rest("main") or "")
    assert simulated.probes["main", "skin.a1"].open


def test_relays_of_another_unit_are_left_alone(with_relays: tuple[Bench, SimulatedBench]) -> None:
    opened, simulated = with_relays
    (scanner,) = opened.scanners
    scanner.carry_out("main", "relay.open-a1", True)
    simulated.ports.inject("scanner:swap")
    assert "another unit has been plugged in" in (scanner.rest("main") or "")


def test_only_the_relays_of_slots_in_use_are_there(with_relays: tuple[Bench, SimulatedBench]) -> None:
    opened, simulated = with_relays
    assert opened.scanners[0].outputs == {
        "main": frozenset({"relay.open-a1", "relay.short-a2", "relay.cut-link"})
    }
    description = replace(opened.description, relays=())
    with open_bench(description, description.slots, simulated.ports) as other:
        assert other.scanners[0].outputs == {}


@pytest.mark.parametrize("which", range(3))
def test_another_unit_in_its_place_is_refused_by_its_serial_number(
    opened: Bench, which: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = stations(opened)[which]
    identify: Callable[[Any], Any] = type(station.driver).identify
    monkeypatch.setattr(
        type(station.driver), "identify", lambda driver: replace(identify(driver), serial="SIM-OTHER")
    )
    with pytest.raises(BenchError, match=r"SIM-OTHER answers, before it was SIM-.*put the first one back"):
        station.recover()


def test_a_scanner_that_was_off_is_configured_again(opened: Bench) -> None:
    (scanner,) = opened.scanners
    scanner.prepare(opened.description.instrument("scanner").options)
    before = scanner.read().values
    driver: Any = scanner.driver
    driver._session.write("*RST")  # what a power cycle leaves of the scan list: nothing
    station: Station = scanner
    station.recover()
    assert len(scanner.read().values) == len(before)
