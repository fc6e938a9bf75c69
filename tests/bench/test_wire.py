"""Wire logs at the ports: what is opened, sent and received is noted, and a replay holds whoever asks to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rig.bench.bench import Bench
from rig.bench.description import BenchDescription
from rig.bench.opening import open_bench
from rig.bench.wire_log import (
    Exchange,
    WireHead,
    WireLog,
    WireRecord,
    read_wire_log,
    require_writable,
)
from rig.bench.wire_recording import recording_ports
from rig.bench.wire_replay import WireDifferenceError, WireReplay
from rig.clock import VirtualClock
from rig.errors import BenchError, ExitCode, InputError
from rig.record.naming import iso_utc
from rig.simulation.bench import SimulatedBench

Use = Callable[[Bench], object]


def look(bench: Bench) -> list[object]:
    """Who answers, the telemetry, and the volts, with the instants at which they came."""
    belt = next(station for station in bench.stations if station.wired_as == "belt")
    seen: list[object] = [item.identity for item in bench.identified]
    for _ in range(3):
        seen += [belt.read(), bench.supplies[0].read(), bench.clock.now()]
        bench.clock.sleep(0.25)
    return seen


def record(description: BenchDescription, path: Path, use: Use, *faults: str) -> object:
    clock = VirtualClock()
    head = WireHead(
        "a test", description.file, description.text, ("main",), clock.kind, iso_utc(clock.anchor), 1
    )
    log = WireLog(head)
    with SimulatedBench(description, description.slots, 1, clock, faults) as simulated:
        ports = recording_ports(simulated.ports, log)
        with open_bench(description, description.slots, ports) as bench:
            seen = use(bench)
    log.write(path)
    return seen


def replay(description: BenchDescription, found: WireRecord, use: Use) -> object:
    again = WireReplay(found, VirtualClock())
    with open_bench(description, description.slots, again.ports) as bench:
        seen = use(bench)
    again.require_same()
    return seen


def test_the_same_readings_come_at_the_same_instants(bench: BenchDescription, tmp_path: Path) -> None:
    path = tmp_path / "a.wire.jsonl"
    first = record(bench, path, look)
    assert replay(bench, read_wire_log(path), look) == first


def test_a_log_reads_back_as_it_was_written(bench: BenchDescription, tmp_path: Path) -> None:
    path = tmp_path / "a.wire.jsonl"
    record(bench, path, look)
    found = read_wire_log(path)
    assert found.head.bench_text == bench.text
    assert {exchange.kind for exchange in found.exchanges} == {"open", "write", "read", "send", "receive"}
    assert all(Exchange.from_json(exchange.to_json()) == exchange for exchange in found.exchanges)
    assert len(path.read_bytes().splitlines()) == len(found.exchanges) + 2


def test_every_byte_survives_the_log() -> None:
    exchange = Exchange("receive", "simdut://main", 0.1, 0.2, bytes(range(256)))
    assert Exchange.from_json(exchange.to_json()) == exchange


def test_a_bench_that_could_not_be_opened_cannot_be_opened_in_the_replay(
    bench: BenchDescription, tmp_path: Path
) -> None:
    path = tmp_path / "a.wire.jsonl"
    clock = VirtualClock()
    log = WireLog(WireHead("a test", bench.file, bench.text, ("main",), clock.kind, iso_utc(clock.anchor)))
    faults = ("supply:refuse", "belt:cut")
    with (
        SimulatedBench(bench, bench.slots, 1, clock, faults) as simulated,
        pytest.raises(BenchError) as first,
    ):
        open_bench(bench, bench.slots, recording_ports(simulated.ports, log))
    log.write(path)
    with pytest.raises(BenchError) as again:
        open_bench(bench, bench.slots, WireReplay(read_wire_log(path), VirtualClock()).ports)
    assert "supply at TCPIP0" in str(first.value)
    assert "supply at TCPIP0" in str(again.value)
    assert str(again.value).count("opening") == str(first.value).count("opening")


def test_links_are_compared_each_in_its_own_order(bench: BenchDescription, tmp_path: Path) -> None:
    def one_way(opened: Bench) -> object:
        return [opened.supplies[0].read().values, opened.scanners[0].probe_ohms()]

    def other_way(opened: Bench) -> object:
        ohms = opened.scanners[0].probe_ohms()
        return [opened.supplies[0].read().values, ohms]

    path = tmp_path / "a.wire.jsonl"
    first = record(bench, path, one_way)
    assert replay(bench, read_wire_log(path), other_way) == first


def test_what_was_never_sent_is_a_difference(bench: BenchDescription, tmp_path: Path) -> None:
    path = tmp_path / "a.wire.jsonl"
    record(bench, path, look)
    found = read_wire_log(path)
    with pytest.raises(
        WireDifferenceError, match=r"sent is write 'VOLT 3,\(@1\).*; recorded is write 'MEAS"
    ) as told:
        replay(bench, found, lambda opened: opened.supplies[0].driver.set_voltage(1, 3.0))
    assert told.value.exit_code is ExitCode.FAILED
    with pytest.raises(WireDifferenceError, match="sent is nothing any more; recorded is"):
        replay(bench, found, lambda _: None)


def test_faults_are_part_of_what_is_compared(bench: BenchDescription, tmp_path: Path) -> None:
    path = tmp_path / "a.wire.jsonl"

    def inject(opened: Bench) -> None:
        opened.ports.inject("scanner:frozen")

    record(bench, path, inject)
    found = read_wire_log(path)
    replay(bench, found, inject)
    with pytest.raises(WireDifferenceError, match="scanner:frozen"):
        replay(bench, found, lambda _: None)
    with pytest.raises(WireDifferenceError, match="scanner:silent"):
        replay(bench, found, lambda opened: opened.ports.inject("scanner:silent"))


def test_a_log_that_stands_there_stays_until_another_is_written(tmp_path: Path) -> None:
    path = tmp_path / "wires" / "a.wire.jsonl"
    require_writable(path)
    path.write_bytes(b"the last one")
    require_writable(path)
    assert path.read_bytes() == b"the last one"
    with pytest.raises(InputError, match="name a file in a folder of your own"):
        require_writable(path / "below a file")
