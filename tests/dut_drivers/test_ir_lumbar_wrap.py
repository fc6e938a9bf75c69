from __future__ import annotations

from collections.abc import Callable

import pytest

from dut_drivers.errors import BadFrame, LinkLost, Refused, ReplyTimeout
from dut_drivers.frames import encode
from dut_drivers.messages import NAK, Kind, ResetCause
from dut_drivers.protocols import Belt, BeltEvent
from dut_drivers.simulated.standalone import Standalone, standalone
from dut_drivers.simulated.twin import Fault, FaultKind

STATE, LEVEL, LEFT, LATCHED, REGULATION, FAULT, SENSOR_A, AMPS_A, HEATER_A = range(1, 10)
Faults = Callable[[str, int], Fault | None]


def once(kind: FaultKind, reply: int, seconds: float = 0.0) -> Faults:
    return lambda _, count: Fault(kind, seconds) if count == reply else None


def names(events: list[BeltEvent]) -> list[str]:
    return [event.name for event in events]


def drive_to_cutoff(bench: Standalone) -> list[BeltEvent]:
    bench.heat()
    for _, events in bench.polls(400.0):
        if events:
            return events
    raise AssertionError("the belt did not cut off")


def test_it_is_a_belt() -> None:
    with standalone() as bench:
        belt: Belt = bench.belt
        assert belt.units == ("a", "b")
        assert belt.exchange_s == 0.010


def test_it_says_who_it_is() -> None:
    with standalone() as bench:
        identity = bench.belt.identify()
    assert (identity.model, identity.serial, identity.firmware) == ("ir-lumbar-wrap", "SIM0001", "1.0.0")
    assert identity.reset_cause == "power-on"
    assert identity.simulated


def test_telemetry_of_a_cold_belt() -> None:
    with standalone() as bench:
        bench.clock.sleep_until(1.0)
        columns, events = bench.belt.poll()
    assert columns == [1.0, 0, 0, 0, 0, 1, 0, 33.754, 0, 0, 33.754, 0, 0]
    assert events == []


def test_telemetry_of_a_heated_belt() -> None:
    with standalone(volts=7.4) as bench:
        bench.heat("medium", 1200, defeated=False)
        bench.clock.sleep_until(1.5)
        columns, _ = bench.belt.poll()
    assert columns[:7] == [1.5, 1, 2, pytest.approx(1198.5, abs=0.11), 0, 1, 0]
    assert columns[AMPS_A] == pytest.approx(0.811)
    assert columns[HEATER_A] == 1


def test_a_whole_cutoff() -> None:
    with standalone() as bench:
        (event,) = drive_to_cutoff(bench)
        assert (event.number, event.name, event.unit) == (1, "belt.cutoff", "a")
        assert event.uptime_s == pytest.approx(382.9, abs=0.2)
        assert event.value is not None
        assert event.value >= 40.4
        columns, _ = bench.belt.poll()
        assert columns[STATE] == 2
        assert (columns[LEVEL], columns[LATCHED], columns[REGULATION], columns[AMPS_A]) == (3, 1, 0, 0)
        assert bench.belt.rearm() is False
        assert names(bench.belt.poll()[1]) == ["belt.rearm_refused"]
        for columns, events in bench.polls(700.0):
            assert events == []
            assert columns[LATCHED] == 1
        assert bench.belt.rearm() is True
        assert names(bench.belt.poll()[1]) == ["belt.rearmed"]
        bench.clock.sleep(0.2)
        assert bench.belt.poll()[0][AMPS_A] > 0.8


def test_the_event_carries_the_very_reading_of_the_telemetry_beside_it() -> None:
    with standalone(noise=lambda _, index: 1.5 if index % 7 == 0 else -1.0) as bench:
        bench.heat()
        for columns, events in bench.polls(400.0):
            assert (max(columns[7], columns[10]) >= 40.4) == bool(events)
            if events:
                assert events[0].value == max(columns[7], columns[10])
                break


@pytest.mark.parametrize("kind", ["drop", "garble", "truncate", "delay"])
def test_an_event_is_delivered_once_though_its_reply_is_lost(kind: FaultKind) -> None:
    with standalone() as bench:
        drive_to_cutoff(bench)
        bench.belt.rearm()
        bench.twin._faults = once(kind, bench.twin._replies, 0.35)
        delivered = [event for _ in range(5) for event in bench.belt.poll()[1]]
    assert [event.number for event in delivered] == [2]


def test_an_event_is_delivered_once_though_two_polls_fail() -> None:
    with standalone() as bench:
        bench.belt.poll()
        bench.belt.rearm()
        lost = bench.twin._replies
        bench.twin._faults = lambda _, count: Fault("drop") if lost <= count < lost + 2 else None
        with pytest.raises(ReplyTimeout):
            bench.belt.poll()
        assert names(bench.belt.poll()[1]) == ["belt.rearm_refused"]
        assert bench.belt.poll()[1] == []


def test_many_events_come_in_order_over_several_polls() -> None:
    with standalone() as bench:
        for _ in range(20):
            bench.belt.rearm()
        numbers = [[event.number for event in bench.belt.poll()[1]] for _ in range(4)]
    assert numbers == [list(range(1, 9)), list(range(9, 17)), list(range(17, 21)), []]


def test_events_that_the_belt_had_to_forget_are_counted() -> None:
    with standalone() as bench:
        bench.belt.rearm()
        bench.belt.poll()
        for _ in range(40):
            bench.belt.rearm()
        first = bench.belt.poll()[1][0]
    assert (first.name, first.value) == ("belt.events_lost", 8.0)


def test_a_restart_is_an_event_and_later_ones_are_not_lost() -> None:
    with standalone() as bench:
        bench.belt.rearm()
        assert [event.number for event in bench.belt.poll()[1]] == [1]
        bench.world.firmware.restart(ResetCause.BROWN_OUT)
        bench.belt.rearm()
        events = bench.belt.poll()[1]
        reset, refusal = events
        assert (reset.name, reset.value) == ("belt.reset", float(ResetCause.BROWN_OUT))
        assert (refusal.number, refusal.name) == (1, "belt.rearm_refused")
        assert bench.belt.poll()[1] == []
        assert bench.belt.identify().reset_cause == "brown-out"


def test_a_belt_that_restarts_instead_of_answering() -> None:
    with standalone(faults=once("reset", 3)) as bench:
        bench.belt.poll()
        bench.belt.set_level("high")
        bench.clock.sleep(1.0)
        bench.belt.poll()
        columns, events = bench.belt.poll()
    assert names(events) == ["belt.reset"]
    assert columns[LEVEL] == 0


def test_the_first_contact_is_no_restart() -> None:
    with standalone() as bench:
        bench.world.firmware.restart(ResetCause.SOFTWARE)
        assert bench.belt.poll()[1] == []


@pytest.mark.parametrize("ask", ["level", "session", "fraction"])
def test_values_that_do_not_exist_are_errors_here(ask: str) -> None:
    with standalone() as bench, pytest.raises(ValueError, match="setting the"):
        {
            "level": lambda: bench.belt.set_level("boost"),
            "session": lambda: bench.belt.set_session(1e6),
            "fraction": lambda: bench.belt.set_session(600.5),
        }[ask]()


def test_a_session_that_is_not_on_offer_is_refused_by_the_belt() -> None:
    with (
        standalone() as bench,
        pytest.raises(Refused, match=r"setting the session's length on simdut://.*bad value"),
    ):
        bench.belt.set_session(601)


def test_defeating_regulation_needs_the_key() -> None:
    with standalone() as bench:
        bench.twin.write(encode(1, Kind.SET_REGULATION, b"\0tEST"), 0.0)
        reply = bench.twin.read(0.0)
        assert reply is not None
        assert reply[1] == encode(1, NAK, b"\x12\x04")
        assert bench.world.firmware.normal


@pytest.mark.parametrize(
    ("kind", "payload", "reason"),
    [(0x44, b"", 1), (Kind.POLL, b"", 2), (Kind.PING, b"x", 2), (Kind.SET_LEVEL, b"\4", 3)],
)
def test_requests_that_make_no_sense_are_refused(kind: int, payload: bytes, reason: int) -> None:
    with standalone() as bench:
        bench.twin.write(encode(8, kind, payload), 0.0)
        reply = bench.twin.read(0.0)
    assert reply is not None
    assert reply[1] == encode(8, NAK, bytes((kind, reason)))


def test_off_is_confirmed_by_reading_back() -> None:
    with standalone() as bench:
        bench.heat()
        bench.clock.sleep(1.0)
        assert bench.belt.confirm_off() == (False, "level high; unit a on, 0.892 A; unit b on, 0.892 A")
        bench.belt.switch_off()
        assert bench.belt.confirm_off() == (True, "level off; unit a off, 0.000 A; unit b off, 0.000 A")


def test_a_welded_switch_is_not_confirmed_off() -> None:
    with standalone(defects=["switch-welded"]) as bench:
        bench.heat()
        bench.clock.sleep(1.0)
        bench.belt.switch_off()
        confirmed, words = bench.belt.confirm_off()
    assert not confirmed
    assert words == "level off; unit a off, 0.892 A; unit b off, 0.892 A"


def test_confirming_off_keeps_events_for_the_next_poll() -> None:
    with standalone() as bench:
        bench.belt.rearm()
        assert bench.belt.confirm_off()[0]
        assert names(bench.belt.poll()[1]) == ["belt.rearm_refused"]


def test_a_silent_host_loses_the_heat() -> None:
    with standalone() as bench:
        bench.heat()
        bench.clock.sleep(5.0)
        columns, events = bench.belt.poll()
    assert (columns[LEVEL], columns[HEATER_A], columns[REGULATION]) == (0, 0, 1)
    assert [(event.name, event.value) for event in events] == [("belt.watchdog", 2.0)]


def test_a_hung_line_is_deaf_and_the_belts_watchdog_acts() -> None:
    with standalone(faults=once("hang", 3)) as bench:
        bench.heat()
        with pytest.raises(ReplyTimeout):
            bench.belt.poll()
        for _ in range(5):
            with pytest.raises(ReplyTimeout):
                bench.belt.switch_off()
        assert bench.world.firmware.level == 0


def test_a_cut_line_is_lost_until_it_is_plugged_in_again() -> None:
    with standalone(faults=once("cut", 1)) as bench:
        bench.belt.poll()
        for _ in range(2):
            with pytest.raises(LinkLost, match="unplugged"):
                bench.belt.poll()
        with pytest.raises(LinkLost, match="opening the port on simdut://standalone"):
            bench.belt.reopen()
        bench.twin.plugged = True
        bench.belt.reopen()
        assert bench.belt.poll()[1] == []


def test_a_reply_of_another_form_is_a_bad_frame() -> None:
    with standalone() as bench:
        bench.twin._answer._handlers[Kind.POLL] = (6, lambda _: b"short")
        with pytest.raises(
            BadFrame, match="a payload of 5 bytes that is not of this message's form: 73 68 6f 72 74"
        ):
            bench.belt.poll()
        bench.twin._answer._handlers[Kind.IDENTIFY] = (0, lambda _: b"\0\1\1\2\x40abc")
        with pytest.raises(BadFrame, match="asking the belt who it is"):
            bench.belt.identify()


def test_the_same_seed_gives_the_same_readings_and_another_does_not() -> None:
    from random import Random

    def readings(seed: int) -> list[list[float]]:
        def noise(stream: str, index: int) -> float:
            return Random(f"{seed}/{stream}/{index}").gauss()

        with standalone(noise=noise) as bench:
            bench.heat()
            return [columns for columns, _ in bench.polls(60.0)]

    assert readings(1) == readings(1)
    assert readings(1) != readings(2)
