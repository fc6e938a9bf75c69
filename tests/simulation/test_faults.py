"""Every kind of fault at the twins of a simulated bench: what it does, and that it can be mended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from dut_drivers.errors import DeviceError
from instruments.errors import LinkLost, ReplyTimeout, UnexpectedReply
from rig.bench.bench import Bench
from rig.bench.description import BenchDescription
from rig.bench.fault_kinds import KINDS
from rig.bench.opening import open_bench
from rig.clock import VirtualClock
from rig.errors import BenchError, InputError
from rig.simulation.bench import SimulatedBench
from rig.simulation.control import ControlChannel


class Open:
    """An open simulated bench, its outputs on at 7.4 V and the belt on high unless told otherwise."""

    def __init__(self, simulated: SimulatedBench, bench: Bench) -> None:
        self.simulated, self.bench, self.clock = simulated, bench, simulated.clock
        self.lane = simulated.lanes["main"]
        (supply,) = bench.supplies
        (scanner,) = bench.scanners
        self.supply, self.scanner = supply, scanner
        self.belt: Any = next(station for station in bench.stations if station.source == "belt")
        scanner.prepare(bench.description.instrument("scanner").options)

    def heat(self, seconds: float = 2.0) -> None:
        for heater in ("a", "b"):
            self.supply.carry_out("main", f"supply.{heater}.current_limit", 1.2)
            self.supply.carry_out("main", f"supply.{heater}.voltage", 7.4)
            self.supply.carry_out("main", f"supply.{heater}.output", True)
        self.belt.driver.set_level("high")
        self.wait(seconds)

    def wait(self, seconds: float) -> None:
        for _ in range(int(seconds * 2)):
            self.clock.sleep(0.5)
            with suppress(DeviceError):  # it may be what is broken
                self.belt.read()

    def inject(self, fault: str) -> None:
        self.simulated.ports.inject(fault)

    @property
    def amps(self) -> float:
        self.lane.world.advance(self.clock.now())
        return self.lane.world.current_amps("a")

    def degc(self, signal: str) -> float:
        return self.simulated.probes["main", signal].degc()


@pytest.fixture
def here(bench: BenchDescription) -> Iterator[Open]:
    with (
        SimulatedBench(bench, bench.slots, 1, VirtualClock()) as simulated,
        open_bench(bench, bench.slots, simulated.ports) as opened,
    ):
        yield Open(simulated, opened)


def readings(here: Open) -> list[Any]:
    return list(here.scanner.read().values)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("silent", ReplyTimeout),
        ("deaf", ReplyTimeout),
        ("hang", ReplyTimeout),
        ("late=9", ReplyTimeout),
        ("delay=9", ReplyTimeout),
        ("drop", ReplyTimeout),
        ("garble", UnexpectedReply),
        ("truncate", ReplyTimeout),
        ("cut", LinkLost),
        ("refuse", LinkLost),
        ("reboot", LinkLost),
        ("swap", LinkLost),
    ],
)
def test_each_fault_of_a_link_is_met_and_mended(here: Open, fault: str, error: type[Exception]) -> None:
    here.inject(f"supply:{fault}")
    with pytest.raises(error):
        here.supply.read()
    here.inject("supply:mend")
    if fault != "swap":
        here.supply.recover()
        here.supply.read()


def test_a_silent_supply_obeys_and_a_deaf_one_does_not(here: Open) -> None:
    here.heat()
    assert here.amps > 0.5
    here.inject("supply:deaf")
    with pytest.raises(ReplyTimeout):
        here.supply.read()
    here.supply.begin_off("main")
    assert here.amps > 0.5
    here.inject("supply:mend")
    here.inject("supply:silent")
    with pytest.raises(ReplyTimeout):
        here.supply.read()
    here.supply.begin_off("main")
    here.clock.sleep(0.2)
    assert here.amps == 0.0


def test_a_late_reply_never_answers_the_next_question(here: Open) -> None:
    here.inject("supply:late=0.3")
    here.supply.driver.set_deadline(0.15)
    with pytest.raises(ReplyTimeout):
        here.supply.driver.state(2)
    here.clock.sleep(1.0)
    assert here.supply.driver.identify().model == "E36313A"


def test_a_link_that_is_cut_for_a_while_comes_back(here: Open) -> None:
    here.inject("scanner:cut=2")
    with pytest.raises(LinkLost):
        here.scanner.recover()
    here.clock.sleep(2.0)
    here.scanner.recover()


def test_so_many_replies_in_a_row_are_spoilt(here: Open) -> None:
    here.inject("scanner:garble=2")
    for _ in range(2):
        with pytest.raises(UnexpectedReply):
            here.scanner.read()
    here.scanner.read()


def test_a_supply_that_lost_its_power_is_off_and_the_same_unit(here: Open) -> None:
    here.heat()
    here.inject("supply:reboot=3")
    here.clock.sleep(0.2)
    assert here.amps == 0.0
    with pytest.raises(LinkLost):
        here.supply.recover()
    here.clock.sleep(3.0)
    here.supply.recover()
    assert here.supply.driver.state(2).volts == 0.0


def test_a_scanner_that_lost_its_power_has_forgotten_its_scan(here: Open) -> None:
    count = len(readings(here))
    here.inject("scanner:reboot=1")
    here.clock.sleep(1.0)
    here.scanner.driver.reopen()
    with pytest.raises(Exception, match=r"READ|scanning"):
        here.scanner.read()
    here.scanner.recover()
    assert len(readings(here)) == count


@pytest.mark.parametrize("device", ["supply", "scanner", "belt"])
def test_another_unit_is_known_by_its_serial_number(here: Open, device: str) -> None:
    here.inject(f"{device}:swap")
    station = next(station for station in here.bench.stations if station.source == device)
    with pytest.raises(BenchError, match=r"serial number SIM-\S+-2 answers"):
        station.recover()


def test_off_is_not_confirmed_by_another_unit(here: Open) -> None:
    here.heat()
    here.inject("supply:swap")
    with pytest.raises(LinkLost):
        here.supply.read()
    here.supply.begin_off("main")
    here.clock.sleep(1.0)
    details = here.supply.look_off("main")
    assert [detail.confirmed for detail in details] == [False, False]
    assert all("another unit" in detail.what for detail in details)


def test_off_is_not_confirmed_by_another_belt(here: Open) -> None:
    here.heat()
    here.inject("belt:swap")
    here.belt.begin_off("main")
    (detail,) = here.belt.look_off("main")
    assert not detail.confirmed


@pytest.mark.parametrize(
    ("lie", "said", "truly"),
    [("setting", (7.4, 0.79, 1.0), 0.0), ("volts", (6.66, 0.79, 1.0), 0.79), ("off", (0.0, 0.0, 0.0), 0.79)],
)
def test_what_a_lying_supply_says_and_does(
    here: Open, lie: str, said: tuple[float, float, float], truly: float
) -> None:
    here.heat()
    here.inject(f"supply:lie={lie}")
    here.clock.sleep(0.2)
    assert here.supply.read().values[0::2] == pytest.approx(said, abs=0.05)
    assert here.amps == pytest.approx(truly, abs=0.05)
    here.inject("supply:mend")
    here.clock.sleep(0.2)
    assert here.supply.read().values[0] == pytest.approx(7.4, abs=0.01)
    assert here.amps == pytest.approx(0.79, abs=0.05)


def test_a_stuck_output_takes_off_and_stays_on(here: Open) -> None:
    here.heat()
    here.inject("supply:stuck")
    with pytest.raises(BenchError, match="reads back the contrary"):
        here.supply.carry_out("main", "supply.a.output", False)
    assert here.amps > 0.5
    here.inject("supply:mend")
    assert here.supply.carry_out("main", "supply.a.output", False) is False


def test_outputs_that_come_on_by_themselves_obey_an_off(here: Open) -> None:
    here.heat()
    here.supply.carry_out("main", "supply.a.output", False)
    here.wait(0.5)
    assert here.amps == 0.0
    here.inject("supply:comes-on")
    outputs = here.simulated.supplies["supply"].outputs
    assert [(output.live, output.volts) for output in outputs.values()] == [
        (False, 0.0),
        (True, 5.0),
        (True, 7.4),
    ]
    here.wait(0.5)
    assert here.amps > 0.3
    assert here.supply.carry_out("main", "supply.a.output", False) is False
    here.inject("supply:comes-on=99")
    assert outputs[2].volts == outputs[2].rating.volts_max


def test_a_frozen_scanner_gives_the_same_digits(here: Open) -> None:
    assert readings(here) != readings(here)
    here.inject("scanner:frozen")
    assert readings(here) == readings(here)
    here.inject("scanner:mend")
    assert readings(here) != readings(here)


def test_a_frozen_probe_is_frozen_alone(here: Open) -> None:
    here.inject("skin.a1:frozen")
    one, other = readings(here), readings(here)
    same = [left == right for left, right in zip(one, other, strict=True)]
    assert same == [False, True] + [False] * (len(same) - 2)
    here.inject("skin.a1:mend")
    assert readings(here)[1] != one[1]


def test_an_overloaded_scanner_gives_no_number(here: Open) -> None:
    here.inject("scanner:overload")
    assert set(readings(here)) == {"+9.90000000E+37"}


def test_what_befalls_a_probe(here: Open) -> None:
    here.clock.sleep(1.0)
    readings(here)
    warm, block = here.degc("skin.a1"), here.lane.world.ambient_degc() + 1.0
    here.inject("skin.a1:short")
    assert here.degc("skin.a1") == pytest.approx(block, abs=0.5)
    here.inject("skin.a1:mend")
    here.inject("skin.a1:reversed")
    assert here.degc("skin.a1") == pytest.approx(2 * block - warm, abs=0.5)
    here.inject("skin.a1:mend")
    here.inject("skin.a1:swapped=ambient")
    assert here.degc("skin.a1") == pytest.approx(here.lane.world.ambient_degc(), abs=0.5)
    assert here.degc("ambient") == pytest.approx(warm, abs=0.5)
    here.inject("skin.a1:mend")
    here.inject("ambient:mend")
    assert here.degc("skin.a1") == pytest.approx(warm, abs=0.5)
    here.inject("skin.a1:drift=-3")
    assert here.degc("skin.a1") == pytest.approx(warm - 3.0, abs=0.5)
    here.inject("skin.a1:mend")
    assert here.degc("skin.a1") == pytest.approx(warm, abs=0.5)
    here.inject("skin.a1:open")
    assert here.simulated.probes["main", "skin.a1"].resistance_ohms() == float("inf")


def test_a_detached_probe_cools_with_a_lag(here: Open) -> None:
    here.clock.sleep(1.0)
    warm = here.degc("skin.a1")
    here.inject("skin.a1:detached=10")
    assert here.degc("skin.a1") == pytest.approx(warm, abs=0.2)
    here.lane.world.advance(11.0)
    ambient = here.lane.world.ambient_degc()
    assert here.degc("skin.a1") == pytest.approx(ambient + (warm - ambient) * 0.368, abs=0.6)


def test_what_befalls_a_belt(here: Open) -> None:
    here.heat(30.0)
    here.inject("belt:spurious")
    assert [event.what for event in here.belt.read().events] == ["belt.cutoff"]
    here.inject("belt:sensor-stuck=a")
    stuck = here.belt.read().values[7]
    here.wait(10.0)
    assert here.belt.read().values[7] == stuck
    here.inject("belt:reset=brown_out")
    assert [event.what for event in here.belt.read().events] == ["belt.reset"]
    here.heat(2.0)
    here.inject("belt:welded")
    here.belt.driver.switch_off()
    here.clock.sleep(0.5)
    assert here.amps > 0.5


def test_a_fault_comes_with_the_reply_that_it_names(bench: BenchDescription) -> None:
    with SimulatedBench(bench, bench.slots, 1, VirtualClock(), ("supply:stuck@3", "skin.a1:open@2")) as here:
        output = here.supplies["supply"].outputs[2]
        for reply, stuck in ((1, False), (2, False), (3, True)):
            assert here.faults("supply", reply) is None
            assert output.stuck is stuck
        here.faults("scanner", 1)
        assert not here.probes["main", "skin.a1"].open
        here.faults("scanner", 2)
        assert here.probes["main", "skin.a1"].open


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nonsense", "not of the form"),
        ("psu:hang", "the bench has no 'psu'; it has supply, scanner, belt, skin.a1"),
        ("supply:open", "supply has no 'open'; use one of silent"),
        ("belt:reset=why", "reset takes power_on, brown_out"),
        ("supply:lie", "lie takes setting, volts or off, not 'nothing'"),
        ("supply:stuck=3", "stuck takes no value"),
        ("skin.a1:drift", "drift takes kelvins, not 'nothing'"),
        ("scanner:cut=soon", "cut takes seconds, not 'soon'"),
        ("skin.a1:swapped=skin.z9", "there is no other probe skin.z9"),
        ("belt:welded=c", "the belt has no unit c; it has a, b"),
    ],
)
def test_a_name_that_is_no_fault_says_what_would_be(here: Open, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        here.inject(text)


def test_every_kind_is_met_by_a_test_of_this_file() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in KINDS if name not in text] == []


def test_the_control_channel_takes_every_kind(here: Open) -> None:
    with ControlChannel(here.simulated) as control:
        assert control.answer(b'{"do": "inject", "fault": "supply:lie=off"}') == {
            "injected": "supply:lie=off"
        }
        assert here.simulated.supplies["supply"].lie == "off"
        assert "has no 'open'" in control.answer(b'{"do": "inject", "fault": "supply:open"}')["error"]
