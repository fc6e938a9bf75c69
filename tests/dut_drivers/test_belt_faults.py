"""Faults that befall a belt and its line while it is in use, in process and on a pseudo-terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from time import monotonic, sleep

import pytest
import serial

from dut_drivers.errors import LinkLost, ReplyTimeout
from dut_drivers.ir_lumbar_wrap import IrLumbarWrap
from dut_drivers.link import Link
from dut_drivers.messages import EventCode, ResetCause
from dut_drivers.simulated.belt_world import BeltWorld
from dut_drivers.simulated.protocol_simdut import register, unregister
from dut_drivers.simulated.pty_server import PtyServer
from dut_drivers.simulated.standalone import ManualClock, sound_parameters
from dut_drivers.simulated.twin import BeltTwin, Fault


class Bench:
    """A belt on 7.4 V with the driver on its line."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.world = BeltWorld(sound_parameters(), lambda _, ohms: 7.4 / ohms)
        self.faults: dict[int, Fault] = {}
        self.twin = BeltTwin(self.world, "SIM9", faults=lambda _, count: self.faults.pop(count, None))

    @contextmanager
    def plugged_in(self) -> Iterator[IrLumbarWrap]:
        url = register("faulty", self.twin, self.clock, nullcontext())
        try:
            yield IrLumbarWrap(Link(lambda: serial.serial_for_url(url), "belt", self.clock), self.clock)
        finally:
            unregister("faulty")

    def heat(self, belt: IrLumbarWrap, seconds: float) -> None:
        belt.set_level("high")
        for _ in range(int(seconds)):
            self.clock.sleep(1.0)
            belt.poll()


@pytest.fixture
def bench() -> Bench:
    return Bench()


def columns(belt: IrLumbarWrap) -> list[float]:
    return belt.poll()[0]


def test_a_silent_belt_hears_and_a_deaf_one_does_not(bench: Bench) -> None:
    with bench.plugged_in() as belt:
        bench.twin.fall_silent()
        with pytest.raises(ReplyTimeout):
            belt.set_level("low")
        assert bench.world.firmware.level == 1
        bench.twin.fall_silent(deaf=True)
        with pytest.raises(ReplyTimeout):
            belt.set_level("high")
        assert bench.world.firmware.level == 1
        bench.twin.mend()
        belt.set_level("medium")
        assert bench.world.firmware.level == 2


def test_a_late_reply_comes_in_the_middle_of_a_later_question_and_never_answers_it(bench: Bench) -> None:
    bench.faults[1] = Fault("late", 1.0)
    with bench.plugged_in() as belt:
        belt.poll()
        with pytest.raises(ReplyTimeout):
            belt.set_level("high")
        bench.clock.sleep(1.0)
        before = bench.world.firmware.ticks
        assert columns(belt)[0] == pytest.approx(bench.world.firmware.ticks / 10)
        assert bench.world.firmware.ticks >= before
        assert bench.world.firmware.level == 3


def test_a_line_that_is_cut_for_a_second_has_to_be_opened_anew(bench: Bench) -> None:
    with bench.plugged_in() as belt:
        bench.twin.unplug(1.0, now=bench.clock.now())
        with pytest.raises(LinkLost, match="unplugged"):
            belt.poll()
        with pytest.raises(LinkLost, match="unplugged"):
            belt.reopen()
        bench.clock.sleep(1.0)
        with pytest.raises(LinkLost):
            belt.poll()
        belt.reopen()
        belt.poll()


def test_a_port_that_another_program_holds_says_so_until_it_is_mended(bench: Bench) -> None:
    with bench.plugged_in() as belt:
        bench.twin.unplug(held=True)
        bench.clock.sleep(100.0)
        with pytest.raises(LinkLost, match="another program holds the port"):
            belt.reopen()
        bench.twin.mend()
        belt.reopen()
        belt.poll()


def test_a_belt_that_resets_gives_its_cause(bench: Bench) -> None:
    with bench.plugged_in() as belt:
        belt.poll()
        bench.world.firmware.restart(ResetCause.BROWN_OUT)
        _, events = belt.poll()
        assert [(event.name, event.value) for event in events] == [
            ("belt.reset", float(ResetCause.BROWN_OUT))
        ]


def test_another_belt_has_another_serial_number(bench: Bench) -> None:
    with bench.plugged_in() as belt:
        bench.twin.become("SIM10")
        assert belt.identify().serial == "SIM10"
    with pytest.raises(ValueError, match="must begin with SIM"):
        bench.twin.become("WRAP-1")


def test_a_switch_that_welds_conducts_whatever_the_firmware_says(bench: Bench) -> None:
    with bench.plugged_in() as belt:
        bench.heat(belt, 2)
        bench.world.weld("a")
        belt.switch_off()
        bench.clock.sleep(1.0)
        assert columns(belt)[8] > 0.5
        assert bench.world.current_amps("b") == 0.0


def test_a_switch_that_is_open_welds_when_it_next_closes(bench: Bench) -> None:
    with bench.plugged_in() as belt:
        bench.heat(belt, 2)
        belt.switch_off()
        bench.world.weld()
        bench.clock.sleep(1.0)
        assert columns(belt)[8] == 0.0
        bench.heat(belt, 1)
        belt.switch_off()
        bench.clock.sleep(1.0)
        assert columns(belt)[8] > 0.5


def test_a_sensor_that_sticks_keeps_its_last_reading(bench: Bench) -> None:
    with bench.plugged_in() as belt:
        bench.heat(belt, 30)
        bench.world.stick_sensor("a")
        stuck, live = columns(belt)[7], columns(belt)[10]
        bench.heat(belt, 30)
        assert columns(belt)[7] == stuck
        assert columns(belt)[10] > live
        bench.world.stick_sensor(degc=20.0)
        bench.clock.sleep(0.2)
        assert columns(belt)[7] == columns(belt)[10] == 20.0


def test_a_spurious_cut_off_is_an_event_and_nothing_else(bench: Bench) -> None:
    with bench.plugged_in() as belt:
        bench.heat(belt, 2)
        bench.world.firmware.make_up(EventCode.CUTOFF)
        values, events = belt.poll()
        assert [event.name for event in events] == ["belt.cutoff"]
        assert values[4] == 0.0
        assert bench.world.current_amps("a") > 0.5


def test_a_port_that_vanished_comes_back_under_its_name(bench: Bench) -> None:
    with PtyServer(bench.twin, bench.clock, nullcontext()) as server:
        link = Link(lambda: serial.Serial(server.path, exclusive=True), "belt", bench.clock, deadline_s=2.0)
        belt = IrLumbarWrap(link, bench.clock)
        belt.poll()
        bench.twin.unplug()
        for use in (belt.poll, belt.reopen):
            with pytest.raises(LinkLost):
                use()
        bench.twin.mend()
        until = monotonic() + 5.0
        while monotonic() < until:
            try:
                belt.reopen()
                break
            except LinkLost:
                sleep(0.02)
        belt.poll()
        belt.close()
