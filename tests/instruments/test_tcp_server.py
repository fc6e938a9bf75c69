from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
import pyvisa

from instruments.errors import ReplyTimeout
from instruments.session import Session
from instruments.simulated.faults import Fault
from instruments.simulated.tcp_server import TwinServer

if TYPE_CHECKING:
    from tests.instruments.conftest import TwinBench

SCRIPT = [
    "*IDN?",
    "volt 7.4,(@2);:OUTP ON,(@2);:SYST:ERR?",
    "MEAS:VOLT? (@2,3);:MEAS:CURR? (@2,3);:OUTP? (@2,3)",
    "NONSENSE;:SYST:ERR?",
    "INST:NSEL 2;:VOLT?;CURR? MAX",
]


@pytest.fixture
def server(bench: TwinBench) -> Iterator[TwinServer]:
    twins = {"supply": bench.supply_twin, "scanner": bench.scanner_twin}
    lock = threading.RLock()
    with TwinServer(
        twins, bench.clock, lock, lambda name, number: bench.faults.get((name, number))
    ) as served:
        yield served


@pytest.fixture
def manager() -> Iterator[Any]:
    opened = pyvisa.ResourceManager("@py")
    yield opened
    opened.close()


def connect(server: TwinServer) -> socket.socket:
    return socket.create_connection(server.endpoints["supply"], timeout=5)


def test_both_ways_answer_the_same_bytes(bench: TwinBench, server: TwinServer, manager: Any) -> None:
    in_process = bench.session("TCPIP0::192.0.2.7::5025::SOCKET")
    here = [in_process.query(text) for text in SCRIPT]
    in_process.write("*RST")
    name = server.resource("supply")
    session = Session(lambda: manager.open_resource(name), name, bench.clock)
    there = [session.query(text) for text in SCRIPT]
    session.close()
    assert here == there


def test_several_clients_share_the_twin_and_a_killed_one_disturbs_nobody(server: TwinServer) -> None:
    with connect(server) as first, connect(server) as second:
        first.sendall(b"VOLT 3,(@2)\r\n*OPC?\r\n")
        assert first.recv(100) == b"1\n"
        killed = connect(server)
        killed.sendall(b"VOLT 9,(@")
        killed.close()
        second.sendall(b"VOLT? (@2)\n")
        assert second.recv(100) == b"+3.00000E+00\n"


def test_a_client_that_reads_nothing_disturbs_nobody(server: TwinServer) -> None:
    with connect(server) as slow, connect(server) as other:
        slow.sendall(b"*IDN?\n" * 5000)
        other.sendall(b"*OPC?\n")
        assert other.recv(100) == b"1\n"


def test_a_hung_twin_stays_silent(bench: TwinBench, server: TwinServer, manager: Any) -> None:
    bench.faults["supply", 2] = Fault("hang")
    name = server.resource("supply")
    session = Session(lambda: manager.open_resource(name), name, bench.clock, deadline_s=0.1)
    assert session.query("*OPC?") == "1"
    for _ in range(2):
        with pytest.raises(ReplyTimeout):
            session.query("*OPC?")
    session.close()


def test_a_cut_link_is_closed(bench: TwinBench, server: TwinServer) -> None:
    bench.faults["supply", 1] = Fault("cut")
    with connect(server) as client:
        client.sendall(b"*OPC?\n")
        assert client.recv(100) == b""


def test_closing_hangs_up_on_waiting_clients(bench: TwinBench) -> None:
    server = TwinServer({"supply": bench.supply_twin}, bench.clock)
    with connect(server) as client:
        client.sendall(b"*OPC?\n")
        assert client.recv(100) == b"1\n"
        server.close()
        assert client.recv(100) == b""
    assert not any(thread.is_alive() for thread in server._threads)
