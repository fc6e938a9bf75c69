"""What a bench that is not simulated must have before it may heat, each lack by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, cast

import pytest

from rig.bench.bench import Bench
from rig.bench.description import BenchDescription, HeaterEntry, IndependentCutoff
from rig.bench.ports import Ports
from rig.bench.supply_station import SupplyStation
from rig.clock import VirtualClock
from rig.errors import InputError
from rig.safety.live import Declared, reasons_against_heating

TODAY = date(2026, 11, 21)
CUTOFF = IndependentCutoff(
    "thermostat", 48.0, "in series with both heaters, on the pad", "2026-10-01", "Jo Doe"
)
SAID = Declared(nobody_wears="Jo Doe")


class Silent:
    """A supply without a watchdog."""


class Watched(Silent):
    """One with a watchdog."""

    def arm_watchdog(self, seconds: float) -> None:
        pass


def made(bench: BenchDescription, cutoff: IndependentCutoff | None, driver: Any = None) -> Bench:
    """A bench on which nobody says SIM."""
    slot = replace(bench.slots[0], cutoff=cutoff)
    clock = VirtualClock()
    ports = Ports("@py", cast("Any", None), clock)
    opened = Bench(bench, [slot], ports, close_library=lambda: None)
    heaters: list[HeaterEntry] = list(slot.heaters)
    supply: Any = driver or Silent()
    opened.add(SupplyStation("supply", supply, {slot.name: heaters}, clock), "bus")
    return opened


def reasons(bench: Bench, declared: Declared = SAID, *, guarded: bool = True) -> list[str]:
    return list(reasons_against_heating(bench, declared, guarded=guarded, today=TODAY))


def test_a_bench_that_has_everything_may_heat(bench: BenchDescription) -> None:
    assert reasons(made(bench, CUTOFF)) == []


def test_every_lack_is_a_reason_of_its_own(bench: BenchDescription) -> None:
    found = reasons(made(bench, None), Declared(), guarded=False)
    assert [next(word for word in ("guardian", "wears", "cut-off") if word in text) for text in found] == [
        "guardian",
        "wears",
        "cut-off",
    ]


@pytest.mark.parametrize(
    ("proven", "words"),
    [
        ("2025-11-19", "more than 366 days"),
        ("2026-11-22", "yet to come"),
        ("2026-11-21", ""),
        ("2025-11-20", ""),
    ],
)
def test_a_proof_holds_a_year(bench: BenchDescription, proven: str, words: str) -> None:
    found = reasons(made(bench, replace(CUTOFF, proven=proven)))
    assert [words in text for text in found] == ([True] if words else [])


def test_a_watchdog_alone_permits_attended_runs_only(bench: BenchDescription) -> None:
    watched = made(bench, None, Watched())
    assert ["attended" in text for text in reasons(watched)] == [True]
    assert reasons(watched, replace(SAID, attended="Jo Doe")) == []
    assert reasons(made(bench, None), replace(SAID, attended="Jo Doe"))


def test_serial_numbers_are_those_of_slots() -> None:
    read = Declared(serials={"": "4711"})
    assert read.of_slots(["main"]).serials == {"main": "4711"}
    assert Declared(serials={"two": "4712"}).of_slots(["one", "two"]).serials == {"two": "4712"}
    with pytest.raises(InputError, match="write SLOT=NUMBER"):
        read.of_slots(["one", "two"])
    with pytest.raises(InputError, match="nothing is run on a slot 'three'"):
        Declared(serials={"three": "4713"}).of_slots(["one", "two"])
