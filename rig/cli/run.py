"""``rig run``: plans on a bench, in real or virtual time, judged from their record."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import click
from click.core import ParameterSource

from rig.cli.options import bench_option, fault_option, out_option, seed_option, set_option, slot_option
from rig.errors import ExitCode, InputError


def read_speed_option(_ctx: click.Context, _parameter: click.Parameter, text: str | None) -> float | None:
    """A number of times real time; None for the bench's own, infinity for ``max``."""
    if text is None:
        return None
    from rig.order import read_speed

    try:
        return read_speed(text)
    except InputError as error:
        raise click.BadParameter(str(error)) from error


OF_THE_BENCH = ("bench_file", "slots", "seed", "speed", "faults", "record")
"""What a wire log brings with it."""

OF_THE_RUN = ("plans", "settings", "replay", *OF_THE_BENCH)
"""What a run that is resumed brings with it."""


def _refuse_others(context: click.Context) -> None:
    _refuse(context, OF_THE_RUN, "--resume goes on with the plan, bench and settings of RUN")


def _refuse_beside_replay(context: click.Context) -> None:
    _refuse(context, OF_THE_BENCH, "--replay takes the bench, its slots and its time from the wire logs")


def _refuse(context: click.Context, names: Collection[str], why: str) -> None:
    given = [
        parameter.opts[0] if isinstance(parameter, click.Option) else "PLAN"
        for parameter in context.command.params
        if parameter.name in names
        and context.get_parameter_source(parameter.name) is not ParameterSource.DEFAULT
    ]
    if given:
        raise click.UsageError(f"{why}: leave out {', '.join(given)}")


@click.command(epilog="With no --bench the simulated bench that ships is used, on the virtual clock.")
@click.argument("plans", nargs=-1, metavar="[PLAN]...")
@click.option("--resume", metavar="RUN", help="Go on with RUN, which a crash has left; its plan repeats.")
@bench_option
@slot_option
@set_option
@seed_option
@click.option(
    "--speed",
    callback=read_speed_option,
    help="max (virtual clock), or at most so many times real time.",
)
@out_option
@click.option("--operator", help="Who runs it, for the record.")
@click.option(
    "--nobody-wears-it", metavar="NAME", help="Who has looked that nobody wears the device (live runs)."
)
@click.option("--attended-by", metavar="NAME", help="Who stays beside the bench until it is over.")
@click.option(
    "--serial",
    "serials",
    multiple=True,
    metavar="[SLOT=]NUMBER",
    help="On the device's label; power is refused if it reports another.",
)
@click.option(
    "--answers",
    "answers_file",
    type=click.Path(path_type=Path),
    help="Answers to what the plans ask, a YAML file, so that nobody has to sit here.",
)
@fault_option
@click.option(
    "--record",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the wire log of each plan there.",
)
@click.option(
    "--replay",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Take answers from the wire logs there instead of a bench; what is sent is compared with them.",
)
@click.option("--json", "form", flag_value="json", help="One JSON document on stdout.")
@click.option("--jsonl", "form", flag_value="jsonl", help="The record's lines on stdout as they are written.")
@click.option("--plain", "form", flag_value="plain", help="One line of text an event, no colour, no bar.")
@click.pass_context
def command(
    context: click.Context,
    plans: tuple[str, ...],
    resume: str | None,
    bench_file: Path | None,
    slots: tuple[str, ...],
    settings: tuple[str, ...],
    seed: int,
    speed: float | None,
    out: Path,
    operator: str | None,
    nobody_wears_it: str | None,
    attended_by: str | None,
    serials: tuple[str, ...],
    answers_file: Path | None,
    faults: tuple[str, ...],
    record: Path | None,
    replay: Path | None,
    form: str | None,
) -> int:
    """Run PLANs one after the other; a plan is a file, or the name of one that ships."""
    if resume is not None:
        _refuse_others(context)
        from rig.cli.resuming import resume_run
        from rig.order import read_serials
        from rig.safety.live import Declared

        return ExitCode(
            resume_run(
                resume,
                out,
                operator=operator,
                declared=Declared(nobody_wears_it, attended_by, read_serials(serials)),
                form=form or "text",
                answers_file=answers_file,
            )
        )
    if not plans:
        raise click.UsageError("Missing argument 'PLAN...'; or --resume RUN.")
    from rig.cli.running import run_plans
    from rig.order import Order, read_serials, split_settings, wire_files
    from rig.safety.live import Declared

    if replay is not None:
        _refuse_beside_replay(context)
    order = Order(
        bench_file=bench_file,
        slots=slots,
        settings=split_settings(settings),
        seed=seed,
        speed=speed,
        out=out,
        operator=operator,
        declared=Declared(nobody_wears_it, attended_by, read_serials(serials)),
        faults=faults,
        record=() if record is None else wire_files(record, plans),
    )
    if replay is not None:
        order = order.replaying(wire_files(replay, plans))
    return ExitCode(run_plans(plans, order, form or "text", answers_file))
