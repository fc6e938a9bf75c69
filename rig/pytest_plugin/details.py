"""What an engineer needs of a check that has not passed: numbers, limit, source, trace, run file, line of the plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rig.checks.wording import limit_text, margin_text, spread_text, status_text, value_text
from rig.errors import RecordError
from rig.record.naming import RUN_FILE

if TYPE_CHECKING:
    from rig.engine.run import RunResult
    from rig.pytest_plugin.collecting import CheckItem, PlanItem

THE_PLAN = "the plan"
"""What a limit names as its source that stands in the plan itself."""


def check_lines(item: CheckItem, result: Mapping[str, Any]) -> Iterator[str]:
    """All of it, a line each."""
    limit = result["limit"]
    yield f"measured     {value_text(result)}"
    if limit is not None:
        yield f"limit        {limit_text(result)}"
        yield f"source       {_source(limit)}"
        yield f"margin       {margin_text(result)}"
        band = f", guard band {item.check.guard:g} × U" if result["rule"] == "guarded" else ""
        yield f"rule         {result['rule']}{band}"
    if spread_text(result):
        yield f"passes       {spread_text(result)}"
    if item.requirements:
        yield f"requirement  {', '.join(item.requirements)}"
    if item.lane_run.trouble is not None:
        yield f"besides      {item.lane_run.trouble}"
    plot = _plot(item, result)
    if plot:
        yield from ("", *plot)
    yield ""
    yield from place_lines(item)


def _source(limit: Mapping[str, Any]) -> str:
    if limit["source"] == THE_PLAN:
        return THE_PLAN
    return f"{limit['id']}, {status_text(limit)}: {limit['source']}"


def _plot(item: CheckItem, result: Mapping[str, Any]) -> list[str]:
    run = item.lane_run.result
    if run is None:
        return []
    from rig.pytest_plugin.judged import plot_check

    try:
        return plot_check(run.folder, result, item.check.params)
    except RecordError as error:
        return [f"no trace: {error}"]


def place_lines(item: PlanItem) -> Iterator[str]:
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
        lines = source.text.split("\n")
        yield f"    {lines[item.place.line - 1].rstrip()}"
        yield f"    {' ' * (item.place.column - 1)}^"


def _file_of(run: RunResult) -> str:
    """The run file, from the working folder if it lies there."""
    file, here = run.folder / RUN_FILE, Path.cwd()
    return str(file.relative_to(here) if file.is_relative_to(here) else file)
