"""``rig run`` called with words, as from a shell, so that there is one way to run a plan."""

from __future__ import annotations

from collections.abc import Sequence


def rig_run(words: Sequence[str]) -> int:
    """Run plans as ``rig run WORDS`` does; its exit code.

    Raises:
        click.ClickException: ``rig run`` does not take these words.
        RigError: as ``rig run``.
    """
    from rig.cli.run import command

    with command.make_context("rig run", list(words)) as context:
        return int(command.invoke(context))
