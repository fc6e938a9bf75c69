"""A link that is opened anew: whoever answers there must be who answered before, and is set up again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from rig.bench.bench import Bench
from rig.bench.description import BenchDescription
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
