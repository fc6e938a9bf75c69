"""Waiting, in real time, for what another process or thread does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rig.clock import WallClock

PATIENCE_S = 40.0
"""So long something may take on a machine that has much else to do."""


def until(what: Callable[[], Any], patience_s: float = PATIENCE_S) -> Any:
    """Wait until it is so; what it then is."""
    clock = WallClock()
    while not (found := what()):
        assert clock.now() < patience_s, "it never came to be so"
        clock.sleep(0.002)
    return found
