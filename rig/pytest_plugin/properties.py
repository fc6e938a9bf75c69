"""What reports carry of an item: names and plain values, in base units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rig.checks.verdict import Verdict
from rig.checks.wording import value_text
from rig.record.naming import RUN_FILE

if TYPE_CHECKING:
    from rig.pytest_plugin.collecting import PlanItem
    from rig.pytest_plugin.running import LaneRun

OF_CHECK = ("value", "unit", "uncertainty", "rule", "margin")


def run_properties(item: PlanItem, verdict: Verdict) -> Iterator[tuple[str, object]]:
    """Of the run, and of the item's part in it."""
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


def check_properties(result: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Of what a check came to."""
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
        yield from ((f"limit_{key}", limit[key]) for key in ("confirmed_by", "confirmed_on") if key in limit)
