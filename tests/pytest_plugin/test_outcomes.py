"""What a verdict is to pytest: a plan runs once, each check reports for itself, and nothing passes that did not."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rig.engine import run as engine_run
from rig.engine.run import RunResult
from rig.errors import BenchError
from rig.execution import run_work
from rig.pytest_plugin import running
from rig.record.reader import read_run
from tests.pytest_plugin.conftest import Session, runs_of
from tests.pytest_plugin.samples import BETWEEN, FAILS, NEVER, PASSES, SWEEP, peaks, plan

Write = Callable[..., None]
CHECK = f"peak_temperature: {PASSES}"


def section(result: pytest.RunResult, title: str) -> str:
    """What stands in the report under an item's heading."""
    text = result.stdout.str()
    start = text.index(title)
    end = text.find("\n____", start + len(title))
    return text[start:end] if end > 0 else text[start:]


def verdicts_of(run_file: Path) -> list[dict[str, Any]]:
    """The lines of checks."""
    return [line for line in read_run(run_file.parent).lines("verdict") if line.get("part") == "check"]


def short_summary(result: pytest.RunResult) -> list[str]:
    return [line for line in result.outlines if line.startswith(("FAILED", "ERROR"))]


def test_a_plan_runs_once_and_its_checks_report_one_by_one(
    session: Session, write: Write, folder: Path
) -> None:
    write(one=peaks(good=PASSES, bad=FAILS, better=PASSES))
    result = session("-v")
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(
        ["*one.yaml::good PASSED*", "*one.yaml::bad FAILED*", "*::better PASSED*", "*::run PASSED*"]
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert len(runs_of(folder)) == 1


def test_all_passes_of_a_sweep_come_from_one_run(session: Session, write: Write, folder: Path) -> None:
    write(sweep=SWEEP)
    session().assert_outcomes(passed=4)
    assert len(runs_of(folder)) == 1


def test_a_failing_check_shows_what_an_engineer_needs(session: Session, write: Write, folder: Path) -> None:
    write(one=plan(f"peak_temperature: {FAILS}"))
    result = session("-q")
    shown = section(result, "one.yaml :: peak_temperature")
    (run_file,) = runs_of(folder)
    (verdict,) = verdicts_of(run_file)
    value = f"{verdict['value']:.2f} ± {verdict['uncertainty']:.2f} °C"
    assert f"FAIL: {value} against ≤ 30.00 °C, guarded" in shown
    assert f"measured     {value}" in shown
    assert "source       the plan" in shown
    assert f"margin       {verdict['margin']:.2f} K" in shown
    assert "rule         guarded, guard band 1 × U" in shown
    assert "skin.hottest in °C" in shown
    assert "30.00 ┤──" in shown
    assert "▲" in shown
    assert f"run file     {run_file.relative_to(folder)}  (SIMULATED)" in shown
    assert "one.yaml:14" in shown
    assert "      - peak_temperature: {at_most: 30 degC}\n        ^" in shown
    assert "Traceback" not in shown
    assert ".py" not in shown


def test_the_limit_of_a_file_is_shown_with_its_source(session: Session, write: Write) -> None:
    write(one=plan("rise_time: {limit: ir-lumbar-wrap/rise-time}"))
    shown = section(session("-q"), "one.yaml :: rise_time")
    assert "source       ir-lumbar-wrap/rise-time, unconfirmed: project requirement HEAT-2" in shown


def test_the_short_summary_begins_with_the_verdict(session: Session, write: Write) -> None:
    write(one=peaks(bad=FAILS, between=BETWEEN))
    failed, between = short_summary(session("-q"))
    assert failed.startswith("FAILED plans/one.yaml::bad - FAIL: 3")
    assert between.startswith("FAILED plans/one.yaml::between - INCONCLUSIVE: 3")


def test_inconclusive_and_invalid_fail_and_say_so(session: Session, write: Write) -> None:
    write(
        between=plan(f"peak_temperature: {BETWEEN}"),
        left=plan(CHECK, top="conditions: {ambient: 40 ± 1 degC}"),
    )
    result = session("-q")
    result.assert_outcomes(failed=3, passed=1)
    between, left, run = short_summary(result)
    assert "::peak_temperature - INCONCLUSIVE: " in between
    assert "::peak_temperature - INVALID: " in left
    assert "left.yaml::run - INVALID: condition ambient: " in run


def test_a_conditional_pass_does_not_pass(
    session: Session, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(one=plan(CHECK))
    judge_as(monkeypatch, "CONDITIONAL PASS")
    result = session("-q")
    result.assert_outcomes(failed=1, passed=1)
    assert "CONDITIONAL PASS: " in short_summary(result)[0]


def judge_as(monkeypatch: pytest.MonkeyPatch, verdict: str) -> None:
    """Let runs come out with this verdict of their checks."""

    def judged(*args: Any, **kwargs: Any) -> Any:
        series = run_work(*args, **kwargs)
        for _, outcome in series.outcomes:
            assert isinstance(outcome, RunResult)
            assert outcome.judgement is not None
            for check in outcome.judgement.results:
                check["verdict"] = verdict
        return series

    monkeypatch.setattr(running, "run_work", judged)


def test_a_value_without_a_limit_is_counted_as_reported(session: Session, write: Write) -> None:
    write(one=plan("report: [peak_temperature]"))
    result = session("-v")
    result.stdout.fnmatch_lines(
        [
            "*one.yaml::peak_temperature REPORTED 3*.* ± 0.* °C*",
            "reported      3*.* ± 0.* °C: plans/one.yaml::peak_temperature",
            "runs          1, 1 of them SIMULATED",
            "*1 passed, 1 reported*",
        ]
    )
    assert result.ret == pytest.ExitCode.OK


def test_a_plan_without_checks_is_not_green(session: Session, write: Write) -> None:
    write(one=plan())
    result = session("-q")
    result.assert_outcomes(failed=1)
    assert short_summary(result) == [
        "FAILED plans/one.yaml::run - NOT RUN: the plan has no check, so it shows nothing"
    ]


def test_an_interlock_is_told_by_the_run_and_by_checks(session: Session, write: Write) -> None:
    write(one=plan(CHECK, action="hold: 5 s\n    inject: 'belt:reset'"))
    result = session("-q")
    check, run = short_summary(result)
    assert "::peak_temperature - INVALID: " in check
    assert "one.yaml::run - ABORTED: ended by interlock: belt rebooted" in run
    assert "\nINVALID: the belt rebooted at " in section(result, "one.yaml :: run")


def test_a_step_that_runs_out_of_time_is_a_failure(session: Session, write: Write) -> None:
    write(one=plan(CHECK, action=NEVER))
    result = session("-q")
    result.assert_outcomes(failed=2)
    assert "one.yaml::run - INCONCLUSIVE: ended by timeout: heat" in short_summary(result)[1]


def test_a_setup_that_runs_out_of_time_is_an_error(session: Session, write: Write) -> None:
    waits = "setup:\n  - name: heat\n    until: {signal: case, above: 80 degC}\n    within: 3 s"
    write(one=plan(CHECK, setup=waits))
    result = session("-q")
    result.assert_outcomes(errors=2)
    assert "the setup of the plan ended by timeout: heat" in short_summary(result)[0]
    assert "Traceback" not in result.stdout.str()


def test_a_check_that_failed_before_the_bench_was_lost_is_a_failure(session: Session, write: Write) -> None:
    checks = (
        f"peak_temperature: {{name: {name}, {limit[1:]}" for name, limit in (("good", PASSES), ("bad", FAILS))
    )
    write(one=plan(*checks, action="hold: 5 s\n  - {name: cut, inject: 'supply:silent', hold: 9 s}"))
    result = session("-q")
    result.assert_outcomes(errors=2, failed=1)
    assert "ended by lost: " in result.stdout.str()


def test_a_bench_that_cannot_be_opened_is_an_error_of_each_item(
    session: Session, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_args: Any) -> None:
        raise BenchError("opening the supply: nobody answers; look at its cable")

    monkeypatch.setattr(engine_run, "open_bench", unavailable)
    write(one=plan(CHECK))
    result = session("-q")
    result.assert_outcomes(errors=2)
    assert "::run - opening the supply: nobody answers" in result.stdout.str()


def test_a_question_without_an_answer_is_an_error_before_anything_is_opened(
    session: Session, write: Write, folder: Path
) -> None:
    asks = "setup:\n  - {name: look, ask: Is it there?, within: 1 min}"
    (folder / "answers.yaml").write_text("answers: {look: yes, elsewhere: 7}\n", encoding="utf-8")
    write(one=plan(CHECK, setup=asks), two=plan(CHECK))
    result = session("-q")
    result.assert_outcomes(errors=2, passed=2)
    assert "nobody can answer it here" in result.stdout.str()
    assert len(runs_of(folder)) == 1
    session("-q", "--answers", "answers.yaml").assert_outcomes(passed=4)


def test_a_check_that_was_deselected_is_judged_and_recorded_all_the_same(
    session: Session, write: Write, folder: Path
) -> None:
    write(one=peaks(good=PASSES, bad=FAILS))
    session("-q", "-k", "good").assert_outcomes(passed=1, deselected=2)
    (run_file,) = runs_of(folder)
    assert {line["name"]: line["verdict"] for line in verdicts_of(run_file)} == {
        "good": "PASS",
        "bad": "FAIL",
    }


def test_the_summary_tells_what_a_deselected_check_shows_of_a_requirement(
    session: Session, write: Write
) -> None:
    write(one=plan(CHECK, f"peak_temperature: {{name: bad, {FAILS[1:]}", top="covers: [CUT-1]"))
    result = session("-q", "-k", "peak_temperature")
    result.assert_outcomes(passed=1, deselected=2)
    assert "requirements  CUT-1 FAIL" in result.stdout.str()


def test_a_record_that_was_not_sealed_shows_nothing(
    session: Session, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsealed(*args: Any, **kwargs: Any) -> Any:
        series = run_work(*args, **kwargs)
        ((program, outcome),) = series.outcomes
        assert isinstance(outcome, RunResult)
        return replace(series, outcomes=[(program, replace(outcome, trouble="disk full"))])

    monkeypatch.setattr(running, "run_work", unsealed)
    write(one=plan(CHECK, f"peak_temperature: {{name: bad, {FAILS[1:]}", top="covers: [CUT-1]"))
    result = session("-q")
    result.assert_outcomes(errors=2, failed=1)
    assert "the record was not sealed: disk full" in section(result, "one.yaml :: bad")
    (passing,) = [line for line in short_summary(result) if "::peak_temperature" in line]
    assert passing.endswith("::peak_temperature - the record was not sealed: disk full")


def test_the_first_failure_ends_the_session_if_that_was_asked_for(session: Session, write: Write) -> None:
    write(one=peaks(bad=FAILS, worse=FAILS), two=plan(CHECK))
    session("-q", "-x").assert_outcomes(failed=1)


def test_only_what_failed_last_is_run_again(session: Session, write: Write, folder: Path) -> None:
    write(one=peaks(good=PASSES, bad=FAILS), two=plan(CHECK))
    session("-q").assert_outcomes(failed=1, passed=4)
    session("-q", "--lf").assert_outcomes(failed=1)
    assert len(runs_of(folder)) == 3


def test_what_breaks_a_run_off_does_not_begin_it_again(
    session: Session, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = []

    def broken_off(*_args: Any, **_kwargs: Any) -> None:
        begun.append(True)
        raise TimeoutError("Timeout >1.0s")

    monkeypatch.setattr(running, "run_work", broken_off)
    write(one=plan(CHECK, "latch: {}"))
    result = session("-q")
    result.assert_outcomes(errors=3)
    assert len(begun) == 1
    assert result.stdout.str().count("the run was broken off") >= 2


def test_junit_carries_the_numbers(session: Session, write: Write, folder: Path) -> None:
    write(one=plan(CHECK, f"peak_temperature: {{name: bad, {FAILS[1:]}", top="covers: [CUT-1]"))
    session("-q", "--junitxml=report.xml")
    cases = {case.get("name"): case for case in ET.parse(folder / "report.xml").iter("testcase")}
    found = [(p.get("name"), p.get("value") or "") for p in cases["bad"].iter("property")]
    numbers = dict(found)
    (run_file,) = runs_of(folder)
    sealed = read_run(run_file.parent).integrity.last_hash
    assert float(numbers["value"]) == pytest.approx(34.0, abs=1.0)
    assert float(numbers["uncertainty"]) == pytest.approx(0.4, abs=0.1)
    assert float(numbers["margin"]) == pytest.approx(30.0 - float(numbers["value"]))
    assert (numbers["limit"], numbers["limit_sense"], numbers["unit"]) == ("30.0", "at_most", "degC")
    assert (numbers["verdict"], numbers["rule"]) == ("FAIL", "guarded")
    assert ("requirement", "CUT-1") in found
    assert (numbers["run"], numbers["hash"]) == (run_file.parent.name, sealed)
    assert numbers["simulated"] == "True"
    failure = cases["bad"].find("failure")
    assert failure is not None
    assert (failure.get("message") or "").startswith("FAIL: ")
    assert cases["run"].find("failure") is None


def test_the_summary_tells_the_worst_margin_and_the_requirements(session: Session, write: Write) -> None:
    write(
        one=plan(CHECK, f"peak_temperature: {{name: bad, {FAILS[1:]}", top="covers: [CUT-1]"), two=plan(CHECK)
    )
    text = session("-q").stdout.str()
    assert "worst margin  -4." in text
    assert " U: plans/one.yaml::bad, 3" in text
    assert "requirements  CUT-1 FAIL" in text
    assert "runs          2, 2 of them SIMULATED\n  FAIL        " in text
    assert "reported" not in text


def test_durations_lay_the_run_on_the_first_check(session: Session, write: Write) -> None:
    write(one=plan(CHECK, "latch: {}"))
    result = session("-q", "--durations=1", "--durations-min=0")
    result.stdout.fnmatch_lines(["*s setup*one.yaml::peak_temperature*"])
