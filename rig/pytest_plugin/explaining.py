"""What an item came to: whether it has passed, the words that pytest shows, the properties that its reports carry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rig.checks.verdict import Verdict, worst
from rig.checks.wording import beyond, limit_text, margin_text, value_text
from rig.engine.outcome_words import outcome_lines
from rig.pytest_plugin.details import check_lines, place_lines
from rig.pytest_plugin.properties import check_properties, run_properties
from rig.pytest_plugin.shown import NotPassed

if TYPE_CHECKING:
    from rig.checks.judge import Judgement
    from rig.engine.ending import Ending
    from rig.engine.run import RunResult
    from rig.pytest_plugin.collecting import CheckItem, PlanItem, RunItem
    from rig.pytest_plugin.running import LaneRun

GOOD = (Verdict.PASS, Verdict.REPORTED)
FAILED = (Verdict.FAIL, Verdict.CONDITIONAL_FAIL)


def note_check(item: CheckItem) -> None:
    """Take the check's properties; raise if the run shows nothing of the device.

    A check that failed stays failed, whatever became of the bench.

    Raises:
        NotPassed: the bench, the record or the plan's setup failed.
    """
    lane, result = item.lane_run, item.lane_run.find(item.check.name)
    verdict = _verdict(lane, result)
    item.user_properties[:] = [("rig", "check"), *run_properties(item, verdict)]
    item.user_properties += [
        ("requirement_verdict", f"{requirement} {_shown(lane, requirement)}")
        for requirement in item.requirements
    ]
    if result is not None:
        item.user_properties += check_properties(result)
        if verdict in GOOD:
            item.add_report_section("call", "plan", _told(result))
    if lane.trouble is not None and verdict not in FAILED:
        raise _no_run(item, lane.trouble)


def _verdict(lane: LaneRun, result: Mapping[str, Any] | None) -> Verdict:
    """The verdict of a check; what a run with trouble found good is not valid."""
    return _worth(lane, Verdict.NOT_RUN if result is None else Verdict(result["verdict"]))


def _worth(lane: LaneRun, verdict: Verdict) -> Verdict:
    return Verdict.INVALID if lane.trouble is not None and verdict in GOOD else verdict


def _shown(lane: LaneRun, requirement: str) -> Verdict:
    """What the run shows of a requirement: the gravest verdict of all its checks, whichever of them were selected."""
    checks = [check for check in lane.program.checks if requirement in check.requirements]
    return worst(_verdict(lane, lane.find(check.name)) for check in checks)


def judge_check(item: CheckItem) -> None:
    """Fail a check that has not passed.

    Raises:
        NotPassed: its verdict is not PASS, and it judges something.
    """
    result = item.lane_run.find(item.check.name)
    if result is None:
        raise _no_run(item, "the record holds no verdict of this check")
    if result["verdict"] not in GOOD:
        words = "; ".join(filter(None, (_against(result), result["reason"])))
        headline = f"{result['verdict']}: {words}"
        raise NotPassed(
            headline, [headline, "", *check_lines(item, result)], item.path, item.check.place.line
        )


def note_run(item: RunItem) -> None:
    """Take the run's properties; raise if it shows nothing of the device.

    Raises:
        NotPassed: the bench, the record or the plan's setup failed.
    """
    lane = item.lane_run
    judgement = None if lane.result is None else lane.result.judgement
    verdict = _worth(lane, Verdict.NOT_RUN if judgement is None else judgement.verdict)
    item.user_properties[:] = [("rig", "run"), *run_properties(item, verdict)]
    if lane.result is not None:
        item.add_report_section("call", "plan", "\n".join(outcome_lines(lane.result)).strip())
    if lane.trouble is not None:
        raise _no_run(item, lane.trouble)


def judge_run(item: RunItem) -> None:
    """Fail a run of which something is wrong that no check tells.

    Raises:
        NotPassed: it was not completed, left a condition, was disturbed, or judges nothing.
    """
    result = item.lane_run.result
    assert result is not None, "a run without a result has raised before"
    wrong = list(_wrong(result))
    if wrong:
        lines = [f"{verdict}: {words}" for verdict, words in wrong]
        gravest = min(range(len(wrong)), key=lambda index: wrong[index][0].severity)
        raise NotPassed(lines[gravest], [*lines, "", *place_lines(item)], item.path, 1)


def _wrong(result: RunResult) -> Iterator[tuple[Verdict, str]]:
    """What is wrong with a run as a whole, each with the verdict that it makes of the run."""
    judgement = result.judgement
    assert judgement is not None, "what was not judged has raised before"
    found = [*_badly_ended(result.ending), *_left(judgement)]
    yield from found
    checks = [Verdict(check["verdict"]) for check in judgement.results]
    known = worst([*checks, *(verdict for verdict, _ in found), Verdict.PASS])
    if judgement.verdict.severity < known.severity:
        yield judgement.verdict, "by the record, for a reason that is not told here; see `rig judge`"


def _badly_ended(ending: Ending) -> Iterator[tuple[Verdict, str]]:
    if ending.kind != "completed":
        verdict = Verdict.INCONCLUSIVE if ending.kind == "timeout" else Verdict.ABORTED
        yield verdict, f"ended by {ending.kind}: {ending.detail}"


def _left(judgement: Judgement) -> Iterator[tuple[Verdict, str]]:
    """Conditions that were left, what disturbed the run, and a plan that shows nothing."""
    for condition in judgement.conditions:
        if condition["verdict"] != Verdict.PASS:
            yield Verdict(condition["verdict"]), f"condition {condition['kind']}: {condition['reason']}"
    for words in judgement.disturbed:
        yield Verdict.INVALID, words
    if not judgement.results:
        yield Verdict.NOT_RUN, "the plan has no check, so it shows nothing"


def _no_run(item: PlanItem, trouble: str) -> NotPassed:
    words = trouble.split("\n")
    line = 1 if item.place is None else item.place.line
    return NotPassed(words[0], [*words, "", *place_lines(item)], item.path, line)


def _against(result: Mapping[str, Any]) -> str:
    return "" if result["value"] is None else beyond(result)


def _told(result: Mapping[str, Any]) -> str:
    """One line of a check that passed or reports."""
    words = f"{result['verdict']}: {value_text(result)}"
    if result["limit"] is not None:
        words += f" against {limit_text(result)}, margin {margin_text(result)}"
    return f"{words}; {result['reason']}" if result["reason"] else words
