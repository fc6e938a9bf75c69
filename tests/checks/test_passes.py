"""Checks of steps that were passed several times, tried again, or cut short."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import mean, stdev
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.checks.finding import Finding
from rig.checks.judge import Judgement, judge
from rig.checks.passes import Judged, gravest
from rig.checks.step_history import StepPass, step_history
from rig.checks.verdict import Verdict, worst

if TYPE_CHECKING:
    from tests.checks.conftest import RunBuilder

NewRun = Callable[..., "RunBuilder"]
Make = Callable[..., dict[str, Any]]


def judged(
    verdict: Verdict, value: float | None = None, margin: float | None = None, reason: str = ""
) -> Judged:
    return Judged(Finding(value, 0.4, reason), verdict, margin, reason)


def test_one_pass_is_left_as_it_is() -> None:
    only = judged(Verdict.PASS, 41.0, 1.0, "reached")
    assert gravest([only]) is only


def test_a_fail_is_not_hidden_by_a_pass_or_by_one_that_cannot_be_judged() -> None:
    passes = [
        judged(Verdict.PASS, 41.0, 1.0),
        judged(Verdict.FAIL, 43.0, -1.0, "too hot"),
        judged(Verdict.INVALID, None, None, "no reading"),
        judged(Verdict.FAIL, 42.5, -0.5),
    ]
    found = gravest(passes)
    assert (found.verdict, found.margin, found.finding.value) == (Verdict.FAIL, -1.0, 43.0)
    assert found.reason == "pass 2 of 4: too hot"


@given(
    st.lists(
        st.tuples(st.sampled_from(list(Verdict)), st.none() | st.floats(-50.0, 50.0)), min_size=1, max_size=12
    )
)
def test_the_gravest_verdict_of_all_passes_is_the_checks(found: list[tuple[Verdict, float | None]]) -> None:
    passes = [judged(verdict, None if margin is None else 42.0 - margin, margin) for verdict, margin in found]
    chosen = gravest(passes)
    assert chosen.verdict.severity == min(each.verdict.severity for each in passes)
    same = [each.margin for each in passes if each.verdict is chosen.verdict and each.margin is not None]
    if chosen.margin is not None and len(same) == len([p for p in passes if p.verdict is chosen.verdict]):
        assert chosen.margin == min(same)
    if any(each.verdict is not Verdict.REPORTED for each in passes):
        assert chosen.verdict is worst(each.verdict for each in passes)


def test_of_passes_that_are_only_reported_the_greatest_value_is_shown() -> None:
    found = gravest([judged(Verdict.REPORTED, value) for value in (3.0, 7.0, 5.0)])
    assert (found.finding.value, found.finding.detail["pass"]) == (7.0, 2)


def test_the_spread_of_the_passes_is_that_of_the_gum() -> None:
    values = [40.1, 40.4, 39.9, 40.6]
    spread = gravest([judged(Verdict.PASS, value, 42.0 - value) for value in values]).finding.detail["passes"]
    assert spread == {
        "n": 4,
        "valued": 4,
        "mean": pytest.approx(40.25),
        "standard_deviation": pytest.approx(0.3109126351029605),
        "least": 39.9,
        "greatest": 40.6,
    }
    assert (spread["mean"], spread["standard_deviation"]) == (
        pytest.approx(mean(values)),
        pytest.approx(stdev(values)),
    )


def test_a_pass_without_a_value_is_counted_and_does_not_enter_the_spread() -> None:
    spread = gravest([judged(Verdict.INVALID), judged(Verdict.PASS, 40.0, 2.0)]).finding.detail["passes"]
    assert (spread["n"], spread["valued"], spread["standard_deviation"]) == (2, 1, None)
    assert gravest([judged(Verdict.INVALID)] * 2).finding.detail["passes"] == {"n": 2, "valued": 0}


def line(t: float, name: str, outcome: str | None = None) -> dict[str, Any]:
    return {"k": "step", "t": t, "step": name, "state": "end" if outcome else "start", "outcome": outcome}


def test_the_history_of_nested_passes() -> None:
    lines = [
        line(0, "b"), line(0, "b / x"), line(1, "b / x", "held"), line(1, "b", "done"),
        line(1, "b"), line(1, "b / x"), line(3, "b / x", "held"), line(3, "b", "done"),
        line(3, "y"),
    ]  # fmt: skip
    assert step_history(lines) == {
        "b": [(0, 1, "done"), (1, 3, "done")],
        "b / x": [(0, 1, "held"), (1, 3, "held")],
        "y": [StepPass(3, None, None)],
    }


def test_what_was_done_in_an_attempt_that_was_followed_by_another_is_left_out() -> None:
    lines = [
        line(0, "a"), line(1, "a", "held"),
        line(1, "t"), line(1, "t / x"), line(2, "t / x", "held"), line(2, "t / w"), line(5, "t / w", "timeout"),
        line(5, "t", "retry"),
        line(5, "t"), line(5, "t / x"), line(6, "t / x", "held"), line(6, "t / w"), line(7, "t / w", "reached"),
        line(7, "t", "done"),
    ]  # fmt: skip
    assert step_history(lines) == {
        "a": [(0, 1, "held")],
        "t / x": [(5, 6, "held")],
        "t / w": [(6, 7, "reached")],
        "t": [(5, 7, "done")],
    }


def test_an_end_without_a_start_is_passed_over() -> None:
    assert step_history([line(0, "x", "held"), line(1, "y")]) == {"y": [(1, None, None)]}


SPANS = [(10.0, 50.0), (60.0, 100.0), (110.0, 150.0)]


@pytest.fixture
def cycles(run: NewRun, make_check: Make, make_limit: Make) -> Callable[..., RunBuilder]:
    """A sound run whose step lines are those of a repeat of three passes, checked for its peak."""

    def make(spans: Sequence[tuple[float, float | None]] = SPANS, declared: int = 3) -> RunBuilder:
        check = make_check("peak_temperature", step="cycles / heat", limit=make_limit(42.0, "temperature"))
        built = run(checks=[check])
        kept = [
            each
            for each in built.lines
            if each["k"] != "step" and not (each["k"] == "declare" and each["part"] == "step")
        ]
        shape = {"k": "declare", "part": "step", "place": "p:1:1", "passes": declared}
        block = {**shape, "name": "cycles", "block": "repeat", "times": declared}
        heat = {**shape, "name": "cycles / heat", "demands": [], "until": None}
        steps = []
        for start, end in spans:
            steps += [line(start, "cycles"), line(start, "cycles / heat")]
            steps += [line(end, "cycles / heat", "held"), line(end, "cycles", "done")] if end else []
        built.lines[:] = [kept[0], block, heat, *kept[1:]]
        first_scan = next(i for i, each in enumerate(built.lines) if each["k"] == "scan")
        built.lines[first_scan:first_scan] = steps
        return built

    return make


def of(judgement: Judgement) -> tuple[str, str]:
    (result,) = judgement.results
    return result["verdict"], result["reason"]


def test_each_pass_is_judged_in_its_own_window(cycles: Callable[..., RunBuilder]) -> None:
    (result,) = cycles().judge().results
    assert result["verdict"] == "PASS"
    assert result["detail"]["passes"]["n"] == 3
    assert result["detail"]["passes"]["least"] < result["detail"]["passes"]["greatest"] == result["value"]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_fail_of_one_pass_is_the_checks_and_names_it(
    cycles: Callable[..., RunBuilder], number: int
) -> None:
    built = cycles().edit("scanner", range(1, 7), 44.0, SPANS[number][0] + 1.0, SPANS[number][1] - 1.0)
    other = SPANS[(number + 1) % 3]
    built.edit("scanner", range(1, 7), "+9.90000000E+37", other[0] + 1.0, other[1] - 1.0)
    verdict, reason = of(built.judge())
    assert verdict == "FAIL"
    assert reason.startswith(f"pass {number + 1} of 3")


def test_a_pass_that_cannot_be_judged_keeps_the_others_from_passing(
    cycles: Callable[..., RunBuilder],
) -> None:
    built = cycles().edit("scanner", range(1, 7), "+9.90000000E+37", 70.0, 90.0)
    assert of(built.judge())[0] == "INVALID"


def ended_early(built: RunBuilder) -> RunBuilder:
    built.first("outcome")["ended"] = "stop"
    return built


@pytest.mark.parametrize(
    "spans", [SPANS[:2], [*SPANS[:2], (110.0, None)]], ids=["between two passes", "within a pass"]
)
def test_a_repeat_that_was_cut_short_does_not_pass(
    cycles: Callable[..., RunBuilder], spans: Sequence[tuple[float, float | None]]
) -> None:
    verdict, reason = of(ended_early(cycles(spans)).judge())
    assert verdict == "INCONCLUSIVE"
    assert "PASS withheld" in reason
    assert of(ended_early(cycles()).judge())[0] == "PASS", "one whose own passes are all there does"


def test_thousands_of_steps_and_checks_are_judged_in_time(
    run: NewRun, make_check: Make, make_limit: Make
) -> None:
    """A search of all step lines for each step of each check would look at 16 thousand million here."""
    count = 2000
    checks = [make_check("peak_temperature", "report", name=f"c{i}", step=f"s{i}") for i in range(count)]
    lines = [each for each in run(checks=checks).lines if each["k"] != "step"]
    names = [f"s{i}" for i in range(count)]
    declares = [
        {"k": "declare", "part": "step", "name": name, "place": "p:1:1", "passes": 1, "demands": []}
        for name in names
    ]
    first_scan = next(i for i, each in enumerate(lines) if each["k"] == "scan")
    lines[first_scan:first_scan] = [
        each for name in names for each in (line(1.0, name), line(20.0, name, "held"))
    ]
    judgement = judge([lines[0], *declares, *lines[1:]])
    assert len(judgement.results) == count
    assert {result["verdict"] for result in judgement.results} == {"REPORTED"}
