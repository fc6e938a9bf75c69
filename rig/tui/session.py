"""One order being run: by a thread of this process where the bench is simulated, else by an engine process."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Condition, Thread
from typing import final

from rig.bench.description import BenchDescription
from rig.engine.answers import NO_ANSWERS
from rig.engine.client import EngineProcess
from rig.engine.desk import Asked, Desk, Reply
from rig.engine.exit_codes import exit_code
from rig.engine.heartbeat import Heartbeat
from rig.engine.lane import Lane
from rig.engine.series import Outcome, Outcomes, Series
from rig.engine.work import Work
from rig.errors import ExitCode, RigError
from rig.execution import run_work
from rig.plan.program import Program
from rig.safety.stop import StopBox
from rig.tui.draft import Draft

BEATS_WITHIN_S = 2.0
"""So long a silence of the screen's loop switches the bench off."""
LOOK_S = 0.1


@final
class RunSession:
    """Runs a draft on a thread of its own; whoever draws looks at the attributes, which are replaced as a whole.

    Requests (`stop`, `interrupt`, `answer`, `note`, `beat`) never wait, and are safe from any thread.

    Args:
        draft: what is run.
        work: the same as it was linked (`Draft.link`).

    Attributes:
        programs: of the plan that is run, one a lane; empty before the first.
        folders: of its lanes' run files, by slot, as they come.
        asked: open questions by slot.
        refusal: why the newest answer or note was not taken; empty if it was.
        outcomes: of lanes that are over, of all plans, in their order.
        stopped_by: who asked first for the outputs to go off, None if nobody did.
        series: what all came to; None before the end, and where error says why there is none.
        error: why no plan could be begun, or a defect of the rig.
        trace: of a defect.
    """

    def __init__(self, draft: Draft, work: Work) -> None:
        self.draft = draft
        self.work = work
        self.who = draft.who
        self.programs: Sequence[Program] = ()
        self.folders: Mapping[str, Path] = {}
        self.asked: Mapping[str, Asked] = {}
        self.refusal = ""
        self.outcomes: Outcomes = []
        self.stopped_by: str | None = None
        self.series: Series | None = None
        self.error: Exception | None = None
        self.trace = ""
        self.is_live = work.bench.simulation is None
        self._waits = not self.is_live and draft.order.is_virtual
        self._box = StopBox()
        self._engine = EngineProcess(BEATS_WITHIN_S) if self.is_live else None
        self._heartbeat = (
            None if self.is_live or self._waits else Heartbeat(BEATS_WITHIN_S, self._box.interrupt)
        )
        self._replies: dict[str, Reply] = {}
        self._desks: dict[str, Desk] = {}
        self._changed = Condition()
        self._is_begun = False
        self._thread = Thread(target=self._run, name="run", daemon=True)

    def start(self) -> None:
        """Begin; what comes of it is seen in the attributes."""
        if self._heartbeat is not None:
            self._heartbeat.beat()
            self._heartbeat.start()
        self._thread.start()
        self._is_begun = True

    @property
    def is_over(self) -> bool:
        """Whether everything was switched off and sealed, or nothing was begun."""
        return self._is_begun and not self._thread.is_alive()

    @property
    def exit_code(self) -> int:
        """As ``rig run`` would have ended; of a session that is not over, as if it were interrupted now."""
        if isinstance(self.error, RigError):
            return self.error.exit_code
        if self.error is not None:
            return ExitCode.DEFECT
        return ExitCode.INTERRUPTED if self.series is None else exit_code(self.series)

    def join(self, timeout_s: float | None = None) -> bool:
        """Wait for the end; whether it came."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def stop(self, who: str | None = None) -> None:
        """Outputs off, by the operator; asked again, also no teardown any more."""
        who = who or self.who
        if self._engine is None:
            self._box.stop(who)
        else:
            self._engine.stop(who)
        self.stopped_by = self.stopped_by or who

    def interrupt(self, signal_name: str) -> None:
        """Outputs off, for the process is asked to end."""
        if self._engine is None:
            self._box.interrupt(signal_name)
        else:
            self._engine.interrupt(signal_name)
        self.stopped_by = self.stopped_by or signal_name

    def beat(self) -> None:
        """The screen's loop lives."""
        if self._engine is not None:
            self._engine.beat()
        elif self._heartbeat is not None:
            self._heartbeat.beat()

    def answer(self, slot: str, text: str) -> None:
        """Answer what a lane asks; a refusal is seen in `refusal`, and the question stays."""
        reply = self._replies.get(slot)
        if reply is None:
            self.refusal = "nothing of that kind is being asked"
            return
        self.refusal = reply(self.who, text) or ""
        with self._changed:
            if not self.refusal and self._engine is None:
                self._drop(slot)
            self._changed.notify_all()

    def note(self, text: str) -> None:
        """Write a remark into the record of every lane; a refusal is seen in `refusal`."""
        if self._engine is not None:
            self.refusal = ""
            self._engine.note(self.who, text)
            return
        refusals = [desk.note(self.who, text) for desk in self._desks.values()] or ["no scan has begun yet"]
        self.refusal = next((why for why in refusals if why), "")

    def _run(self) -> None:
        draft = self.draft
        try:
            self.series = run_work(
                draft.order,
                self.work,
                self,
                answers=draft.answers or NO_ANSWERS,
                asker=self,
                stop=self._box,
                engine=self._engine,
            )
        except Exception as error:
            if not isinstance(error, RigError):
                self.trace = traceback.format_exc()
            self.error = error
        finally:
            if self._heartbeat is not None:
                self._heartbeat.close()

    # what the run tells, on its own thread

    def begins(self, programs: Sequence[Program], bench: BenchDescription) -> None:
        """A plan begins in its lanes."""
        self.folders, self.asked = {}, {}
        self._replies, self._desks = {}, {}
        self.programs = programs

    def began(self, lane: str, folder: Path) -> None:
        """A lane has a folder."""
        self.folders = {**self.folders, lane: folder}

    def scanned(self, lane: Lane) -> None:
        """A lane of this process has been scanned: from now on its desk takes notes."""
        self._desks[lane.slot] = lane.desk

    def ended(self, program: Program, result: Outcome) -> None:
        """A lane is over."""
        self._drop(program.slot)
        self.outcomes = [*self.outcomes, (program, result)]

    def asks(self, slot: str, asked: Asked | None, answer: Reply) -> None:
        """A lane asks, or does not any more; on the virtual clock time stands still until somebody answers."""
        if asked is None:
            self._drop(slot)
            return
        self._replies[slot] = answer
        self.asked = {**self.asked, slot: asked}
        with self._changed:
            while self._waits and slot in self.asked and self._box.request is None:
                self._changed.wait(LOOK_S)

    def refused(self, why: str) -> None:
        """An answer or a note was refused elsewhere."""
        self.refusal = why

    def _drop(self, slot: str) -> None:
        self._replies.pop(slot, None)
        self.asked = {lane: asked for lane, asked in self.asked.items() if lane != slot}
