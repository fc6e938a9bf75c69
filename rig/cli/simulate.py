"""``rig simulate``: serve the simulated bench to other programs, in real time."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from rig.cli.options import bench_option, fault_option, seed_option, set_option, slot_option
from rig.errors import ExitCode, InputError

LOOK_S = 0.2


@click.command()
@bench_option
@slot_option
@set_option
@seed_option
@fault_option
@click.option(
    "--client-bench",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a client's bench file here.",
)
def command(
    bench_file: Path | None,
    slots: tuple[str, ...],
    settings: tuple[str, ...],
    seed: int,
    faults: tuple[str, ...],
    client_bench: Path | None,
) -> int:
    """Serve the bench's instruments on loopback TCP and its belts on PTYs until interrupted.

    One line of JSON on stdout says where, once all of them listen. The control channel tells the true
    temperatures and takes faults.
    """
    import orjson

    from rig import shipped
    from rig.bench.loading import load_bench
    from rig.bench.settings import apply_settings
    from rig.engine.work import choose_slots
    from rig.order import split_settings
    from rig.platform import signals_as_requests
    from rig.safety.stop import StopBox
    from rig.simulation.client_bench import client_bench_text
    from rig.simulation.control import ControlChannel
    from rig.simulation.serving import ServedBench

    original = load_bench(bench_file or shipped.bench())
    bench = apply_settings(original, split_settings(settings))
    here = choose_slots(bench, slots)
    stop = StopBox()
    with (
        signals_as_requests(stop.interrupt),
        ServedBench(bench, here, seed, faults) as served,
        ControlChannel(served.simulated) as control,
    ):
        if client_bench is not None:
            _write(client_bench, client_bench_text(served.description, original))
        devices = {slot.name: {"url": served.description.slot(slot.name).link} for slot in here}
        document = {
            "bench": bench.file,
            "instruments": {entry.name: entry.resource for entry in served.description.instruments},
            "device": devices[here[0].name],
            "devices": devices,
            "control": control.url,
            "client_bench": None if client_bench is None else str(client_bench),
        }
        sys.stdout.write(orjson.dumps(document).decode() + "\n")
        sys.stdout.flush()
        while stop.request is None:
            served.simulated.clock.sleep(LOOK_S)
    return ExitCode.PASSED


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"writing the client's bench file {path}: {error}; name a path that can be written"
        ) from error
