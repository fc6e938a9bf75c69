"""Beside the proof that off works: where a setting of it does not come back, the guardian is asked for off at once."""

from __future__ import annotations

from collections.abc import Callable, Collection
from threading import Event, Thread
from types import TracebackType
from typing import Protocol, final

from rig.bench.worker import OFF_PATIENCE_S
from rig.clock import wall_seconds
from rig.safety.stop import StopBox

LOOK_S = 0.05
UNHEARD_S = 0.15
"""After a request to stop the proof has so long to notice it."""
STANDS_S = OFF_PATIENCE_S + 1.0
"""One setting, or one off that is looked at to its end, takes no longer on a link that works."""

Look = Callable[[], None]


class Guards(Protocol):
    """What is needed of a guardian's link; nothing else may use it meanwhile."""

    def beat(self) -> None:
        """The proof gets on."""

    def off(self, slots: Collection[str]) -> int:
        """Switch these slots off by links of its own."""


@final
class ProofWatch:
    """A thread that beats for the proof while it gets on; the proof itself may hang in a library.

    Once it has asked for off it beats no more: an engine that does not come back is then ended by its guardian, as
    one whose heart has stopped.

    Args:
        guardian: armed; None where there is none, and then nothing is watched.
        slots: whose outputs may be on.
        stop: takes requests; it is looked at before each setting.
    """

    def __init__(self, guardian: Guards | None, slots: Collection[str], stop: StopBox) -> None:
        self._guardian = guardian
        self._slots = tuple(slots)
        self._stop = stop
        self._moved = wall_seconds()
        self._over = Event()
        self._thread: Thread | None = None

    def look(self) -> None:
        """The next setting is about to be made.

        Raises:
            StopRequested: somebody has asked to stop.
        """
        self._moved = wall_seconds()
        self._stop.require_none()

    def __enter__(self) -> Look:
        if self._guardian is not None:
            self._moved = wall_seconds()
            watch = self._watch
            guardian = self._guardian
            self._thread = Thread(target=lambda: watch(guardian), name="proof watch", daemon=True)
            self._thread.start()
        return self.look

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The proof is over, and its thread with it: the link is the caller's again."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self, guardian: Guards) -> None:
        asked_at: float | None = None
        while not self._over.wait(LOOK_S):
            now = wall_seconds()
            if asked_at is None and self._stop.request is not None:
                asked_at = now
            if now - self._moved > STANDS_S or (asked_at is not None and now - asked_at > UNHEARD_S):
                guardian.off(self._slots)
                return
            guardian.beat()
