"""The bench switched off by the guardian itself, every bus at the same time."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import final

from rig.bench.outputs import OutputPart
from rig.clock import Clock
from rig.safety.guardian.answers import Seen
from rig.safety.guardian.bus_off import Attempt, BusOff, Trust

PATIENCE_S = 8.0
"""How long a first word from every bus is waited for: opening, off, and 3 s of looks."""


@final
class SwitchOff:
    """Begins when it is made; a bus that hangs delays no other. Ask `poll` now and then.

    Args:
        parts: what owns the outputs that are to go off.
        trust: why read-back cannot be trusted yet; None once it can.
        insists: whether it goes on until every output was seen to be off.

    Attributes:
        began: bench time in s.
    """

    def __init__(
        self, parts: Sequence[OutputPart], clock: Clock, trust: Trust, *, insists: bool = True
    ) -> None:
        self.began = clock.now()
        self._news: deque[Attempt] = deque()
        buses: dict[str, list[OutputPart]] = {}
        for part in parts:
            buses.setdefault(part.bus, []).append(part)
        self._last: dict[str, Attempt] = {}
        self._buses = {
            bus: BusOff(bus, on_it, clock, trust, self._news.append, insists=insists)
            for bus, on_it in buses.items()
        }

    def poll(self, now: float) -> list[Attempt]:
        """The attempts that have ended since it was asked last."""
        news = []
        while self._news:
            attempt = self._news.popleft()
            self._last[attempt.bus] = attempt
            news.append(attempt)
        for bus in self._buses.values():
            bus.revive(now)
        return news

    def reported(self, now: float) -> bool:
        """Whether every bus has ended an attempt, or has been waited for long enough."""
        return len(self._last) == len(self._buses) or now - self.began > PATIENCE_S

    @property
    def confirmed(self) -> bool:
        """Whether every output was seen to be off."""
        return len(self._last) == len(self._buses) and all(last.confirmed for last in self._last.values())

    @property
    def seen(self) -> tuple[Seen, ...]:
        """The last word on each output."""
        words = "NOT CONFIRMED: nothing came back from its bus yet"
        return tuple(
            seen
            for name, bus in self._buses.items()
            for seen in (self._last[name].seen if name in self._last else bus.unseen(words))
        )

    def cancel(self) -> None:
        """Let go of all links."""
        for bus in self._buses.values():
            bus.cancel()
