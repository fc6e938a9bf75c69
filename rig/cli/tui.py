"""``rig tui``: the operator's screen."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rig.cli.options import bench_option, fault_option, out_option, seed_option, set_option, slot_option
from rig.cli.run import read_speed_option
from rig.errors import ExitCode

if TYPE_CHECKING:
    from rig.order import Order

LOOPBACK = "127.0.0.1"
THEMES = ("rig-dark", "rig-light", "rig-contrast", "ansi-dark")


@click.command()
@click.argument("plans", nargs=-1, metavar="[PLAN]...")
@bench_option
@slot_option
@set_option
@seed_option
@click.option("--speed", callback=read_speed_option, help="As of rig run, for a simulated bench.")
@out_option
@click.option("--operator", help="Who runs it, for the record.")
@fault_option
@click.option("--view", metavar="RUN", help="Look at a run, of another process or an old one.")
@click.option(
    "--serve", "served", is_flag=True, help="With --view: show it in browsers, read-only, from this machine."
)
@click.option("--host", default=LOOPBACK, show_default=True, help="With --serve: where it listens.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="With --serve: its port."
)
@click.option("--theme", type=click.Choice(THEMES), help="Colours; NO_COLOR is obeyed.")
@click.option("--ascii", "ascii_only", is_flag=True, help="No braille, no box signs.")
def command(
    plans: tuple[str, ...],
    bench_file: Path | None,
    slots: tuple[str, ...],
    settings: tuple[str, ...],
    seed: int,
    speed: float | None,
    out: Path,
    operator: str | None,
    faults: tuple[str, ...],
    view: str | None,
    served: bool,
    host: str,
    port: int,
    theme: str | None,
    ascii_only: bool,
) -> int:
    """Show the operator's screen; with PLANs it begins with them.

    On a bench that is not simulated they are prepared first: names, checklist, start.

    Ends with the code of the last run, as `rig run` would have, and with 0 if nothing was run.
    """
    from rig.order import Order, split_settings

    order = Order(
        bench_file=bench_file,
        slots=slots,
        settings=split_settings(settings),
        seed=seed,
        speed=speed,
        out=out,
        operator=operator,
        faults=faults,
    )
    shown = None
    if view is not None:
        from rig.index import find_run

        shown = find_run(out, view)
    if not served:
        return _show(order, plans, shown, theme or "", ascii_only=ascii_only)
    if shown is None:
        raise click.UsageError("--serve needs --view RUN: only a viewer is served, never a second controller")
    from rig.tui.serving import serve

    serve(shown, host, port, theme or "", ascii_only=ascii_only)
    return ExitCode.PASSED


def _show(order: Order, plans: tuple[str, ...], shown: Path | None, theme: str, *, ascii_only: bool) -> int:
    from rig.tui.terminal import apart_from_stderr, wants_ascii, why_no_screen

    in_browser = "TEXTUAL_DRIVER" in os.environ
    why = why_no_screen(os.environ, is_terminal=sys.stdin.isatty() and sys.stderr.isatty())
    if why is not None and not in_browser:
        raise click.UsageError(why)
    gc.disable()  # until the first frame stands: what is loaded for it stays, and would be gone through again and again
    from rig.tui.app import RigApp
    from rig.tui.draft import Draft
    from rig.tui.life import run_app

    app = RigApp(
        Draft(order, plans),
        begin=bool(plans),
        view=[] if shown is None else [shown],
        read_only=shown is not None,
        ascii_only=ascii_only or wants_ascii(os.environ),
        theme=theme,
    )
    with apart_from_stderr():
        code = run_app(app)
    if app.trouble:
        click.echo(app.trouble, err=True)
    return code
