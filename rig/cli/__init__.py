"""The command line: one file a command, loaded when it is called, heavy imports inside it."""

from __future__ import annotations

import sys

import click

from rig.cli import streams
from rig.cli.display import leave
from rig.cli.lazy import LazyGroup
from rig.errors import ExitCode, RigError
from rig.platform import end_as_interrupted
from rig.shipped import foreign_leaves

COMMANDS = {
    "run": ("rig.cli.run", "Run plans on a bench and judge them."),
    "tui": ("rig.cli.tui", "The operator's screen."),
    "check": ("rig.cli.check", "Find every mistake in plans, benches and limits, without any bench."),
    "explain": ("rig.cli.explain", "What a code of rig check means, with an example."),
    "schema": ("rig.cli.schema", "JSON Schema of plans, benches and other documents, for editors."),
    "simulate": ("rig.cli.simulate", "Serve the simulated bench to other programs, in real time."),
    "stop": ("rig.cli.stop", "Switch a running bench off, from any terminal."),
    "answer": ("rig.cli.answer", "Answer what a running plan asks, from any terminal."),
    "note": ("rig.cli.note", "Write a remark into the record of a run in progress."),
    "bench": ("rig.cli.bench", "Find instruments, look after a bench, switch it off, drive it by hand."),
    "runs": ("rig.cli.runs", "List runs, or show one."),
    "judge": ("rig.cli.judge", "Compute the verdicts again from a run file."),
    "verify": ("rig.cli.verify", "Is a run whole and unaltered, and do its verdicts recompute?"),
}


def _version(context: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    if asked:
        from rig.software import identity

        click.echo(f"rig {identity()['version']}")
        context.exit()


@click.group(cls=LazyGroup, commands=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version."
)
def app() -> None:
    """The test rig that heat-therapy makers trust.

    Exit codes: 0 all passed, 1 a check failed, 2 wrong input, 3 bench unavailable or lost, 4 stopped for
    safety or by the operator, 5 inconclusive or invalid, 70 a defect of the rig, 130 interrupted.
    """


def main() -> None:
    """Run the command line and leave with its exit code."""
    streams.prepare()
    end_as_interrupted()
    try:
        code = guarded()
    except KeyboardInterrupt:
        code = ExitCode.INTERRUPTED
    leave(code)


def guarded(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit code, whatever happens."""
    foreign = foreign_leaves()
    if foreign:
        click.echo(f"starting rig: another distribution shadows its packages: {', '.join(foreign)}", err=True)
        click.echo(
            "remove that distribution from this environment, or install rig in one of its own", err=True
        )
        return ExitCode.UNAVAILABLE
    words = sys.argv[1:] if arguments is None else arguments
    try:
        with app.make_context("rig", list(words)) as context:
            code = app.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    except Exception as error:
        return _explain(error)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    return code if isinstance(code, int) else ExitCode.PASSED


def _explain(error: Exception) -> int:
    match error:
        case click.ClickException():
            error.show()
            return ExitCode.WRONG_INPUT
        case click.Abort():
            return ExitCode.INTERRUPTED
        case RigError():
            click.echo(str(error), err=True)
            return error.exit_code
    import traceback

    click.echo("".join(traceback.format_exception(error)), err=True)
    click.echo("this is a defect of the rig; please report it with the lines above", err=True)
    return ExitCode.DEFECT
