"""Requests to stop: from the operator, a signal or another terminal; the first one is kept, the rest are noted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final


@dataclass(frozen=True, slots=True)
class StopRequest:
    """Who asked and how: ending is the run's, ``stop`` (operator), ``interrupt`` (signal) or ``error`` (a script)."""

    ending: str
    who: str


@final
class StopRequested(Exception):
    """Somebody has asked to stop, and what was going on is left."""

    def __init__(self, request: StopRequest) -> None:
        super().__init__(f"{request.ending} by {request.who}")
        self.request = request


@final
class StopBox:
    """Wakes whoever looks at it. Asking never waits, and is safe in a signal handler and from any thread.

    Attributes:
        asked: how many requests there were; two at the very same time may count as one.
    """

    __slots__ = ("_request", "_wake", "asked")

    def __init__(self) -> None:
        self.asked = 0
        self._request: StopRequest | None = None
        self._wake: Callable[[], None] = _nobody

    @property
    def request(self) -> StopRequest | None:
        """The first request, None as long as nobody asked."""
        return self._request

    def wakes(self, wake: Callable[[], None]) -> None:
        """From now on each request calls this, which must be safe in a signal handler."""
        self._wake = wake

    def require_none(self) -> None:
        """Go on as long as nobody has asked.

        Raises:
            StopRequested: somebody has.
        """
        if self._request is not None:
            raise StopRequested(self._request)

    def stop(self, who: str) -> None:
        """The operator wants the outputs off; asked again, also no teardown any more."""
        self._ask(StopRequest("stop", who))

    def interrupt(self, signal_name: str) -> None:
        """The process was asked to end; likewise."""
        self._ask(StopRequest("interrupt", signal_name))

    def fail(self, words: str) -> None:
        """The script that gave the steps has failed; likewise."""
        self._ask(StopRequest("error", words))

    def _ask(self, request: StopRequest) -> None:
        if self._request is None:
            self._request = request
        self.asked += 1
        self._wake()


def _nobody() -> None:
    """Nobody waits yet."""
