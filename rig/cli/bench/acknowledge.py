"""``rig bench acknowledge``: free a bench that has tripped, by a person's name."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from rig.errors import ExitCode


def _name(_ctx: click.Context, _parameter: click.Parameter, text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise click.BadParameter("it is empty; give the name of the person who has looked at the bench")
    return name


def _acting_guardians() -> list[str]:
    """Guardians of this user that have not confirmed off yet; one that would switch off under the next run."""
    from rig.safety.guardian.control import ask_guardian, guardians

    found = []
    for path in guardians():
        with suppress(OSError):
            if ask_guardian(path, {"do": "state"}).get("guardian") in ("acting", "alarm"):
                found.append(f"process {path.stem.rpartition('-')[2]}")
    return found


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
    from rig.cli.bench.chosen import choose
    from rig.clock import utc_now
    from rig.record.naming import iso_utc
    from rig.safety.latch import Latch

    chosen = choose(bench_file)
    if chosen.in_process:
        click.echo(
            f"nothing to acknowledge: {chosen.bench.name} is simulated in process, born unlatched each run"
        )
        return ExitCode.PASSED
    acting = _acting_guardians()
    if acting:
        click.echo(
            f"not acknowledged: a guardian still switches off ({', '.join(acting)}); wait until it has confirmed, or "
            f"take over by name: python -m rig.safety.guardian take-over PID {who!r}",
            err=True,
        )
        return ExitCode.STOPPED
    latch = Latch(chosen.bench)
    trips = latch.acknowledge(iso_utc(utc_now()), who)
    for trip in trips:
        click.echo(f"{trip.at}  {trip.why}  (lane {trip.lane}, run {trip.run})")
    if trips:
        click.echo(
            f"{chosen.bench.name}: {len(trips)} acknowledged by {who}, in {latch.paths[0].parent}; "
            f"it may switch on again"
        )
    else:
        click.echo(f"nothing to acknowledge: {chosen.bench.name} has not tripped")
    return ExitCode.PASSED
