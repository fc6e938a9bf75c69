"""A clock on which everybody is kept from running now and then, as on a loaded machine, and the same ways each time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from random import Random
from typing import final

from rig.clock import Signal, VirtualClock, Worker

STEP_S = 2e-6
"""What every look at the clock takes."""


@final
class FitfulClock:
    """The virtual clock where whoever looks at it, or wakes, may find that much time has passed.

    It says that it is the wall clock: what is done on it is done as in real time.

    Args:
        random: when somebody is kept from running, and for how long.
        often: how probable that is at each look.
        longest_s: for how long at most; short ones are more frequent.
    """

    kind = "wall"

    def __init__(self, random: Random, often: float, longest_s: float) -> None:
        self._clock = VirtualClock()
        self._random = random
        self._often = often
        self._longest_s = longest_s
        self._locked = 0
        self.anchor = self._clock.anchor

    def now(self) -> float:
        """Bench time in seconds."""
        self._falter()
        return self._clock.now()

    def sleep(self, seconds: float) -> None:
        """Let others run for that long, or longer."""
        self._clock.sleep(seconds)
        self._falter()

    def sleep_until(self, instant: float) -> None:
        """Let others run until that bench time, or longer."""
        self._clock.sleep_until(instant)
        self._falter()

    def signal(self) -> Signal:
        """A wake-up call that may be heard late."""
        return _FitfulSignal(self._clock.signal(), self._falter)

    def spawn(self, name: str, body: Callable[[], None]) -> Worker:
        """Start a worker."""
        return self._clock.spawn(name, body)

    def lock(self) -> AbstractContextManager[object]:
        """While it is held nobody is kept from running: on greenlets another would go on in what is locked."""
        return _Held(self)

    def hold(self, by: int) -> None:
        """One lock more, or one fewer."""
        self._locked += by

    def _falter(self) -> None:
        if self._locked or self._random.random() >= self._often:
            self._clock.sleep(STEP_S)
        else:
            self._clock.sleep(self._longest_s * self._random.random() ** 3)


@final
class _Held:
    def __init__(self, clock: FitfulClock) -> None:
        self._clock = clock

    def __enter__(self) -> None:
        self._clock.hold(1)

    def __exit__(self, *_: object) -> None:
        self._clock.hold(-1)


@final
class _FitfulSignal:
    def __init__(self, signal: Signal, falter: Callable[[], None]) -> None:
        self._signal = signal
        self._falter = falter

    def set(self) -> None:
        self._signal.set()

    def wait(self, timeout_s: float) -> bool:
        called = self._signal.wait(timeout_s)
        self._falter()
        return called
