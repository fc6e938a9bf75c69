"""Severity of verdicts and the exit codes that they become."""

from __future__ import annotations

import pytest

from rig.checks.verdict import Verdict, combined_exit_code, exit_code, worst


def test_severity_worst_first() -> None:
    words = "FAIL,ABORTED,INVALID,INCONCLUSIVE,NOT RUN,CONDITIONAL FAIL,CONDITIONAL PASS,PASS"
    ranked = sorted((v for v in Verdict if v is not Verdict.REPORTED), key=lambda v: v.severity)
    assert ",".join(ranked) == words


def test_worst_of_several() -> None:
    assert worst([Verdict.PASS, Verdict.INVALID, Verdict.INCONCLUSIVE]) is Verdict.INVALID
    assert worst([Verdict.ABORTED, Verdict.FAIL]) is Verdict.FAIL
    assert worst([Verdict.PASS, Verdict.REPORTED]) is Verdict.PASS


def test_nothing_judged_is_not_a_pass() -> None:
    assert worst([]) is Verdict.NOT_RUN
    assert worst([Verdict.REPORTED]) is Verdict.NOT_RUN


@pytest.mark.parametrize(
    ("verdict", "ended", "code"),
    [
        (Verdict.PASS, "completed", 0),
        (Verdict.FAIL, "completed", 1),
        (Verdict.CONDITIONAL_FAIL, "completed", 1),
        (Verdict.INCONCLUSIVE, "timeout", 5),
        (Verdict.INVALID, "completed", 5),
        (Verdict.NOT_RUN, "completed", 5),
        (Verdict.CONDITIONAL_PASS, "completed", 5),
        (Verdict.FAIL, "interlock", 4),
        (Verdict.ABORTED, "stop", 4),
        (Verdict.ABORTED, "interrupt", 130),
        (Verdict.INVALID, "lost", 3),
        (Verdict.NOT_RUN, "refused", 3),
        (Verdict.FAIL, "error", 70),
        (Verdict.ABORTED, None, 5),
        (Verdict.FAIL, None, 1),
    ],
)
def test_exit_code_of_one_run(verdict: Verdict, ended: str | None, code: int) -> None:
    assert exit_code(verdict, ended) == code


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        ([0, 0], 0),
        ([0, 5, 1], 1),
        ([1, 4, 5], 4),
        ([4, 3], 3),
        ([3, 70, 0], 70),
        ([1, 130], 130),
        ([5, 0], 5),
        ([], 5),
    ],
)
def test_exit_code_of_several_runs(codes: list[int], code: int) -> None:
    assert combined_exit_code(codes) == code


def test_a_code_that_is_not_ours_is_refused() -> None:
    with pytest.raises(ValueError, match="17"):
        combined_exit_code([17])
