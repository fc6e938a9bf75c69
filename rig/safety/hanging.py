"""Workers that hang: an exchange that is not over though its deadline has passed, in a library that keeps none."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import final

from rig.bench.worker import BusWorker

GRACE_S = 0.02
"""How much later than its deadline a sound exchange may end: the library's own slack, and its thread's turn to run."""


@final
class Hanging:
    """Asked now and then which workers hang.

    An exchange is seen past its deadline twice, `GRACE_S` apart, before its worker counts as one that hangs: where it
    was the whole process that stood still, the worker goes on in between.

    Attributes:
        look_at: bench time in s at which asking again could tell something new; inf while no exchange is under way.
    """

    def __init__(self) -> None:
        self.look_at = inf
        self._late: dict[str, tuple[float, float]] = {}

    def among(self, workers: Iterable[BusWorker], now: float) -> frozenset[str]:
        """The names of those that hang at bench time now."""
        self.look_at = inf
        return frozenset(worker.name for worker in workers if self._hangs(worker.name, worker.due, now))

    def _hangs(self, worker: str, due: float, now: float) -> bool:
        if now < due:
            self._late.pop(worker, None)
            self.look_at = min(self.look_at, due)
            return False
        before, since = self._late.get(worker, (due, now))
        if before != due:
            since = now
        self._late[worker] = due, since
        known_at = since + GRACE_S
        if now < known_at:
            self.look_at = min(self.look_at, known_at)
        return now >= known_at
