"""The client's side of a script that an engine process runs: parts out, ends of steps in."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, final

from yaml.nodes import Node

from rig.bench.description import BenchDescription
from rig.documents.node_json import node_to_json
from rig.engine.client import EngineProcess
from rig.engine.dictation import StepEnd
from rig.engine.following import Following
from rig.engine.process_lines import EngineOrder
from rig.engine.run import RunResult
from rig.engine.script import step_end_from_json
from rig.engine.series import RunFailure, Series
from rig.engine.work import Work
from rig.errors import RigError
from rig.plan.program import Program
from rig.platform import signals_as_requests


@final
class ScriptedProcess:
    """An engine process that a script on this thread dictates to.

    Args:
        work: the bench, and the frame of the only run.
        order: with the script and its first step, which is done at once.
    """

    def __init__(self, work: Work, order: EngineOrder) -> None:
        self._order = order
        (self._file,) = order.plans
        self._engine = EngineProcess()
        self._following = Following(work, _Nobody())
        self._ends: SimpleQueue[StepEnd | None] = SimpleQueue()
        self._series: Series | None = None
        self._error: BaseException | None = None
        self._thread = Thread(target=self._follow, name="engine process", daemon=True)
        self._thread.start()

    def add(self, section: str, node: Node, _new: Program) -> None:
        """Send a part of the plan that this process has linked; the engine links it again."""
        self._engine.dictate({"op": "add", "section": section, "node": node_to_json(node, self._file)})

    def await_end(self) -> StepEnd | None:
        """Wait for the end of the step that was sent last; None if the run ended before."""
        return self._ends.get()

    def finish(self) -> None:
        """No step comes any more, and all is well."""
        self._engine.dictate({"op": "finish"})

    def fail(self, words: str) -> None:
        """The script has failed: end the run."""
        self._engine.dictate({"op": "fail", "words": words})

    def interrupt(self, signal_name: str) -> None:
        """End the run as by a signal."""
        self._engine.interrupt(signal_name)

    def join(self) -> RunResult:
        """Wait for the process's end; signals meanwhile are requests to it.

        Raises:
            RigError: the run could not be begun, or ended by a defect of the rig.
        """
        with signals_as_requests(self._engine.interrupt):
            self._thread.join()
        if self._error is not None:
            raise self._error
        if self._following.error is not None:
            raise self._following.error
        outcomes = [] if self._series is None else self._series.outcomes
        if not outcomes:
            raise RigError(
                f"running a script in the process {self._engine.pid}: it ended before the run had begun"
            )
        (_, outcome), *_ = outcomes
        if isinstance(outcome, RunFailure):
            raise outcome.error
        return outcome

    def _follow(self) -> None:
        try:
            with closing(self._engine.follow(self._order)) as events:
                for event in events:
                    self._take(event)
            self._series = self._following.series(self._engine.pid)
        except BaseException as error:
            self._error = error
        finally:
            self._ends.put(None)

    def _take(self, event: dict[str, Any]) -> None:
        if event["event"] == "step_over":
            self._ends.put(step_end_from_json(event["end"]))
        else:
            self._following.take(event)
            if event["event"] in ("ended", "failed", "gone"):
                self._ends.put(None)


@final
class _Nobody:
    """The script looks at the record, and at nothing before."""

    def begins(self, programs: Any, bench: BenchDescription) -> None:
        """Nobody is told."""

    def began(self, lane: str, folder: Path) -> None:
        """Nobody is told."""

    def scanned(self, lane: Any) -> None:
        """Nobody is told."""

    def ended(self, program: Program, result: Any) -> None:
        """Nobody is told."""
