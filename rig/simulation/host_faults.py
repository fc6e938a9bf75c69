"""Faults of the machine that the rig runs on, set off in this process for the drill alone.

Each replaces a function or two of the rig while its row is run, so that nothing else of the process is touched.
"""

from __future__ import annotations

import errno
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, final

from rig.bench.worker import BusWorker
from rig.clock import Clock
from rig.engine import lane_scan, teardown
from rig.engine.lane import Lane
from rig.engine.steps import run_steps, run_teardown
from rig.errors import InputError
from rig.record import writer
from rig.record.recorder import Recorder
from rig.safety.stop import StopBox

PREFIX = "host:"
STEP_S = 3600.0
STALL_S = 8.0

KINDS = {
    "disk-full": "Each write to the run file fails with ENOSPC.",
    "read-only": "Each write to the run file fails with EROFS.",
    "recorder-stalls": "Nothing reaches the run file for 8 s, or so many.",
    "clock-stepped": "The wall clock is set forward by an hour.",
    "worker-dies": "A defect of the rig ends the worker of a bus: supply, scanner or belt.",
    "step-fails": "A defect of the rig is met in the active step.",
    "sigterm": "The process is told to end.",
}
"""All kinds by name, and what happens."""


@final
class HostFault:
    """One fault of the host: armed for a row, set off at its stage.

    Args:
        name: as in a row, ``host:disk-full``; with a value after ``=`` where one is taken.
        clock: the bench's.
        stop: where requests to stop go.

    Raises:
        InputError: there is no such fault.
    """

    def __init__(self, name: str, clock: Clock, stop: StopBox) -> None:
        self._kind, _, self._value = name.removeprefix(PREFIX).partition("=")
        if self._kind not in KINDS:
            raise InputError(
                f"drilling {name!r}: there is no such fault of the host; use one of {', '.join(KINDS)}"
            )
        self._clock, self._stop = clock, stop
        self._on = False
        self._until = 0.0

    def set_off(self) -> None:
        """Let it befall the host."""
        self._on = True
        if self._kind == "recorder-stalls":
            self._until = self._clock.now() + float(self._value or STALL_S)
        elif self._kind == "clock-stepped":
            self._clock.anchor += timedelta(seconds=STEP_S)
        elif self._kind == "sigterm":
            self._terminate()

    @contextmanager
    def armed(self) -> Iterator[None]:
        """Ready to be set off while the block runs; nothing of it is left afterwards."""
        match self._kind:
            case "disk-full":
                with _replaced(writer, "os", _Disk(errno.ENOSPC, self._is_on)):
                    yield
            case "read-only":
                with _replaced(writer, "os", _Disk(errno.EROFS, self._is_on)):
                    yield
            case "recorder-stalls":
                with _replaced(Recorder, "_drain", self._stalling(Recorder.__dict__["_drain"])):
                    yield
            case "worker-dies":
                with _replaced(BusWorker, "_look_or_read", self._dying(BusWorker.__dict__["_look_or_read"])):
                    yield
            case "step-fails":
                with (
                    _replaced(lane_scan, "run_steps", self._failing(run_steps)),
                    _replaced(teardown, "run_teardown", self._failing(run_teardown)),
                ):
                    yield
            case _:
                yield

    def _is_on(self) -> bool:
        return self._on

    def _terminate(self) -> None:
        if threading.current_thread() is threading.main_thread():
            signal.raise_signal(signal.SIGTERM)
        else:
            self._stop.interrupt(signal.SIGTERM.name)

    def _stalling(self, drain: Callable[..., None]) -> Callable[..., None]:
        """The queue grows; who must have it on the disk waits until the stall is over."""

        def stalled(recorder: Recorder, *, urgent: bool = False) -> None:
            left = self._until - self._clock.now()
            if left > 0 and not urgent:
                return
            self._clock.sleep(max(0.0, left))
            drain(recorder, urgent=urgent)

        return stalled

    def _dying(self, work: Callable[[BusWorker], None]) -> Callable[[BusWorker], None]:
        def dying(worker: BusWorker) -> None:
            if self._on and any(station.wired_as == self._value for station in worker.stations):
                self._on = False
                raise ZeroDivisionError("a defect, for the drill")
            work(worker)

        return dying

    def _failing(
        self, steps: Callable[[Lane], Generator[None, None, str]]
    ) -> Callable[[Lane], Generator[None, None, str]]:
        def failing(lane: Lane) -> Generator[None, None, str]:
            scans = steps(lane)
            while not self._on:
                try:
                    next(scans)
                except StopIteration as end:
                    return str(end.value)
                yield
            raise ZeroDivisionError("a defect, for the drill")

        return failing


@final
class _Disk:
    """The operating system as the writer of run files sees it, with a disk that may fail."""

    def __init__(self, number: int, fails: Callable[[], bool]) -> None:
        self._number, self._fails = number, fails

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def write(self, descriptor: int, data: bytes) -> int:
        if self._fails():
            raise OSError(self._number, os.strerror(self._number))
        return os.write(descriptor, data)


@contextmanager
def _replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)
