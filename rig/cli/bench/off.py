"""``rig bench off``: every output of a bench off now, whether a run is on or not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rig.cli.options import fault_option, json_option, seed_option
from rig.errors import ExitCode

if TYPE_CHECKING:
    from rig.bench.description import BenchDescription
    from rig.safety.off_now import SlotOff

LOOK_AT_THE_BENCH = "NOT CONFIRMED off: look at the bench now and use the physical switch"


@click.command()
@click.option(
    "--bench",
    "bench_file",
    type=click.Path(path_type=Path),
    required=True,
    help="Bench file; there is no default.",
)
@seed_option
@fault_option
@json_option
def command(bench_file: Path, seed: int, faults: tuple[str, ...], as_json: bool) -> int:
    """Switch every output of every slot off and look whether it is.

    A run that is on this bench is asked to stop first; where it does not end, or none is on, the instruments are opened
    here. One that does not answer keeps no other from being switched off. Ctrl-C does not interrupt it.

    Ends with 0 if every output was seen to be off, 3 if one was not.
    """
    from rig.platform import signals_as_requests
    from rig.safety.off_now import switch_everything_off
    from rig.upkeep.chosen import choose

    chosen = choose(bench_file, seed=seed, faults=faults)
    with signals_as_requests(lambda _: None):
        stopped = _stop_runs(chosen.bench)
        with chosen.ports() as ports:
            slots = switch_everything_off(chosen.bench, ports)
    confirmed = all(slot.confirmed for slot in slots)
    if as_json:
        _print_json(chosen.bench, slots, stopped, confirmed=confirmed)
    else:
        _print(slots, confirmed=confirmed)
    return ExitCode.PASSED if confirmed else ExitCode.UNAVAILABLE


def _stop_runs(bench: BenchDescription) -> list[str]:
    """Ask the runs on this bench to stop; what became of each, in words. Never keeps the bench from going off."""
    from rig.errors import BenchError
    from rig.upkeep.in_progress import runs_on, stop

    told = []
    try:
        for progress in runs_on(bench):
            gone = stop(progress)
            words = (
                "stopped"
                if gone
                else "did not end when asked to stop: the bench is switched off from here; end that process"
            )
            told.append(f"{progress.words} {words}")
    except BenchError as error:
        told.append(str(error))
    for words in told:
        click.echo(words, err=True)
    return told


def _print(slots: Sequence[SlotOff], *, confirmed: bool) -> None:
    for slot in slots:
        for detail in slot.details:
            mark = "✓" if detail.confirmed else "✗"
            name = f"{slot.slot}  {detail.output} of {detail.resource}"
            click.echo(f"{mark} {name:<34} {detail.what}" + ("" if detail.confirmed else "  NOT CONFIRMED"))
    click.echo("every output off, confirmed by read-back" if confirmed else LOOK_AT_THE_BENCH)


def _print_json(
    bench: BenchDescription, slots: Sequence[SlotOff], stopped: list[str], *, confirmed: bool
) -> None:
    from dataclasses import asdict

    from rig.cli.bench.said import print_document

    outputs = [{"slot": slot.slot, **asdict(detail)} for slot in slots for detail in slot.details]
    print_document({"bench": bench.file, "confirmed": confirmed, "outputs": outputs, "runs_stopped": stopped})
