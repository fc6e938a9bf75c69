"""Sessions of a machine that kept their workers from running now and then are replayed without a difference."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from rig.bench.description import BenchDescription
from rig.bench.wire_log import read_wire_log
from rig.clock import VirtualClock
from rig.engine.head import RunRequest
from rig.engine.run import RunResult, execute
from rig.engine.wires import recorded, replay_words, replayed, wire_head
from rig.plan.loading import load_program
from rig.safety.session import BenchSession
from rig.safety.stop import StopBox
from rig.simulation.bench import SimulatedBench
from tests.bench.fitful import FitfulClock
from tests.runs import lines_of

FAULTS = [
    "",
    "supply:comes-on@40",
    "belt:cut=1@30",
    "supply:cut=1.5@60",
    "supply:silent@60",
    "supply:reboot@60",
    "belt:drop@30",
    "belt:silent@30",
    "belt:swap@30",
    "scanner:silent@21",
]
QUICK, ALL = 10, 100
OFTEN, LONGEST_S = 0.01, 0.2
"""A session of some seconds looks at its clock thousands of times: it stands still for a second or two in all."""

SOON_S = 0.3


def seeds() -> list[object]:
    return [pytest.param(seed, marks=[] if seed < QUICK else pytest.mark.slow) for seed in range(ALL)]


@pytest.mark.parametrize("seed", seeds())
def test_a_session_that_stood_still_now_and_then_is_replayed(
    seed: int, bench: BenchDescription, short_plan: Callable[[str], Path], tmp_path: Path
) -> None:
    program, slots = load_program(short_plan("5 s"), bench), bench.slots[:1]
    fault = FAULTS[seed % len(FAULTS)]
    clock, log = FitfulClock(Random(seed), OFTEN, LONGEST_S), tmp_path / "a.wire.jsonl"
    session = BenchSession()
    head = wire_head("a test", bench, slots, clock, session, seed=1, settings={})
    with (
        SimulatedBench(bench, slots, 1, clock, (fault,) if fault else ()) as simulated,
        recorded(log, head, simulated.ports, session) as ports,
    ):
        request = RunRequest([program], bench, tmp_path / "runs")
        (then,) = execute(request, ports, StopBox(), session=session)

    record = read_wire_log(log)
    with replayed(record, VirtualClock()) as (ports, session):
        request = RunRequest([program], bench, tmp_path / "runs", replay=replay_words(record))
        (again,) = execute(request, ports, StopBox(), session=session)

    assert (again.ending.kind, again.off.confirmed) == (then.ending.kind, then.off.confirmed)
    assert off_s(again) == pytest.approx(off_s(then), abs=SOON_S)


def off_s(result: RunResult) -> float:
    (off,) = lines_of(result, "off")
    instant: float = off["t"]
    return instant
