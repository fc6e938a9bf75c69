"""``rig run`` called with words, as from a shell, so that there is one way to run a plan."""

from __future__ import annotations

from collections.abc import Sequence

import click

KEPT = ("plans", "bench_file", "slots")


def rig_run(words: Sequence[str], more: Sequence[str], *, fixed: bool = False) -> int:
    """Run a plan as ``rig run WORDS MORE`` does; its exit code.

    Args:
        words: of the command that calls: the plan, the bench, the slots.
        more: what the user handed on; it cannot change which plan is run, and where.
        fixed: whether it cannot change the plan's values either.

    Raises:
        click.ClickException: ``rig run`` does not take these words.
        RigError: as ``rig run``.
    """
    from rig.bench.settings import PREFIX
    from rig.cli.run import command

    with command.make_context("rig run", list(words)) as context:
        meant = {name: context.params[name] for name in KEPT}
    with command.make_context("rig run", [*words, *more]) as context:
        changed = [name for name, value in meant.items() if context.params[name] != value]
        settings = [key for key in context.params["settings"] if not key.startswith(PREFIX)]
        if changed or (fixed and settings):
            raise click.UsageError(
                f"{' '.join(more)}: what is run here, and where, cannot be changed by options of rig run; "
                f"use a plan with `rig run` for that"
            )
        return int(command.invoke(context))
