"""Switching a supply off: told again while it reads on, never raising, and honest about what was not seen."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from rig.bench.supply_station import OFF_PATIENCE_S, SupplyStation, is_off
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


def station(supply: FakeSupply) -> tuple[SupplyStation, VirtualClock]:
    clock = VirtualClock()
    return SupplyStation("psu", cast("Any", supply), {"a": 2, "b": 3}, clock), clock


def test_an_off_that_was_lost_is_sent_again() -> None:
    supply = FakeSupply([ON, ON, OFF])
    details = station(supply)[0].switch_off()
    assert supply.told == 3
    assert all(detail.confirmed for detail in details)


def test_decaying_volts_are_waited_for_without_a_second_off() -> None:
    supply = FakeSupply([[(False, 6.0, 0.0), (False, 5.0, 0.0)], OFF])
    assert all(detail.confirmed for detail in station(supply)[0].switch_off())
    assert supply.told == 1


def test_a_broken_link_is_opened_anew() -> None:
    supply = FakeSupply([OSError("cut"), OFF], deaf=1)
    assert all(detail.confirmed for detail in station(supply)[0].switch_off())
    assert supply.reopened == 2


def test_what_nobody_saw_is_not_confirmed_in_bounded_time() -> None:
    supply = FakeSupply([OSError("cut")], deaf=10**9)
    switched, clock = station(supply)
    details = switched.switch_off()
    assert [detail.confirmed for detail in details] == [False, False]
    assert all("cut" in detail.what or "no link" in detail.what for detail in details)
    assert clock.now() <= OFF_PATIENCE_S + 0.1


def test_one_output_that_stays_on_is_named() -> None:
    supply = FakeSupply([[(False, 0.0, 0.0), (True, 8.0, 0.9)]])
    details = station(supply)[0].switch_off()
    assert [(detail.output, detail.confirmed) for detail in details] == [
        ("supply.a.output", True),
        ("supply.b.output", False),
    ]


@given(st.booleans(), st.floats(), st.floats())
def test_off_means_off_and_no_volts_and_no_amps(on: bool, volts: float, amps: float) -> None:
    if is_off(on, volts, amps):
        assert not on
        assert abs(volts) < 1.0
        assert abs(amps) < 0.02
    assert not is_off(on, nan, amps)
    assert not is_off(on, volts, nan)
