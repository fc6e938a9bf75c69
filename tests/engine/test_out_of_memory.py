"""No memory, or no thread, in the engine: off and confirmed, a record that can be read, the right exit code."""

from __future__ import annotations

import signal

import pytest

from rig.checks.judge import judge
from rig.cli.verify import verify
from rig.record.reader import read_run
from rig.safety.guardian.record import read_guardian
from rig.safety.latch import Latch
from tests.engine.apart import Apart
from tests.runs import Plan, await_guardians
from tests.waiting import until

pytestmark = pytest.mark.real_time


def seen_off_in(apart: Apart) -> bool:
    """Whether the engine's record, or its guardian's, has every output off, confirmed."""
    (*_, off) = [{"confirmed": False}, *read_run(apart.folder).lines("off")]
    log = read_guardian(apart.folder)
    return bool(off["confirmed"]) or (log is not None and log.ending == "confirmed")


@pytest.mark.parametrize(
    ("defect", "code", "sealed"),
    [
        ("memory-scan-once", 70, True),
        pytest.param("memory-scan", 70, True, marks=pytest.mark.slow),
        ("memory-worker", 3, True),
        pytest.param("memory-recorder-once", 3, True, marks=pytest.mark.slow),
        ("memory-recorder", 3, False),
    ],
)
def test_where_there_is_no_memory_while_it_heats(
    apart: Apart, short_plan: Plan, defect: str, code: int, sealed: bool
) -> None:
    apart.start(short_plan("60 s"), defect)
    apart.until_hot()
    apart.break_it()
    ended, _ = apart.ends()
    await_guardians()
    assert apart.dark()
    assert ended == code
    assert seen_off_in(apart) or defect == "memory-recorder"
    reader = read_run(apart.folder)
    verified = verify(apart.folder)
    assert (verified.whole, verified.sealed) == (True, sealed), verified
    assert judge(reader.lines()).verdict != "PASS"


def test_where_there_is_no_memory_for_switching_off_the_guardian_does(apart: Apart, short_plan: Plan) -> None:
    apart.start(short_plan("60 s"), "memory-off")
    apart.until_hot()
    apart.break_it()
    apart.signal(signal.SIGTERM)
    ended, _ = apart.ends()
    await_guardians()
    assert (ended, apart.dark()) == (70, True)
    log = read_guardian(apart.folder)
    assert log is not None
    assert log.ending == "confirmed"
    assert read_run(apart.folder).integrity.sealed


def test_where_the_system_gives_the_process_no_more_memory(apart: Apart, short_plan: Plan) -> None:
    """It may heat on with the memory that it has; what it can be told to do then depends on what is left."""
    apart.start(short_plan("60 s"), "address-space")
    apart.until_hot()
    apart.break_it()
    assert apart.broken_at
    apart.signal(signal.SIGTERM)
    until(apart.dark)
    ended, _ = apart.ends()
    await_guardians()
    assert ended in (3, 70, 130)
    assert apart.dark()
    assert seen_off_in(apart)
    integrity = read_run(apart.folder).integrity
    assert integrity.first_fault is None or integrity.torn


def test_a_trip_is_latched_though_no_thread_can_be_started_any_more(apart: Apart, short_plan: Plan) -> None:
    apart.start(short_plan("60 s"), "threads")
    apart.until_hot()
    apart.break_it()
    apart.inject("belt:reset")
    code, result = apart.result()
    assert (code, result.ending.kind, result.off.confirmed) == (4, "interlock", True)
    (trip,) = Latch(apart.bench).tripped
    assert (trip.run, trip.lane, trip.why) == (str(result.folder.resolve()), "main", result.ending.detail)


def test_a_bench_whose_workers_cannot_be_started_is_seen_off_by_its_guardian(
    apart: Apart, short_plan: Plan
) -> None:
    apart.start(short_plan("60 s"), "threads-of-buses", due=True)
    code, _ = apart.ends()
    await_guardians()
    assert code == 70
    assert apart.dark()
    log = read_guardian(apart.folder)
    assert log is not None
    assert log.ending == "confirmed"
