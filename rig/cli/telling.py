"""Sending something to the run of this user that is in progress, from another terminal."""

from __future__ import annotations

import getpass
from typing import Any

import click

from rig.errors import ExitCode


def tell(request: dict[str, Any]) -> int:
    """Send a request to every run in progress and say what became of it.

    Returns 0 if one of them took it, 2 if it was refused, 3 if there is none.
    """
    from rig.engine.control import ask, running

    replies = [ask(path, {"who": getpass.getuser(), **request}) for path in running()]
    told = [reply for reply in replies if isinstance(reply, dict)]
    for reply in told:
        wrong = reply.get("refused") or reply.get("error")
        click.echo(f"not taken: {wrong}" if wrong else "taken into the record", err=bool(wrong))
    if not told:
        click.echo("nobody to tell: no run of this user is in progress", err=True)
        return ExitCode.UNAVAILABLE
    return ExitCode.PASSED if any(reply.get("accepted") for reply in told) else ExitCode.WRONG_INPUT
