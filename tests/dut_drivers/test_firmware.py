from __future__ import annotations

from typing import Any

import pytest

from dut_drivers.messages import EventCode, FaultCode, Reason, ResetCause, State
from dut_drivers.simulated.firmware import QUEUE_LENGTH, Firmware
from dut_drivers.simulated.standalone import sound_parameters

COOL, WARM, HOT = [34_000, 34_000], [39_000, 39_000], [40_400, 40_100]


def firmware(level: int = 3, *, normal: bool = False, host: bool = True, **changes: Any) -> Firmware:
    """A belt under way, with a host that need not be heard unless ``host`` is False."""
    made = Firmware(sound_parameters(host_watchdog=not host, **changes), COOL)
    made.set_regulation(normal)
    made.set_level(level)
    return made


def ticks(of: Firmware, count: int, readings: list[int]) -> None:
    for _ in range(count):
        of.tick(list(readings))


def events(of: Firmware) -> list[tuple[int, int, int]]:
    return [(code, unit, value) for _, _, code, unit, value in of.pending(100)]


def test_it_starts_off() -> None:
    made = Firmware(sound_parameters(), COOL)
    made.tick(COOL)
    assert (made.state, made.level, made.heaters, made.boot) == (State.OFF, 0, [False, False], 1)


@pytest.mark.parametrize(("level", "degc"), [(1, 37_500), (2, 38_500), (3, 39_500)])
def test_each_unit_is_regulated_about_its_level(level: int, degc: int) -> None:
    made = firmware(level, normal=True)
    made.tick([degc, degc + 149])
    assert made.heaters == [True, True]
    made.tick([degc, degc + 150])
    assert made.heaters == [True, False]
    made.tick([degc, degc - 149])
    assert made.heaters == [True, False]
    made.tick([degc, degc - 150])
    assert made.heaters == [True, True]


def test_defeated_it_heats_up_to_the_cutoff() -> None:
    made = firmware(1)
    made.tick([40_399, 40_399])
    assert made.heaters == [True, True]


@pytest.mark.parametrize(("readings", "unit"), [([40_400, 34_000], 0), ([34_000, 40_400], 1)])
def test_either_sensor_cuts_both_units_off(readings: list[int], unit: int) -> None:
    made = firmware()
    made.tick(readings)
    assert (made.state, made.latched, made.heaters) == (State.CUT_OFF, True, [False, False])
    assert made.pending(9) == [(1, 100, EventCode.CUTOFF, unit, 40_400)]


def test_the_latch_holds_with_demand_on() -> None:
    made = firmware()
    made.tick(HOT)
    ticks(made, 1000, COOL)
    assert made.latched
    assert made.level == 3
    assert made.heaters == [False, False]
    assert len(made.pending(9)) == 1


@pytest.mark.parametrize(
    ("hottest", "reason"), [(38_001, Reason.TOO_HOT), (38_000, Reason.TOO_HOT), (37_999, None)]
)
def test_rearming_needs_every_sensor_below_38(hottest: int, reason: Reason | None) -> None:
    made = firmware()
    made.tick(HOT)
    made.tick([36_000, hottest])
    assert made.rearm() == reason
    assert made.latched == (reason is not None)
    code = EventCode.REARMED if reason is None else EventCode.REARM_REFUSED
    assert events(made)[1] == (code, 0xFF, hottest)


def test_heat_returns_after_rearming_and_regulation_stays_defeated() -> None:
    made = firmware()
    made.tick(HOT)
    made.tick(COOL)
    assert made.rearm() is None
    made.tick([37_990, 37_990])
    assert made.heaters == [True, True]
    assert not made.normal


def test_rearming_what_is_not_latched_is_refused() -> None:
    made = firmware()
    assert made.rearm() == Reason.NOT_LATCHED


def test_a_session_ends_by_itself_and_brings_regulation_back() -> None:
    made = firmware()
    ticks(made, 5999, COOL)
    assert made.session_left_s == pytest.approx(0.1)
    ticks(made, 2, COOL)  # the sum of tenths may end one tick late
    assert (made.level, made.heaters, made.normal) == (0, [False, False], True)
    assert events(made) == [(EventCode.SESSION_END, 0xFF, 600_000)]


def test_a_new_length_counts_from_the_sessions_start() -> None:
    made = firmware()
    ticks(made, 3000, COOL)
    assert made.set_session(1800)
    assert made.session_left_s == pytest.approx(1500.0)
    assert not made.set_session(1801)


def test_a_fast_timer_ends_early() -> None:
    made = firmware(session_rate=1.02)
    ticks(made, 5883, COOL)
    assert made.level == 0


@pytest.mark.parametrize("level_off", [True, False])
def test_off_is_at_once_and_ends_the_session(level_off: bool) -> None:
    made = firmware()
    made.tick(COOL)
    if level_off:
        made.set_level(0)
    else:
        made.switch_off()
    assert (made.heaters, made.level, made.session_left_s, made.normal) == ([False, False], 0, 0.0, True)


def test_the_test_mode_may_be_set_before_the_level() -> None:
    made = Firmware(sound_parameters(), COOL)
    made.set_level(0)
    made.set_regulation(False)
    made.set_level(0)
    made.set_level(3)
    made.tick([40_000, 40_000])
    assert made.heaters == [True, True]


def test_two_seconds_of_silence_switch_off() -> None:
    made = firmware(host=False)
    ticks(made, 10, COOL)
    made.hear_host()
    ticks(made, 19, COOL)
    assert made.heaters == [True, True]
    made.tick(COOL)
    assert (made.heaters, made.level, made.normal) == ([False, False], 0, True)
    assert events(made) == [(EventCode.WATCHDOG, 0xFF, 2000)]
    ticks(made, 100, COOL)
    assert len(made.pending(9)) == 1


def test_silence_ends_the_test_mode_also_when_off() -> None:
    made = Firmware(sound_parameters(), COOL)
    made.set_regulation(False)
    ticks(made, 20, COOL)
    assert made.normal
    assert made.pending(9) == []


@pytest.mark.parametrize(
    ("reading", "fault"), [(-40_000, FaultCode.SENSOR_OPEN), (150_000, FaultCode.SENSOR_SHORT)]
)
def test_a_sound_firmware_switches_off_on_an_implausible_sensor(reading: int, fault: FaultCode) -> None:
    made = firmware()
    made.tick([34_000, reading])
    ticks(made, 5, COOL)
    assert (made.state, made.fault, made.heaters) == (State.FAULT, fault, [False, False])
    assert events(made)[0] == (EventCode.FAULT, 1, 1000 * fault)


def test_a_restart_forgets_all_but_the_latch() -> None:
    made = firmware()
    made.tick(HOT)
    made.restart(ResetCause.BROWN_OUT)
    assert (made.boot, made.cause, made.ticks, made.level, made.normal) == (
        2,
        ResetCause.BROWN_OUT,
        0,
        0,
        True,
    )
    assert made.latched
    assert made.pending(9) == []


def test_events_stay_until_they_are_acknowledged() -> None:
    made = firmware()
    for _ in range(3):
        made.rearm()
    made.acknowledge(made.boot + 1, 3)
    assert [event[0] for event in made.pending(2)] == [1, 2]
    made.acknowledge(made.boot, 2)
    assert [event[0] for event in made.pending(9)] == [3]


def test_the_queue_keeps_the_newest() -> None:
    made = firmware()
    for _ in range(QUEUE_LENGTH + 5):
        made.rearm()
    assert [event[0] for event in made.pending(1)] == [6]


def test_a_change_of_level_heats_again_inside_the_band() -> None:
    made = firmware(1, normal=True)
    made.tick([38_400, 38_400])
    assert made.heaters == [False, False]
    made.set_level(2)
    made.tick([38_500, 38_500])
    assert made.heaters == [True, True]


def test_a_warm_belt_below_the_threshold_is_left_alone() -> None:
    made = firmware()
    ticks(made, 100, WARM)
    assert made.state == State.ON
