"""The judge: what it passes, what it withholds, what it refuses."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.checks.judge import Judgement, judge
from rig.checks.verdict import Verdict
from rig.checks.wording import confirmations
from rig.errors import RecordError
from tests.checks.declared import check, copied, limit

if TYPE_CHECKING:
    from tests.checks.conftest import RunBuilder

NewRun = Callable[..., "RunBuilder"]
KEYS = ["name", "step", "verdict", "value", "unit", "uncertainty", "limit", "rule", "guard_band"]
KEYS += ["conformance", "margin", "requirement", "metric", "algorithm", "reason", "detail"]


def test_a_result_has_the_documented_keys_and_is_strict_json(run: NewRun) -> None:
    judgement = run().judge()
    for result in [*judgement.results, *run(never=True).judge().results]:
        assert list(result) == KEYS
        json.dumps(result, allow_nan=False)
    limit = judgement.results[0]["limit"]
    assert list(limit) == ["id", "sense", "value", "unit", "source", "status"]
    assert limit["status"] == "unconfirmed"
    json.dumps(judgement.conditions, allow_nan=False)


def test_a_confirmed_limit_says_so(
    run: NewRun, make_check: Callable[..., dict[str, Any]], make_limit: Callable[..., dict[str, Any]]
) -> None:
    who = {"confirmed_by": "A. Person", "confirmed_on": "2026-11-01"}
    sure = make_limit(42.0, "temperature", **who)
    result = run(checks=[make_check("peak_temperature", limit=sure)]).result("peak_temperature")
    assert result["limit"]["status"] == "confirmed"
    assert {key: result["limit"][key] for key in who} == who
    assert confirmations([result, result]) == ["limit belt/limit was confirmed by A. Person on 2026-11-01"]


def test_a_record_that_does_not_say_when_its_limit_was_confirmed_is_judged_as_it_was(
    run: NewRun, make_check: Callable[..., dict[str, Any]], make_limit: Callable[..., dict[str, Any]]
) -> None:
    sure = make_limit(42.0, "temperature", confirmed_by="A. Person")
    result = run(checks=[make_check("peak_temperature", limit=sure)]).result("peak_temperature")
    assert result["limit"]["status"] == "confirmed"
    assert "confirmed_by" not in result["limit"]
    assert confirmations([result]) == []


def test_judging_twice_and_from_json_gives_the_same(run: NewRun) -> None:
    built = run()
    again = judge(json.loads(json.dumps(built.lines)))
    assert again == built.judge() == judge(iter(built.lines))


def test_other_declarations_give_other_verdicts(
    run: NewRun, make_check: Callable[..., dict[str, Any]], make_limit: Callable[..., dict[str, Any]]
) -> None:
    strict = [make_check("peak_temperature", name="strict", limit=make_limit(40.0, "temperature"))]
    judgement = run().judge(strict)
    assert [(r["name"], r["verdict"]) for r in judgement.results] == [("strict", "FAIL")]
    assert [c["kind"] for c in judgement.conditions] == ["calibration", "heating"]


def test_checks_that_are_declared_late_are_judged(run: NewRun) -> None:
    built = run()
    late = [line for line in built.lines if line.get("part") == "check"]
    built.lines[:] = [line for line in built.lines if line not in late]
    built.lines[-5:-5] = late
    assert built.judge().verdict == "PASS"


def test_a_step_that_ran_out_of_time_lets_nothing_pass(run: NewRun) -> None:
    judgement = run(within_s=100.0).judge()
    assert {r["verdict"] for r in judgement.results if r["rule"] != "report"} == {"INCONCLUSIVE"}
    assert "step 'drive' ran out of time" in judgement.results[0]["reason"]
    assert judgement.verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("ended", ["stop", "interrupt", "lost", "error"])
def test_a_run_that_was_cut_short_is_aborted_at_best(run: NewRun, ended: str) -> None:
    judgement = run(stop_at_s=100.0, ended_by_stop=ended).judge()
    assert judgement.verdict is Verdict.ABORTED
    assert judgement.ended == ended
    assert "PASS" not in {r["verdict"] for r in judgement.results}


def test_an_interlocked_run_is_judged_on_what_it_holds(run: NewRun) -> None:
    assert run(welded=True).judge().verdict is Verdict.FAIL
    assert run(interlock_degc=40.0).judge().verdict is Verdict.ABORTED


def test_a_record_without_an_outcome_is_judged_as_interrupted(run: NewRun) -> None:
    built = run()
    cut = built.lines.index(built.first("step", step="stay off", state="start"))
    judgement = judge(built.lines[:cut])
    assert judgement.ended is None
    assert judgement.verdict is Verdict.ABORTED
    assert "(interrupted)" in judgement.results[0]["reason"]


def test_a_finished_step_may_pass_in_a_run_that_was_stopped_later(
    run: NewRun, make_check: Callable[..., dict[str, Any]], make_limit: Callable[..., dict[str, Any]]
) -> None:
    limit = make_limit(42.0, "temperature")
    checks = [
        make_check("peak_temperature", name=s, step=s, limit=limit) for s in ("baseline", "drive", "re-arm")
    ]
    judgement = run(checks=checks, stop_at_s=100.0).judge()
    assert [r["verdict"] for r in judgement.results] == ["PASS", "INCONCLUSIVE", "NOT RUN"]
    assert judgement.verdict is Verdict.ABORTED


def test_a_run_that_never_started_a_step_was_not_run(run: NewRun) -> None:
    built = run()
    kept = [line for line in built.lines if line["k"] in {"head", "declare"}]
    refused = [*kept, {"k": "outcome", "t": 0.0, "ended": "refused", "detail": "open probe"}]
    judgement = judge(refused)
    assert {r["verdict"] for r in judgement.results if r["rule"] != "report"} == {"NOT RUN"}
    assert judgement.verdict is Verdict.ABORTED


def test_a_plan_without_checks_shows_nothing(run: NewRun) -> None:
    assert run(checks=[], conditions=[]).judge().verdict is Verdict.NOT_RUN


def test_an_unfinished_step_in_a_completed_run_lets_nothing_pass(run: NewRun) -> None:
    built = run()
    built.lines.remove(built.first("step", step="heat returns", state="end"))
    assert "'heat returns' was not finished" in built.result("peak_temperature")["reason"]


@pytest.mark.parametrize(
    ("change", "words"),
    [({"metric": "beauty"}, "no metric 'beauty'"), ({"limit": None}, "no limit to be judged by")],
)
def test_a_check_that_cannot_be_judged_is_invalid(run: NewRun, change: dict[str, Any], words: str) -> None:
    built = run()
    built.lines[built.lines.index(built.first("declare", name="peak_temperature"))] |= change
    result = built.result("peak_temperature")
    assert result["verdict"] == "INVALID"
    assert words in result["reason"]


def test_a_limit_given_as_a_parameter(run: NewRun) -> None:
    built = run()
    built.first("declare", name="stays_off")["limit"] = None
    result = built.result("stays_off")
    assert (result["verdict"], result["limit"]["value"], result["limit"]["sense"]) == (
        "PASS",
        30.0,
        "at_least",
    )


@pytest.mark.parametrize("missing", ["cutoff_degc", "rearm_degc", "sensor_lag_s"])
def test_a_profile_that_lacks_a_number_passes_nothing_that_needs_it(run: NewRun, missing: str) -> None:
    built = run()
    profile = {k: v for k, v in built.lines[0]["profile"].items() if k != missing}
    built.lines[0] = {**built.lines[0], "profile": profile}
    judgement = built.judge()
    assert judgement.verdict is Verdict.INVALID
    assert any(missing in r["reason"] for r in judgement.results)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [{"k": "scan", "t": 0.0, "s": {}}],
        [{}],
        [3],
        [{"k": "head"}],
        [{"k": "head", "wiring": {"sources": []}}],
    ],
)
def test_what_is_no_record_is_refused_with_words(lines: list[Any]) -> None:
    with pytest.raises(RecordError, match=r"rig verify"):
        judge(lines)


@pytest.mark.parametrize(
    "bad",
    [
        {"k": "scan"},
        {"k": "scan", "t": 0.0, "s": {"belt": 3}},
        {"k": "scan", "t": 0.0, "s": {"belt": ["x", []]}},
        {"k": "step"},
        {"k": "demand", "t": 1.0},
        {"k": "outcome"},
        {"k": "event"},
    ],
)
def test_a_damaged_line_is_a_record_error_and_no_traceback(run: NewRun, bad: dict[str, Any]) -> None:
    lines = run(stop_at_s=5.0).lines
    with pytest.raises(RecordError, match="judging a record"):
        judge([*lines[:40], bad, *lines[40:-1], *([bad] if bad["k"] == "outcome" else lines[-1:])])


def test_checks_of_one_name_are_both_invalid_but_a_fail_stays(
    run: NewRun, make_check: Callable[..., dict[str, Any]], make_limit: Callable[..., dict[str, Any]]
) -> None:
    limits = [make_limit(v, "temperature") for v in (42.0, 100.0, 38.0)]
    checks = [make_check("peak_temperature", limit=limit) for limit in limits]
    judgement = run(checks=checks).judge()
    assert [r["verdict"] for r in judgement.results] == ["INVALID", "INVALID", "FAIL"]
    assert "3 checks are called 'peak_temperature'" in judgement.results[0]["reason"]


def test_readings_at_one_instant_are_invalid(run: NewRun) -> None:
    built = run()
    for line in built.lines:
        if line["k"] == "scan" and "scanner" in line["s"] and 100.0 < line["t"] < 110.0:
            line["s"]["scanner"][0] = 100.1
    for name in ("peak_temperature", "sensor_agreement"):
        result = built.result(name)
        assert result["verdict"] == "INVALID"
        assert "do not rise" in result["reason"]


_BAD = st.sampled_from(["+9.90000000E+37", "nan", "", "-9.9E37"])
_HURT = st.tuples(
    st.sampled_from([("scanner", 9), ("supply", 6), ("belt", 13)]),
    st.integers(0, 12),
    st.floats(0.0, 360.0),
    st.floats(0.0, 40.0),
    _BAD,
)
_FAULTS: list[dict[str, Any]] = [
    {},
    {"late_s": 20.0},
    {"threshold_degc": 42.0},
    {"auto_reset": True},
    {"welded": True},
    {"latches": False},
    {"site_offset_k": 0.6},
    {"sensor": lambda x: x - 2.0},
]


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(range(len(_FAULTS))), st.lists(_HURT, min_size=1, max_size=4))
def test_losing_readings_never_makes_a_pass(run: NewRun, fault: int, hurts: list[Any]) -> None:
    built, judgement = _cached(run, fault)
    before = {r["name"]: r["verdict"] for r in judgement.results}
    hurt = copy.copy(built)
    hurt.lines = copied(built.lines)
    for (source, width), column, start, length, text in hurts:
        hurt.edit(source, [column % width], text, start, start + length)
    for result in hurt.judge().results:
        if result["verdict"] == "PASS":
            assert before[result["name"]] == "PASS", result


@settings(max_examples=10, deadline=None)
@given(st.sampled_from(range(len(_FAULTS))), st.integers(-100_000, 100_000))
def test_shifting_time_shifts_instants_and_changes_no_verdict(run: NewRun, fault: int, eighths: int) -> None:
    built, before = _cached(run, fault)
    shift = eighths / 8.0
    moved = copy.copy(built)
    moved.lines = [_shifted(line, shift) for line in built.lines]
    for was, now in zip(before.results, moved.judge().results, strict=True):
        assert now["verdict"] == was["verdict"]
        assert now["value"] == (None if was["value"] is None else pytest.approx(was["value"], abs=1e-6))
        for key in ("at_s", "asked_s", "fell_s", "crossed_s"):
            if key in was["detail"]:
                assert now["detail"][key] == pytest.approx(was["detail"][key] + shift, abs=1e-6)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the values of a line stand."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _paths(inner, (*path, key))


_SET = st.tuples(st.just("set"), st.integers(0, 99), st.sampled_from([None, "x", "", 1e308, -1e308, 10**400]))
_MOVE = st.tuples(st.sampled_from(["delete", "duplicate", "swap"]), st.integers(0, 5000), st.none())
_RARE = ("head", "declare", "step", "demand", "event", "off", "outcome")


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(range(len(_FAULTS))),
    st.lists(st.tuples(st.booleans(), st.integers(0, 5000), _SET | _MOVE), min_size=1, max_size=3),
)
def test_whatever_a_record_holds_it_is_judged_or_refused(run: NewRun, fault: int, changes: list[Any]) -> None:
    built, judgement = _cached(run, fault)
    before = {r["name"]: r["verdict"] for r in judgement.results}
    lines = list(built.lines)
    touched = [_mutate(lines, change, number, rare=rare) for rare, number, change in changes]
    try:
        judgement = judge(lines)
    except RecordError:
        return
    for result in judgement.results:
        # another limit, profile or budget is another question, which may have another answer
        if result["verdict"] == "PASS" and not {"head", "declare"}.intersection(touched):
            assert before.get(result["name"]) != "FAIL", result


def _mutate(lines: list[Any], change: tuple[str, int, Any], number: int, *, rare: bool) -> str:
    """Change one line; returns its kind."""
    rows = [i for i, line in enumerate(lines) if not rare or line["k"] in _RARE]
    row = rows[number % len(rows)]
    kind = str(lines[row]["k"])
    what, other, value = change
    if what == "delete" and len(lines) > 1:
        del lines[row]
    elif what == "duplicate":
        lines.insert(row, lines[row])
    elif what == "swap":
        there = rows[other % len(rows)]
        lines[row], lines[there] = lines[there], lines[row]
    elif what == "set":
        lines[row] = copy.deepcopy(lines[row])
        paths = [path for path in _paths(lines[row]) if path != ("k",)]
        *path, last = paths[other % len(paths)]
        holder = lines[row]
        for key in path:
            holder = holder[key]
        holder[last] = value
    return kind


_RUNS: dict[int, tuple[RunBuilder, Judgement]] = {}


def _cached(run: NewRun, fault: int) -> tuple[RunBuilder, Judgement]:
    """A run with that fault, which nobody changes, and how it is judged."""
    if fault not in _RUNS:
        built = run(**_FAULTS[fault])
        _RUNS[fault] = built, built.judge()
    return _RUNS[fault]


def _shifted(line: dict[str, Any], shift: float) -> dict[str, Any]:
    moved = {**line, "t": line["t"] + shift} if "t" in line else line
    if line["k"] == "scan":
        return {**moved, "s": {k: [v[0] + shift, *v[1:]] for k, v in line["s"].items()}}
    return moved


@pytest.mark.parametrize(
    ("offset", "rule", "verdict"),
    [
        (0.4, "four-state", "PASS"),
        (0.5, "four-state", "CONDITIONAL PASS"),
        (0.9, "four-state", "CONDITIONAL FAIL"),
        (1.4, "four-state", "FAIL"),
        (0.5, "iso-14253-1", "PASS"),
        (0.5, "specific-risk", "PASS"),
        (0.9, "specific-risk", "INCONCLUSIVE"),
    ],
)
def test_a_check_is_decided_by_the_rule_that_it_names(
    run: NewRun, offset: float, rule: str, verdict: str
) -> None:
    peak = check("peak_temperature", rule, limit=limit(42.0, "temperature"))
    result = run(site_offset_k=offset, checks=[peak]).result("peak_temperature")
    assert (result["verdict"], result["rule"]) == (verdict, rule)
    assert 0.0 < result["guard_band"] <= result["uncertainty"]
    assert (result["conformance"] > 0.5) is (result["value"] < 42.0)


def test_a_check_has_its_own_risk_and_guard_band(run: NewRun) -> None:
    high = limit(42.0, "temperature")
    checks = [
        check("peak_temperature", "specific-risk", name="5 %", limit=high, risk=0.05),
        check("peak_temperature", "specific-risk", name="1 %", limit=high, risk=0.01),
        check("peak_temperature", name="0.1 K", limit=high, guard_band=0.1),
    ]
    results = {r["name"]: r for r in run(site_offset_k=0.5, checks=checks).judge().results}
    assert {name: r["verdict"] for name, r in results.items()} == {
        "5 %": "PASS", "1 %": "INCONCLUSIVE", "0.1 K": "PASS",
    }  # fmt: skip
    assert results["0.1 K"]["guard_band"] == 0.1


def test_a_lower_bound_within_the_guard_band_beyond_the_limit_is_a_conditional_fail(run: NewRun) -> None:
    def result(value: float) -> dict[str, Any]:
        delay = check("response_delay", "four-state", limit=limit(value, "time"), guard=100.0)
        return run(never=True, checks=[delay]).result("response_delay")

    late = result(1.0)["value"]
    assert result(late - 1.0)["verdict"] == "CONDITIONAL FAIL"
    assert result(late + 1.0)["verdict"] == "INCONCLUSIVE"
    assert result(late - 1.0)["conformance"] is None
