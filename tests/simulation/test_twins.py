from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rig.bench.description import BenchDescription
from rig.bench.loading import load_bench
from rig.clock import VirtualClock
from rig.engine.head import RunRequest
from rig.engine.run import execute
from rig.errors import InputError
from rig.plan.loading import load_program
from rig.safety.stop import StopBox
from rig.simulation.bench import SimulatedBench


@pytest.fixture
def hmp(bench: BenchDescription, tmp_path: Path) -> BenchDescription:
    """The reference bench with an HMP4040 in the place of its supply, unit b on output 4."""
    text = bench.text.replace("keysight-e36300", "rohde-schwarz-hmp").replace("E36313A", "HMP4040")
    file = tmp_path / "hmp.yaml"
    file.write_text(text.replace("supply/3", "supply/4"), encoding="utf-8")
    return load_bench(file)


def test_a_plan_runs_on_an_hmp4040_through_its_own_driver(
    hmp: BenchDescription, short_plan: Callable[[str], Path], tmp_path: Path
) -> None:
    """1.1 A would trip; the two units draw 6 W / 7.4 V = 0.81 A each, within their 2.5 %, to the end."""
    program = load_program(short_plan("5 s"), hmp)
    with SimulatedBench(hmp, hmp.slots, 1, VirtualClock()) as simulated:
        request = RunRequest([program], hmp, tmp_path / "runs", 1)
        (result,) = execute(request, simulated.ports, StopBox())
    lines = [json.loads(line) for line in (result.folder / "run.jsonl").read_text("utf-8").splitlines()]
    assert lines[0]["instruments"][0]["identity"]["model"] == "HMP4040"
    assert lines[0]["instruments"][0]["identity"]["serial"] == "SIM-HMP4-0001"
    assert next(line["ended"] for line in lines if line["k"] == "outcome") == "completed"
    assert [line["confirmed"] for line in lines if line["k"] == "off"][-1] is True
    readings = [line["s"]["supply"][1] for line in lines if line["k"] == "scan" and "supply" in line["s"]]
    assert max(readings, key=lambda values: values[2])[2:4] == pytest.approx([0.81, 0.81], rel=0.03)


def test_a_driver_without_a_twin_cannot_be_simulated(bench: BenchDescription) -> None:
    supply = replace(bench.instrument("supply"), driver="somebody-else")
    here = replace(bench, instruments=(supply, bench.instrument("scanner")))
    with pytest.raises(
        InputError, match=r"no twin for the driver 'somebody-else'; there is one for keysight"
    ):
        SimulatedBench(here, here.slots, 1, VirtualClock())
