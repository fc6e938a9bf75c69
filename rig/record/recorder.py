"""The recorder: what stands between the scan and the disk, so that a slow disk never delays switching off."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from rig.record.errors import CannotWriteError, WrongLineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from rig.record.strict import Line
    from rig.record.writer import RunFile

_SYNC_S = 1.0
_SHORTEST_WAIT_S = 0.05
_RESERVE = 1024
_TOGETHER = 10


class Signal(Protocol):
    """Wakes the recorder's worker. A wait takes the signal back, so that the next one waits again."""

    def wait(self, timeout_s: float) -> object:
        """Return once `set` was called since the last wait, or after so many seconds."""

    def set(self) -> None:
        """Wake the worker, or keep it from waiting the next time; never blocks."""


class Recorder:
    """A bounded queue before a run file, and the worker's body that empties it.

    `put` is for the thread that scans: it serialises nothing, waits for nothing and raises nothing. What goes
    wrong is said in `failed`, which the engine watches as an interlock. A scan that finds the queue full is
    lost; lines of other kinds have room for 1,024 more, so that the trip, the off and the outcome of an
    overflow are still recorded.

    `run` works as a thread and as a greenlet alike: it gives way in the signal's wait only.

    Attributes:
        failed: what went wrong first, None while all is well.
        lost: lines that are not in the file, at least.

    Args:
        file: the run file; the recorder's alone until `run` has returned.
        signal: wakes the worker.
        wall: seconds of wall time from any origin, never going back.
        limit: scans that may wait; 2,048 are 200 s at 10 Hz.
        at_once: write in `put`, each line that is no scan, and scans ten at a time. For the virtual clock alone,
            on which writing takes no bench time and nobody can be kept waiting; ten scans there are some
            milliseconds of wall time. The worker then only syncs what is left.
    """

    def __init__(
        self,
        file: RunFile,
        signal: Signal,
        wall: Callable[[], float],
        *,
        limit: int = 2048,
        at_once: bool = False,
    ) -> None:
        self.failed: str | None = None
        self.lost = 0
        self._file = file
        self._signal = signal
        self._wall = wall
        self._limit = limit
        self._at_once = at_once
        self._queue: deque[Line] = deque()
        self._draining = Lock()
        self._broken = False
        self._stopping = False
        self._dirty = False
        self._synced_s = wall()

    @property
    def lag(self) -> int:
        """Lines that wait to be written."""
        return len(self._queue)

    def put(self, line: Line) -> None:
        """Queue a line; it must not be changed afterwards."""
        room = self._limit if line.get("k") == "scan" else self._limit + _RESERVE
        if self._broken or len(self._queue) >= room:
            self._lose(f"recording to {self._file.path}: {len(self._queue)} lines wait, the disk is too slow")
            return
        self._queue.append(line)
        if not self._at_once:
            self._signal.set()
        elif len(self._queue) >= _TOGETHER or line.get("k") != "scan":
            self._drain()

    def run(self) -> None:
        """The worker's body: write and flush what is queued as it comes, until `stop`, then sync.

        Syncs at once when a line was written that is not a scan, else a second of wall time after the last.
        """
        finished = False
        try:
            while not self._stopping:
                self._signal.wait(self._patience_s())
                self._drain()
            self.drain_now()
            finished = True
        finally:
            if not finished:
                self._fail(f"the recorder's worker of {self._file.path} ended before it was told to")

    def stop(self) -> None:
        """Let `run` write out what is queued and return."""
        self._stopping = True
        self._signal.set()

    def drain_now(self) -> None:
        """Write out and sync all that is queued, on the caller's time: for teardown, once everything is off.

        Raises nothing that the disk returned: look at `failed`.
        """
        self._drain(urgent=True)

    def _drain(self, *, urgent: bool = False) -> None:
        with self._draining:  # never contended among greenlets: nothing below gives way
            try:
                urgent = self._append_queued() or urgent
                self._file.flush()
                now_s = self._wall()
                if self._dirty and (urgent or now_s - self._synced_s >= _SYNC_S):
                    self._file.sync()
                    self._dirty = False
                    self._synced_s = now_s
            except CannotWriteError as error:
                self._broken = True
                self._fail(str(error))
                self.lost += 1 + len(self._queue)
                self._queue.clear()

    def _append_queued(self) -> bool:
        """Append what is in the queue now; whether a line among it is no scan."""
        urgent = False
        queue, append = self._queue, self._file.append
        for _ in range(len(queue)):
            line = queue[0]
            urgent = urgent or line.get("k") != "scan"
            try:
                append(line)
            except WrongLineError as error:
                self._lose(str(error))
            queue.popleft()  # not before: a line for which there was no memory is tried again
            self._dirty = True
        return urgent

    def _patience_s(self) -> float:
        if not self._dirty:
            return _SYNC_S
        return max(_SHORTEST_WAIT_S, _SYNC_S - (self._wall() - self._synced_s))

    def _lose(self, why: str) -> None:
        self.lost += 1
        self._fail(why)

    def _fail(self, why: str) -> None:
        if self.failed is None:
            self.failed = why
