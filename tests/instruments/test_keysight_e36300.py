from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from instruments.catalogue import exchange_s
from instruments.errors import NotConfirmed, Refused, ReplyTimeout, UnexpectedReply
from instruments.keysight_e36300 import KeysightE36300
from instruments.protocols import OutputSetup, OutputState, Supply
from instruments.simulated.faults import Fault

if TYPE_CHECKING:
    from tests.instruments.conftest import TwinBench, Wire

OK = '+0,"No error"'
POLL = "MEAS:VOLT? (@2,3);:MEAS:CURR? (@2,3);:OUTP? (@2,3)"
SETUP = OutputSetup(volts_limit_ovp=9.0, ocp=True, remote_sense=True)
BACK = "OUTP? (@2);:VOLT? (@2);:VOLT:PROT? (@2);:CURR:PROT:STAT? (@2);:VOLT:SENS:SOUR? (@2)"
PREPARATION = [
    ("OUTP OFF,(@2);:SYST:ERR?", OK),
    ("VOLT 0,(@2);:SYST:ERR?", OK),
    ("VOLT:PROT 9,(@2);:SYST:ERR?", OK),
    ("CURR:PROT:STAT ON,(@2);:SYST:ERR?", OK),
    ("VOLT:SENS:SOUR EXT,(@2);:SYST:ERR?", OK),
]


def test_a_measurement_is_one_compound_exchange(wire: Wire) -> None:
    session, _ = wire((POLL, "+7.40000000E+00,+9.91E37;+8.10800000E-01,+0.00000000E+00;1,0"))
    measured = KeysightE36300(session, "E36313A").measure([2, 3])
    assert measured == [7.4, "+9.91E37", 0.8108, 0.0, 1.0, 0.0]


@pytest.mark.parametrize("reply", ["1", "7.4;0.8;1", "7.4,x;0,0;1,0", "7.4,7.4;0,0;1,2", "", "7,7;0,0;1,0;1"])
def test_a_reply_of_another_shape_is_not_a_measurement(wire: Wire, reply: str) -> None:
    session, resource = wire((POLL, reply), ("*IDN?", "Keysight Technologies,E36313A,MY1,1"))
    supply = KeysightE36300(session, "E36313A")
    with pytest.raises(UnexpectedReply, match="measuring"):
        supply.measure([2, 3])
    supply.identify()
    assert resource.cleared == 1


def test_preparing_programs_and_reads_back_each_setting(wire: Wire) -> None:
    session, _ = wire(*PREPARATION, (BACK, "0;+0.0E+00;+9.00000E+00;1;EXT"))
    KeysightE36300(session, "E36313A").prepare({2: SETUP})


@pytest.mark.parametrize(
    ("reply", "wrong"),
    [
        ("1;0;9;1;EXT", "output reads on"),
        ("0;0.5;9;1;EXT", "voltage reads 0.5"),
        ("0;0;27.5;1;EXT", "over-voltage level reads 27.5, not 9.0"),
        ("0;0;9;0;EXT", "over-current trip reads False"),
        ("0;0;9;1;0", "remote sense reads False"),
    ],
)
def test_a_setting_that_reads_back_differently_is_not_confirmed(wire: Wire, reply: str, wrong: str) -> None:
    session, _ = wire(*PREPARATION, (BACK, reply))
    with pytest.raises(NotConfirmed, match=wrong):
        KeysightE36300(session, "E36313A").prepare({2: SETUP})


def test_a_refusal_carries_code_and_text_and_empties_the_queue(wire: Wire) -> None:
    session, _ = wire(
        ("VOLT 99,(@2);:SYST:ERR?", '-222,"Data out of range"'), ("SYST:ERR?", '-350,"x"'), ("SYST:ERR?", OK)
    )
    with pytest.raises(
        Refused, match=r'output 2 to 99 V \(VOLT 99,\(@2\)\): refused with -222,"Data'
    ) as caught:
        KeysightE36300(session, "E36313A").set_voltage(2, 99)
    assert (caught.value.code, caught.value.text) == (-222, "Data out of range")


def test_switching_off_waits_for_nothing(wire: Wire) -> None:
    session, _ = wire(("OUTP OFF,(@2,3);:VOLT 0,(@2,3)", None))
    KeysightE36300(session, "E36313A").switch_off([2, 3])


def test_clearing_a_trip_goes_by_zero_and_off_and_is_confirmed(wire: Wire) -> None:
    session, _ = wire(
        ("VOLT 0,(@2);:SYST:ERR?", OK),
        ("OUTP OFF,(@2);:SYST:ERR?", OK),
        ("OUTP? (@2)", "0"),
        ("OUTP:PROT:CLE (@2);:SYST:ERR?", OK),
        ("OUTP? (@2)", "0"),
        ("VOLT:PROT:TRIP? (@2);:CURR:PROT:TRIP? (@2)", "0;0"),
    )
    KeysightE36300(session, "E36313A").clear_protection(2)


def test_a_supply_that_comes_back_on_when_cleared_is_switched_off_and_reported(wire: Wire) -> None:
    session, _ = wire(
        ("VOLT 0,(@2);:SYST:ERR?", OK),
        ("OUTP OFF,(@2);:SYST:ERR?", OK),
        ("OUTP? (@2)", "0"),
        ("OUTP:PROT:CLE (@2);:SYST:ERR?", OK),
        ("OUTP? (@2)", "1"),
        ("OUTP OFF,(@2);:VOLT 0,(@2)", None),
    )
    with pytest.raises(NotConfirmed, match="reads on"):
        KeysightE36300(session, "E36313A").clear_protection(2)


@pytest.mark.parametrize(
    "reply", ["RIGOL TECHNOLOGIES,DP832A,DP8B,1", "Keysight Technologies,E36312A,MY1,1", "1"]
)
def test_another_instrument_is_not_taken_for_the_supply(wire: Wire, reply: str) -> None:
    session, _ = wire(("*IDN?", reply))
    with pytest.raises(UnexpectedReply):
        KeysightE36300(session, "E36313A").identify()


def test_the_reference_belt_unit_at_rated_voltage(bench: TwinBench) -> None:
    """6 W at 7.4 V: 0.8108 A through 9.1267 ohms, judged at the device's terminals in remote sense."""
    supply: Supply = bench.supply()
    assert supply.identify().simulated
    supply.prepare({2: SETUP, 3: SETUP})
    for output in (2, 3):
        supply.set_voltage(output, 7.4)
        supply.set_current_limit(output, 1.2)
        supply.set_output(output, True)
    started = bench.clock.now()
    assert supply.measure([2, 3]) == [7.4, 7.4, 0.8108, 0.8108, 1.0, 1.0]
    assert bench.clock.now() - started == pytest.approx(exchange_s())
    assert supply.state(2) == OutputState(7.4, 1.2, True)
    supply.switch_off([2, 3])
    for on, volts, amps in supply.off_state([2, 3]):
        assert (on, amps) == (False, 0.0)
        assert abs(volts) < 1e-3
    assert supply.drain_errors() == []


def test_an_unloaded_output_falls_in_half_a_second(bench: TwinBench) -> None:
    bench.loads[2].ohms = math.inf
    supply = bench.supply()
    supply.set_voltage(2, 10.0)
    supply.set_output(2, True)
    supply.switch_off([2])
    ((_, volts, _),) = supply.off_state([2])
    assert volts > 5.0
    bench.clock.sleep(0.5)
    ((_, volts, _),) = supply.off_state([2])
    assert volts < 0.1


def test_our_clearing_leaves_a_tripped_twin_off_though_the_bare_command_would_not(bench: TwinBench) -> None:
    supply = bench.supply()
    supply.prepare({2: SETUP, 3: SETUP})
    bench.loads[2].ohms = bench.loads[3].ohms = 1.0
    for output in (2, 3):
        supply.set_current_limit(output, 1.0)
        supply.set_output(output, True)
        supply.set_voltage(output, 5.0)
    assert supply.measure([2, 3])[4:] == [0.0, 0.0]
    bench.loads[2].ohms = bench.loads[3].ohms = 9.0
    bare = bench.session("TCPIP0::192.0.2.7::5025::SOCKET")
    assert bare.query("CURR:PROT:TRIP? (@2,3);:OUTP:PROT:CLE (@3);:OUTP? (@3)") == "1,1;1"
    supply.clear_protection(2)
    assert supply.state(2).on is False


def test_a_hung_supply_is_known_within_the_deadline(bench: TwinBench) -> None:
    supply = bench.supply()
    supply.set_deadline(0.15)
    bench.faults["supply", 1] = Fault("hang")
    with pytest.raises(ReplyTimeout):
        supply.measure([2, 3])
    assert bench.clock.now() == pytest.approx(0.15)


def test_off_still_acts_on_a_supply_that_answers_no_more(bench: TwinBench) -> None:
    supply = bench.supply()
    supply.set_voltage(2, 7.4)
    supply.set_output(2, True)
    bench.faults["supply", 3] = Fault("hang")
    with pytest.raises(ReplyTimeout):
        supply.measure([2])
    supply.switch_off([2])
    assert bench.supply_twin.amps_into(2, 9.0) == 0.0


def test_an_unknown_model_is_refused(bench: TwinBench) -> None:
    with pytest.raises(ValueError, match="E36312A, E36313A"):
        KeysightE36300(bench.session("TCPIP0::192.0.2.7::5025::SOCKET"), "E36311A")
