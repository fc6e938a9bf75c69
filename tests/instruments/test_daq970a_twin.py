from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.instruments.asking import ask as question

if TYPE_CHECKING:
    from instruments.simulated.scpi_engine import Conversation
    from tests.instruments.conftest import TwinBench


ask = partial(question, within_s=3600.0)


@pytest.fixture
def scanner(bench: TwinBench) -> Conversation:
    return bench.scanner_twin.connect()


def test_configuring_resets_scan_list_channel_settings_and_fields(scanner: Conversation) -> None:
    scanner.write(b"CONF:TEMP TC,T,(@101,102);:SENS:TEMP:NPLC 10,(@101)\n", 0.0)
    scanner.write(b"SENS:TEMP:TRAN:TC:CHEC ON,(@101);:FORM:READ:CHAN ON\n", 0.0)
    question = "ROUT:SCAN?;:SENS:TEMP:NPLC? (@101);TRAN:TC:CHEC? (@101);:FORM:READ:CHAN?"
    assert ask(scanner, question) == "#210(@101,102);+1.00000000E+01;1;1"
    scanner.write(b"CONF:TEMP TC,T,(@101)\n", 0.0)
    assert ask(scanner, question) == "#16(@101);+1.00000000E+00;0;0"


def test_measuring_has_the_same_side_effects(scanner: Conversation) -> None:
    scanner.write(b"CONF:VOLT:DC 0.1,(@101:103);:FORM:READ:TIME ON\n", 0.0)
    assert ask(scanner, "MEAS:RES? 10000,(@104)") == "+1.80000000E+01"
    assert ask(scanner, "ROUT:SCAN?;:FORM:READ:TIME?") == "#16(@104);0"


def test_all_fields_stand_in_the_documented_order(scanner: Conversation) -> None:
    scanner.write(b"CONF:TEMP TC,T,(@101);:FORM:READ:CHAN ON;TIME ON;UNIT ON;ALAR ON\n", 0.0)
    assert ask(scanner, "READ?") == "+3.95000000E+01 C,00000000.017,101,0"
    assert ask(scanner, "FORM:READ:TIME:TYPE ABS;:READ?").startswith(
        "+3.95000000E+01 C,2018,01,01,00,00,00.017,101"
    )


def test_temperatures_come_in_the_unit_that_was_set(scanner: Conversation) -> None:
    scanner.write(b"CONF:TEMP TC,T,(@101:103);:UNIT:TEMP F,(@102);:UNIT:TEMP K,(@103)\n", 0.0)
    assert ask(scanner, "READ?") == "+3.95000000E+01,+1.03100000E+02,+3.12650000E+02"


def test_overload_is_beyond_120_percent_of_the_range(bench: TwinBench, scanner: Conversation) -> None:
    bench.probes[101].emf_volts, bench.probes[102].emf_volts = 0.119, -0.121
    scanner.write(b"CONF:VOLT:DC 0.1,(@101,102)\n", 0.0)
    assert ask(scanner, "READ?") == "+1.19000000E-01,-9.90000000E+37"


def test_an_initiated_scan_fills_the_memory_in_its_own_time(scanner: Conversation) -> None:
    scanner.write(b"CONF:VOLT:DC 0.1,(@101,102);:TRIG:SOUR TIM;TIM 1;COUN 3;:INIT\n", 0.0)
    assert ask(scanner, "DATA:POIN?", 0.5) == "+2"
    assert ask(scanner, "INIT;:SYST:ERR?", 1.5) == '-213,"Init ignored"'
    scanner.write(b"FORM:READ:TIME ON;:FETC?\n", 1.5)
    pending = scanner.read(1.5)
    assert pending is not None
    assert abs(pending[0] - 2.054) < 1e-9
    assert pending[1] == b""
    item = scanner.read(2.1)
    assert item is not None
    assert item[1].count(b",") == 11
    assert ask(scanner, "FORM:READ:TIME OFF;:R? 2", 3.0) == "#231+1.60000000E-03,+1.60000000E-03"
    assert ask(scanner, "DATA:POIN?", 3.0) == "+4"


def test_a_scan_that_is_read_at_once_empties_the_memory(scanner: Conversation) -> None:
    """34970A user's guide, building a scan list: each scan clears it, and READ? stores nothing."""
    scanner.write(b"CONF:VOLT:DC 0.1,(@101,102);:INIT\n", 0.0)
    assert ask(scanner, "DATA:POIN?;POIN? (@102);POIN? (@103)", 1.0) == "+2;+1;+0"
    assert ask(scanner, "READ?;:DATA:POIN?", 1.0) == "+1.60000000E-03,+1.60000000E-03;+0"


def test_fetching_before_any_scan_is_stale(scanner: Conversation) -> None:
    assert ask(scanner, "FETC?;:SYST:ERR?") == '-230,"Data corrupt or stale"'


def test_the_monitor_reads_one_channel(scanner: Conversation) -> None:
    assert ask(scanner, "ROUT:MON:DATA?") == "+9.91000000E+37"
    assert ask(scanner, "ROUT:MON (@102);MON:STAT ON;DATA?;:ROUT:MON?") == "+1.60000000E-03;#16(@102)"
    assert ask(scanner, "ROUT:MON:STAT OFF;DATA?") == "+9.91000000E+37"


def test_cards_and_relay_cycles_can_be_asked(scanner: Conversation) -> None:
    assert ask(scanner, "SYST:CTYP? 100;CTYP? 200").startswith("Keysight Technologies,DAQM901A,SIM0002")
    scanner.write(b"CONF:VOLT:DC 0.1,(@101)\n", 0.0)
    ask(scanner, "READ?")
    assert ask(scanner, "DIAG:REL:CYCL? (@101,102)") == "+1,+0"


def test_the_identity_has_the_form_of_the_programming_guide(scanner: Conversation) -> None:
    """Maker, model, serial number and h.ff.ff-pp.pp-mm.mm-gg.gg-bb-fp."""
    maker, model, serial, revision = ask(scanner, "*IDN?").split(",")
    assert (maker, model, serial) == ("Keysight Technologies", "DAQ970A", "SIM0002")
    assert re.fullmatch(r"[A-Z](\.\d\d){2}(-\d\d\.\d\d){3}(-\d\d){2}", revision)


def test_the_latest_readings_of_one_channel_come_earliest_first(
    bench: TwinBench, scanner: Conversation
) -> None:
    scanner.write(b"CONF:VOLT:DC 0.1,(@101,102);:TRIG:COUN 2;:INIT\n", 0.0)
    assert ask(scanner, "DATA:LAST? (@102)", 0.08) == "+1.60000000E-03"
    bench.probes[102].emf_volts = 2e-3
    assert ask(scanner, "DATA:LAST? 2,(@102)", 1.0) == "+1.60000000E-03,+2.00000000E-03"
    assert ask(scanner, "DATA:LAST? 3,(@102);:SYST:ERR?", 1.0) == '-222,"Data out of range"'
    assert ask(scanner, "DATA:LAST? 1,(@101,102);:SYST:ERR?", 1.0) == '-222,"Data out of range"'
    assert ask(scanner, "R?;:R?", 1.0).endswith(";#10")


def test_thermocouples_are_what_is_measured_unless_told(scanner: Conversation) -> None:
    assert ask(scanner, "MEAS:TEMP? DEF,DEF,(@101)") == "+3.95000000E+01"
    assert ask(scanner, "CONF? (@101)") == '"TEMP TC,J"'


def test_function_and_probe_can_be_set_alone(scanner: Conversation) -> None:
    scanner.write(b'CONF:VOLT:DC 0.1,(@101,102);:SENS:FUNC "TEMPerature",(@102)\n', 0.0)
    assert ask(scanner, "FUNC? (@101,102);:ROUT:SCAN:SIZE?") == '"VOLT","TEMP";+2'
    scanner.write(b"SENS:TEMP:TRAN:TC:TYPE T,(@102)\n", 0.0)
    assert ask(scanner, "TEMP:TRAN:TYPE? (@102);TC:TYPE? (@102)") == "TC;T"
    scanner.write(b"TEMP:TRAN:TYPE THER,(@102);THER:TYPE 10000,(@102)\n", 0.0)
    assert ask(scanner, "TEMP:TRAN:THER:TYPE? (@102);:SYST:ERR?") == '10000;+0,"No error"'


def test_another_function_does_not_inherit_the_range(scanner: Conversation) -> None:
    scanner.write(b"CONF:VOLT:DC 0.1,(@101);:FUNC 'VOLT:DC',(@101)\n", 0.0)
    assert ask(scanner, "VOLT:RANG:AUTO? (@101)") == "0"
    assert ask(scanner, "FUNC 'RES',(@101);:RES:RANG:AUTO? (@101);:READ?") == "1;+1.80000000E+01"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("FUNC 'FREQ',(@101)", -224),
        ("FUNC TEMP,(@101)", -104),
        ("TEMP:TRAN:TC:TYPE Z,(@101)", -224),
        ("TEMP:TRAN:THER:TYPE 5000,(@101)", -221),
        ("ROUT:CHAN:DEL 61,(@101)", -222),
        ("TEMP:NPLC? UP,(@101)", -224),
        ("INST:DMM OFF", -221),
        ("SYST:DATE 2026,2,30", -222),
        ("SYST:DATE 1999,12,31", -222),
        ("SYST:DATE 1E30,1,1", -222),
        ("SYST:TIME 24,0,0", -222),
        ("SYST:TIME 1E30,0,0", -222),
        ("SYST:TIME 1,0,60", -222),
        ("ROUT:OPEN (@101)", -222),
        ("ROUT:CLOS (@102)", -222),
    ],
)
def test_settings_that_make_no_sense_are_refused(scanner: Conversation, command: str, code: int) -> None:
    scanner.write(f"CONF:TEMP TC,T,(@101);:{command}\n".encode(), 0.0)
    assert int(ask(scanner, "SYST:ERR?").split(",")[0]) == code


def test_limits_of_a_setting_can_be_named_and_asked(scanner: Conversation) -> None:
    scanner.write(b"CONF:TEMP TC,T,(@101);:TEMP:NPLC MAX,(@101);:ROUT:CHAN:DEL MAX,(@101)\n", 0.0)
    question = "TEMP:NPLC? (@101);NPLC? MIN,(@101);:ROUT:CHAN:DEL? (@101);DEL:AUTO? (@101)"
    assert ask(scanner, question) == "+2.00000000E+02;+2.00000000E-02;+6.00000000E+01;0"
    assert ask(scanner, "ROUT:CHAN:DEL:AUTO ON,(@101);AUTO? (@101)") == "1"


def test_a_range_can_be_set_and_left_to_the_meter(bench: TwinBench, scanner: Conversation) -> None:
    scanner.write(b"CONF:VOLT:DC AUTO,DEF,(@101,102)\n", 0.0)
    bench.probes[102].emf_volts = 0.5
    assert (
        ask(scanner, "VOLT:RANG? (@101,102);RANG:AUTO? (@101,102)") == "+1.00000000E-01,+1.00000000E+00;1,1"
    )
    assert ask(scanner, "SENS:VOLT:DC:RANG 0.05,(@102);RANG:AUTO? (@102)") == "0"
    assert ask(scanner, "READ?") == "+1.60000000E-03,+9.90000000E+37"
    scanner.write(b"VOLT:RANG:AUTO ON,(@102);AUTO OFF,(@101)\n", 0.0)
    assert ask(scanner, "VOLT:RANG:AUTO? (@101,102);:READ?") == "0,1;+1.60000000E-03,+5.00000000E-01"
    scanner.write(b"CONF:RES (@101)\n", 0.0)
    assert ask(scanner, "RES:RANG? (@101);:VOLT:RANG 1,(@101);:SYST:ERR?").endswith(
        '-221,"Settings conflict"'
    )


def test_the_input_keeps_what_it_is_told(scanner: Conversation) -> None:
    scanner.write(b"CONF:VOLT:DC 0.1,(@101,102);:INP:IMP:AUTO ON,(@101);:ZERO:AUTO OFF,(@102)\n", 0.0)
    assert ask(scanner, "INP:IMP:AUTO? (@101,102);:SENS:ZERO:AUTO? (@101,102)") == "1,0;1,0"
    scanner.write(b"CONF:TEMP TC,T,(@101)\n", 0.0)
    assert ask(scanner, "INP:IMP:AUTO? (@101);:SYST:ERR?") == '-221,"Settings conflict"'


def test_limits_of_the_trigger_can_be_asked(scanner: Conversation) -> None:
    assert ask(scanner, "TRIG:TIM 1;TIM?;TIM? MAX") == "+1.00000000E+00;+3.59999000E+05"
    assert ask(scanner, "TRIG:COUN INF;COUN?;COUN? MAX") == "+9.90000000E+37;+5.00000000E+04"
    assert ask(scanner, "TRIG:COUN? DEF") == "+1.00000000E+00"


def test_the_configuration_tells_the_range_in_use(bench: TwinBench, scanner: Conversation) -> None:
    bench.probes[102].emf_volts = 0.5
    scanner.write(b"CONF:VOLT:DC AUTO,DEF,(@101,102)\n", 0.0)
    assert ask(scanner, "CONF? (@101,102)") == '"VOLT +1.00000000E-01","VOLT +1.00000000E+00"'


def test_the_clock_can_be_set_and_stamps_follow_it(scanner: Conversation) -> None:
    assert ask(scanner, "SYST:DATE?;TIME?", 1.5) == "2018,01,01;00,00,01.500"
    assert ask(scanner, "SYST:DATE 2026,11,21;TIME 10,31,7.25;TIME?;:SYST:LFR?", 10.0) == "10,31,07.250;+50"
    scanner.write(b"CONF:VOLT:DC 0.1,(@101);:FORM:READ:TIME ON;TIME:TYPE ABS\n", 11.0)
    assert ask(scanner, "*RST;:SYST:DATE?", 11.0) == "2026,11,21"
    scanner.write(b"CONF:VOLT:DC 0.1,(@101);:FORM:READ:TIME ON;TIME:TYPE ABS\n", 11.0)
    assert ask(scanner, "READ?", 11.0) == "+1.60000000E-03,2026,11,21,10,31,08.267"


def test_channels_that_are_not_scanned_may_be_told_to_open(scanner: Conversation) -> None:
    scanner.write(b"CONF:VOLT:DC 0.1,(@101)\n", 0.0)
    assert ask(scanner, "ROUT:OPEN (@102:120);:INST:DMM ON;DMM?;:SYST:ERR?") == '1;+0,"No error"'


@pytest.mark.parametrize(
    ("span", "error"), [("AUTO", "+0"), ("DEF", "+0"), ("MAX", "+0"), ("UP", "-224"), ("INF", "-224")]
)
def test_a_range_is_named_by_its_words_alone(bench: TwinBench, span: str, error: str) -> None:
    answer = ask(bench.scanner_twin.connect(), f"CONF:VOLT {span},(@101);:SYST:ERR?")
    assert answer.startswith(f"{error},")
