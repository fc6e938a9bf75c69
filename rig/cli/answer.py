"""``rig answer``: answer what a running plan asks, from any terminal."""

from __future__ import annotations

import click

from rig.cli.telling import tell


@click.command()
@click.argument("text")
@click.option("--lane", help="Whose question, where several lanes ask.")
@click.option("--who", help="Who answers; the name of the user if none.")
def command(text: str, lane: str | None, who: str | None) -> int:
    """Answer TEXT to what the run of this user that is in progress asks.

    Ends with 0 if the answer was accepted, 2 if it was refused or nothing is asked, 3 if nothing is running.
    """
    return tell({"do": "answer", "text": text, "lane": lane, **({"who": who} if who else {})})
