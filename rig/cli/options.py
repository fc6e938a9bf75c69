"""Options that several commands share, so that they read and behave alike."""

from __future__ import annotations

from pathlib import Path

import click

bench_option = click.option(
    "--bench",
    "bench_file",
    type=click.Path(path_type=Path),
    help="Bench file; the simulated one that ships if none.",
)
slot_option = click.option(
    "--slot", "slots", multiple=True, metavar="NAME", help="Slot of the bench, may be repeated; all if none."
)
set_option = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="Change a value, e.g. simulation.defects=switch-welded.",
)
seed_option = click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="Seed of a simulated bench."
)
fault_option = click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="FAULT",
    help="Fault of a simulated bench, e.g. scanner:hang@40, supply:lie=off, skin.a1:open; see docs/faults.md.",
)
out_option = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("runs"),
    show_default=True,
    help="Folder of runs.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
