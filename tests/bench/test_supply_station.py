"""Switching a supply off: told again while it reads on, never raising, and honest about what was not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import nan
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from instruments.protocols import OutputState
from rig.bench.description import HeaterEntry
from rig.bench.messages import OffDetail
from rig.bench.supply_station import SupplyStation, is_off
from rig.clock import VirtualClock

State = tuple[bool, float, float]


class FakeSupply:
    """Answers scripted states, the last one for ever; a state that is an error is raised."""

    def __init__(self, states: Sequence[list[State] | Exception], *, deaf: int = 0) -> None:
        self.states = list(states)
        self.deaf = deaf
        self.told = 0
        self.reopened = 0

    def switch_off(self, _outputs: Sequence[int]) -> None:
        self.told += 1
        if self.deaf:
            self.deaf -= 1
            raise OSError("no link")

    def off_state(self, _outputs: Sequence[int]) -> list[State]:
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        if isinstance(state, Exception):
            raise state
        return state

    def reopen(self) -> None:
        self.reopened += 1


ON: list[State] = [(True, 8.0, 0.9), (True, 8.0, 0.9)]
OFF: list[State] = [(False, 0.01, 0.0), (False, 0.01, 0.0)]


def heater(name: str, output: int) -> HeaterEntry:
    return HeaterEntry(name, "psu", output, 0.2, remote_sense=True, over_voltage_volts=9.0)


def station(supply: FakeSupply) -> SupplyStation:
    fed = {"main": [heater("a", 2), heater("b", 3)]}
    return SupplyStation("psu", cast("Any", supply), fed, VirtualClock())


def looks(supply: FakeSupply, times: int = 1) -> list[OffDetail]:
    switched = station(supply)
    switched.begin_off("main")
    for _ in range(times):
        details = switched.look_off("main")
    return details


def test_an_off_that_was_lost_is_sent_again() -> None:
    supply = FakeSupply([ON, ON, OFF])
    assert all(detail.confirmed for detail in looks(supply, 3))
    assert supply.told == 3


def test_decaying_volts_are_waited_for_without_a_second_off() -> None:
    supply = FakeSupply([[(False, 6.0, 0.0), (False, 5.0, 0.0)], OFF])
    assert all(detail.confirmed for detail in looks(supply, 2))
    assert supply.told == 1


def test_a_broken_link_is_opened_anew() -> None:
    supply = FakeSupply([OSError("cut"), OFF], deaf=1)
    assert all(detail.confirmed for detail in looks(supply, 2))
    assert supply.reopened == 2


def test_what_nobody_saw_is_not_confirmed() -> None:
    details = looks(FakeSupply([OSError("cut")], deaf=10**9), 5)
    assert [detail.confirmed for detail in details] == [False, False]
    assert all("cut" in detail.what or "no link" in detail.what for detail in details)


def test_one_output_that_stays_on_is_named() -> None:
    details = looks(FakeSupply([[(False, 0.0, 0.0), (True, 8.0, 0.9)]]), 5)
    assert [(detail.output, detail.confirmed) for detail in details] == [
        ("supply.a.output", True),
        ("supply.b.output", False),
    ]


def test_each_lane_takes_the_columns_of_its_own_outputs() -> None:
    """Values come as volts of all outputs, amps of all, states of all."""
    fed = {"one": [heater("a", 1)], "two": [heater("a", 4), heater("b", 3)]}
    both = SupplyStation("psu", cast("Any", FakeSupply([OFF])), fed, VirtualClock())
    assert both.columns == {"one": (0, 3, 6), "two": (1, 2, 4, 5, 7, 8)}
    assert station(FakeSupply([OFF])).columns == {"main": None}


class RecordingSupply(FakeSupply):
    """Takes what it is set to."""

    def __init__(self) -> None:
        super().__init__([OFF])
        self.set: list[tuple[str, int, float]] = []

    def set_voltage(self, output: int, volts: float) -> None:
        self.set.append(("volts", output, volts))

    def set_current_limit(self, output: int, amps: float) -> None:
        self.set.append(("amps", output, amps))

    def state(self, _output: int) -> OutputState:
        last = {what: value for what, _, value in self.set}
        return OutputState(last.get("volts", 0.0), last.get("amps", 0.0), on=False)


def test_heaters_that_share_an_output_are_set_once_and_share_its_limit() -> None:
    """1.2 A for each of two heaters is 2.4 A at the output; what is read back is each one's part."""
    supply = RecordingSupply()
    fed = {"one": [replace(heater(name, 1), sharing=2) for name in "ab"]}
    clock = VirtualClock()
    shared = SupplyStation("psu", cast("Any", supply), fed, clock)
    assert [shared.carry_out("one", f"supply.{name}.current_limit", 1.2) for name in "ab"] == [1.2, 1.2]
    assert supply.set == [("amps", 1, 2.4)]
    assert shared.carry_out("one", "supply.a.voltage", 7.4) == 7.4
    clock.sleep(60.0)
    assert shared.carry_out("one", "supply.b.voltage", 7.4) == 7.4
    assert supply.set[1:] == [("volts", 1, 7.4), ("volts", 1, 7.4)]
    assert shared.columns == {"one": (0, 0, 1, 1, 2, 2)}


@given(st.booleans(), st.floats(), st.floats())
def test_off_means_off_and_no_volts_and_no_amps(on: bool, volts: float, amps: float) -> None:
    if is_off(on, volts, amps):
        assert not on
        assert abs(volts) < 1.0
        assert abs(amps) < 0.02
    assert not is_off(on, nan, amps)
    assert not is_off(on, volts, nan)
