"""``rig runs``: what was run, from the run files alone."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from rig.cli.options import json_option, out_option
from rig.errors import ExitCode


@click.command()
@click.argument("what", type=click.Choice(["list", "show"]), default="list")
@click.argument("run", required=False)
@out_option
@json_option
def command(what: str, run: str | None, out: Path, as_json: bool) -> int:
    """List the runs of a folder, newest last, or show one: its folder, its id, or the beginning of its id."""
    from rig.index import find_run

    if what == "show":
        if run is None:
            raise click.UsageError("show needs a run: its folder, its id, or the beginning of its id")
        return _show(find_run(out, run), as_json=as_json)
    return _list(out, as_json=as_json)


def _list(out: Path, *, as_json: bool) -> int:
    from rig.index import list_runs

    runs = list_runs(out)
    if as_json:
        import orjson

        sys.stdout.write(orjson.dumps(runs, default=str, option=orjson.OPT_INDENT_2).decode() + "\n")
        return ExitCode.PASSED
    for item in runs:
        unsealed = "IN PROGRESS" if item.in_progress else "INTERRUPTED"
        verdict = item.verdict or ("DAMAGED" if item.fault else unsealed)
        mark = "" if item.fault else "SIMULATED" if item.simulated else "LIVE"
        resumed = f"  (resumed: {item.resumed})" if item.resumed else ""
        click.echo(f"{item.id}  {verdict:<13} {mark:<9} {item.plan}{resumed}")
    if not runs:
        click.echo(f"no runs in {out}", err=True)
    return ExitCode.PASSED


def _show(path: Path, *, as_json: bool) -> int:
    from rig.checks.line_words import words
    from rig.record.reader import read_run

    reader = read_run(path)
    if as_json:
        import orjson

        lines = [line for line in reader.lines() if line["k"] != "scan"]
        sys.stdout.write(orjson.dumps(lines, option=orjson.OPT_INDENT_2).decode() + "\n")
        return ExitCode.PASSED
    head = reader.head
    click.echo(
        f"{head['run']}: {head['plan']} in {head['lane']}, {'SIMULATED' if head['simulated'] else 'LIVE'}"
    )
    for item in head["instruments"]:
        identity = item["identity"]
        click.echo(f"  {item['name']}: {identity['maker']} {identity['model']}, serial {identity['serial']}")
    device = head["device"]
    click.echo(
        f"  device: {device.get('model')}, serial {device.get('serial')}, firmware {device.get('firmware')}"
    )
    for line in reader.lines():
        text = words(line)
        if text:
            click.echo(text)
    return ExitCode.PASSED
