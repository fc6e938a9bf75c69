"""``rig bench discover``: what is found is asked and named; serial ports stay closed unless asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pyvisa import ResourceManager

from instruments.protocols import Identity
from rig.bench import discovery
from rig.bench.description import BenchDescription
from rig.bench.discovery import FoundPort, driver_for, find_instruments
from rig.clock import VirtualClock
from rig.simulation.bench import SimulatedBench
from rig.simulation.serving import ServedBench
from tests.cli.bench.conftest import Call, Served

pytestmark = pytest.mark.real_time


@pytest.fixture(autouse=True)
def two_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    ports = [
        FoundPort("/dev/ttyNO1", "0403:6001", "A1", "USB serial"),
        FoundPort("/dev/ttyNO2", None, None, ""),
    ]
    monkeypatch.setattr(discovery, "find_ports", lambda: ports)


@pytest.fixture
def nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "find_ports", list)
    monkeypatch.setattr(discovery, "find_instruments", lambda *_, **__: ([], ["hislip needs zeroconf"]))


def test_nothing_found_is_said_and_ends_with_0(call: Call, nothing: None) -> None:
    code, out, err = call("discover")
    assert code == 0
    assert "no VISA resources found" in out
    assert "no serial ports found" in out
    assert "not searched: hislip needs zeroconf" in err
    code, out, _ = call("discover", "--json")
    assert (code, json.loads(out)) == (
        0,
        {"instruments": [], "ports": [], "not_searched": ["hislip needs zeroconf"]},
    )


def test_ports_are_listed_and_none_is_opened(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_: Any) -> None:
        pytest.fail("a serial port was opened")

    monkeypatch.setattr("rig.bench.ports.open_serial_port", opened)
    code, out, _ = call("discover")
    assert code == 0
    assert "/dev/ttyNO1  USB 0403:6001  serial A1  USB serial" in out


def test_a_belt_is_found_where_it_was_asked_for(call: Call, served: Served) -> None:
    link = served.bench.description.slots[0].link
    code, out, _ = call("discover", "--no-idn", "--belts", "--port", link, "--json")
    ports = {port["port"]: port for port in json.loads(out)["ports"]}
    assert code == 0
    assert (ports[link]["driver"], ports[link]["identity"]["serial"]) == ("ir-lumbar-wrap", "SIM-BELT-0001")
    assert ports["/dev/ttyNO1"]["trouble"] is None
    code, out, _ = call("discover", "--no-idn", "--belts")
    assert code == 0
    assert "/dev/ttyNO2  no belt: ir-lumbar-wrap: LinkLost" in out
    assert call("discover", "--port", link)[0] == 2


def test_instruments_are_asked_and_their_drivers_suggested(
    bench: BenchDescription, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SimulatedBench(bench, bench.slots, 1, VirtualClock()) as simulated:
        names = (*(entry.resource for entry in bench.instruments), "ASRL/dev/ttyS0::INSTR")
        monkeypatch.setattr(ResourceManager, "list_resources", lambda *_: names)
        visa: Any = simulated.ports.visa
        found, _ = find_instruments(visa, simulated.clock, ask=True)
    assert [(each.driver, each.trouble) for each in found] == [
        ("keysight-e36300", None),
        ("keysight-daq970a", None),
        (None, "a serial port, not opened"),
    ]


def test_a_resource_that_does_not_answer_says_why(
    bench: BenchDescription, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ServedBench(bench, bench.slots, 1, ("supply:hang@1",)) as served:
        resource = served.description.instrument("supply").resource
        monkeypatch.setattr(ResourceManager, "list_resources", lambda *_: (resource,))
        (found,), _ = find_instruments("@py", served.simulated.clock, ask=True)
    assert found.identity is None
    assert "ReplyTimeout" in (found.trouble or "")


def test_a_driver_is_suggested_by_model_and_maker() -> None:
    assert driver_for(Identity("HAMEG", "HMP4040", "1", "2")) == "rohde-schwarz-hmp"
    assert driver_for(Identity("Agilent Technologies", "E36312A", "1", "2")) == "keysight-e36300"
    assert driver_for(Identity("Somebody", "E36312A", "1", "2")) is None
    assert driver_for(Identity("Keysight Technologies", "34461A", "1", "2")) is None
