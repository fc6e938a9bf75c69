from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pyvisa.constants import StatusCode
from pyvisa.errors import VisaIOError

from instruments.simulated.faults import Fault
from instruments.simulated.visa_library import SimulatedVisaLibrary, make_resource_manager

if TYPE_CHECKING:
    from tests.instruments.conftest import ManualClock, TwinBench

SUPPLY = "TCPIP0::192.0.2.7::5025::SOCKET"
SCANNER = "USB0::0x2A8D::0x5101::SIM0002::0::INSTR"


def test_resources_are_listed_by_their_real_names(bench: TwinBench) -> None:
    assert bench.manager.list_resources("?*") == (SUPPLY, SCANNER)
    assert bench.manager.list_resources() == (SCANNER,)


@pytest.mark.parametrize("name", ["TCPIP::192.0.2.7::5025::SOCKET", SUPPLY])
def test_every_spelling_of_a_name_opens_the_same_twin(bench: TwinBench, name: str) -> None:
    assert "E36313A" in bench.open(name).query("*IDN?")


def test_an_unknown_resource_is_not_found(bench: TwinBench) -> None:
    with pytest.raises(VisaIOError) as caught:
        bench.manager.open_resource("TCPIP0::192.0.2.8::5025::SOCKET")
    assert caught.value.error_code == StatusCode.error_resource_not_found


def test_waiting_is_bench_time(bench: TwinBench) -> None:
    resource = bench.open(SUPPLY)
    resource.timeout = 60_000
    with pytest.raises(VisaIOError) as caught:
        resource.read()
    assert caught.value.error_code == StatusCode.error_timeout
    assert bench.clock.now() == pytest.approx(60.0)


def test_long_replies_come_in_chunks(bench: TwinBench) -> None:
    resource = bench.open(SCANNER)
    resource.chunk_size = 7
    assert resource.query("*IDN?").startswith("Keysight Technologies,DAQ970A,SIM0002")


def test_serial_poll_and_device_clear(bench: TwinBench) -> None:
    resource = bench.open(SCANNER)
    resource.write("*IDN?")
    assert resource.read_stb() & 16
    resource.clear()
    assert not resource.read_stb() & 16
    assert resource.query("*OPC?") == "1"
    with pytest.raises(VisaIOError):
        bench.open(SUPPLY).read_stb()


def test_reading_without_asking_is_unterminated_on_usb(bench: TwinBench) -> None:
    resource = bench.open(SCANNER)
    with pytest.raises(VisaIOError):
        resource.read()
    assert resource.query("SYST:ERR?") == '-420,"Query UNTERMINATED"'


def test_a_lost_reply_is_no_query_error(bench: TwinBench) -> None:
    bench.faults["scanner", 1] = Fault("drop")
    resource = bench.open(SCANNER)
    with pytest.raises(VisaIOError):
        resource.query("*OPC?")
    assert resource.query("SYST:ERR?") == '+0,"No error"'


def test_a_garbled_reply_keeps_its_length_and_line_end(bench: TwinBench) -> None:
    bench.faults["supply", 1] = Fault("garble")
    reply = bench.open(SUPPLY).query("VOLT? (@2)")
    assert "#" in reply
    assert len(reply) == len("+0.00000E+00")


def test_libraries_of_different_keys_are_independent(clock: ManualClock, bench: TwinBench) -> None:
    other = SimulatedVisaLibrary("independent", {SUPPLY: bench.scanner_twin}, clock)
    manager = make_resource_manager(other)
    assert "E36313A" in bench.open(SUPPLY).query("*IDN?")
    resource: Any = manager.open_resource(SUPPLY, read_termination="\n", write_termination="\n")
    assert "DAQ970A" in resource.query("*IDN?")
    other.close_library()
    assert bench.open(SUPPLY).query("*OPC?") == "1"


def test_a_key_is_free_again_after_closing_and_not_before(clock: ManualClock) -> None:
    first = SimulatedVisaLibrary("reused", {}, clock)
    with pytest.raises(ValueError, match="open already"):
        SimulatedVisaLibrary("reused", {}, clock)
    first.close_library()
    SimulatedVisaLibrary("reused", {}, clock).close_library()
