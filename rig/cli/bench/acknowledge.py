"""``rig bench acknowledge``: free a bench that has tripped, by a person's name."""

from __future__ import annotations

from pathlib import Path

import click

from rig.errors import ExitCode, InputError


def _name(_ctx: click.Context, _parameter: click.Parameter, text: str) -> str:
    from rig.upkeep.acknowledgement import read_name

    try:
        return read_name(text)
    except InputError as error:
        raise click.BadParameter(str(error)) from error


@click.command()
@click.option(
    "--bench",
    "bench_file",
    type=click.Path(path_type=Path),
    required=True,
    help="Bench file; there is no default.",
)
@click.option("--who", required=True, callback=_name, metavar="NAME", help="Who has looked at the bench.")
def command(bench_file: Path, who: str) -> int:
    """Show what tripped the bench, and let it switch on again.

    Look at the bench first: why it tripped is not taken away by acknowledging. The name is kept with the trips. While a
    guardian still tries to switch off nothing is acknowledged: exit code 4.
    """
    from rig.safety.latch import Latch
    from rig.upkeep.acknowledgement import acknowledge
    from rig.upkeep.chosen import choose

    chosen = choose(bench_file)
    if chosen.in_process:
        click.echo(
            f"nothing to acknowledge: {chosen.bench.name} is simulated in process, born unlatched each run"
        )
        return ExitCode.PASSED
    trips = acknowledge(chosen.bench, who)
    for trip in trips:
        click.echo(f"{trip.at}  {trip.why}  (lane {trip.lane}, run {trip.run})")
    if trips:
        click.echo(
            f"{chosen.bench.name}: {len(trips)} acknowledged by {who}, in {Latch(chosen.bench).paths[0].parent}; "
            f"it may switch on again"
        )
    else:
        click.echo(f"nothing to acknowledge: {chosen.bench.name} has not tripped")
    return ExitCode.PASSED
