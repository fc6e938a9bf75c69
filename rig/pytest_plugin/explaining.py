"""What an item came to: the words that pytest shows, and the properties that go into its reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rig.checks.verdict import Verdict, worst
from rig.checks.wording import beyond, limit_text, margin_text, value_text
from rig.engine.outcome_words import outcome_lines
from rig.errors import RecordError
from rig.pytest_plugin.shown import NotPassed
from rig.record.naming import RUN_FILE

if TYPE_CHECKING:
    from rig.engine.run import RunResult
    from rig.pytest_plugin.collecting import CheckItem, PlanItem, RunItem
    from rig.pytest_plugin.running import LaneRun

GOOD = (Verdict.PASS, Verdict.REPORTED)
FAILED = (Verdict.FAIL, Verdict.CONDITIONAL_FAIL)
THE_PLAN = "the plan"
"""What a limit names as its source that stands in the plan itself."""

OF_CHECK = ("value", "unit", "uncertainty", "rule", "margin")


def note_check(item: CheckItem) -> None:
    """Take the check's properties; raise if the run shows nothing of the device.

    A check that failed stays failed, whatever became of the bench.

    Raises:
        NotPassed: the bench, the record or the plan's setup failed.
    """
    lane, result = item.lane_run, item.lane_run.find(item.check.name)
    verdict = _verdict(lane, result)
    item.user_properties[:] = [("rig", "check"), *_run_properties(item, verdict)]
    item.user_properties += [
        ("requirement_verdict", f"{requirement} {_shown(lane, requirement)}")
        for requirement in item.requirements
    ]
    if result is not None:
        item.user_properties += _check_properties(result)
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
        raise NotPassed(headline, [headline, "", *_details(item, result)], item.path, item.check.place.line)


def note_run(item: RunItem) -> None:
    """Take the run's properties; raise if it shows nothing of the device.

    Raises:
        NotPassed: the bench, the record or the plan's setup failed.
    """
    lane = item.lane_run
    judgement = None if lane.result is None else lane.result.judgement
    verdict = _worth(lane, Verdict.NOT_RUN if judgement is None else judgement.verdict)
    item.user_properties[:] = [("rig", "run"), *_run_properties(item, verdict)]
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
        verdict = worst(Verdict(word.partition(":")[0]) for word in wrong)
        first = next(word for word in wrong if word.startswith(f"{verdict}:"))
        raise NotPassed(first, [*wrong, "", *_where(item)], item.path, 1)


def _wrong(result: RunResult) -> Iterator[str]:
    """What is wrong with a run as a whole, each with its verdict in front."""
    judgement = result.judgement
    assert judgement is not None, "what was not judged has raised before"
    if result.ending.kind == "timeout":
        yield f"{Verdict.INCONCLUSIVE}: ended by timeout: {result.ending.detail}"
    elif result.ending.kind != "completed":
        yield f"{Verdict.ABORTED}: ended by {result.ending.kind}: {result.ending.detail}"
    for condition in judgement.conditions:
        if condition["verdict"] != Verdict.PASS:
            yield f"{condition['verdict']}: condition {condition['kind']}: {condition['reason']}"
    for words in judgement.disturbed:
        yield f"{Verdict.INVALID}: {words}"
    if not judgement.results:
        yield f"{Verdict.NOT_RUN}: the plan has no check, so it shows nothing"


def _no_run(item: PlanItem, trouble: str) -> NotPassed:
    words = trouble.split("\n")
    line = 1 if item.place is None else item.place.line
    return NotPassed(words[0], [*words, "", *_where(item)], item.path, line)


def _against(result: Mapping[str, Any]) -> str:
    return "" if result["value"] is None else beyond(result)


def _told(result: Mapping[str, Any]) -> str:
    """One line of a check that passed or reports."""
    words = f"{result['verdict']}: {value_text(result)}"
    if result["limit"] is not None:
        words += f" against {limit_text(result)}, margin {margin_text(result)}"
    return f"{words}; {result['reason']}" if result["reason"] else words


def _details(item: CheckItem, result: Mapping[str, Any]) -> Iterator[str]:
    """What an engineer needs: numbers, limit and its source, rule, trace, run file, and the line of the plan."""
    limit = result["limit"]
    yield f"measured     {value_text(result)}"
    if limit is not None:
        yield f"limit        {limit_text(result)}"
        yield f"source       {_source(limit)}"
        yield f"margin       {margin_text(result)}"
        band = f", guard band {item.check.guard:g} × U" if result["rule"] == "guarded" else ""
        yield f"rule         {result['rule']}{band}"
    if item.requirements:
        yield f"requirement  {', '.join(item.requirements)}"
    if item.lane_run.trouble is not None:
        yield f"besides      {item.lane_run.trouble}"
    plot = _plot(item, result)
    if plot:
        yield from ("", *plot)
    yield ""
    yield from _where(item)


def _source(limit: Mapping[str, Any]) -> str:
    if limit["source"] == THE_PLAN:
        return THE_PLAN
    return f"{limit['id']}, {limit['status']}: {limit['source']}"


def _plot(item: CheckItem, result: Mapping[str, Any]) -> list[str]:
    run = item.lane_run.result
    if run is None:
        return []
    from rig.pytest_plugin.judged import plot_check

    try:
        return plot_check(run.folder, result, item.check.params)
    except RecordError as error:
        return [f"no trace: {error}"]


def _where(item: PlanItem) -> Iterator[str]:
    """The run file, and the line of the plan as it was read."""
    lane, run = item.lane_run, item.lane_run.result
    if run is not None:
        mark = "  (SIMULATED)" if run.simulated else ""
        yield f"run file     {_file_of(run)}{mark}"
        yield f"             lane {run.lane}, run {lane.number}, hash {run.hash or 'none'}"
    else:
        yield "run file     none"
    if item.place is None:
        yield f"plan         {item.path}"
        return
    yield f"plan         {item.place.file}:{item.place.line}"
    source = next((each for each in item.program.sources if each.file == item.place.file), None)
    if source is not None:
        yield f"    {source.text.splitlines()[item.place.line - 1].rstrip()}"
        yield f"    {' ' * (item.place.column - 1)}^"


def _file_of(run: RunResult) -> str:
    """The run file, from the working folder if it lies there."""
    file, here = run.folder / RUN_FILE, Path.cwd()
    return str(file.relative_to(here) if file.is_relative_to(here) else file)


def _run_properties(item: PlanItem, verdict: Verdict) -> Iterator[tuple[str, object]]:
    lane: LaneRun = item.lane_run
    yield "plan", item.program.name
    yield "lane", item.program.slot
    yield "verdict", str(verdict)
    for requirement in item.requirements:
        yield "requirement", requirement
    if lane.result is not None:
        yield "run", lane.result.folder.name
        yield "run_number", lane.number
        yield "run_file", str(lane.result.folder / RUN_FILE)
        yield "hash", lane.result.hash or "none"
        yield "simulated", lane.result.simulated
        yield "ended", lane.result.ending.kind


def _check_properties(result: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    yield "measured", value_text(result)
    for key in OF_CHECK:
        if result[key] is not None:
            yield key, result[key]
    limit = result["limit"]
    if limit is not None:
        yield "limit", limit["value"]
        yield "limit_sense", limit["sense"]
        yield "limit_id", limit["id"]
        yield "limit_source", limit["source"]
        yield "limit_status", limit["status"]
