"""``rig stop``: switch running benches off, from any terminal of the same user."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Any

import click

from rig.errors import ExitCode

PATIENCE_S = 20.0
LOOK_S = 0.1


@click.command()
def command() -> int:
    """Switch off every run of this user that is in progress, and wait until read-back confirms it.

    Ends with 0 if every output was seen to be off, 3 if nothing was running or an output was not confirmed.
    """
    from rig.engine.control import ask, running

    answers = [ask(path, {"do": "stop", "who": getpass.getuser()}) for path in running()]
    stopped = [answer for answer in answers if answer is not None]
    if not stopped:
        click.echo("nothing to stop: no run of this user is in progress", err=True)
        return ExitCode.UNAVAILABLE
    confirmed = [_await_off(answer) for answer in stopped]
    return ExitCode.PASSED if all(confirmed) else ExitCode.UNAVAILABLE


def _await_off(answer: dict[str, Any]) -> bool:
    """Follow the run's record until it says what became of its outputs."""
    from rig.clock import WallClock

    clock = WallClock()
    folder = Path(answer["run"])
    while clock.now() < PATIENCE_S:
        off = _off_line(folder)
        if off is not None:
            state = (
                "off, confirmed by read-back"
                if off["confirmed"]
                else "NOT CONFIRMED off: look at the bench now"
            )
            click.echo(f"{folder}: outputs {state}")
            return bool(off["confirmed"])
        clock.sleep(LOOK_S)
    click.echo(
        f"{folder}: NOT CONFIRMED: no word of the outputs in {PATIENCE_S:g} s; use the physical switch",
        err=True,
    )
    return False


def _off_line(folder: Path) -> dict[str, Any] | None:
    from rig.record.reader import read_run

    return next(read_run(folder).lines("off"), None)
