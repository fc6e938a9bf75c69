"""``rig schema``: the JSON Schema of a kind of document, for editors."""

from __future__ import annotations

import sys

import click

from rig.errors import ExitCode
from rig.plan.check import KINDS


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
def command(kind: str) -> int:
    """Print the JSON Schema of a KIND of document, made from the tables that read it.

    Those that ship lie in test_plans/schema; an editor finds one by the first line of a document:
    "# yaml-language-server: $schema=plan.schema.json".
    """
    from rig.documents.schema import to_json
    from rig.plan.schemas import schema_of

    sys.stdout.write(to_json(schema_of(kind)))
    return ExitCode.PASSED
