"""What the page of defects says, read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.simulation.defect_table import PAGE, SEEDS, cell, defects_of, rows

SEED = SEEDS[0]
"""The one of the page's seeds with which the slow suite makes the page's runs again; `make campaign` takes all."""


def page_rows(plan: str) -> list[str]:
    """The rows of a plan, a row for each belt."""
    text = PAGE.read_text(encoding="utf-8")
    section = text.partition(f"\n## {plan}\n")[2].partition("\n## ")[0]
    starts = tuple(f"| {defect} |" for defect in defects_of(plan))
    return [line for line in section.splitlines() if line.startswith(starts)]


def assert_not_stale(plan: str, out: Path) -> None:
    """For one seed, the runs come to the verdicts and failed checks that the page has for it."""
    found = {(defect, SEED): cell(plan, defect, SEED, out) for defect in defects_of(plan)}
    assert _seen(rows(plan, found, [SEED])) == _seen(page_rows(plan))


def _seen(lines: Iterable[str]) -> dict[str, list[set[str]]]:
    """By belt, the verdict and the failed checks that the row gives for the seed."""
    found = {}
    for line in lines:
        belt, *cells = (part.strip() for part in line.strip("|").split("|"))
        found[belt] = [set(_of_seed(part)) for part in cells]
    return found


def _of_seed(text: str) -> Iterator[str]:
    for part in filter(None, text.split("; ")):
        name, _, seeds = part.rpartition(" (")
        if str(SEED) in seeds.rstrip(")").split(", "):
            yield name
