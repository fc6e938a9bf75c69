"""What stands below a session, from the properties of its reports alone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from rig.pytest_plugin.summary import summary_lines


def report(name: str, *shown: str, **properties: Any) -> Any:
    found = {
        "rig": "check",
        "verdict": "PASS",
        "run_file": "runs/1/run.jsonl",
        "run_number": 1,
        "simulated": True,
    }
    requirements = [("requirement_verdict", words) for words in shown]
    return SimpleNamespace(nodeid=name, user_properties=[*(found | properties).items(), *requirements])


def margin(name: str, margin: float, uncertainty: float | None, **more: Any) -> Any:
    return report(name, margin=margin, uncertainty=uncertainty, unit="degC", measured="x", **more)


def test_other_tests_have_no_summary() -> None:
    assert summary_lines({"passed": [SimpleNamespace(user_properties=[("mine", 1)]), object()]}) == []


def test_the_worst_margin_is_the_smallest_in_its_own_uncertainty() -> None:
    lines = summary_lines({"passed": [margin("a", 0.5, 0.1), margin("b", 1.0, 0.5), margin("c", 0.1, None)]})
    assert lines[0] == "worst margin  1.00 K = 2.0 U: b, x"


def test_a_margin_without_uncertainty_beyond_the_limit_is_the_worst() -> None:
    lines = summary_lines({"failed": [margin("a", -9.0, 0.1), margin("b", -0.1, None)]})
    assert lines[0] == "worst margin  -0.10 K: b, x"


def test_a_requirement_has_the_gravest_verdict_of_all_runs() -> None:
    lines = summary_lines({"passed": [report("a", "CUT-1 PASS", "CUT-2 FAIL"), report("b", "CUT-1 INVALID")]})
    assert lines[0] == "requirements  CUT-1 INVALID, CUT-2 FAIL"


def test_a_rerun_counts_as_a_run_and_not_as_the_result() -> None:
    first = margin("a", -1.0, 0.5, verdict="FAIL")
    last = margin("a", 1.0, 0.5, run_file="runs/2/run.jsonl", run_number=2)
    lines = summary_lines({"rerun": [first], "passed": [last]})
    assert lines == [
        "worst margin  1.00 K = 2.0 U: a, x",
        "runs          2, 2 of them SIMULATED",
        "  FAIL        runs/1/run.jsonl",
    ]


def test_many_runs_that_did_not_pass_are_counted() -> None:
    failed = [report(str(number), verdict="FAIL", run_file=f"runs/{number}") for number in range(25)]
    lines = summary_lines({"failed": failed, "": failed})
    assert lines[0] == "runs          25, 25 of them SIMULATED"
    assert len(lines) == 12
    assert lines[-1].strip() == "… and 15 more"
