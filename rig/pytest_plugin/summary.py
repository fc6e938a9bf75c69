"""A session's plans in a few lines, from the properties of its reports alone: also where workers made them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import copysign, inf
from typing import Any, NamedTuple

from rig.checks.verdict import Verdict, worst
from rig.checks.wording import number

RERUN = "rerun"
MOST_RUNS = 10


class Entry(NamedTuple):
    """An item's report: its id, what kind of item, its properties, its requirements, and whether it was run again."""

    nodeid: str
    kind: str
    properties: Mapping[str, Any]
    requirements: tuple[str, ...]
    rerun: bool


def summary_lines(stats: Mapping[str, Sequence[Any]]) -> list[str]:
    """The lines, none where no plan was run.

    Args:
        stats: reports by category, as pytest's terminal keeps them.
    """
    entries = list(_entries(stats))
    last = [entry for entry in entries if not entry.rerun]
    lines = [*_margin(last), *_requirements(last)]
    return [*lines, *_runs(entries)] if entries else []


def _entries(stats: Mapping[str, Sequence[Any]]) -> Iterator[Entry]:
    for category, reports in stats.items():
        for report in reports:
            properties = getattr(report, "user_properties", ())
            found = dict(properties)
            if "rig" in found and category:
                requirements = tuple(value for key, value in properties if key == "requirement")
                yield Entry(report.nodeid, found["rig"], found, requirements, category == RERUN)


def _margin(entries: Sequence[Entry]) -> Iterator[str]:
    """The check that is nearest to its limit, or furthest beyond it, in its own expanded uncertainty."""
    judged = [entry for entry in entries if "margin" in entry.properties]
    if not judged:
        return
    entry = min(judged, key=_in_uncertainties)
    found, share = entry.properties, _in_uncertainties(entry)
    unit = "K" if found["unit"] == "degC" else found["unit"]
    times = "" if share in (inf, -inf) else f" = {share:.1f} U"
    yield f"worst margin  {number(found['margin'], unit)}{times}: {entry.nodeid}, {found['measured']}"


def _in_uncertainties(entry: Entry) -> float:
    margin, expanded = entry.properties["margin"], entry.properties.get("uncertainty")
    return margin / expanded if expanded else copysign(inf, margin)


def _requirements(entries: Sequence[Entry]) -> Iterator[str]:
    """The requirements that checks judged, each with the gravest of their verdicts."""
    verdicts: dict[str, list[Verdict]] = {}
    for entry in entries:
        if entry.kind == "check":
            for requirement in entry.requirements:
                verdicts.setdefault(requirement, []).append(Verdict(entry.properties["verdict"]))
    if verdicts:
        told = (f"{name} {worst(found)}" for name, found in sorted(verdicts.items()))
        yield f"requirements  {', '.join(told)}"


def _runs(entries: Sequence[Entry]) -> Iterator[str]:
    """How many runs there were, and those whose checks that were asked for did not all pass."""
    runs: dict[str, list[Entry]] = {}
    for entry in entries:
        if "run_file" in entry.properties:
            runs.setdefault(entry.properties["run_file"], []).append(entry)
    simulated = sum(found[0].properties["simulated"] is True for found in runs.values())
    yield f"runs          {len(runs)}, {simulated} of them SIMULATED"
    gravest = {file: worst(Verdict(e.properties["verdict"]) for e in found) for file, found in runs.items()}
    worse = [file for file, verdict in gravest.items() if verdict is not Verdict.PASS]
    for file in worse[:MOST_RUNS]:
        again = f", run {number_}" if (number_ := runs[file][0].properties["run_number"]) > 1 else ""
        yield f"  {gravest[file]:<13} {file}{again}"
    if len(worse) > MOST_RUNS:
        yield f"  … and {len(worse) - MOST_RUNS} more"
