"""A session's plans in a few lines, from the properties of its reports alone: also where workers made them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import copysign, inf
from typing import Any, NamedTuple

from rig.checks.verdict import Verdict, worst
from rig.checks.wording import number

RERUN = "rerun"
MOST = 10
"""Lines of one kind; more are only counted."""


class Entry(NamedTuple):
    """An item's report: its id, its properties, what its run shows of requirements, and whether it was run again."""

    nodeid: str
    properties: Mapping[str, Any]
    shown: tuple[str, ...]
    rerun: bool

    @property
    def is_reported(self) -> bool:
        """Whether it has a value that no limit judges."""
        return bool(self.properties["verdict"] == Verdict.REPORTED)


def summary_lines(stats: Mapping[str, Sequence[Any]]) -> list[str]:
    """The lines, none where no plan was run.

    Args:
        stats: reports by category, as pytest's terminal keeps them.
    """
    entries = list(_entries(stats))
    last = [entry for entry in entries if not entry.rerun]
    lines = [*_margin(last), *_requirements(last), *_at_most(list(_reported(last)))]
    return [*lines, *_runs(entries)] if entries else []


def _entries(stats: Mapping[str, Sequence[Any]]) -> Iterator[Entry]:
    for category, reports in stats.items():
        for report in reports:
            properties = getattr(report, "user_properties", ())
            found = dict(properties)
            if "rig" in found and category:
                shown = tuple(value for key, value in properties if key == "requirement_verdict")
                yield Entry(report.nodeid, found, shown, category == RERUN)


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
    """The requirements that the checks are about, each with the gravest verdict that the runs have of it."""
    verdicts: dict[str, list[Verdict]] = {}
    for words in dict.fromkeys(words for entry in entries for words in entry.shown):
        name, _, verdict = words.partition(" ")
        verdicts.setdefault(name, []).append(Verdict(verdict))
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
    yield from _at_most([line for file, found in runs.items() if (line := _unless_good(file, found))])


def _unless_good(file: str, found: Sequence[Entry]) -> str:
    """The run with the gravest verdict that was asked for, empty where that is PASS or nothing was judged."""
    judged = [Verdict(entry.properties["verdict"]) for entry in found if not entry.is_reported]
    if not judged or worst(judged) is Verdict.PASS:
        return ""
    number_of = found[0].properties["run_number"]
    return f"  {worst(judged):<11} {file}" + (f", run {number_of}" if number_of > 1 else "")


def _reported(entries: Sequence[Entry]) -> Iterator[str]:
    for entry in entries:
        if entry.is_reported:
            yield f"reported      {entry.properties['measured']}: {entry.nodeid}"


def _at_most(lines: Sequence[str]) -> Iterator[str]:
    yield from lines[:MOST]
    if len(lines) > MOST:
        yield f"{'':14}… and {len(lines) - MOST} more"
