from __future__ import annotations

import pickle
from math import inf
from typing import TYPE_CHECKING

import pytest
from pyvisa.constants import StatusCode
from pyvisa.errors import VisaIOError

from instruments.errors import InstrumentError, LinkLost, Refused, ReplyTimeout, UnexpectedReply
from instruments.session import Session
from instruments.simulated.faults import Fault

if TYPE_CHECKING:
    from instruments.session import Resource
    from instruments.simulated.faults import FaultKind
    from tests.instruments.conftest import ManualClock, TwinBench, Wire

SUPPLY = "TCPIP0::192.0.2.7::5025::SOCKET"
SCANNER = "USB0::0x2A8D::0x5101::SIM0002::0::INSTR"
TIMEOUT = VisaIOError(StatusCode.error_timeout)
LOST = VisaIOError(StatusCode.error_connection_lost)


def test_both_terminations_are_set(wire: Wire) -> None:
    _, resource = wire()
    assert (resource.read_termination, resource.write_termination) == ("\n", "\n")


def test_a_timeout_is_also_a_builtin_timeout_and_says_what_to_do(wire: Wire) -> None:
    session, _ = wire(("*IDN?", TIMEOUT))
    with pytest.raises(
        TimeoutError, match=r"psu: asking '\*IDN\?': no whole reply within 0.15 s; check"
    ) as caught:
        session.query("*IDN?", 0.15)
    assert isinstance(caught.value, ReplyTimeout)


def test_after_a_timeout_the_device_is_cleared_before_the_next_question(wire: Wire) -> None:
    session, resource = wire(("VOLT?", TIMEOUT), ("CURR?", "+1"))
    with pytest.raises(ReplyTimeout):
        session.query("VOLT?")
    assert session.query("CURR?") == "+1"
    assert (resource.cleared, resource.closed) == (1, 0)


@pytest.mark.parametrize("failure", [LOST, OSError(5, "EIO"), BrokenPipeError()])
def test_every_kind_of_broken_link_is_link_lost(wire: Wire, failure: Exception) -> None:
    session, _ = wire(("VOLT?", failure))
    with pytest.raises(LinkLost, match=r"psu: asking 'VOLT\?'"):
        session.query("VOLT?")


def test_unplugged_serial_lines_raise_termios_errors_and_are_lost_too(wire: Wire) -> None:
    termios = pytest.importorskip("termios")
    session, _ = wire(("VOLT?", termios.error(5, "Input/output error")))
    with pytest.raises(LinkLost):
        session.query("VOLT?")


def test_a_resource_that_does_not_open_is_link_lost(clock: ManualClock) -> None:
    def refuse() -> Resource:
        raise ConnectionRefusedError(111, "Connection refused")

    with pytest.raises(LinkLost, match="Connection refused"):
        Session(refuse, "psu", clock)


def test_a_reply_that_is_not_ascii_is_damaged(wire: Wire) -> None:
    session, resource = wire(("VOLT?", "+7\xff"), ("VOLT?", "+7"))
    with pytest.raises(UnexpectedReply, match="damaged"):
        session.query("VOLT?")
    assert session.query("VOLT?") == "+7"
    assert resource.cleared == 1


def test_a_closed_session_says_so(wire: Wire) -> None:
    session, _ = wire()
    session.close()
    with pytest.raises(LinkLost, match="it is closed"):
        session.query("*IDN?")


def test_the_wire_log_sees_each_exchange_with_its_times(bench: TwinBench) -> None:
    session = bench.session(SUPPLY)
    seen: list[tuple[str, str, str | None, float, float]] = []
    session.on_exchange = lambda *exchange: seen.append(exchange)
    session.query("*OPC?")
    session.write("*CLS")
    assert seen == [(SUPPLY, "*OPC?", "1", 0.0, 0.01), (SUPPLY, "*CLS", None, 0.01, 0.01)]


@pytest.mark.parametrize("name", [SUPPLY, SCANNER])
def test_a_late_reply_is_never_the_answer_to_a_later_question(bench: TwinBench, name: str) -> None:
    bench.faults |= {(twin, 1): Fault("delay", 1.0) for twin in ("supply", "scanner")}
    session = bench.session(name)
    with pytest.raises(ReplyTimeout):
        session.query("*IDN?", 0.15)
    bench.clock.sleep(5.0)
    assert session.query("*OPC?") == "1"


def test_without_resynchronisation_a_socket_would_hand_out_the_late_reply(bench: TwinBench) -> None:
    bench.faults["supply", 1] = Fault("delay", 3.0)
    resource = bench.open(SUPPLY)
    with pytest.raises(VisaIOError):
        resource.query("*IDN?")
    assert resource.query("*OPC?").startswith("Keysight")


@pytest.mark.parametrize(
    ("fault", "expected"),
    [("hang", ReplyTimeout), ("drop", ReplyTimeout), ("truncate", InstrumentError), ("cut", LinkLost)],
)
@pytest.mark.parametrize("name", [SUPPLY, SCANNER])
def test_faults_become_errors_of_the_right_kind(
    bench: TwinBench, name: str, fault: FaultKind, expected: type[Exception]
) -> None:
    bench.faults |= {(twin, 2): Fault(fault) for twin in ("supply", "scanner")}
    session = bench.session(name)
    assert session.query("*OPC?") == "1"
    with pytest.raises(expected):
        session.query("*IDN?")


def test_a_hung_instrument_stays_hung_and_a_cut_one_cannot_be_opened(bench: TwinBench) -> None:
    bench.faults |= {("supply", 1): Fault("hang"), ("scanner", 1): Fault("cut")}
    hung, cut = bench.session(SUPPLY), bench.session(SCANNER)
    for _ in range(3):
        with pytest.raises(ReplyTimeout):
            hung.query("*OPC?", 0.15)
    assert hung.timeouts_in_a_row == 3
    assert bench.clock.now() == pytest.approx(0.45)
    with pytest.raises(LinkLost):
        cut.query("*OPC?")
    with pytest.raises(LinkLost, match="opening the link"):
        cut.reopen()


def test_errors_survive_pickling() -> None:
    error = pickle.loads(pickle.dumps(Refused("psu", "setting", -222, "Data out of range")))
    assert (error.code, error.text, error.resource) == (-222, "Data out of range", "psu")
    assert isinstance(pickle.loads(pickle.dumps(ReplyTimeout("psu", "a", "b", "c"))), TimeoutError)


def test_another_thread_sees_when_the_present_exchange_has_to_be_over(
    wire: Wire, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, resource = wire(("*OPC?", "1"), ("*CLS", None), ("*OPC?", TIMEOUT))
    session.deadline_s = 0.15
    seen: list[float] = []
    send = resource.write_raw

    def watched(message: bytes) -> int:
        seen.append(session.due - clock.now())
        return send(message)

    monkeypatch.setattr(resource, "write_raw", watched)
    assert session.due == inf
    session.query("*OPC?")
    session.write("*CLS")
    with pytest.raises(ReplyTimeout):
        session.query("*OPC?", 2.0)
    assert seen == pytest.approx([0.15, 0.15, 2.0])
    assert session.due == inf
