"""How fast a violation becomes OFF on the wire, over loopback TCP and a PTY, as a distribution. `make bench` prints it.

The served bench is a process of its own. The instants are taken in the engine's process: a reading's when its worker
hands it over, OFF's when the operating system has the bytes for the supply. Nothing here asserts a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

import pytest

from instruments.session import Session
from rig.bench.inbox import Inbox
from rig.bench.loading import load_bench
from rig.bench.messages import Message, Reading
from rig.bench.ports import machine_ports
from rig.clock import WallClock, wall_seconds
from rig.engine.head import RunRequest
from rig.engine.lane import Lane
from rig.engine.run import RunResult, execute
from rig.plan.loading import load_program
from rig.safety.stop import StopBox
from tests.served import Served, serving

ROUNDS = 25
PLAN = """
plan: Trips by the belt's uptime
purpose: A violation at an instant that is known beforehand.
covers: []
device: ir-lumbar-wrap
sampling: {thermocouples: 1 Hz, belt: 10 Hz, supply: 5 Hz}
interlocks:
  - {signal: skin.*, above: 45 degC}
  - {signal: belt.uptime, above: %.1f s}
steps:
  - name: heat
    supply: {voltage: rated, current_limit: 1.2 A, output: on}
    belt: {level: high, session: 10 min, regulation: normal}
    hold: 60 s
"""


@dataclass
class Stamps:
    """Instants of readings and of OFF, in seconds of real time."""

    readings: dict[str, float] = field(default_factory=dict)
    off: float | None = None

    def clear(self) -> None:
        self.readings.clear()
        self.off = None


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path / "client.yaml") as bench:
        yield bench


@pytest.fixture
def stamps(monkeypatch: pytest.MonkeyPatch) -> Stamps:
    found = Stamps()
    append, write = Inbox._append_and_wake, Session.write

    def stamped_append(inbox: Inbox, message: Message) -> None:
        if isinstance(message, Reading) and found.off is None:
            found.readings[message.source] = wall_seconds()
        append(inbox, message)

    def stamped_write(session: Session, text: str) -> None:
        write(session, text)
        if text.startswith("OUTP OFF") and found.off is None and found.readings:
            found.off = wall_seconds()

    monkeypatch.setattr(Inbox, "_append_and_wake", stamped_append)
    monkeypatch.setattr(Session, "write", stamped_write)
    return found


@dataclass
class Hanger:
    """Lets the scanner hang once the run scans."""

    served: Served
    done: bool = False

    def began(self, lane: str, folder: Path) -> None:
        pass

    def scanned(self, lane: Lane) -> None:
        if not self.done and lane.step:
            self.done = True
            self.served.ask(do="inject", fault="scanner:delay=2.5")


def trip_once(served: Served, folder: Path, *, hang: bool) -> RunResult:
    """One run that the belt's uptime ends about a second after the heat has begun."""
    bench = load_bench(folder / "client.yaml")
    uptime_s = served.ask(do="truth")["t"]
    plan = folder / "uptime.yaml"
    plan.write_text(PLAN % (uptime_s + 3.05), encoding="utf-8")
    request = RunRequest([load_program(plan, bench)], bench, folder / "runs")
    watcher = Hanger(served) if hang else None
    (result,) = execute(request, machine_ports(WallClock()), StopBox(), watcher)
    return result


@pytest.mark.timeout(600)
@pytest.mark.parametrize("hang", [False, True], ids=["sound", "scanner-hangs"])
def test_violation_to_off(served: Served, stamps: Stamps, tmp_path: Path, hang: bool) -> None:
    """From the reading that violates to OFF on the wire, also while the scanner hangs on another bus."""
    latencies = []
    for _ in range(ROUNDS):
        stamps.clear()
        result = trip_once(served, tmp_path, hang=hang)
        assert result.ending.kind == "interlock", result.ending
        assert result.off.confirmed
        assert stamps.off is not None
        latencies.append(1000.0 * (stamps.off - stamps.readings["belt"]))
    words = "while the scanner hangs: " if hang else ""
    print(f"\n{words}reading that violates → OFF bytes on the wire: {spread_of(latencies)} ms")


def spread_of(values: list[float]) -> str:
    """Median, 95th and 99th percentile, and the longest."""
    cuts = quantiles(values, n=100, method="inclusive")
    return f"p50 {cuts[49]:.2f}, p95 {cuts[94]:.2f}, p99 {cuts[98]:.2f}, longest {max(values):.2f}, n {len(values)}"
