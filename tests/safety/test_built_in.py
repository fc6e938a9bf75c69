"""Rules that nobody writes: readings against commands, at the reading at which they must, never on a transition."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

import pytest

from rig.safety.commands import CommandLog
from rig.safety.interlocks import InterlockSet, Trip
from rig.signals.derive import Derivation

PERIOD_S = 0.2
Reading = tuple[float, float, float]
"""Volts, amps, on or off of an output."""
OFF: Reading = (0.0, 0.0, 0.0)
ON: Reading = (8.14, 0.9, 1.0)


def wiring(*, heaters: str = "a", shared: bool = False, remote: bool = True) -> dict[str, object]:
    def column(signal: str, dimension: str, convert: dict[str, object], **more: str) -> dict[str, object]:
        return {"signal": signal, "dimension": dimension, "convert": convert, **more}

    plain: dict[str, object] = {"kind": "value"}
    share: dict[str, object] = {"kind": "share", "of": len(heaters)}
    supply = [
        column(f"supply.{h}.{what}", dim, share if shared and what == "current" else plain, heater=h)
        for what, dim in (("voltage", "voltage"), ("current", "current"), ("output", "count"))
        for h in heaters
    ]
    leads: dict[str, object] = {"lead_ohms": 0.2, "remote_sense": remote}
    others = {h: {"shares_with": [o for o in heaters if o != h]} if shared else {} for h in heaters}
    return {
        "sources": {
            "supply": {"period_s": PERIOD_S, "columns": supply},
            "belt": {"period_s": 0.1, "columns": [column("belt.uptime", "time", plain)]},
        },
        "heaters": {h: {**leads, **others[h]} for h in heaters},
    }


class Rig:
    """A lane whose supply is read every 0.2 s, and whose commands a test gives."""

    def __init__(self, heaters: str = "a", *, shared: bool = False, remote: bool = True) -> None:
        self.heaters = heaters
        self.derivation = Derivation(wiring(heaters=heaters, shared=shared, remote=remote))
        self.interlocks = InterlockSet([], self.derivation)
        self.log = CommandLog()
        self.interlocks.obey(self.log)
        self.tick = 0

    @property
    def now(self) -> float:
        return round(self.tick * PERIOD_S, 6)

    def command(self, output: str, value: float | str | bool, *, acknowledged: bool = True) -> None:
        for heater in self.heaters if output.startswith("supply") else "a":
            name = output.replace("supply.", f"supply.{heater}.")
            self.log.demand(self.now, name, value)
            if acknowledged:
                self.log.confirm(self.now, name, value)

    def heat(self, volts: float = 8.14, limit: float = 1.2) -> None:
        """Commands of a step that heats, all acknowledged."""
        self.command("supply.current_limit", limit)
        self.command("supply.voltage", volts)
        self.command("supply.output", True)
        self.command("belt.level", "high")

    def read(self, *readings: Reading, times: int = 1) -> Trip | None:
        """Read all outputs so often."""
        rows = [readings[min(i, len(readings) - 1)] for i in range(len(self.heaters))]
        values: Sequence[float] = [row[quantity] for quantity in range(3) for row in rows]
        for _ in range(times):
            self.tick += 1
            self.derivation.take("supply", self.now, list(values))
            self.interlocks.take("supply")
            self.derivation.take("belt", self.now, [self.now])
            self.interlocks.take("belt")
            trip = self.interlocks.evaluate(self.now)
            if trip is not None:
                return trip
        return None


def heating(heaters: str = "a", *, remote: bool = True) -> Rig:
    """A lane that has heated for 10 s, with nothing wrong."""
    rig = Rig(heaters, remote=remote)
    assert rig.read(OFF, times=5) is None
    rig.heat()
    assert rig.read(ON, times=50) is None
    return rig


@pytest.mark.parametrize(("volts", "limit"), [(7.72, 7.733), (8.56, 8.547)])
def test_volts_away_from_their_setting_trip_at_the_second_reading(volts: float, limit: float) -> None:
    """5 % of 8.14 V are 0.407 V."""
    rig = heating()
    assert rig.read((volts, 0.9, 1.0)) is None
    trip = rig.read((volts, 0.9, 1.0))
    assert trip is not None
    assert (trip.interlock, trip.signal, trip.value) == (
        "read-back away from its setting",
        "supply.a.voltage",
        volts,
    )
    assert trip.limit == pytest.approx(limit)


@pytest.mark.parametrize("volts", [7.74, 8.54])
def test_volts_that_are_near_enough_do_not(volts: float) -> None:
    assert heating().read((volts, 0.9, 1.0), times=20) is None


def test_at_low_settings_three_tenths_of_a_volt_count() -> None:
    """5 % of 1 V would be 0.05 V, which is a matter of the supply's accuracy."""
    rig = Rig()
    rig.heat(volts=1.0)
    assert rig.read((1.29, 0.1, 1.0), times=20) is None
    assert rig.read((1.31, 0.1, 1.0), times=2) is not None


def test_one_reading_away_and_one_that_reads_nothing_trip_nothing_alone() -> None:
    rig = heating()
    assert rig.read((7.0, 0.9, 1.0)) is None
    assert rig.read(ON) is None
    assert rig.read((7.0, 0.9, 1.0)) is None
    assert rig.read((nan, 0.9, 1.0), times=3) is None
    assert rig.read((7.0, 0.9, 1.0)) is not None  # nothing came between that would clear the count


def test_an_output_that_gives_its_current_limit_is_left_to_the_rules_about_current() -> None:
    """98 % of 1.2 A are 1.176 A."""
    assert heating().read((6.0, 1.18, 1.0), times=20) is None
    assert heating().read((6.0, 1.17, 1.0), times=2) is not None


def test_an_output_that_switched_itself_off_is_away_from_its_setting() -> None:
    trip = heating().read(OFF, times=2)
    assert trip is not None
    assert (trip.interlock, trip.value) == ("read-back away from its setting", 0.0)


def test_what_the_leads_take_is_allowed_where_the_supply_senses_locally() -> None:
    """0.9 A through 0.2 ohm: 0.18 V less than the least of 7.733 V, 7.553 V."""
    assert heating(remote=False).read((7.56, 0.9, 1.0), times=20) is None
    assert heating(remote=False).read((7.55, 0.9, 1.0), times=2) is not None
    assert heating(remote=False).read((8.56, 0.9, 1.0), times=2) is not None


def test_a_change_of_volts_has_a_second_to_settle() -> None:
    """Demanded, read back 0.4 s later, and on the way for 0.8 s after that."""
    rig = heating()
    rig.command("supply.voltage", 4.0, acknowledged=False)
    assert rig.read(ON, times=2) is None
    rig.command("supply.voltage", 4.0)
    assert rig.read((6.0, 0.6, 1.0), times=4) is None
    assert rig.read((4.0, 0.4, 1.0), times=20) is None
    assert rig.read((6.0, 0.6, 1.0), times=2) is not None


def test_a_change_that_never_settles_trips_after_its_second() -> None:
    rig = heating()
    rig.command("supply.voltage", 4.0)
    before = rig.now
    assert rig.read(ON, times=20) is not None
    assert rig.now - before == pytest.approx(1.2)  # the readings at 1.0 and 1.2 s


def test_an_output_that_nobody_switched_on_must_not_be_on() -> None:
    """Runs begin with outputs off; the first reading is at 0.2 s, the two that count are at 1.2 and 1.4 s."""
    rig = Rig()
    trip = rig.read((5.0, 0.0, 1.0), times=20)
    assert trip is not None
    assert (trip.interlock, trip.signal) == ("output on when it should be off", "supply.a.output")
    assert (rig.now, trip.value, trip.limit) == (1.4, 1.0, 0.0)


def test_an_output_that_was_switched_off_may_fall_for_a_second() -> None:
    rig = heating()
    rig.command("supply.output", False, acknowledged=False)
    assert rig.read(ON, times=10) is None  # the worker has not come to it yet; staleness guards that
    rig.command("supply.output", False)
    assert rig.read((3.0, 0.3, 0.0), times=4) is None
    assert rig.read(OFF, times=20) is None
    trip = rig.read((8.1, 0.0, 1.0), times=2)
    assert trip is not None
    assert trip.interlock == "output on when it should be off"


def test_current_of_an_output_that_is_off_trips() -> None:
    rig = heating()
    rig.command("supply.output", False)
    assert rig.read(OFF, times=20) is None
    assert rig.read((0.0, 0.049, 0.0), times=5) is None
    trip = rig.read((0.5, 0.051, 0.0), times=2)
    assert trip is not None
    assert (trip.interlock, trip.signal) == ("current without command", "supply.a.current")
    assert (trip.value, trip.limit) == (0.051, 0.05)


def test_current_under_level_off_trips_two_seconds_after_its_acknowledgement() -> None:
    rig = heating()
    rig.command("belt.level", "off")
    before = rig.now
    trip = rig.read(ON, times=50)
    assert trip is not None
    assert trip.interlock == "current without command"
    assert rig.now - before == pytest.approx(2.2)  # the readings at 2.0 and 2.2 s


def test_what_the_device_does_by_itself_under_a_level_is_not_looked_at() -> None:
    """Its cut-off opens and its weld conducts: temperatures decide."""
    rig = heating()
    assert rig.read((8.14, 0.0, 1.0), times=300) is None
    assert rig.read(ON, times=300) is None


def test_switching_on_after_a_long_time_off_trips_nothing() -> None:
    rig = heating()
    for _ in range(3):
        rig.command("supply.output", False)
        rig.command("belt.level", "off")
        assert rig.read(OFF, times=30) is None
        rig.command("supply.output", True, acknowledged=False)
        rig.command("belt.level", "high", acknowledged=False)
        assert rig.read(ON) is None  # on before anybody could acknowledge it
        rig.heat()
        assert rig.read(ON, times=30) is None


def test_a_shared_output_keeps_its_thresholds() -> None:
    """Two heaters, 0.9 A each: the output gives 1.8 A, limits 2.4 A, and 51 mA of it are too much."""
    rig = Rig(heaters="ab", shared=True)
    rig.heat()
    assert rig.read((8.14, 1.8, 1.0), times=30) is None
    assert rig.read((6.0, 2.36, 1.0), times=20) is None  # 98 % of 2.4 A are 2.352 A
    rig.command("belt.level", "off")
    assert rig.read((8.14, 0.049, 1.0), times=30) is None
    trip = rig.read((8.14, 0.051, 1.0), times=2)
    assert trip is not None
    assert trip.value == pytest.approx(0.0255)
    assert trip.limit == 0.025


def test_of_two_heaters_the_one_that_is_wrong_is_named() -> None:
    trip = heating(heaters="ab").read(ON, (7.0, 0.8, 1.0), times=2)
    assert trip is not None
    assert trip.signal == "supply.b.voltage"


def uptimes(*seconds: float, awaited: Sequence[str] = ()) -> Trip | None:
    derivation = Derivation(wiring())
    interlocks = InterlockSet([], derivation)
    interlocks.obey(CommandLog(), awaited)
    for tick, uptime in enumerate(seconds):
        derivation.take("belt", tick / 10, [uptime])
        interlocks.take("belt")
        trip = interlocks.evaluate(tick / 10)
        if trip is not None:
            return trip
    return None


def test_an_uptime_that_goes_backwards_is_a_restart() -> None:
    trip = uptimes(100.0, 100.1, 100.1, nan, 0.4)
    assert trip is not None
    assert (trip.interlock, trip.signal, trip.value, trip.limit) == (
        "belt rebooted",
        "belt.uptime",
        0.4,
        100.1,
    )


def test_an_uptime_that_goes_on_is_none() -> None:
    assert uptimes(100.0, nan, 100.0, 100.3) is None


def test_a_restart_that_a_step_awaits_is_no_fault() -> None:
    assert uptimes(100.0, 0.4, awaited=["belt.reset"]) is None


@pytest.mark.parametrize(("awaited", "trips"), [((), True), (("belt.reset",), False)])
def test_the_event_of_a_restart_trips_though_the_uptime_does_not_show_it(
    awaited: tuple[str, ...], trips: bool
) -> None:
    interlocks = InterlockSet([], Derivation(wiring()))
    interlocks.obey(CommandLog(), awaited)
    interlocks.take_event("belt.cutoff")
    assert interlocks.evaluate(0.0) is None
    interlocks.take_event("belt.reset")
    trip = interlocks.evaluate(0.1)
    assert (None if trip is None else trip.signal) == ("belt.reset" if trips else None)


def test_a_set_that_was_told_no_commands_holds_every_output_off() -> None:
    """Off unless proven safe: an engine that forgot to tell would not heat."""
    derivation = Derivation(wiring())
    interlocks = InterlockSet([], derivation)
    for tick in range(10):
        derivation.take("supply", tick * PERIOD_S, [8.14, 0.9, 1.0])
        interlocks.take("supply")
    trip = interlocks.evaluate(2.0)
    assert trip is not None
    assert trip.interlock == "output on when it should be off"
