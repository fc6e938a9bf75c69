"""``rig check``: every mistake in plans, benches and limits at once; nothing is opened."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rig.cli.options import json_option
from rig.errors import ExitCode

if TYPE_CHECKING:
    from rig.documents import Diagnostic
    from rig.plan.check import Read


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE|DIR...")
@click.option(
    "--bench",
    "bench_file",
    type=click.Path(path_type=Path),
    help="Check plans against this bench; the one that ships if not given.",
)
@click.option(
    "--mapping",
    "mapping_file",
    type=click.Path(path_type=Path),
    help="Check plans as judges of the records that this mapping reads.",
)
@json_option
def command(
    paths: tuple[Path, ...], bench_file: Path | None, mapping_file: Path | None, as_json: bool
) -> int:
    """Check FILEs, and every YAML file in DIRs: what is wrong, where, and what would be right."""
    from rig.documents import Severity, render
    from rig.plan.check import check_paths

    diagnostics, plans, read = check_paths(paths, bench_file, mapping_file)
    wrong = any(item.severity is Severity.ERROR for item in diagnostics)
    if as_json:
        _print_json(diagnostics, plans)
        return ExitCode.WRONG_INPUT if wrong else ExitCode.PASSED
    summary = f"{_read_words(read)} checked: {_found_words(diagnostics)}"
    if diagnostics:
        click.echo(render(diagnostics), err=True)
        if wrong:
            click.echo(f"\n{summary}", err=True)
        click.echo(_hint(diagnostics), err=True)
    for plan, seconds in plans:
        click.echo(f"{plan}: at most {seconds / 60:.1f} min of bench time")
    if not wrong:
        click.echo(summary)
    return ExitCode.WRONG_INPUT if wrong else ExitCode.PASSED


def _read_words(read: Read) -> str:
    if not read.others:
        return _count(read.plans, "plan")
    if not read.plans:
        return _count(read.others, "file")
    return f"{_count(read.plans, 'plan')} and {_count(read.others, 'other file')}"


def _found_words(diagnostics: list[Diagnostic]) -> str:
    of_each = Counter(item.severity.value for item in diagnostics)
    return f"{_count(of_each['error'], 'error')}, {_count(of_each['warning'], 'warning')}"


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"


def _hint(diagnostics: list[Diagnostic]) -> str:
    """Where to learn more: about the only code that was found, or about any."""
    codes = {item.code for item in diagnostics}
    what = f"rig explain {min(codes)}" if len(codes) == 1 else "rig explain CODE"
    return f"\nmore about {'it' if len(codes) == 1 else 'each'}, with an example: {what}"


def _print_json(diagnostics: list[Diagnostic], plans: list[tuple[str, float]]) -> None:
    import orjson

    document = {
        "diagnostics": [item.to_json() for item in diagnostics],
        "plans": [{"plan": plan, "duration_s": seconds} for plan, seconds in plans],
    }
    sys.stdout.write(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n")
