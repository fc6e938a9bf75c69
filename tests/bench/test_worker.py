"""A bus worker: absolute deadlines, off before everything, and nothing after a failure or an off."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

import pytest

from rig.bench.messages import BeganOff, Done, Failed, Message, OffDetail, Reading, Rested, Value, WentOff
from rig.bench.opening import bus_of
from rig.bench.stations import Columns
from rig.bench.worker import OFF_PATIENCE_S, BusWorker
from rig.clock import VirtualClock


class FakeStation:
    """Takes read_s for a reading; fails at what it is told to fail at."""

    columns: Mapping[str, Columns] = {"main": None, "other": None}
    outputs: Mapping[str, frozenset[str]] = dict.fromkeys(columns, frozenset({"x.voltage", "x.output"}))

    def __init__(self, clock: VirtualClock, source: str = "x", read_s: float = 0.01) -> None:
        self.source = self.wired_as = source
        self.clock = clock
        self.read_s = read_s
        self.failing: set[str] = set()
        self.done: list[tuple[float, str, Value]] = []
        self.read_at: list[float] = []
        self.off_beat = False
        self.looked_at: list[float] = []
        self.dark_at = 0.0
        self.recovered = 0

    def read(self) -> Reading:
        self.read_at.append(self.clock.now())
        self.clock.sleep(self.read_s)
        if "read" in self.failing:
            raise OSError("no answer")
        return Reading(self.source, self.clock.now(), [1.0])

    def carry_out(self, slot: str, output: str, value: Value) -> Value:
        if output in self.failing and slot == "main":
            raise OSError("refused")
        self.done.append((self.clock.now(), output, value))
        return value

    def begin_off(self, slot: str) -> None:
        self.done.append((self.clock.now(), "off", slot))

    def look_off(self, slot: str) -> list[OffDetail]:
        self.looked_at.append(self.clock.now())
        return [OffDetail(self.source, "x.output", self.clock.now() >= self.dark_at, "off")]

    def rest(self, slot: str) -> str | None:
        self.done.append((self.clock.now(), "rest", slot))
        return "stuck" if "rest" in self.failing else None

    def recover(self) -> None:
        self.recovered += 1

    def close(self) -> None:
        pass


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


def start(
    clock: VirtualClock, station: FakeStation, period_s: float = 0.1
) -> tuple[BusWorker, deque[Message]]:
    inbox: deque[Message] = deque()
    worker = BusWorker("bus", [station], clock, inbox)
    worker.start({station.source: period_s}, 1.0)
    return worker, inbox


def test_a_source_is_read_on_absolute_deadlines(clock: VirtualClock) -> None:
    station = FakeStation(clock, read_s=0.03)
    start(clock, station)
    clock.sleep_until(4.05)
    assert station.read_at == pytest.approx([1.0 + 0.1 * tick for tick in range(31)])


def test_a_missed_deadline_is_not_made_up_for(clock: VirtualClock) -> None:
    station = FakeStation(clock, read_s=0.25)
    start(clock, station)
    clock.sleep_until(2.0)
    assert station.read_at == pytest.approx([1.0, 1.3, 1.6, 1.9])


def test_off_overtakes_the_queue_and_ends_it(clock: VirtualClock) -> None:
    station = FakeStation(clock)
    worker, inbox = start(clock, station)
    clock.sleep_until(1.05)
    worker.post("main", "x.voltage", 8.0)
    worker.post("main", "x.output", True)
    worker.post_off("main")
    worker.post("main", "x.output", True)
    clock.sleep_until(1.5)
    worker.post("main", "x.output", True)
    clock.sleep_until(2.0)
    assert [what for _, what, _ in station.done] == ["off"]
    assert [type(message) for message in inbox if not isinstance(message, Reading)] == [BeganOff, WentOff]


def test_an_off_that_is_owed_is_done_before_the_worker_ends(clock: VirtualClock) -> None:
    station = FakeStation(clock, read_s=2.0)
    worker, _ = start(clock, station)
    clock.sleep_until(1.5)
    worker.post_off("main")
    assert worker.stop(5.0)
    assert [what for _, what, _ in station.done] == ["off"]


def test_after_a_failed_demand_the_rest_is_not_carried_out(clock: VirtualClock) -> None:
    station = FakeStation(clock)
    station.failing = {"x.voltage"}
    worker, inbox = start(clock, station)
    clock.sleep_until(1.05)
    worker.post("main", "x.voltage", 8.0)
    worker.post("main", "x.output", True)
    clock.sleep_until(2.0)
    worker.post("main", "x.output", True)
    clock.sleep_until(3.0)
    assert station.done == []
    (failed,) = [message for message in inbox if isinstance(message, Failed)]
    assert failed.output == "x.voltage"
    assert not [message for message in inbox if isinstance(message, Done)]


def test_a_source_is_read_at_once_when_a_look_has_found_that_its_link_answers_again(
    clock: VirtualClock,
) -> None:
    station = FakeStation(clock)
    station.failing = {"read"}
    worker, _ = start(clock, station)
    clock.sleep_until(6.0)
    assert station.read_at[-1] < 5.0, "its pauses have grown to 5 s"
    station.failing.clear()
    worker.post_off("main")
    clock.sleep_until(6.2)
    assert station.read_at[-1] >= 6.0


def test_a_source_that_fails_is_opened_anew_at_growing_pauses(clock: VirtualClock) -> None:
    station = FakeStation(clock)
    station.failing = {"read"}
    start(clock, station)
    clock.sleep_until(12.0)
    pauses = [later - sooner for sooner, later in zip(station.read_at, station.read_at[1:], strict=False)]
    assert pauses[:5] == pytest.approx([0.21, 0.51, 1.01, 2.01, 5.01], abs=0.1)
    assert station.recovered == len(station.read_at) - 1


def test_one_lane_off_leaves_the_other_its_demands(clock: VirtualClock) -> None:
    station = FakeStation(clock)
    worker, inbox = start(clock, station)
    clock.sleep_until(1.05)
    worker.post("main", "x.voltage", 8.0)
    worker.post("other", "x.voltage", 7.0)
    worker.post_off("main")
    clock.sleep_until(2.0)
    assert [(what, value) for _, what, value in station.done] == [("off", "main"), ("x.voltage", 7.0)]
    assert [message.slot for message in inbox if isinstance(message, WentOff)] == ["main"]


def test_a_failed_demand_of_one_lane_refuses_that_lane_alone(clock: VirtualClock) -> None:
    station = FakeStation(clock)
    station.failing = {"x.voltage"}
    worker, inbox = start(clock, station)
    clock.sleep_until(1.05)
    for slot in ("main", "other"):
        worker.post(slot, "x.voltage", 8.0)
    clock.sleep_until(2.0)
    assert [message.slot for message in inbox if isinstance(message, Failed)] == ["main"]
    assert [message.slot for message in inbox if isinstance(message, Done)] == ["other"]


def test_a_lane_that_decays_slowly_is_looked_at_between_the_readings_of_the_others(
    clock: VirtualClock,
) -> None:
    station = FakeStation(clock)
    station.dark_at = 3.0
    worker, inbox = start(clock, station, period_s=0.2)
    clock.sleep_until(1.5)
    worker.post_off("main")
    clock.sleep_until(4.0)
    assert station.read_at == pytest.approx([1.0 + 0.2 * tick for tick in range(15)], abs=0.011)
    (went_off,) = [message for message in inbox if isinstance(message, WentOff)]
    assert went_off.details[0].confirmed
    assert len(station.looked_at) > 10


def test_what_never_goes_dark_is_reported_in_bounded_time(clock: VirtualClock) -> None:
    station = FakeStation(clock)
    station.dark_at = 1e9
    worker, inbox = start(clock, station)
    clock.sleep_until(1.5)
    worker.post_off("main")
    clock.sleep_until(1.5 + OFF_PATIENCE_S + 0.2)
    (went_off,) = [message for message in inbox if isinstance(message, WentOff)]
    assert not went_off.details[0].confirmed


def test_relays_rest_after_all_that_is_to_go_off_was_looked_at(clock: VirtualClock) -> None:
    """Also where a scanner shares its bus with a supply."""
    station = FakeStation(clock)
    station.dark_at = 2.0
    worker, inbox = start(clock, station)
    clock.sleep_until(1.05)
    worker.post_off("main")
    worker.post_rest("main")
    worker.post_off("other")
    worker.post("main", "x.output", True)
    clock.sleep_until(1.9)
    assert [what for _, what, _ in station.done] == ["off", "off"]
    clock.sleep_until(2.5)
    assert [(what, value) for _, what, value in station.done[2:]] == [("rest", "main")]
    assert [m for m in inbox if isinstance(m, Rested)] == [Rested("bus", "main", None)]


def test_what_kept_relays_from_resting_is_told(clock: VirtualClock) -> None:
    station = FakeStation(clock)
    station.failing = {"rest"}
    worker, inbox = start(clock, station)
    worker.post_rest("main")
    clock.sleep_until(1.5)
    assert [m.trouble for m in inbox if isinstance(m, Rested)] == ["stuck"]


def test_a_rest_that_is_owed_is_done_before_the_worker_ends(clock: VirtualClock) -> None:
    station = FakeStation(clock, read_s=2.0)
    worker, _ = start(clock, station)
    clock.sleep_until(1.5)
    worker.post_rest("main")
    assert worker.stop(5.0)
    assert [what for _, what, _ in station.done] == ["rest"]


@pytest.mark.parametrize(
    ("resource", "bus"),
    [
        ("GPIB0::5::INSTR", "GPIB0"),
        ("TCPIP0::192.0.2.10::5025::SOCKET", "TCPIP0::192.0.2.10::5025::SOCKET"),
        ("USB0::0x2A8D::0x1102::MY1::0::INSTR", "USB0::0x2A8D::0x1102::MY1::0::INSTR"),
    ],
)
def test_instruments_of_one_gpib_board_share_a_bus(resource: str, bus: str) -> None:
    assert bus_of(resource) == bus


def test_a_worker_that_meets_a_defect_switches_off_and_does_nothing_else(
    clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = FakeStation(clock)
    worker, inbox = start(clock, station)
    clock.sleep_until(1.05)
    real = BusWorker._look_or_read

    def broken(self: BusWorker) -> None:
        monkeypatch.setattr(BusWorker, "_look_or_read", real)
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(BusWorker, "_look_or_read", broken)
    worker.post("main", "x.voltage", 8.0)
    clock.sleep_until(2.0)
    assert isinstance(worker.error, ZeroDivisionError)
    assert [what for _, what, _ in station.done][-1] == "off"
    assert any(isinstance(message, WentOff) for message in inbox)
    reads = len(station.read_at)
    worker.post("main", "x.output", True)
    clock.sleep_until(3.0)
    assert [what for _, what, _ in station.done][-1] == "off"
    assert len(station.read_at) == reads
    assert worker.stop(1.0)
