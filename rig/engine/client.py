"""The client's side of an engine process: it starts one, hands requests on, and follows what happens to its end."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, final

from rig.clock import wall_seconds
from rig.engine import process_lines as say
from rig.engine.lost import lost_outcome
from rig.engine.process_lines import EngineOrder
from rig.engine.series import Onlooker, Outcomes, RunFailure, Series
from rig.engine.work import Work
from rig.errors import RigError
from rig.plan.program import Program
from rig.platform import how_it_ended, never_block, signals_as_requests, start_apart
from rig.safety.stop import StopRequest

MODULE = "rig.engine.process"
IMPATIENT = 3
"""So many requests in a row, and the operator is told what else there is."""


@final
class EngineProcess:
    """An engine process. It is never killed from here, and it is always waited for.

    Attributes:
        pid: None before it was started.
    """

    def __init__(self) -> None:
        self.pid: int | None = None
        self._requests: list[bytes] = []
        self._stdin = -1

    def interrupt(self, signal_name: str) -> None:
        """Ask it to switch off and end; safe in a signal handler, never blocks."""
        self._requests.append(say.to_line({"do": "interrupt", "signal": signal_name}))
        if self._stdin >= 0:
            self._send(self._requests[-1])
        if len(self._requests) == IMPATIENT:
            with suppress(OSError):
                os.write(2, f"the engine process {self.pid} was asked to switch off and has not ended yet; it is "
                            "not killed, because nobody else would switch off; if in doubt use the physical "
                            "switch\n".encode())  # fmt: skip

    def follow(self, order: EngineOrder) -> Generator[dict[str, Any], None, None]:
        """Start it, and give its events as they come; the last one is ``gone``, with the exit code.

        Closed before that, it lets go of the process's stdin, which then switches off, and waits for its end.
        """
        command = [sys.executable, "-P", "-m", MODULE]
        # the engine imports from where this process does
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        with start_apart(command, environment) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            self.pid = process.pid
            try:
                self._begin(process.stdin.fileno(), order)
                for line in process.stdout:
                    event = _event(line)
                    if event is not None:
                        yield event
            finally:
                self._stdin = -1
            returncode = process.wait()
        yield {"event": "gone", "returncode": returncode}

    def _begin(self, stdin: int, order: EngineOrder) -> None:
        """Hand over the order, then what was asked for meanwhile."""
        line = say.order_line(order)
        with suppress(OSError):  # it has ended; the end of its events says so
            while line:
                line = line[os.write(stdin, line) :]
        never_block(stdin)
        self._stdin = stdin
        for request in list(self._requests):
            self._send(request)

    def _send(self, line: bytes) -> None:
        with suppress(OSError):  # it is gone, or has more requests than it can read
            os.write(self._stdin, line)


def _event(line: bytes) -> dict[str, Any] | None:
    """The event of a line; None for what something else printed before the rig began."""
    try:
        event = say.from_line(line)
    except (ValueError, TypeError):
        return None
    return event if "event" in event else None


def run_in_engine_process(work: Work, order: EngineOrder, onlooker: Onlooker) -> Series:
    """Run plans in an engine process of their own, and return when it has ended.

    SIGINT, SIGTERM and SIGHUP are handed on to it as requests.

    Raises:
        RigError: of the kind that the process reports, where no plan could be begun at all.
    """
    engine = EngineProcess()
    following = _Following(work, onlooker)
    with signals_as_requests(engine.interrupt), closing(engine.follow(order)) as events:
        for event in events:
            following.take(event)
    if following.error is not None:
        raise following.error
    return following.series(engine.pid)


@final
class _Following:
    """Makes a `Series` of the events of an engine process.

    Attributes:
        error: that ended it outside of any plan.
    """

    def __init__(self, work: Work, onlooker: Onlooker) -> None:
        self.error: RigError | None = None
        self._work = work
        self._onlooker = onlooker
        self._outcomes: Outcomes = []
        self._open: dict[str, Program] = {}
        self._folders: dict[str, Path] = {}
        self._began_s = wall_seconds()
        self._ready = self._closed = False
        self._left: StopRequest | None = None
        self._returncode = 0
        self._takers: dict[str, Callable[[dict[str, Any]], None]] = {
            "ready": self._take_ready,
            "begins": self._take_begins,
            "began": self._take_began,
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
            for lane, program in list(self._open.items()):
                wall_s = wall_seconds() - self._began_s
                folder = self._folders.get(lane)
                self._end(program, lost_outcome(program, self._work.bench, folder, trouble, wall_s))
        return Series(self._outcomes, self._left, trouble)

    def _death(self, pid: int | None) -> str:
        how = f"the engine process {pid} ended {how_it_ended(self._returncode)}"
        bench = f"the bench {self._work.bench.name!r} ({self._work.bench.file})"
        if not self._ready:
            return f"{how} before it opened {bench}: nothing was switched on; run it again"
        return (
            f"{how} while it had {bench}: its outputs are NOT CONFIRMED off; look at the bench now and use the "
            f"physical switch"
        )

    def _end(self, program: Program, outcome: Any) -> None:
        del self._open[program.slot]
        self._outcomes.append((program, outcome))
        self._onlooker.ended(program, outcome)

    def _take_ready(self, _event: dict[str, Any]) -> None:
        self._ready = True

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
