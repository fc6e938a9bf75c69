"""``rig run``: plans on a bench, in real or virtual time, judged from their record."""

from __future__ import annotations

from pathlib import Path

import click

from rig.errors import ExitCode


def _speed(_ctx: click.Context, _parameter: click.Parameter, text: str | None) -> float | None:
    """A number of times real time; None for the bench's own, infinity for ``max``."""
    if text is None:
        return None
    try:
        speed = float("inf") if text == "max" else float(text)
    except ValueError:
        speed = 0.0
    if not speed > 0.0:
        raise click.BadParameter(f"{text!r} is no speed; give max, 1, or a number of times real time")
    return speed


@click.command(epilog="With no --bench the simulated bench that ships is used, on the virtual clock.")
@click.argument("plans", nargs=-1, required=True, metavar="PLAN...")
@click.option("--bench", "bench_file", type=click.Path(path_type=Path), help="Bench file.")
@click.option("--slot", help="Slot of the bench; the only one if it has one.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="Change a value, e.g. simulation.defects=switch-welded.",
)
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="Seed of a simulated bench."
)
@click.option(
    "--speed", callback=_speed, help="max (virtual clock), or so many times real time (up to about 20)."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("runs"),
    show_default=True,
    help="Folder for runs.",
)
@click.option("--operator", help="Who runs it, for the record.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="FAULT",
    help="Link fault of a simulated bench, e.g. scanner:hang@4.",
)
@click.option("--json", "form", flag_value="json", help="One JSON document on stdout.")
@click.option("--jsonl", "form", flag_value="jsonl", help="The record's lines on stdout as they are written.")
@click.option("--plain", "form", flag_value="plain", help="One line of text an event, no colour, no bar.")
def command(
    plans: tuple[str, ...],
    bench_file: Path | None,
    slot: str | None,
    settings: tuple[str, ...],
    seed: int,
    speed: float | None,
    out: Path,
    operator: str | None,
    faults: tuple[str, ...],
    form: str | None,
) -> int:
    """Run PLANs one after the other; a plan is a file, or the name of one that ships."""
    from rig.cli.running import Order, run_plans, split_settings

    order = Order(
        plans=plans,
        bench_file=bench_file,
        slot=slot,
        settings=split_settings(settings),
        seed=seed,
        speed=speed,
        out=out,
        operator=operator,
        faults=faults,
        form=form or "text",
    )
    return ExitCode(run_plans(order))
