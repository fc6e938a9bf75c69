"""The events of an engine process as a client takes them: what the plans came to, also where the engine died."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, final

from rig.clock import wall_seconds
from rig.engine import process_lines as say
from rig.engine.desk import Asked, Asker
from rig.engine.lost import await_guardian, latch, lost_outcome
from rig.engine.run import RunResult
from rig.engine.series import Onlooker, Outcome, Outcomes, RunFailure, Series
from rig.engine.work import Work
from rig.errors import RigError
from rig.plan.program import Program
from rig.platform import how_it_ended
from rig.safety.stop import StopRequest


def _nobody(_lane: str, _step: str, _who: str, _text: str) -> None:
    """Where nobody asks nobody answers."""


@final
class Following:
    """Makes a `Series` of the events of an engine process.

    Args:
        work: what it runs.
        onlooker: is told.
        asker: shows what is asked, None if nobody does.
        answer: sends lane, step, who and the text of an answer.

    Attributes:
        error: that ended it outside of any plan.
    """

    def __init__(
        self,
        work: Work,
        onlooker: Onlooker,
        asker: Asker | None = None,
        answer: Callable[[str, str, str, str], None] = _nobody,
    ) -> None:
        self.error: RigError | None = None
        self._work = work
        self._onlooker = onlooker
        self._asker = asker
        self._answer = answer
        self._outcomes: Outcomes = []
        self._open: dict[str, Program] = {}
        self._folders: dict[str, Path] = {}
        self._began_s = wall_seconds()
        self._ready = self._closed = False
        self._control: Path | None = None
        self._left: StopRequest | None = None
        self._returncode = 0
        self._takers: dict[str, Callable[[dict[str, Any]], None]] = {
            "ready": self._take_ready,
            "begins": self._take_begins,
            "began": self._take_began,
            "asks": self._take_asks,
            "refused": self._take_refused,
            "ended": self._take_ended,
            "failed": self._take_failed,
            "closed": self._take_closed,
            "gone": self._take_gone,
        }

    def take(self, event: dict[str, Any]) -> None:
        """One event; one of a kind that is not known is passed over."""
        taker = self._takers.get(event["event"])
        if taker is not None:
            taker(event)

    def series(self, pid: int | None) -> Series:
        """What the plans came to, the runs included whose engine died."""
        trouble = None if self._closed else self._death(pid)
        if trouble is not None:
            why, bench = trouble, self._work.bench
            for lane, program in list(self._open.items()):
                wall_s = wall_seconds() - self._began_s
                folder = self._folders.get(lane)
                outcome = lost_outcome(program, bench, folder, why, wall_s)
                self._end(program, outcome)
                if folder is not None and not (isinstance(outcome, RunResult) and outcome.off.confirmed):
                    words = latch(bench, lane, folder)
                    trouble += f"\n{words}" if words else ""
        return Series(self._outcomes, self._left, trouble)

    def _death(self, pid: int | None) -> str:
        how = f"the engine process {pid} ended {how_it_ended(self._returncode)}"
        bench = f"the bench {self._work.bench.name!r} ({self._work.bench.file})"
        if self._control is not None:
            self._control.unlink(missing_ok=True)
        if not self._ready:
            return f"{how} before it opened {bench}: nothing was switched on; run it again"
        if await_guardian(self._folders.values()):
            return f"{how} while it had {bench}: the guardian has switched its outputs off, confirmed by read-back"
        return (
            f"{how} while it had {bench}: its outputs are NOT CONFIRMED off; look at the bench now and use the "
            f"physical switch"
        )

    def _end(self, program: Program, outcome: Outcome) -> None:
        del self._open[program.slot]
        self._outcomes.append((program, outcome))
        self._onlooker.ended(program, outcome)

    def _take_ready(self, event: dict[str, Any]) -> None:
        self._ready = True
        self._control = Path(event["control"])

    def _take_begins(self, event: dict[str, Any]) -> None:
        programs = self._work.plans[event["plan"]]
        self._open = {program.slot: program for program in programs}
        self._folders = {}
        self._began_s = wall_seconds()
        self._onlooker.begins(programs, self._work.bench)

    def _take_began(self, event: dict[str, Any]) -> None:
        folder = Path(event["folder"])
        self._folders[event["lane"]] = folder
        self._onlooker.began(event["lane"], folder)

    def _take_asks(self, event: dict[str, Any]) -> None:
        lane = event["lane"]
        asked = None if event["asked"] is None else Asked.read(event["asked"])
        step = "" if asked is None else asked.step
        if self._asker is not None:
            self._asker.asks(lane, asked, partial(self._answer, lane, step))

    def _take_refused(self, event: dict[str, Any]) -> None:
        if self._asker is not None:
            self._asker.refused(event["why"])

    def _take_ended(self, event: dict[str, Any]) -> None:
        self._end(self._open[event["lane"]], say.result_from_json(event["result"]))

    def _take_failed(self, event: dict[str, Any]) -> None:
        error = say.error_from_json(event["error"])
        if event["lane"] is None:
            self.error = error
        else:
            self._end(self._open[event["lane"]], RunFailure(error))

    def _take_closed(self, event: dict[str, Any]) -> None:
        self._closed = True
        self._left = say.request_from_json(event["left"])

    def _take_gone(self, event: dict[str, Any]) -> None:
        self._returncode = event["returncode"]
