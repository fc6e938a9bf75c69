"""Two minutes over sockets and a PTY: every scan is there once, and the verdict is the virtual clock's."""

from __future__ import annotations

import json
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from rig.record.reader import read_run
from tests.runs import Plan, Run, verdicts
from tests.served import RIG, Served

pytestmark = pytest.mark.real_time

HOLD_S = 115
PERIOD_S = 0.1
EARLY_S = 0.002
"""A scan begins when it is due or later; clocks may round so much the other way."""
BUSY = 0.01
"""Share of scans that a machine which runs other tests beside this one may be too late for; alone it is none."""


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_no_scan_is_missing_or_doubled_and_the_verdict_is_the_same(
    served: Served, short_plan: Plan, run: Run, tmp_path: Path
) -> None:
    plan = short_plan(f"{HOLD_S} s")
    bench = str(tmp_path / "client.yaml")
    command = [*RIG, "run", str(plan), "--bench", bench, "--json", "--out", str(tmp_path / "wall")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=220)
    assert done.returncode == 0, done.stderr
    (wall,) = json.loads(done.stdout)["runs"]
    reader = read_run(Path(wall["run"]))
    assert reader.integrity.sealed
    ends = [line["t"] for line in reader.lines("step") if line["state"] == "end"]
    instants = [line["t"] for line in reader.scans() if line["t"] < ends[-1]]
    ticks = [int((t + EARLY_S) / PERIOD_S) for t in instants]
    assert all(later > sooner for sooner, later in pairwise(ticks))
    late = ticks[-1] - ticks[0] + 1 - len(ticks)
    off_s = instants[-1] - PERIOD_S * ticks[-1]
    assert late <= BUSY * len(ticks), f"{len(ticks)} scans, {late} left out, the last {off_s:+.4f} s off"
    assert len(ticks) >= (1.0 - BUSY) * HOLD_S / PERIOD_S
    subprocess.run([*RIG, "verify", wall["run"]], check=True, capture_output=True, timeout=60)

    virtual = run(plan)
    assert virtual.judgement is not None
    assert verdicts(virtual) == {check["name"]: check["verdict"] for check in wall["checks"]}
    for mine, theirs in zip(virtual.judgement.results, wall["checks"], strict=True):
        assert abs(mine["value"] - theirs["value"]) <= mine["uncertainty"]
