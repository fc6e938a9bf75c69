"""The faults that relays make on a simulated bench, by whatever moves them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyvisa import ResourceManager

from rig import shipped
from rig.bench.description import BenchDescription, RelayEntry
from rig.bench.loading import load_bench
from rig.clock import VirtualClock
from rig.simulation.bench import SimulatedBench
from rig.simulation.client_bench import client_bench_text
from rig.simulation.serving import ServedBench

BENCH = load_bench(shipped.bench("fault-relays"))
TWO = Path(__file__).parents[1] / "engine" / "two-belts.yaml"


class Told:
    """A simulated bench and a client of its scanner."""

    def __init__(self, simulated: SimulatedBench) -> None:
        self.simulated = simulated
        self._client = simulated.scanners["scanner"].connect()

    def tell(self, text: str) -> None:
        self._client.write(text.encode() + b"\n", self.simulated.clock.now())

    def probe(self, signal: str, slot: str = "main") -> Any:
        return self.simulated.probes[slot, signal]

    @property
    def shorted(self) -> bool:
        """Whether skin.a2 reads the terminals, which are a kelvin above ambient."""
        return abs(float(self.probe("skin.a2").sits_on()) - 24.0) < 0.2


@pytest.fixture
def told() -> Iterator[Told]:
    with SimulatedBench(BENCH, BENCH.slots, 1, VirtualClock()) as simulated:
        yield Told(simulated)


def test_a_relay_makes_its_fault_and_puts_it_right(told: Told) -> None:
    told.tell("ROUT:CLOS (@201,202)")
    assert (told.probe("skin.a1").open, told.shorted) == (True, True)
    told.tell("ROUT:OPEN (@201)")
    assert (told.probe("skin.a1").open, told.shorted) == (False, True)


@pytest.mark.parametrize("how", ["*RST", "power"])
def test_a_scanner_that_forgets_everything_puts_every_fault_right(told: Told, how: str) -> None:
    told.tell("ROUT:CLOS (@201,202)")
    if how == "power":
        told.simulated.ports.inject("scanner:reboot")
    else:
        told.tell(how)
    assert (told.probe("skin.a1").open, told.shorted) == (False, False)


def test_a_relay_that_nobody_described_does_nothing(told: Told) -> None:
    told.tell("ROUT:CLOS (@204)")
    assert not told.probe("skin.a1").open


def with_relay(relay: RelayEntry) -> BenchDescription:
    return replace(BENCH, relays=(*BENCH.relays, relay))


def test_putting_one_fault_of_a_probe_right_leaves_what_another_relay_makes() -> None:
    short = RelayEntry("short-a1", "scanner", 204, "main", "shorts it", "skin.a1:short", "skin.a1:mend")
    bench = with_relay(short)
    with SimulatedBench(bench, bench.slots, 1, VirtualClock()) as simulated:
        told = Told(simulated)
        told.tell("ROUT:CLOS (@201,204)")
        told.tell("ROUT:OPEN (@204)")
        assert told.probe("skin.a1").open


def test_on_a_bench_of_several_slots_it_befalls_the_relays_own() -> None:
    bench = load_bench(TWO)
    relay = RelayEntry("cut", "scanner", 301, "right", "breaks a wire", "skin.a1:open", "skin.a1:mend")
    bench = replace(bench, relays=(relay,))
    with SimulatedBench(bench, bench.slots, 1, VirtualClock()) as simulated:
        told = Told(simulated)
        told.tell("ROUT:CLOS (@301)")
        assert [told.probe("skin.a1", slot).open for slot in ("left", "right")] == [False, True]
    left = [bench.slot("left")]
    with SimulatedBench(bench, left, 1, VirtualClock()) as simulated:
        told = Told(simulated)
        told.tell("ROUT:CLOS (@301)")  # of a slot that is not in use: it moves, and nothing hangs on it
        assert not told.probe("skin.a1", "left").open


def test_a_foreign_client_of_a_served_bench_makes_the_same_faults() -> None:
    with ServedBench(BENCH, BENCH.slots, 1) as served, ExitStack() as stack:
        manager = ResourceManager("@py")
        stack.callback(manager.close)
        client: Any = manager.open_resource(
            served.description.instrument("scanner").resource, read_termination="\n", write_termination="\n"
        )
        client.write("ROUT:CLOS (@201)")
        assert client.query("ROUT:CLOS? (@201)") == "1"
        assert served.simulated.probes["main", "skin.a1"].open
        client.write("ROUT:OPEN (@201)")
        assert client.query("*OPC?") == "1"
        assert not served.simulated.probes["main", "skin.a1"].open


def test_clients_of_a_served_bench_are_told_of_its_relays(tmp_path: Path) -> None:
    with ServedBench(BENCH, BENCH.slots, 1) as served:
        path = tmp_path / "client.yaml"
        path.write_text(client_bench_text(served.description, BENCH), encoding="utf-8")
    client = load_bench(path)
    assert client.simulation is None
    assert client.relays == BENCH.relays
