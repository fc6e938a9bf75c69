"""The engine of a run on a thread of its own, beside the test that dictates its steps."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from threading import Thread
from typing import final

from yaml.nodes import Node

from rig.bench.ports import Ports
from rig.clock import Clock, PacedClock, VirtualClock
from rig.engine.control import ControlServer
from rig.engine.declare import declare_lines, documents
from rig.engine.dictation import Dictation, StepEnd
from rig.engine.head import RunRequest
from rig.engine.run import RunResult, execute
from rig.plan.program import Program
from rig.platform import signals_as_requests
from rig.safety.session import BenchSession
from rig.safety.stop import StopBox

OpenPorts = Callable[[Clock], AbstractContextManager[tuple[Ports, BenchSession]]]


@final
class EngineThread:
    """Runs a request in one lane from opening to seal; the clock is made on the thread that waits on it.

    Args:
        request: of one lane, whose program is the frame of a growing plan.
        open_ports: of the bench, on a clock, with what the session brings.
        speed: of the wall clock; None for the virtual one.
    """

    def __init__(self, request: RunRequest, open_ports: OpenPorts, speed: float | None) -> None:
        (frame,) = request.programs
        self._dictation = Dictation(stands_still=speed is None)
        self._request = replace(request, dictations={frame.slot: self._dictation})
        self._open_ports = open_ports
        self._speed = speed
        self._stop = StopBox()
        self._results: list[RunResult] = []
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()

    def add(self, section: str, node: Node, new: Program) -> None:
        """Declare what is new in a program; a step in it is done."""
        self._dictation.declare(tuple(declare_lines(new)), documents(new))
        for step in new.steps:
            self._dictation.give(step)

    def await_end(self) -> StepEnd | None:
        """Wait for the end of the step that was added last; None if the run ended before."""
        return self._dictation.await_end()

    def finish(self) -> None:
        """No step comes any more, and all is well."""
        self._dictation.finish()

    def fail(self, words: str) -> None:
        """The test has failed: end the run."""
        self._stop.fail(words)
        self._dictation.halt()

    def interrupt(self, signal_name: str) -> None:
        """End the run as by a signal."""
        self._stop.interrupt(signal_name)
        self._dictation.halt()

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
            with self._open_ports(VirtualClock()) as (ports, session):
                return execute(self._request, ports, self._stop, session=session)
        clock = PacedClock(self._speed)
        with self._open_ports(clock) as (ports, session), ControlServer(self._stop) as control:
            return execute(self._request, ports, self._stop, control=control, session=session)
