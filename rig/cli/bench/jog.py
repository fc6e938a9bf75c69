"""``rig bench jog``: drive heaters by hand for a while, with interlocks and a record."""

from __future__ import annotations

import getpass
from pathlib import Path

import click

from rig.cli.options import bench_option, out_option, seed_option
from rig.errors import ExitCode


@click.command(context_settings={"ignore_unknown_options": True})
@bench_option
@click.option("--slot", metavar="NAME", help="Slot of the bench; the first if none.")
@click.option(
    "--heater", "heaters", multiple=True, metavar="NAME", help="May be repeated; all of the slot if none."
)
@click.option("--voltage", required=True, metavar="QUANTITY", help='E.g. "2 V"; at most 1.1 × rated.')
@click.option("--current-limit", required=True, metavar="QUANTITY", help='Of each heater, e.g. "0.5 A".')
@click.option("--level", default="off", show_default=True, help="Of the device; off heats nothing.")
@click.option("--for", "duration", required=True, metavar="QUANTITY", help='E.g. "30 s"; at most 10 min.')
@click.option("--operator", help="Who does it, for the record; your user name if none.")
@seed_option
@out_option
@click.argument("more", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS OF rig run]...")
def command(
    bench_file: Path | None,
    slot: str | None,
    heaters: tuple[str, ...],
    voltage: str,
    current_limit: str,
    level: str,
    duration: str,
    operator: str | None,
    seed: int,
    out: Path,
    more: tuple[str, ...],
) -> int:
    """Drive heaters by hand: a plan called `jog` is made of these values and run as `rig run` does, options and all.

    It has interlocks (skin above 45 °C, current, open probes, staleness), judges nothing, and keeps a record. Ends with
    0 if it came to its end and every output was seen to be off.
    """
    from tempfile import TemporaryDirectory

    from rig.cli.bench.run_words import rig_run
    from rig.plan.jog import Jog, jog_plan
    from rig.upkeep.chosen import choose

    chosen = choose(bench_file, (slot,) if slot else ())
    place = chosen.slots[0]
    who = " ".join((operator or getpass.getuser()).split())
    text = jog_plan(Jog(heaters, voltage, current_limit, level, duration, who), place)
    with TemporaryDirectory(prefix="rig-jog-") as folder:
        plan = Path(folder) / "jog.yaml"
        plan.write_text(text, encoding="utf-8")
        words = [str(plan), "--slot", place.name, "--seed", str(seed), "--out", str(out), "--operator", who]
        words += [] if bench_file is None else ["--bench", str(bench_file)]
        code = rig_run(words, more, fixed=True)
    return ExitCode.PASSED if code == ExitCode.INCONCLUSIVE else ExitCode(code)
