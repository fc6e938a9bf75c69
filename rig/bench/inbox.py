"""The one inbox of a bench: what its workers tell, oldest first, and who is woken by it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import final

from rig.bench.messages import Message
from rig.bench.pace import BY_THE_CLOCK, Pace
from rig.clock import Clock


@final
class Inbox:
    """Workers append, the engine alone takes.

    On the wall clock a message wakes the engine, so that a reading that violates an interlock does not wait for the
    next scan. On the virtual clock nobody waits in real time, and each waking would cost two hand-overs; only where a
    session of the wall clock is replayed do messages wake there too.

    Attributes:
        messages: oldest first.
        append: adds one; for the workers.
        wake: ends a wait without a message; safe in a signal handler and from any thread.
    """

    __slots__ = ("_clock", "_signal", "_wakes", "append", "messages", "wake")

    def __init__(self, clock: Clock, pace: Pace = BY_THE_CLOCK) -> None:
        self.messages: deque[Message] = deque()
        self._clock = clock
        self._signal = clock.signal()
        is_wall = clock.kind == "wall"
        self._wakes = wakes = is_wall or pace.wakes
        self.append: Callable[[Message], None] = self._append_and_wake if wakes else self.messages.append
        self.wake: Callable[[], None] = self._signal.set if is_wall else _let_be

    def wait_until(self, instant: float) -> bool:
        """Wait to be woken at most until that bench time; whether it happened before it."""
        clock = self._clock
        if not self._wakes:
            clock.sleep_until(instant)
            return False
        left = instant - clock.now()
        return left > 0.0 and self._signal.wait(left)

    def _append_and_wake(self, message: Message) -> None:
        self.messages.append(message)
        self._signal.set()


def _let_be() -> None:
    """On the virtual clock nobody waits in real time."""
