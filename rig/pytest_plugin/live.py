"""Benches that are not simulated in this process: only when asked for, and never shared."""

from __future__ import annotations

import pytest

from rig.pytest_plugin.session import Bench


def require_leave(bench: Bench) -> None:
    """Refuse a bench whose outputs may be real, unless ``--live`` was given.

    Raises:
        pytest.UsageError: it was not.
    """
    description = bench.description
    if not bench.is_simulated and not bench.live:
        raise pytest.UsageError(
            f"the bench {description.name!r} ({description.file}) has no simulation: part, so its outputs may be real "
            f"and heat; tests are run by habit and by editors, so a real bench wants to be asked for: look at it, "
            f"then add --live; nothing was opened"
        )


def require_alone(bench: Bench) -> None:
    """Refuse to share a bench whose outputs may be real among several processes.

    Raises:
        pytest.UsageError: it would be shared.
    """
    description = bench.description
    if not bench.is_simulated:
        raise pytest.UsageError(
            f"the bench {description.name!r} ({description.file}) is not simulated in this process, and a real bench "
            f"is never shared: leave out -n and --dist; nothing was opened"
        )
