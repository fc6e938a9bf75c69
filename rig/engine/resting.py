"""Relays on their way to rest: after a lane's supply was seen off, and never before."""

from __future__ import annotations

from typing import Any, final

from rig.bench.bench import Bench
from rig.bench.messages import Rested
from rig.record import lines

PATIENCE_S = 5.0
"""A scan that is under way, and a link that is opened anew, go before [estimate]."""


@final
class Resting:
    """Made once nothing of the lane heats; asked until it is over. Making it costs no exchange here."""

    def __init__(self, bench: Bench, slot: str) -> None:
        self._missing = bench.post_rest(slot)
        self._until = bench.clock.now() + PATIENCE_S
        self._troubles: list[tuple[str, str]] = []
        self._rested: list[str] = []

    def take(self, rested: Rested) -> None:
        """A worker has opened its relays, or could not."""
        outputs = self._missing.pop(rested.worker, None)
        if outputs is None:
            return
        if rested.trouble is None:
            self._rested += sorted(outputs)
        else:
            self._troubles += [(output, rested.trouble) for output in sorted(outputs)]

    def report(self, now: float) -> list[dict[str, Any]] | None:
        """Lines for the record once all are at rest or patience is over; None before."""
        if self._missing and now < self._until:
            return None
        for outputs in self._missing.values():
            words = f"its worker did not answer within {PATIENCE_S:g} s"
            self._troubles += [(output, words) for output in sorted(outputs)]
        return [
            *(lines.readback(now, output, False) for output in self._rested),
            *(not_at_rest(now, output, words) for output, words in self._troubles),
        ]


def not_at_rest(t: float, output: str, why: str) -> dict[str, Any]:
    """For the record: a relay was left as it stood; the next run puts it to rest before power."""
    return lines.event(t, "bench.relay_not_at_rest", "bench", {"output": output, "why": why})
