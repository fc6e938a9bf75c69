"""A reading that trips, made before the plan's end and delivered after it, is told as a trip all the same."""

from __future__ import annotations

import pytest

from rig.checks.verdict import Verdict
from rig.simulation.bench import SimulatedBench
from tests.engine.scripted import HEAD, Script, lines, run_script

OPEN = "  - {open: skin.*, jump: 5 K}\n"
OPEN_VOLTS = 1e-5
"""An open thermocouple reads no volts over its block; the probes of a warm belt read 0.4 mV."""


def break_a_probe(bench: SimulatedBench) -> None:
    bench.faults.inject("skin.a1:open")


@pytest.fixture(scope="module")
def endings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """How runs ended whose last step ends at each tenth of a second around a reading of the scanner, by case."""
    found: dict[str, list[str]] = {"before": [], "late": [], "after": []}
    for tenth in range(10):
        body = f"steps:\n  - {{name: look, hold: {5.0 + tenth / 10:.1f} s}}\n"
        script = Script({5.5: break_a_probe})
        result = run_script(body, tmp_path_factory.mktemp("late"), head=HEAD + OPEN, script=script)
        readings = [line["s"]["scanner"] for line in lines(result, "scan") if "scanner" in line["s"]]
        opened = [t for t, volts, *_ in readings if volts[1] < OPEN_VOLTS]
        ends = [line["t"] for line in lines(result, "step") if line["state"] == "end"]
        trips = [line["t"] for line in lines(result, "trip")]
        case = "before" if not ends else "late" if opened and opened[0] <= ends[0] else "after"
        found[case].append(result.ending.kind)
        assert bool(trips) is (result.ending.kind == "interlock")
        assert result.off.confirmed
        assert result.judgement is not None
        assert (result.judgement.verdict == Verdict.ABORTED) is bool(trips)
    return found


def test_one_that_comes_in_time_ends_the_run(endings: dict[str, list[str]]) -> None:
    assert set(endings["before"]) == {"interlock"}


def test_one_that_comes_too_late_to_end_it_is_still_how_it_ended(endings: dict[str, list[str]]) -> None:
    assert set(endings["late"]) == {"interlock"}


def test_one_that_is_made_after_the_plans_end_is_no_trip(endings: dict[str, list[str]]) -> None:
    """With everything off the plan's rules would be held against outputs that are going down."""
    assert set(endings["after"]) == {"completed"}
