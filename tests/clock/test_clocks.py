"""All clocks keep the same promises; the virtual one keeps them for nothing."""

from __future__ import annotations

import signal
from collections.abc import Callable
from functools import partial

import pytest

from rig.clock import Clock, ClockStalledError, PacedClock, VirtualClock, WallClock


@pytest.fixture(params=[VirtualClock, WallClock, PacedClock], ids=["virtual", "wall", "paced"])
def clock(request: pytest.FixtureRequest) -> Clock:
    made = request.param()
    assert isinstance(made, (VirtualClock, WallClock, PacedClock))
    return made


def test_virtual_time_jumps_to_the_earliest_wake() -> None:
    clock, seen = VirtualClock(), []

    def ticker(period: float) -> None:
        for _ in range(3):
            clock.sleep(period)
            seen.append((period, clock.now()))

    clock.spawn("slow", lambda: ticker(2.0))
    clock.spawn("fast", lambda: ticker(1.5))
    clock.sleep(100)
    assert seen == [(1.5, 1.5), (2.0, 2.0), (1.5, 3.0), (2.0, 4.0), (1.5, 4.5), (2.0, 6.0)]
    assert clock.now() == 100


def test_equal_instants_run_first_come_first_served() -> None:
    clock, seen = VirtualClock(), []

    def note(name: str) -> None:
        clock.sleep(1)
        seen.append(name)

    for name in "abc":
        clock.spawn(name, partial(note, name))
    clock.sleep(2)
    assert seen == ["a", "b", "c"]


def test_a_worker_that_raises_ends_alone_and_keeps_its_error() -> None:
    clock = VirtualClock()

    def fail() -> None:
        clock.sleep(1)
        raise ValueError("broken")

    worker = clock.spawn("broken", fail)
    assert worker.join(5)
    assert isinstance(worker.error, ValueError)
    assert clock.now() == 1


def test_waiting_without_a_limit_by_all_is_said_at_once() -> None:
    clock = VirtualClock()
    with pytest.raises(ClockStalledError, match="nobody could ever wake"):
        clock.signal().wait(float("inf"))


def test_a_signal_wakes_its_waiter_before_the_time_is_over(clock: Clock) -> None:
    signal, woken = clock.signal(), []
    worker = clock.spawn("waiter", lambda: woken.append((signal.wait(30), clock.now() < 20)))
    clock.sleep(0.01)
    signal.set()
    assert worker.join(5)
    assert woken == [(True, True)]


def test_a_call_before_the_wait_is_remembered_once(clock: Clock) -> None:
    signal = clock.signal()
    signal.set()
    assert signal.wait(1)
    assert not signal.wait(0.001)


def test_a_wait_ends_when_its_time_is_over(clock: Clock) -> None:
    start = clock.now()
    assert not clock.signal().wait(0.02)
    assert clock.now() - start >= 0.0199


def test_a_worker_that_hangs_does_not_hold_join() -> None:
    clock = VirtualClock()
    worker = clock.spawn("hung", lambda: clock.sleep(1e9))
    assert not worker.join(3)
    assert clock.now() == 3
    assert worker.alive


@pytest.mark.parametrize("make", [WallClock, PacedClock])
def test_a_signal_handler_may_call_who_waits_on_its_own_thread(make: Callable[[], Clock]) -> None:
    """An event's lock would be held by the very thread that the handler interrupts."""
    clock = make()
    called = clock.signal()
    before = signal.signal(signal.SIGALRM, lambda *_: called.set())
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.0002)
    try:
        assert all(called.wait(10.0) for _ in range(500))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
