"""A clock whose bench time began before it did."""

from __future__ import annotations

from datetime import timedelta

from rig.clock import LaterClock, VirtualClock


def test_time_and_anchor_are_those_of_a_clock_that_began_earlier() -> None:
    under = VirtualClock()
    clock = LaterClock(under, 100.0)
    assert (clock.kind, clock.now()) == ("virtual", 100.0)
    assert clock.anchor + timedelta(seconds=100) == under.anchor


def test_waiting_is_in_its_own_time() -> None:
    under = VirtualClock()
    clock = LaterClock(under, 100.0)
    clock.sleep(2.5)
    assert (clock.now(), under.now()) == (102.5, 2.5)
    clock.sleep_until(110.0)
    assert (clock.now(), under.now()) == (110.0, 10.0)
    assert not clock.signal().wait(1.0)
    assert clock.now() == 111.0


def test_workers_run_on_the_clock_underneath() -> None:
    clock = LaterClock(VirtualClock(), 100.0)
    seen: list[float] = []

    def work() -> None:
        with clock.lock():
            clock.sleep_until(103.0)
            seen.append(clock.now())

    assert clock.spawn("worker", work).join(10.0)
    assert seen == [103.0]
