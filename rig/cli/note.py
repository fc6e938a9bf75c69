"""``rig note``: write a remark into the record of a run in progress, from any terminal."""

from __future__ import annotations

import click

from rig.cli.telling import tell


@click.command()
@click.argument("text")
@click.option("--who", help="Who notes it; the name of the user if none.")
def command(text: str, who: str | None) -> int:
    """Note TEXT in the records of this user's runs in progress, with the time and the name.

    Ends with 0 if it was taken, 2 if it was refused, 3 if nothing is running.
    """
    return tell({"do": "note", "text": text, **({"who": who} if who else {})})
