from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from instruments.simulated.e36300 import E36300Twin
from tests.instruments.asking import ask

if TYPE_CHECKING:
    from tests.instruments.conftest import TwinBench


def test_local_sense_loses_volts_in_the_leads_and_remote_sense_does_not(bench: TwinBench) -> None:
    """7.4 V into 9.1267 + 0.2 ohms: 0.7934 A, 7.241 V at the belt, 4.2 % less power."""
    twin = bench.supply_twin
    conversation = twin.connect()
    assert ask(conversation, "VOLT 7.4,(@2);:OUTP ON,(@2);:MEAS:VOLT? (@2)") == "+7.40000000E+00"
    assert twin.amps_into(2, 7.4**2 / 6) == pytest.approx(0.79342, abs=1e-5)
    assert twin.volts_at(2) == pytest.approx(7.24132, abs=1e-5)
    assert ask(conversation, "VOLT:SENS:SOUR EXT,(@2);SOUR? (@2);:MEAS:VOLT? (@2)") == "EXT;+7.40000000E+00"
    assert twin.amps_into(2, 7.4**2 / 6) == pytest.approx(6 / 7.4)
    assert twin.volts_at(2) == pytest.approx(7.4)


def test_the_current_limit_holds(bench: TwinBench) -> None:
    twin = bench.supply_twin
    conversation = twin.connect()
    ask(conversation, "APPL CH2,7.4,0.5;:OUTP ON,(@2);:STAT:QUES:INST:ISUM3:COND?")
    assert twin.amps_into(2, 9.0) == 0.5
    assert ask(conversation, "STAT:QUES:INST:ISUM2:COND?") == "+1"
    assert ask(conversation, "CURR 2,(@2);:STAT:QUES:INST:ISUM2:COND?") == "+2"


def test_over_current_latches_and_clearing_restores_power(bench: TwinBench) -> None:
    twin = bench.supply_twin
    conversation = twin.connect()
    ask(conversation, "CURR:PROT:STAT ON,(@2);:APPL CH2,7.4,0.5;:OUTP ON,(@2);*OPC?")
    assert twin.amps_into(2, 9.0) == 0.0
    assert twin.amps_into(2, math.inf) == 0.0
    assert ask(conversation, "CURR:PROT:TRIP? (@2);:VOLT:PROT:TRIP? (@2);:OUTP? (@2)") == "1;0;0"
    assert ask(conversation, "STAT:QUES:INST:ISUM2:COND?") == "+1024"
    assert ask(conversation, "CURR 1,(@2);:OUTP:PROT:CLE (@2);:OUTP? (@2)") == "1"


def test_over_voltage_trips_even_without_a_load(bench: TwinBench) -> None:
    bench.loads[2].ohms = math.inf
    conversation = bench.supply_twin.connect()
    reply = ask(
        conversation, "VOLT:PROT 6,(@2);:OUTP ON,(@2);:VOLT 7.4,(@2);:VOLT:PROT:TRIP? (@2);:OUTP? (@2)"
    )
    assert reply == "1;0"


def test_a_message_may_list_outputs_and_changes_all_or_none(bench: TwinBench) -> None:
    conversation = bench.supply_twin.connect()
    assert ask(conversation, "VOLT 2,(@1:3);VOLT? (@1,2,3)") == ",".join(["+2.00000E+00"] * 3)
    assert ask(conversation, "VOLT 20,(@2,1);VOLT? (@1,2)") == ",".join(["+2.00000E+00"] * 2)
    assert ask(conversation, "SYST:ERR?") == '-222,"Data out of range"'


def test_what_is_applied_can_be_asked_of_the_selected_output(bench: TwinBench) -> None:
    conversation = bench.supply_twin.connect()
    assert ask(conversation, "APPL CH2,5,1;:INST CH2;:APPL?") == '"+5.00000E+00,+1.00000E+00"'
    assert ask(conversation, "APPL? CH1") == '"+0.00000E+00,+1.00000E+01"'


def test_an_output_may_be_measured_by_its_name(bench: TwinBench) -> None:
    conversation = bench.supply_twin.connect()
    ask(conversation, "APPL P25V,7.3013,1;:OUTP ON,(@2);*OPC?")
    assert ask(conversation, "MEAS:VOLT? P25V;CURR? CH2;:MEAS:VOLT? CH1") == (
        "+7.30130000E+00;+7.82800000E-01;+0.00000000E+00"
    )
    assert ask(conversation, "MEAS:VOLT? CH2,(@1);:SYST:ERR?") == '-108,"Parameter not allowed"'
    assert ask(conversation, "MEAS:VOLT? CH9;:SYST:ERR?") == '-224,"Illegal parameter value"'


def test_the_over_current_delay_tells_its_range(bench: TwinBench) -> None:
    conversation = bench.supply_twin.connect()
    reply = ask(conversation, "CURR:PROT:DEL 0.2,(@1:2);DEL? (@1,2);DEL? MIN,(@1);DEL? DEF")
    assert reply == "+2.00000E-01,+2.00000E-01;+0.00000E+00;+5.00000E-02"


def test_reset_switches_everything_off(bench: TwinBench) -> None:
    conversation = bench.supply_twin.connect()
    ask(conversation, "VOLT 5,(@2);:OUTP ON,(@2);*OPC?")
    assert (
        ask(conversation, "*RST;:OUTP? (@1,2,3);:VOLT? (@2);:VOLT:PROT? (@2)")
        == "0,0,0;+0.00000E+00;+2.75000E+01"
    )
    assert bench.supply_twin.amps_into(2, 9.0) == 0.0


def test_noise_is_keyed_by_channel_and_index() -> None:
    asked: list[tuple[str, int]] = []

    def noise(channel: str, index: int) -> float:
        asked.append((channel, index))
        return 1.0

    twin = E36300Twin("E36312A", "SIM1", {}, noise, lambda _t: None)
    conversation = twin.connect()
    assert (
        ask(conversation, "MEAS:VOLT? (@1);:MEAS:CURR? (@1,2)")
        == "+2.00000000E-04;+1.00000000E-04,+1.00000000E-04"
    )
    ask(conversation, "MEAS:VOLT? (@1)")
    assert asked == [("1.volts", 0), ("1.amps", 0), ("2.amps", 0), ("1.volts", 1)]


@pytest.mark.parametrize(
    ("model", "serial", "message"), [("E3631A", "SIM1", "no such"), ("E36312A", "MY1", "SIM")]
)
def test_twins_are_models_we_know_and_say_that_they_are_simulated(
    model: str, serial: str, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        E36300Twin(model, serial, {}, lambda _c, _i: 0.0, lambda _t: None)
