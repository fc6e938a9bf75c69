"""The engine of a run on a thread of its own, beside the test that dictates its steps."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Thread
from typing import final

from rig.bench.ports import Ports
from rig.clock import Clock, VirtualClock, WallClock
from rig.engine.control import ControlServer
from rig.engine.dictation import Dictation
from rig.engine.head import RunRequest
from rig.engine.run import RunResult, execute
from rig.platform import signals_as_requests
from rig.safety.session import BenchSession
from rig.safety.stop import StopBox

OpenPorts = Callable[[Clock], AbstractContextManager[Ports]]


@final
class EngineThread:
    """Runs a request in one lane from opening to seal; the clock is made on the thread that waits on it.

    Args:
        request: with the dictation of its only lane.
        open_ports: of the bench, on a clock.
        speed: of the wall clock; None for the virtual one.
        stop: requests to stop.
    """

    def __init__(
        self, request: RunRequest, open_ports: OpenPorts, speed: float | None, stop: StopBox
    ) -> None:
        (self._dictation,) = request.dictations.values()
        self._request = request
        self._open_ports = open_ports
        self._speed = speed
        self._stop = stop
        self._results: list[RunResult] = []
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()

    def join(self) -> RunResult:
        """Wait for the seal, however long the way off takes; signals meanwhile only ask again.

        Raises:
            RigError: the run could not be begun, or ended by a defect of the rig.
        """
        with signals_as_requests(self._stop.interrupt):
            self._thread.join()
        if self._error is not None:
            raise self._error
        return self._results[0]

    def _run(self) -> None:
        try:
            self._results = self._execute()
        except BaseException as error:
            self._error = error
        finally:
            self._dictation.abandon()

    def _execute(self) -> list[RunResult]:
        if self._speed is None:
            with self._open_ports(VirtualClock()) as ports:
                return execute(self._request, ports, self._stop, session=BenchSession())
        clock = WallClock(self._speed)
        with self._open_ports(clock) as ports, ControlServer(self._stop) as control:
            return execute(self._request, ports, self._stop, control=control, session=BenchSession())


def make_dictation(speed: float | None) -> Dictation:
    """The dictation for a run at that speed; None for the virtual clock."""
    return Dictation(stands_still=speed is None)
