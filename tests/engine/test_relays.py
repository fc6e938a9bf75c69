"""Relays in a run: moved by steps, at rest on every way out, and never in the way of an off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from instruments.simulated.daq970a import Daq970aTwin
from rig import shipped
from rig.bench.description import BenchDescription
from rig.bench.loading import load_bench
from rig.clock import VirtualClock
from rig.engine.head import RunRequest
from rig.engine.resting import PATIENCE_S
from rig.engine.run import RunResult, execute
from rig.errors import BenchError
from rig.plan.loading import load_program
from rig.plan.program import Program
from rig.record.reader import read_run
from rig.safety.stop import StopBox
from rig.simulation.bench import SimulatedBench
from tests.runs import lines_of

CHECK = Path(__file__).with_name("interlock-check.yaml")
PLAN = """
plan: Relays
purpose: A relay is closed under heat.
covers: []
device: ir-lumbar-wrap
sampling: {thermocouples: 1 Hz, belt: 10 Hz, supply: 5 Hz}
interlocks:
  - {signal: skin.*, above: 45 degC, for: 2 readings}
  - {signal: supply.*.current, above: 1.1 A}
steps:
  - name: heat
    supply: {voltage: rated, current_limit: 1.2 A, output: on}
    belt: {level: low, session: 20 min, regulation: normal}
    relays: {open-a1: closed}
    hold: 5 s
%s
checks:
  - report: [trip_temperature]
"""


class Stage:
    """One simulated bench on which programs are run one after the other."""

    def __init__(self, bench: BenchDescription, simulated: SimulatedBench, folder: Path) -> None:
        self.bench, self.simulated, self.folder = bench, simulated, folder
        self.twin: Daq970aTwin = simulated.scanners["scanner"]

    def run(self, program: Program) -> RunResult:
        request = RunRequest([program], self.bench, self.folder / "runs", 1)
        (result,) = execute(request, self.simulated.ports, StopBox())
        return result

    def plan(self, more: str = "") -> Program:
        path = self.folder / "relays.yaml"
        path.write_text(PLAN % more, encoding="utf-8")
        return load_program(path, self.bench)

    def close_by_hand(self, channel: int) -> None:
        """As a run leaves it whose engine was killed."""
        twin = self.twin.connect()
        twin.write(f"ROUT:CLOS (@{channel})\n".encode(), self.simulated.clock.now())

    def is_closed(self, channel: int) -> bool:
        twin = self.twin.connect()
        now = self.simulated.clock.now()
        twin.write(f"ROUT:CLOS? (@{channel})\n".encode(), now)
        reply = twin.read(now + 1.0)
        assert reply is not None
        return reply[1] == b"1\n"


@pytest.fixture
def bench() -> BenchDescription:
    return load_bench(shipped.bench("fault-relays"))


@pytest.fixture
def stage(bench: BenchDescription, tmp_path: Path) -> Iterator[Stage]:
    with SimulatedBench(bench, bench.slots, 1, VirtualClock()) as simulated:
        yield Stage(bench, simulated, tmp_path)


def relay_lines(result: RunResult, kind: str) -> list[tuple[str, Any]]:
    return [
        (line["output"], line["value"])
        for line in lines_of(result, kind)
        if line["output"].startswith("relay.")
    ]


def left(result: RunResult) -> dict[str, str]:
    """Relays that were left as they stood, and why."""
    events = [line for line in lines_of(result, "event") if line["what"] == "bench.relay_not_at_rest"]
    return {line["data"]["output"]: line["data"]["why"] for line in events}


def at_rest() -> set[tuple[str, bool]]:
    return {("relay.open-a1", False), ("relay.short-a2", False), ("relay.cut-link", False)}


@pytest.mark.parametrize(
    ("relay", "trips", "confirmed"),
    [
        ("open-a1", "skin.* open: skin.a1", True),
        ("short-a2", "skin.* open: skin.a2", True),
        ("cut-link", "stale: belt", False),  # a belt that cannot be asked is not seen off; its supply is
    ],
)
def test_each_fault_trips_its_interlock_and_is_put_right(
    stage: Stage, relay: str, trips: str, confirmed: bool
) -> None:
    result = stage.run(load_program(CHECK, stage.bench, settings={"relay": relay}))
    assert result.ending.kind == "interlock"
    assert result.ending.detail.startswith(trips)
    assert (result.off.confirmed, result.off.powerless) == (confirmed, True)
    assert relay_lines(result, "demand") == [(f"relay.{relay}", True)]
    seen = relay_lines(result, "readback")
    assert set(seen[:3]) == at_rest()
    assert seen[3] == (f"relay.{relay}", True)
    assert set(seen[4:]) == at_rest()
    assert not any(stage.is_closed(channel) for channel in (201, 202, 203))
    assert stage.run(stage.plan()).ending.kind == "completed"  # nothing is left broken


def test_the_fault_is_there_while_the_relay_is_closed_and_the_step_waits_for_its_readback(
    stage: Stage,
) -> None:
    result = stage.run(stage.plan())
    assert result.ending.kind == "completed"
    closed = next(
        line["t"]
        for line in lines_of(result, "readback")
        if line["output"] == "relay.open-a1" and line["value"] is True
    )
    broken = [
        line["s"]["scanner"][0]
        for line in lines_of(result, "scan")
        if "scanner" in line["s"] and abs(line["s"]["scanner"][1][1]) < 1e-4
    ]
    assert broken
    assert closed <= broken[0] <= closed + 1.0


def test_a_teardown_finds_the_relays_at_rest(stage: Stage) -> None:
    """Its rules do not hold the probes to anything, but what it waits for must be readable again."""
    result = stage.run(
        stage.plan(
            "teardown:\n  - {name: see, until: {signal: skin.a1, above: 30 degC, for: 3 readings}, within: 30 s}"
        )
    )
    assert result.ending.kind == "completed"
    began = next(line["t"] for line in lines_of(result, "step") if line["step"] == "see")
    rested = [line["t"] for line in lines_of(result, "readback") if line["output"] == "relay.open-a1"][-1]
    assert rested <= began


def test_a_supply_that_stays_on_keeps_the_relays_where_they_are(stage: Stage) -> None:
    """A relay in a heater's lead must not connect it again to an output that is on."""
    result = stage.run(stage.plan("  - {name: stick, inject: supply:stuck, hold: 1 s}"))
    assert not result.off.powerless
    assert left(result) == dict.fromkeys(
        ("relay.open-a1", "relay.short-a2", "relay.cut-link"), "nobody has seen its supply off"
    )
    assert stage.is_closed(201)
    with pytest.raises(BenchError, match="supply"):
        stage.run(stage.plan())
    assert stage.is_closed(201)  # the next start looks at the supply first


def off_after_trip(result: RunResult) -> float:
    (trip,), (off,) = lines_of(result, "trip"), lines_of(result, "off")
    return float(off["t"] - trip["t"])


def test_a_scanner_that_is_deaf_delays_no_off_and_its_relays_rest_before_the_next_power(stage: Stage) -> None:
    hung = stage.plan("  - {name: hang, inject: scanner:deaf, hold: 20 s}")
    result = stage.run(hung)
    assert result.ending.kind == "interlock"
    assert result.off.confirmed
    assert off_after_trip(result) < 1.0
    assert left(result).keys() == {"relay.open-a1", "relay.short-a2", "relay.cut-link"}
    (off,), (outcome,) = lines_of(result, "off"), lines_of(result, "outcome")
    assert outcome["t"] - off["t"] == pytest.approx(PATIENCE_S, abs=0.2)
    assert stage.is_closed(201)
    stage.simulated.ports.inject("scanner:mend")
    result = stage.run(stage.plan())
    assert set(relay_lines(result, "readback")[:3]) == at_rest()
    assert result.ending.kind == "completed"


def test_relays_of_a_run_that_was_killed_are_put_to_rest_before_probes_are_looked_at(stage: Stage) -> None:
    stage.close_by_hand(201)
    assert stage.simulated.probes["main", "skin.a1"].open
    result = stage.run(load_program(CHECK, stage.bench, settings={"relay": "short-a2"}))
    assert result.ending.detail.startswith("skin.* open: skin.a2")


def test_a_relay_that_does_not_open_keeps_power_off(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.close_by_hand(202)
    monkeypatch.setattr(stage.twin.relays, "_move", lambda _numbers, **_: None)
    with pytest.raises(BenchError, match=r"opening .*relay\.short-a2.* read back .*'closed'"):
        stage.run(stage.plan())
    (folder,) = (stage.folder / "runs").glob("2*")
    assert [line["ended"] for line in read_run(folder).lines("outcome")] == ["lost"]
    assert not list(read_run(folder).lines("demand"))


def test_a_module_without_relays_keeps_power_off(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage.twin.relays, "module", lambda _slot: "DAQM907A")
    with pytest.raises(BenchError, match="slot 200"):
        stage.run(stage.plan())


def test_a_scanner_that_restarts_under_a_closed_relay_ends_the_run(stage: Stage) -> None:
    """It comes back with every relay open: the record would say closed where nothing is any more."""
    result = stage.run(stage.plan("  - {name: restart, inject: scanner:reboot=0.5, hold: 30 s}"))
    assert result.ending.kind == "interlock"
    assert "stale" in result.ending.detail
    said = [line["data"]["error"] for line in lines_of(result, "event") if "error" in line["data"]]
    assert any("do not stand as they were told" in words for words in said)
    assert left(result) == {}


def test_a_scanner_that_restarts_with_its_relays_at_rest_is_read_on(
    run: Callable[..., RunResult], stage: Stage
) -> None:
    plan = stage.folder / "restart.yaml"
    text = PLAN.replace("    relays: {open-a1: closed}\n", "")
    plan.write_text(text % "  - {name: restart, inject: scanner:reboot=0.5, hold: 30 s}\n", encoding="utf-8")
    assert run(plan).ending.kind == "completed"


def test_a_stop_puts_relays_to_rest(stage: Stage) -> None:
    stop = StopBox()

    class Watch:
        def began(self, lane: str, folder: Path) -> None: ...

        def scanned(self, lane: Any) -> None:
            if lane.now > 5.0:
                stop.stop("somebody")

    request = RunRequest([stage.plan()], stage.bench, stage.folder / "runs", 1)
    (result,) = execute(request, stage.simulated.ports, stop, Watch())
    assert result.ending.kind == "stop"
    assert not stage.is_closed(201)
    assert left(result) == {}
