"""``rig check``: every mistake in plans, benches and limits at once; nothing is opened."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rig.cli.options import json_option
from rig.errors import ExitCode

if TYPE_CHECKING:
    from rig.documents import Diagnostic


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE|DIR...")
@click.option(
    "--bench",
    "bench_file",
    type=click.Path(path_type=Path),
    help="Check plans against this bench; the one that ships if not given.",
)
@json_option
def command(paths: tuple[Path, ...], bench_file: Path | None, as_json: bool) -> int:
    """Check FILEs, and every YAML file in DIRs: what is wrong, where, and what would be right."""
    from rig.documents import Severity, render
    from rig.plan.check import check_paths

    diagnostics, plans = check_paths(paths, bench_file)
    wrong = any(item.severity is Severity.ERROR for item in diagnostics)
    if as_json:
        _print_json(diagnostics, plans)
        return ExitCode.WRONG_INPUT if wrong else ExitCode.PASSED
    if diagnostics:
        click.echo(render(diagnostics), err=True)
        click.echo(_hint(diagnostics), err=True)
    for plan, seconds in plans:
        click.echo(f"{plan}: at most {seconds / 60:.1f} min of bench time")
    if not wrong:
        click.echo(f"{len(plans)} plans checked, no mistakes")
    return ExitCode.WRONG_INPUT if wrong else ExitCode.PASSED


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
