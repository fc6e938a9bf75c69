"""Checks as a table for people: value ± U, limit, margin, verdict; never colour alone."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TextIO

from rig.bench.description import BenchDescription
from rig.checks.judge import Judgement
from rig.checks.wording import (
    confirmations,
    explanations,
    limit_text,
    margin_text,
    marked,
    unconfirmed,
    value_text,
)
from rig.plan.program import Program

STYLES = {
    "PASS": "green",
    "FAIL": "bold red",
    "CONDITIONAL FAIL": "bold red",
    "ABORTED": "bold red",
    "REPORTED": "dim",
}


def heading(programs: Sequence[Program], bench: BenchDescription, out: TextIO | None = None) -> None:
    """What is about to be run, and whether any of it is real; on stderr if nowhere else."""
    kind = "SIMULATED" if bench.simulation is not None else "INSTRUMENTS (who they are is asked first)"
    slots = ", ".join(program.slot for program in programs)
    where = f"slot {slots}" if len(programs) == 1 else f"slots {slots}"
    print(
        f"{kind} · {programs[0].name} · {programs[0].device} in {where} of {bench.name}",
        file=out or sys.stderr,
    )


def print_checks(judgement: Judgement | None) -> None:
    """The table on stdout, with a line of words for every check that did not pass."""
    if judgement is None:
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("check", "measured", "limit", "margin", "verdict"):
        table.add_column(title, justify="right" if title in ("measured", "margin") else "left", no_wrap=True)
    for check in judgement.results:
        table.add_row(
            escape(check["name"]),
            value_text(check),
            limit_text(check),
            margin_text(check),
            marked(check["verdict"]),
            style=STYLES.get(check["verdict"], "yellow"),
        )
    console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 120)
    console.print(table)
    for line in explanations(judgement):
        console.print(line, markup=False)
    for words in confirmations(judgement.results):
        console.print(f"  {words}", markup=False)
    open_limits = unconfirmed(judgement)
    if open_limits:
        names = ", ".join(open_limits[:3]) + (", …" if len(open_limits) > 3 else "")
        console.print(
            f"  {len(open_limits)} limits not confirmed against their source by a person: {names}",
            markup=False,
        )
