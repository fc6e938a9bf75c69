"""The fault drill on a terminal: each row of the matrix on the simulated bench, as it comes, or as one document."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from rig.errors import ExitCode

if TYPE_CHECKING:
    from rig.simulation.drill_judge import RowResult

COLUMNS = "{:<24} {:<9} {:<10} {:<14} {:>7}  {:>4}  {}"


def drill(rows: str | None, *, known: bool, as_json: bool) -> int:
    """Run the rows of the fault matrix that hold a pattern, all without one, and print what they came to.

    Args:
        rows: part of ``fault when``, or a pattern with ``*``.
        known: let rows pass that fail by a weakness which the matrix says is known.
        as_json: one document at the end in place of the table.

    Returns:
        0 if every row came out as expected, 1 otherwise.

    Raises:
        InputError: no row is chosen.
    """
    results: list[RowResult] = []
    for result in _run(rows):
        results.append(result)
        if not as_json:
            _print_row(result, first=len(results) == 1)
    good = all(_is_good(result, known=known) for result in results)
    if as_json:
        _print_json(results, good=good)
    else:
        wrong = [result for result in results if result.wrong]
        of_them = sum(result.verdict == "known" for result in wrong)
        click.echo(f"{len(results)} rows, {len(wrong)} not as expected, {of_them} of them known")
    return ExitCode.PASSED if good else ExitCode.FAILED


def _run(pattern: str | None) -> Iterator[RowResult]:
    from rig.cli.verify import verify
    from rig.engine.exit_codes import exit_code_of_run
    from rig.simulation.drill import Judges, choose_rows, load_matrix, run_drill

    yield from run_drill(Judges(exit_code_of_run, verify), choose_rows(load_matrix(), pattern))


def _is_good(result: RowResult, *, known: bool) -> bool:
    return not result.wrong or (known and result.row.known is not None)


def _print_row(result: RowResult, *, first: bool) -> None:
    if first:
        click.echo(COLUMNS.format("fault", "when", "ending", "off", "s to it", "exit", "verdict"))
    found = result.found
    seconds = "" if found.seconds is None else f"{found.seconds:.1f}"
    row = result.row
    click.echo(
        COLUMNS.format(row.fault, row.stage, found.ending, found.off, seconds, found.code, result.verdict)
    )
    for words in result.wrong:
        click.echo(f"    {words}")
    if result.wrong and row.known is not None:
        click.echo(f"    known: {row.known.text}")


def _print_json(results: list[RowResult], *, good: bool) -> None:
    import orjson

    document = {"as_expected": good, "rows": [result.document() for result in results]}
    sys.stdout.write(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n")
