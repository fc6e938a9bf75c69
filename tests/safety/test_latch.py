"""The latch: closed by a trip, across restarts, until a person acknowledges by name; when in doubt, closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig import shipped
from rig.bench.description import BenchDescription
from rig.bench.loading import load_bench
from rig.clock import VirtualClock
from rig.engine.head import RunRequest
from rig.engine.run import RunResult, execute
from rig.errors import BenchError, ExitCode
from rig.plan.loading import load_program
from rig.safety.errors import LatchedError
from rig.safety.latch import Latch, Tripped
from rig.safety.session import BenchSession
from rig.safety.stop import StopBox
from rig.simulation.bench import SimulatedBench

TRIP = Tripped("2026-11-21T10:00:00Z", "/runs/x", "main", "skin.* above 45 °C: skin.a1 at 45.2")


def test_a_bench_is_free_until_it_trips(bench: BenchDescription) -> None:
    latch = Latch(bench)
    latch.require_free()
    latch.trip(TRIP)
    with pytest.raises(LatchedError, match="rig bench acknowledge") as refusal:
        Latch(bench).require_free()
    assert refusal.value.exit_code is ExitCode.STOPPED
    assert TRIP.why in str(refusal.value)


def test_a_name_frees_it_and_is_kept(bench: BenchDescription) -> None:
    latch = Latch(bench)
    latch.trip(TRIP)
    latch.trip(replace(TRIP, lane="other"))
    assert latch.acknowledge("2026-11-21T11:00:00Z", "Jo Doe") == (TRIP, replace(TRIP, lane="other"))
    Latch(bench).require_free()
    assert b"Jo Doe" in latch.paths[0].read_bytes()
    assert latch.acknowledge("2026-11-21T12:00:00Z", "Jo Doe") == ()


def test_a_lane_that_engine_and_guardian_have_latched_has_tripped_once_for_both_reasons(
    bench: BenchDescription,
) -> None:
    engine, guardian = Latch(bench), Latch(bench)
    engine.trip(TRIP)
    guardian.trip(replace(TRIP, at="2026-11-21T10:00:01Z", why="the guardian switched off: handed over"))
    guardian.trip(replace(TRIP, lane="next", why="the guardian switched off: handed over"))
    first, second = Latch(bench).tripped
    assert first == replace(TRIP, why=f"{TRIP.why}; the guardian switched off: handed over")
    assert (second.lane, second.why) == ("next", "the guardian switched off: handed over")


def test_either_of_both_alone_keeps_it_closed(bench: BenchDescription) -> None:
    for why in (TRIP.why, "the guardian switched off: handed over"):
        Latch(bench).trip(replace(TRIP, why=why))
        with pytest.raises(LatchedError):
            Latch(bench).require_free()
        Latch(bench).acknowledge("2026-11-21T11:00:00Z", "Jo Doe")


def test_a_bench_is_known_by_its_parts_however_they_are_named(bench: BenchDescription) -> None:
    """A renamed file, another spelling of an address, or a bench with fewer parts is not free."""
    Latch(bench).trip(TRIP)
    assert Latch(replace(bench, name="renamed", file="elsewhere.yaml")).tripped == (TRIP,)
    supply, scanner = bench.instruments
    spelt = replace(supply, resource=supply.resource.replace("TCPIP0", "tcpip"))
    elsewhere = replace(scanner, resource="TCPIP0::192.0.2.99::5025::SOCKET")
    slot = replace(bench.slots[0], link="simdut://other")
    assert Latch(replace(bench, instruments=(spelt, elsewhere), slots=(slot,))).tripped == (TRIP,)
    assert not Latch(replace(bench, instruments=(elsewhere,), slots=(slot,))).tripped


@given(st.binary(min_size=1, max_size=60).filter(lambda data: data.strip()))
def test_a_line_that_cannot_be_read_keeps_it_closed(data: bytes) -> None:
    latch = Latch(load_bench(shipped.bench()))
    latch.paths[0].write_bytes(data.replace(b"acknowledge", b"x"))
    with pytest.raises(LatchedError):
        latch.require_free()
    latch.trip(TRIP)
    assert latch.tripped[-1] == TRIP
    for path in latch.paths:
        path.unlink(missing_ok=True)


def test_a_latch_that_cannot_be_read_keeps_it_closed(bench: BenchDescription) -> None:
    latch = Latch(bench)
    latch.paths[0].mkdir()
    with pytest.raises(BenchError, match="nothing is switched on"):
        latch.require_free()


def test_a_trip_of_a_run_latches_and_the_next_run_is_refused(
    bench: BenchDescription, short_plan: Callable[[str], Path], tmp_path: Path
) -> None:
    latch = Latch(bench)

    def run(*faults: str) -> RunResult:
        program = load_program(short_plan("30 s"), bench)
        with SimulatedBench(bench, bench.slots, 1, VirtualClock(), faults) as simulated:
            request = RunRequest([program], bench, tmp_path / "runs", 1)
            (result,) = execute(request, simulated.ports, StopBox(), session=BenchSession(latch=latch))
        return result

    assert run("scanner:hang@20").ending.kind == "interlock"
    with pytest.raises(LatchedError, match="stale"):
        run()
    latch.acknowledge("2026-11-21T12:00:00Z", "Jo Doe")
    assert run().ending.kind == "completed"
    latch.require_free()
