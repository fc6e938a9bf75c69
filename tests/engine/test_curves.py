"""Ramps and profiles on the virtual clock: what is demanded when, against the formula; and what ends them early."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig.engine.run import RunResult
from rig.plan.program import Place, Profile, Step
from tests.engine.scripted import ON, Script, lines, run_script, told
from tests.runs import verdicts

START = f"  - {{name: heat, {ON}, hold: 3 s}}\n"


def demanded(result: RunResult, step: str, output: str = "supply.a.voltage") -> list[tuple[float, float]]:
    """Seconds from the first demand of a step, and volts, of one output."""
    found = [
        (d["t"], d["value"]) for d in lines(result, "demand") if (d["by"], d["output"]) == (step, output)
    ]
    return [(round(t - found[0][0], 6), value) for t, value in found]


def test_a_ramp_goes_in_a_straight_line_from_what_was_demanded(tmp_path: Path) -> None:
    body = f"steps:\n{START}  - {{name: rise, ramp: {{voltage: 8.1 V, over: 10 s}}}}\n"
    result = run_script(body, tmp_path)
    expected = [(float(t), round(7.4 + 0.07 * t, 3)) for t in range(11)]
    assert demanded(result, "rise") == expected
    assert demanded(result, "rise", "supply.b.voltage") == expected
    assert told(result)[-1] == "rise done"


def test_the_end_of_a_ramp_is_demanded_exactly_and_read_back(tmp_path: Path) -> None:
    body = f"steps:\n{START}  - {{name: fall, ramp: {{voltage: 6.7 V, over: 2.5 s, heaters: b}}}}\n"
    result = run_script(body, tmp_path)
    assert demanded(result, "fall", "supply.b.voltage") == [(0.0, 7.4), (1.0, 7.12), (2.0, 6.84), (2.5, 6.7)]
    assert demands_of(result, "fall", "supply.a") == [], "the heater that is not named keeps its voltage"
    backs = [
        line for line in lines(result, "readback", "step") if line["k"] == "step" or line["value"] == 6.7
    ]
    assert [line["k"] for line in backs[-2:]] == ["readback", "step"], "its end waits for the read-back"


def demands_of(result: RunResult, step: str, output: str) -> list[float]:
    return [d["value"] for d in lines(result, "demand") if d["by"] == step and d["output"].startswith(output)]


def test_a_profile_follows_its_points(tmp_path: Path) -> None:
    points = "[{at: 0 s, voltage: 8 V}, {at: 2 s, voltage: 6 V}, {at: 4 s, voltage: 7 V}]"
    body = f"steps:\n{START}  - {{name: curve, profile: {{points: {points}, every: 0.5 s}}}}\n"
    result = run_script(body, tmp_path)
    assert demanded(result, "curve") == [
        (0.0, 8.0), (0.5, 7.5), (1.0, 7.0), (1.5, 6.5), (2.0, 6.0), (2.5, 6.25), (3.0, 6.5), (3.5, 6.75), (4.0, 7.0),
    ]  # fmt: skip


def test_a_ramp_in_a_second_pass_begins_where_the_first_left_it(tmp_path: Path) -> None:
    body = f"""\
steps:
{START}  - name: again
    repeat: 2
    steps:
      - {{name: rise, ramp: {{voltage: 8 V, over: 2 s}}}}
"""
    result = run_script(body, tmp_path)
    assert demands_of(result, "again / rise #2", "supply.a") == [8.0, 8.0, 8.0]


def test_an_interlock_during_a_ramp_ends_it_at_once(tmp_path: Path) -> None:
    body = f"steps:\n{START}  - {{name: rise, ramp: {{voltage: 8.1 V, over: 60 s}}}}\n"
    script = Script({10.0: lambda bench: bench.faults.inject("scanner:hang")})
    result = run_script(body, tmp_path, script=script)
    assert result.ending.kind == "interlock"
    (trip,) = lines(result, "trip")
    assert max(line["t"] for line in lines(result, "demand")) <= trip["t"]
    assert result.off.confirmed
    assert told(result)[-1] == "rise >"


def test_a_ramp_leaves_a_run_that_can_pass(tmp_path: Path) -> None:
    checks = "conditions: {supply: ± 2 %}\nchecks:\n  - peak_temperature: {at_most: 42 degC, step: rise}\n"
    body = f"steps:\n{START}  - {{name: rise, ramp: {{voltage: 8.1 V, over: 10 s}}}}\n"
    result = run_script(checks + body, tmp_path)
    assert verdicts(result) == {"peak_temperature": "PASS"}
    assert result.judgement is not None
    assert {c["name"]: c["verdict"] for c in result.judgement.conditions}["supply"] == "PASS"


@pytest.mark.parametrize("points", [((0.0, None), (120.0, 8.1)), ((0.0, 6.0), (60.0, 7.0), (90.0, 5.0))])
def test_a_curve_takes_as_long_as_its_last_point_says(points: tuple[tuple[float, float | None], ...]) -> None:
    curve = Profile(("supply.a.voltage",), points, 1.0)
    assert Step("s", Place("f", 1, 1), profile=curve, attempts=3).longest_s == 3 * points[-1][0]
