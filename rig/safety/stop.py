"""Requests to stop: from the operator, a signal or another terminal; the first one is kept, the rest are noted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final


@dataclass(frozen=True, slots=True)
class StopRequest:
    """Who asked and how: ending is the run's, ``stop`` (operator), ``interrupt`` (signal) or ``error`` (a script)."""

    ending: str
    who: str


@final
class StopBox:
    """Looked at once a scan. Asking is two assignments, safe in a signal handler and from any thread.

    Attributes:
        asked: how many requests there were; two at the very same time may count as one.
    """

    __slots__ = ("_request", "asked")

    def __init__(self) -> None:
        self.asked = 0
        self._request: StopRequest | None = None

    @property
    def request(self) -> StopRequest | None:
        """The first request, None as long as nobody asked."""
        return self._request

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
