"""A check point before and after: a channel that drifted meanwhile, one that was not read, one that was not steady."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.checks.conftest import RunBuilder

NewRun = Callable[..., "RunBuilder"]
PHANTOM = 8


def point(**changes: Any) -> dict[str, Any]:
    """The phantom's probe, read in the baseline and while the belt stays off."""
    whole: dict[str, Any] = {
        "k": "declare",
        "part": "condition",
        "place": "plan.yaml:2:1",
        "kind": "check_point",
    }
    whole |= {"nominal": None, "tolerance": 0.2, "signals": ["phantom"]}
    return {**whole, "before": "baseline", "after": "end", **changes}


def built(run: NewRun, *, cool: bool = True, **changes: Any) -> RunBuilder:
    """A whole run with another step behind it, in which everything is off."""
    made = run(conditions=[point(**changes)])
    end = next(line for line in made.lines if line["k"] == "off")
    at = made.lines.index(end)
    start = end["t"]
    off = [{"k": "demand", "t": start, "output": "belt.level", "old": "high", "value": "off", "by": "end"}]
    step = [{"k": "step", "t": start, "step": "end", "state": "start", "outcome": None}]
    scans = [
        {"k": "scan", "t": start + s, "s": {"scanner": [start + s, [23.0, *[33.0] * 6, 23.1, 37.0]]}}
        for s in range(1, 61)
    ]
    over = {"k": "step", "t": start + 60.0, "step": "end", "state": "end", "outcome": "held"}
    made.lines[at : at + 1] = [*(off if cool else []), *step, *scans, over, {**end, "t": start + 60.0}]
    made.lines[-1]["t"] = start + 60.0
    made.lines[-1]["ended"] = "completed"
    return made


def found(made: RunBuilder) -> dict[str, Any]:
    return next(c for c in made.judge().conditions if c["kind"] == "check_point")


def ending(made: RunBuilder) -> float:
    """When the last step begins."""
    return float(made.first("step", step="end", state="start")["t"])


def test_a_channel_that_reads_alike_before_and_after_is_kept(run: NewRun) -> None:
    condition = found(built(run))
    assert (condition["verdict"], condition["reason"], condition["unit"]) == ("PASS", "kept", "K")
    assert condition["value"] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("drift_k", "verdict"), [(0.19, "PASS"), (0.21, "INVALID"), (-0.3, "INVALID")])
def test_a_wire_that_drifted_makes_the_run_invalid(run: NewRun, drift_k: float, verdict: str) -> None:
    made = built(run)
    made.edit("scanner", [PHANTOM], lambda degc: degc + drift_k, 100.0, 1e9)
    condition = found(made)
    assert (condition["verdict"], condition["value"]) == (verdict, pytest.approx(drift_k))
    if verdict == "INVALID":
        assert f"phantom shifted by {drift_k:+.2f} K between 'baseline' and 'end'" in condition["reason"]
        assert made.result("peak_temperature")["verdict"] == "INVALID"
        assert "shifted" in made.result("peak_temperature")["reason"]


def test_what_may_shift_is_what_the_plan_says(run: NewRun) -> None:
    made = built(run, tolerance=0.5)
    made.edit("scanner", [PHANTOM], lambda degc: degc + 0.4, 100.0, 1e9)
    assert found(made)["verdict"] == "PASS"


def test_the_probe_that_shifted_most_decides(run: NewRun) -> None:
    made = built(run, signals=["ambient", "phantom"])
    made.edit("scanner", [PHANTOM], lambda degc: degc - 0.4, 100.0, 1e9)
    assert found(made)["value"] == pytest.approx(-0.4)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"after": "never"}, "the check point 'never' was not made to its end"),
        ({"before": "drive"}, "heat was demanded before the check point 'drive' ended"),
        ({"after": "stay off"}, "the check point 'stay off' began before the heating ended"),
        ({"signals": ["case"]}, "the record has no signal case"),
    ],
)
def test_a_check_point_that_is_none_makes_the_run_invalid(
    run: NewRun, changes: dict[str, Any], words: str
) -> None:
    condition = found(built(run, **changes))
    assert condition["verdict"] == "INVALID"
    assert words in condition["reason"]


def test_heat_that_is_still_demanded_makes_it_none(run: NewRun) -> None:
    assert "began before the heating ended" in found(built(run, cool=False))["reason"]


def test_a_probe_that_is_not_steady_tells_nothing(run: NewRun) -> None:
    made = built(run)
    start = ending(made)
    for line in made.lines:
        if line["k"] == "scan" and line["t"] > start:
            line["s"]["scanner"][1][PHANTOM] = 37.0 - 0.01 * (line["t"] - start)
    assert "phantom had not settled in 'end': it moved by 0.3" in found(made)["reason"]


def test_a_probe_that_was_not_read_to_the_end_tells_nothing(run: NewRun) -> None:
    made = built(run)
    start = ending(made)
    made.edit("scanner", [PHANTOM], "+9.90000000E+37", start + 55.0, start + 60.0)
    assert "phantom was not read throughout the end of 'end'" in found(made)["reason"]


def test_a_check_point_that_broke_off_was_not_made(run: NewRun) -> None:
    made = built(run)
    made.first("step", step="end", state="end")["outcome"] = "aborted"
    assert "was not made to its end" in found(made)["reason"]
