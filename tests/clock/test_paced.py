"""A simulation in real time: it keeps its rate, and waits for whoever the machine keeps waiting."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rig.clock import PacedClock
from rig.clock.paced import LATE_S


class Machine:
    """Real time that passes in pauses alone, and then by more than was asked for."""

    def __init__(self, late_s: float = 0.0) -> None:
        self.seconds = 100.0
        self.late_s = late_s

    def pause(self, seconds: float) -> None:
        self.seconds += seconds + self.late_s

    def clock(self, rate: float) -> PacedClock:
        return PacedClock(rate, seconds=lambda: self.seconds, pause=self.pause)


def test_bench_time_passes_at_the_rate() -> None:
    machine = Machine()
    clock = machine.clock(20.0)
    clock.sleep(3.0)
    clock.sleep(-1.0)
    assert clock.now() == pytest.approx(3.0)
    assert machine.seconds == pytest.approx(100.0 + 3.0 / 20.0)
    machine.seconds += 1.0
    assert clock.now() == pytest.approx(23.0), "nobody is due: time passes by itself"


@pytest.mark.parametrize("wait", [PacedClock.sleep, lambda clock, s: clock.sleep_until(clock.now() + s)])
def test_a_machine_that_stands_still_holds_bench_time(wait: Callable[[PacedClock, float], None]) -> None:
    machine = Machine(late_s=0.5)
    clock = machine.clock(20.0)
    for count in range(1, 5):
        wait(clock, 1.0)
        assert clock.now() <= count * (1.0 + LATE_S) + 1e-9
    assert machine.seconds == pytest.approx(100.0 + 4 * (1.0 / 20.0 + 0.5), abs=0.02)


def test_it_waits_for_whoever_is_due_first_and_never_runs_backwards() -> None:
    machine = Machine()
    clock = machine.clock(1.0)
    with clock.due(2.0):
        with clock.due(1.0):
            machine.seconds += 50.0
            assert clock.now() == pytest.approx(1.0 + LATE_S)
        machine.seconds += 50.0
        assert clock.now() == pytest.approx(2.0 + LATE_S)
        with clock.due(0.5):
            machine.seconds += 50.0
            assert clock.now() == pytest.approx(2.0 + LATE_S)
    machine.seconds += 50.0
    assert clock.now() == pytest.approx(52.0 + LATE_S)


def test_a_wait_that_nobody_ends_holds_nobody() -> None:
    machine = Machine()
    clock = machine.clock(1.0)
    with clock.due(float("inf")):
        machine.seconds += 50.0
        assert clock.now() == pytest.approx(50.0)
