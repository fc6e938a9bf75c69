"""Workers that are threads, and the calls that wake them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import final


@final
class WakeUpCall:
    """A queue and not an event: what sets it may be a signal handler that has interrupted the waiter itself."""

    __slots__ = ("_calls",)

    def __init__(self) -> None:
        self._calls: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        """Wake the waiter, now or at its next wait."""
        if self._calls.empty():
            self._calls.put(None)

    def wait(self, timeout_s: float) -> bool:
        """Wait for the call at most timeout_s of real time; True if it came. Taking it clears it."""
        try:
            self._calls.get(timeout=min(max(timeout_s, 0.0), threading.TIMEOUT_MAX))
        except Empty:
            return False
        with suppress(Empty):
            while True:
                self._calls.get_nowait()
        return True


@final
class ThreadWorker:
    """A body on a daemon thread, so that one that hangs in a driver cannot hold the process.

    Attributes:
        error: what ended the body, None unless something did.
    """

    __slots__ = ("_rate", "_thread", "_work", "error", "name")

    def __init__(self, name: str, work: Callable[[], None], rate: float = 1.0) -> None:
        self.name = name
        self.error: BaseException | None = None
        self._work = work
        self._rate = rate
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether the body still runs."""
        return self._thread.is_alive()

    def join(self, timeout_s: float) -> bool:
        """Wait for the body's end at most timeout_s of bench time; True if it ended."""
        self._thread.join(timeout_s / self._rate)
        return not self.alive

    def _run(self) -> None:
        try:
            self._work()
        except Exception as error:
            self.error = error
