"""``rig run``: plans on a bench, in real or virtual time, judged from their record."""

from __future__ import annotations

from pathlib import Path

import click

from rig.cli.options import bench_option, fault_option, out_option, seed_option, set_option, slot_option
from rig.errors import ExitCode, InputError


def _speed(_ctx: click.Context, _parameter: click.Parameter, text: str | None) -> float | None:
    """A number of times real time; None for the bench's own, infinity for ``max``."""
    if text is None:
        return None
    from rig.order import read_speed

    try:
        return read_speed(text)
    except InputError as error:
        raise click.BadParameter(str(error)) from error


@click.command(epilog="With no --bench the simulated bench that ships is used, on the virtual clock.")
@click.argument("plans", nargs=-1, required=True, metavar="PLAN...")
@bench_option
@slot_option
@set_option
@seed_option
@click.option(
    "--speed", callback=_speed, help="max (virtual clock), or so many times real time (up to about 20)."
)
@out_option
@click.option("--operator", help="Who runs it, for the record.")
@click.option(
    "--nobody-wears-it", metavar="NAME", help="Who has looked that nobody wears the device (live runs)."
)
@click.option("--attended-by", metavar="NAME", help="Who stays beside the bench until it is over.")
@click.option(
    "--answers",
    "answers_file",
    type=click.Path(path_type=Path),
    help="Answers to what the plans ask, a YAML file, so that nobody has to sit here.",
)
@fault_option
@click.option("--json", "form", flag_value="json", help="One JSON document on stdout.")
@click.option("--jsonl", "form", flag_value="jsonl", help="The record's lines on stdout as they are written.")
@click.option("--plain", "form", flag_value="plain", help="One line of text an event, no colour, no bar.")
def command(
    plans: tuple[str, ...],
    bench_file: Path | None,
    slots: tuple[str, ...],
    settings: tuple[str, ...],
    seed: int,
    speed: float | None,
    out: Path,
    operator: str | None,
    nobody_wears_it: str | None,
    attended_by: str | None,
    answers_file: Path | None,
    faults: tuple[str, ...],
    form: str | None,
) -> int:
    """Run PLANs one after the other; a plan is a file, or the name of one that ships."""
    from rig.cli.running import run_plans
    from rig.order import Order, split_settings
    from rig.safety.live import Declared

    order = Order(
        bench_file=bench_file,
        slots=slots,
        settings=split_settings(settings),
        seed=seed,
        speed=speed,
        out=out,
        operator=operator,
        declared=Declared(nobody_wears_it, attended_by),
        faults=faults,
    )
    return ExitCode(run_plans(plans, order, form or "text", answers_file))
