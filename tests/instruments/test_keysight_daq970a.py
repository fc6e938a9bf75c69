from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from instruments.catalogue import scan_time_s
from instruments.errors import NotConfirmed, Refused, UnexpectedReply
from instruments.keysight_daq970a import KeysightDaq970a
from instruments.protocols import HasSelfTest, ScanChannel, Scanner

if TYPE_CHECKING:
    from tests.instruments.conftest import TwinBench, Wire

OK = '+0,"No error"'
VOLTS = [ScanChannel(101, "thermistor"), *(ScanChannel(number, "voltage") for number in range(102, 115))]
COUPLES = [ScanChannel(number, "thermocouple") for number in range(101, 115)]
CONFIGURATION = [
    ("CONF:VOLT:DC 0.1,(@103,102);:SYST:ERR?", OK),
    ("CONF:TEMP THER,5000,(@101);:SYST:ERR?", OK),
    ("SENS:VOLT:DC:NPLC 1,(@103,102);:SYST:ERR?", OK),
    ("SENS:VOLT:DC:NPLC? (@103,102)", "+1.00000000E+00,+1.00000000E+00"),
    ("SENS:TEMP:NPLC 1,(@101);:SYST:ERR?", OK),
    ("SENS:TEMP:NPLC? (@101)", "+1.00000000E+00"),
    ("UNIT:TEMP C,(@101);:SYST:ERR?", OK),
    ("ROUT:SCAN (@101,102,103);:SYST:ERR?", OK),
    ("ROUT:SCAN?", "#214(@101,102,103)"),
    ("TRIG:SOUR IMM;:SYST:ERR?", OK),
    ("TRIG:COUN 1;:SYST:ERR?", OK),
    ("FORM:READ:CHAN ON;:SYST:ERR?", OK),
    ("FORM:READ:TIME ON;:SYST:ERR?", OK),
    ("FORM:READ:UNIT OFF;:SYST:ERR?", OK),
    ("FORM:READ:ALAR OFF;:SYST:ERR?", OK),
    ("FORM:READ:TIME:TYPE REL;:SYST:ERR?", OK),
]
CHECKED = [
    ("CONF:TEMP TC,T,(@101,102);:SYST:ERR?", OK),
    ("SENS:TEMP:NPLC 1,(@101,102);:SYST:ERR?", OK),
    ("SENS:TEMP:NPLC? (@101,102)", "1,1.0"),
    ("UNIT:TEMP C,(@101,102);:SYST:ERR?", OK),
    ("SENS:TEMP:TRAN:TC:RJUN:TYPE INT,(@101,102);:SYST:ERR?", OK),
    ("SENS:TEMP:TRAN:TC:CHEC ON,(@101,102);:SYST:ERR?", OK),
    ("SENS:TEMP:TRAN:TC:CHEC? (@101,102)", "1,1"),
]
SCANNED = [
    ("ROUT:SCAN (@101,102);:SYST:ERR?", OK),
    ("ROUT:SCAN?", "#210(@101,102)"),
    *CONFIGURATION[9:],
]
ORDER = [ScanChannel(103, "voltage"), ScanChannel(101, "thermistor"), ScanChannel(102, "voltage")]
SCAN = "+2.31000000E+01,00000000.017,101,+1.6E-03,00000000.054,102,+9.90000000E+37,00000000.091,103"


def test_configuring_comes_first_and_readings_return_in_configured_order(wire: Wire) -> None:
    session, _ = wire(*CONFIGURATION, ("READ?", SCAN))
    scanner = KeysightDaq970a(session)
    scanner.configure(ORDER, 1, 50, open_check=True)
    assert scanner.scan() == (["+9.90000000E+37", 23.1, 0.0016], [0.091, 0.017, 0.054])


def test_blanks_and_signs_that_the_manuals_leave_open_are_read(wire: Wire) -> None:
    spaced = [
        (sent, reply.replace(",", ", ") if sent == "ROUT:SCAN?" else reply) for sent, reply in CONFIGURATION
    ]
    reply = " +23.1 , 0.017, 101, 1.6E-03, 0.054 ,+102,+9.90000000E+37, 0.091, 103 "
    session, _ = wire(*spaced, ("READ?", reply))
    scanner = KeysightDaq970a(session)
    scanner.configure(ORDER, 1, 50, open_check=True)
    assert scanner.scan() == (["+9.90000000E+37", 23.1, 0.0016], [0.091, 0.017, 0.054])


@pytest.mark.parametrize("reply", ["1,1", "+1,+1", "ON,ON", " 1 , 1 "])
def test_the_open_check_may_read_back_in_every_form_of_a_boolean(wire: Wire, reply: str) -> None:
    session, _ = wire(*CHECKED[:-1], (CHECKED[-1][0], reply), *SCANNED)
    KeysightDaq970a(session).configure(COUPLES[:2], 1, 50, open_check=True)


@pytest.mark.parametrize("reply", ["1,0", "OFF,ON", "1"])
def test_an_open_check_that_stayed_off_is_not_confirmed(wire: Wire, reply: str) -> None:
    session, _ = wire(*CHECKED[:-1], (CHECKED[-1][0], reply))
    with pytest.raises(NotConfirmed, match=reply):
        KeysightDaq970a(session).configure(COUPLES[:2], 1, 50, open_check=True)


def test_a_self_test_gives_its_code(wire: Wire) -> None:
    session, _ = wire(("*TST?", "+0"), ("*TST?", "+1"), ("*TST?", "passed"))
    scanner = KeysightDaq970a(session)
    assert isinstance(scanner, HasSelfTest)
    assert [scanner.self_test(), scanner.self_test()] == [0, 1]
    with pytest.raises(UnexpectedReply, match="testing itself"):
        scanner.self_test()


@pytest.mark.parametrize(
    "reply",
    [
        "1,2,3",
        SCAN.replace("102", "104"),
        SCAN + ",1",
        SCAN.replace("+1.6E-03", "+1.#E-03"),
        SCAN.replace("00000000.054", "later"),
    ],
)
def test_a_scan_whose_channels_or_fields_are_not_ours_is_refused(wire: Wire, reply: str) -> None:
    session, _ = wire(*CONFIGURATION, ("READ?", reply))
    scanner = KeysightDaq970a(session)
    scanner.configure(ORDER, 1, 50, open_check=False)
    with pytest.raises(UnexpectedReply, match="scanning"):
        scanner.scan()


def test_an_integration_that_reads_back_differently_is_not_confirmed(wire: Wire) -> None:
    session, _ = wire(*CONFIGURATION[:3], ("SENS:VOLT:DC:NPLC? (@103,102)", "+1.0E+00,+2.0E-02"))
    with pytest.raises(NotConfirmed, match="NPLC"):
        KeysightDaq970a(session).configure(ORDER, 1, 50, open_check=False)


def test_scanning_before_configuring_is_an_error(wire: Wire) -> None:
    session, _ = wire()
    with pytest.raises(UnexpectedReply, match="no scan is configured"):
        KeysightDaq970a(session).scan()


def test_the_reference_scan_in_volts(bench: TwinBench) -> None:
    """Fourteen channels at 1 PLC and 50 Hz: 14 x (17 + 20) ms, below the 1 s of the reference bench."""
    for number, probe in bench.probes.items():
        probe.emf_volts = number * 1e-5
    scanner: Scanner = bench.scanner()
    assert scanner.identify().model == "DAQ970A"
    scanner.configure(VOLTS, 1, 50, open_check=False)
    started = bench.clock.now()
    values, times = scanner.scan()
    assert bench.clock.now() - started == pytest.approx(0.518)
    assert (
        scanner.scan_time_s == pytest.approx(scan_time_s(14, 1, 50, open_check=False)) == pytest.approx(0.518)
    )
    assert values == [39.5, *(pytest.approx(number * 1e-5) for number in range(102, 115))]
    assert times == [pytest.approx(0.017 + 0.037 * place) for place in range(14)]
    assert scanner.drain_errors() == []


def test_the_world_is_brought_to_each_channels_own_instant(bench: TwinBench) -> None:
    scanner = bench.scanner()
    scanner.configure(VOLTS, 1, 50, open_check=False)
    started = bench.clock.now()
    bench.advanced.clear()
    scanner.scan()
    sampled = [instant - started for instant in bench.advanced if instant > started]
    assert sampled == [pytest.approx(0.017 + 0.037 * place) for place in range(14)]


def test_no_sample_sees_a_world_that_changed_after_it(
    bench: TwinBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten grid steps a second: each sample must see the step that holds at its own instant."""
    scanner = bench.scanner()
    scanner.configure(VOLTS, 1, 50, open_check=False)
    clock = bench.clock

    def stepping() -> float:
        return math.floor(clock.now() * 10 + 1e-6) * 1e-3

    for probe in bench.probes.values():
        monkeypatch.setattr(probe, "volts", stepping)
    started = clock.now()
    values, times = scanner.scan()
    steps = [math.floor((started + after) * 10 + 1e-6) * 1e-3 for after in times]
    assert values[1:] == [pytest.approx(step) for step in steps[1:]]


def test_the_open_check_finds_a_lost_probe_and_costs_time(bench: TwinBench) -> None:
    bench.probes[105].loop_ohms = math.inf
    scanner = bench.scanner()
    scanner.configure(COUPLES, 1, 50, open_check=True)
    assert scanner.scan_time_s == pytest.approx(14 * 0.062)
    values, _ = scanner.scan()
    assert values[4] == "+9.90000000E+37"
    assert values[3] == 39.5


def test_without_the_check_an_open_probe_reads_plausibly(bench: TwinBench) -> None:
    bench.probes[105].loop_ohms = math.inf
    scanner = bench.scanner()
    scanner.configure(COUPLES, 1, 50, open_check=False)
    assert scanner.scan()[0][4] == pytest.approx(23.0, abs=1.0)
    scanner.configure(VOLTS, 1, 50, open_check=False)
    assert scanner.scan()[0][4] == pytest.approx(0.0, abs=2e-5)


def test_probe_resistances_leave_the_scan_as_it_was(bench: TwinBench) -> None:
    bench.probes[104].loop_ohms = math.inf
    scanner = bench.scanner()
    scanner.configure(VOLTS, 1, 50, open_check=False)
    assert scanner.probe_resistances([104, 103]) == ["+9.90000000E+37", 18.0]
    assert scanner.scan()[0][0] == 39.5


def test_a_channel_that_is_not_there_is_refused(bench: TwinBench) -> None:
    with pytest.raises(Refused, match="-222"):
        bench.scanner().configure([ScanChannel(321, "voltage")], 1, 50, open_check=False)


def test_a_channel_twice_is_an_error(bench: TwinBench) -> None:
    with pytest.raises(ValueError, match="each once"):
        bench.scanner().configure([VOLTS[0], VOLTS[0]], 1, 50, open_check=False)
