"""What counts as commanded: from the demand for on, from the read-back of off."""

from __future__ import annotations

from rig.safety.commands import Command, CommandLog, NoCommands

OUTPUT = "supply.a.output"
VOLTS = "supply.a.voltage"


def test_what_was_never_commanded_is_unknown() -> None:
    log = CommandLog()
    log.confirm(1.0, "supply.a.over_voltage", 9.0)  # read back before the scan, demanded by nobody
    assert (log.of(OUTPUT), log.of("supply.a.over_voltage"), log.revision) == (None, None, 0)
    assert NoCommands().of(OUTPUT) is None


def test_a_change_is_under_way_from_its_demand_to_its_read_back() -> None:
    log = CommandLog()
    log.demand(1.0, OUTPUT, value=False)
    assert log.of(OUTPUT) == Command(None, 1.0)
    log.confirm(1.2, OUTPUT, readback=False)
    assert log.of(OUTPUT) == Command(value=False, since=1.2)
    log.demand(60.0, OUTPUT, value=True)
    assert log.of(OUTPUT) == Command(None, 60.0)
    log.confirm(60.3, OUTPUT, readback=True)
    assert log.of(OUTPUT) == Command(value=True, since=60.3)


def test_each_change_has_a_revision_of_its_own() -> None:
    log = CommandLog()
    seen = [log.revision]
    for t, value in ((1.0, 8.14), (2.0, 7.4)):
        log.demand(t, VOLTS, value)
        seen.append(log.revision)
        log.confirm(t + 0.2, VOLTS, value)
        seen.append(log.revision)
    assert len(set(seen)) == 5


def test_a_demand_that_is_repeated_changes_nothing() -> None:
    """The engine writes and reads back a difference only: a second off must not wait for a read-back for ever."""
    log = CommandLog()
    log.demand(1.0, OUTPUT, value=False)
    log.confirm(1.2, OUTPUT, readback=False)
    log.demand(9.0, OUTPUT, value=False)
    assert log.of(OUTPUT) == Command(value=False, since=1.2)


def test_a_read_back_may_be_some_millivolts_away() -> None:
    log = CommandLog()
    log.demand(1.0, VOLTS, 8.14)
    log.confirm(1.2, VOLTS, 8.137)
    assert log.of(VOLTS) == Command(8.137, 1.2)


def test_the_read_back_of_an_overtaken_demand_acknowledges_nothing() -> None:
    log = CommandLog()
    log.demand(1.0, VOLTS, 8.14)
    log.demand(1.1, VOLTS, 7.4)
    log.confirm(1.2, VOLTS, 8.14)
    assert log.of(VOLTS) == Command(None, 1.2)
    log.confirm(1.4, VOLTS, 7.4)
    assert log.of(VOLTS) == Command(7.4, 1.4)


def test_a_demand_that_is_taken_back_before_it_was_written_settles_anew() -> None:
    log = CommandLog()
    log.demand(1.0, "belt.level", "high")
    log.confirm(1.2, "belt.level", "high")
    log.demand(50.0, "belt.level", "off")
    log.demand(50.0, "belt.level", "high")
    assert log.of("belt.level") == Command("high", 50.0)
