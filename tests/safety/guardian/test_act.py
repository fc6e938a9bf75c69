"""How a bus is switched off: off first, then looks, and nothing of one part keeps another waiting."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from rig.bench.messages import OffDetail, Reading, Value
from rig.bench.outputs import Opened, OutputPart
from rig.bench.stations import Columns
from rig.clock import VirtualClock
from rig.safety.guardian.act import PATIENCE_S, SwitchOff
from rig.safety.guardian.bus_off import HUNG_S, STAYS_S


class FakeStation:
    """An output that is told off, falls in dark_after_s, and may come on again by itself."""

    wired_as = "x"
    off_beat = False
    columns: Mapping[str, Columns] = {"main": None}
    outputs: Mapping[str, frozenset[str]] = {"main": frozenset({"x.output"})}

    def __init__(self, clock: VirtualClock, source: str, dark_after_s: float = 0.0) -> None:
        self.source = source
        self.clock = clock
        self.dark_after_s = dark_after_s
        self.dark_at = 1e9
        self.on_again_at = 1e9
        self.told: list[float] = []
        self.closed = 0

    def begin_off(self, slot: str) -> None:
        self.told.append(self.clock.now())
        self.dark_at = self.clock.now() + self.dark_after_s

    def look_off(self, slot: str) -> list[OffDetail]:
        now = self.clock.now()
        dark = now >= self.dark_at
        if now >= self.on_again_at:
            self.on_again_at, dark = 1e9, False
            self.begin_off(slot)
        return [OffDetail(self.source, "x.output", dark, "off" if dark else "on")]

    def read(self) -> Reading:
        raise NotImplementedError

    def carry_out(self, slot: str, output: str, value: Value) -> Value:
        raise NotImplementedError

    def rest(self, slot: str) -> None:
        pass

    def recover(self) -> None:
        raise NotImplementedError

    def close(self) -> None:
        self.closed += 1


class FakePart:
    """A part whose opening takes open_s, or fails so many times; a stranger may answer there."""

    def __init__(self, clock: VirtualClock, source: str, bus: str, dark_after_s: float = 0.0) -> None:
        self.station = FakeStation(clock, source, dark_after_s)
        self.clock = clock
        self.failures = 0
        self.stranger = False
        self.open_s = 0.01
        self.part = OutputPart(source, bus, {"main": ("x.output",)}, self.open)

    def open(self) -> Opened:
        self.clock.sleep(self.open_s)
        if self.failures:
            self.failures -= 1
            raise ConnectionRefusedError("nobody there")
        return Opened(self.station, self.identify)

    def identify(self) -> None:
        if self.stranger:
            raise LookupError("it is a toaster")


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


def switch_off(
    clock: VirtualClock, *parts: FakePart, trust: Callable[[], str | None] = lambda: None
) -> SwitchOff:
    return SwitchOff([part.part for part in parts], clock, trust)


def confirmed_at(clock: VirtualClock, off: SwitchOff, patience_s: float = 60.0) -> float:
    until = clock.now() + patience_s
    while not off.confirmed:
        assert clock.now() < until
        clock.sleep(0.01)
        off.poll(clock.now())
    return clock.now()


def test_off_goes_to_every_part_of_a_bus_before_the_first_look(clock: VirtualClock) -> None:
    slow, second = FakePart(clock, "a", "bus", dark_after_s=2.0), FakePart(clock, "b", "bus")
    off = switch_off(clock, slow, second)
    assert confirmed_at(clock, off) == pytest.approx(2.0, abs=0.15)
    assert second.station.told == [pytest.approx(0.02)]
    assert (slow.station.closed, second.station.closed) == (1, 1)


def test_a_bus_that_hangs_delays_no_other_and_is_tried_anew(clock: VirtualClock) -> None:
    hangs, sound = FakePart(clock, "belt", "line"), FakePart(clock, "supply", "lan")
    hangs.open_s = 1000.0
    off = switch_off(clock, hangs, sound)
    clock.sleep(0.1)
    assert sound.station.told
    clock.sleep(PATIENCE_S)
    off.poll(clock.now())
    assert off.reported(clock.now())
    assert {seen.resource: seen.confirmed for seen in off.seen} == {"belt": False, "supply": True}
    hangs.open_s = 0.01
    assert confirmed_at(clock, off) == pytest.approx(HUNG_S + STAYS_S, abs=0.5)


def test_a_part_that_cannot_be_opened_is_tried_at_growing_pauses_until_it_can(clock: VirtualClock) -> None:
    part = FakePart(clock, "supply", "lan")
    part.failures = 4
    off = switch_off(clock, part)
    clock.sleep(0.1)
    (first,) = off.poll(clock.now())
    assert "nobody there" in first.seen[0].what
    assert confirmed_at(clock, off) == pytest.approx(0.2 + 0.5 + 1.0 + 2.0 + STAYS_S, abs=0.2)


def test_a_stranger_at_the_address_confirms_nothing(clock: VirtualClock) -> None:
    part = FakePart(clock, "supply", "lan")
    part.stranger = True
    off = switch_off(clock, part)
    clock.sleep(4.0)
    off.poll(clock.now())
    (seen,) = off.seen
    assert not seen.confirmed
    assert "toaster" in seen.what
    part.stranger = False
    confirmed_at(clock, off)


def test_a_look_counts_only_once_the_engine_has_ended(clock: VirtualClock) -> None:
    part = FakePart(clock, "supply", "lan")
    off = switch_off(clock, part, trust=lambda: None if clock.now() > 5.0 else "it still runs")
    clock.sleep(3.5)
    off.poll(clock.now())
    assert "it still runs" in off.seen[0].what
    assert confirmed_at(clock, off) >= 5.0 + STAYS_S


def test_what_the_engine_sent_last_and_arrives_late_is_seen(clock: VirtualClock) -> None:
    part = FakePart(clock, "supply", "lan")
    part.station.on_again_at = STAYS_S / 2
    off = switch_off(clock, part)
    confirmed_at(clock, off)
    assert len(part.station.told) == 2


def test_cancelled_it_lets_go_of_its_links(clock: VirtualClock) -> None:
    part = FakePart(clock, "supply", "lan", dark_after_s=100.0)
    off = switch_off(clock, part)
    clock.sleep(0.5)
    off.cancel()
    clock.sleep(10.0)
    assert part.station.closed == 1
    assert not off.confirmed
