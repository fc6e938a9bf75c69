"""How long it takes until the guardian has a bench off whose engine was killed or frozen. `make bench` prints it.

Nothing here asserts a time: machines differ. What is asserted is that it went off.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from rig.bench.description import BenchDescription
from rig.clock import wall_seconds
from rig.safety.guardian.record import GUARDIAN_FILE
from rig.simulation.serving import ServedBench
from tests.safety.guardian.engines import Heated
from tests.waiting import until

ROUNDS = 20


@pytest.fixture
def heated(bench: BenchDescription, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Heated]:
    (tmp_path / "x").mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "x"))
    with ServedBench(bench, bench.slots, 1) as served:
        found = Heated(served, bench, tmp_path)
        yield found
        found.close()


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("how", "aim_s"), [("die", 0.5), ("freeze", 1.5), ("busy", 1.5)])
def test_from_the_fault_to_off(heated: Heated, how: str, aim_s: float) -> None:
    truly, confirmed, seen = [], [], []
    for _ in range(ROUNDS):
        engine = heated.start()
        start = engine.tell(how)
        until(heated.dark)
        truly.append(wall_seconds() - start)
        engine.await_guardian_end()
        log = heated.log()
        assert log.ending == "confirmed"
        confirmed.append(log.lines[-1]["seconds"])
        seen.append(wall_seconds() - start)
        engine.close()
        for run in heated.runs.values():
            (run / GUARDIAN_FILE).unlink()
    print(f"\n{how}, {ROUNDS} rounds, aim: confirmed within {aim_s:g} s of the fault")
    show("fault → no current, no output on (true, by the twins)", truly)
    show("guardian's request → confirmed by read-back", confirmed)
    show("fault → guardian ended (confirmed, recorded, said)", seen)


def show(what: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    p95 = ordered[round(0.95 * (len(ordered) - 1))]
    print(f"  {what}: p50 {median(ordered):.3f} s, p95 {p95:.3f} s, max {ordered[-1]:.3f} s")
