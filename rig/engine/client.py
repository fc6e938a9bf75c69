"""The client's side of an engine process: it starts one, hands requests on, and follows what happens to its end."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from subprocess import Popen
from threading import Lock
from typing import Any, final

from rig.engine import process_lines as say
from rig.engine.desk import Asker
from rig.engine.following import Following
from rig.engine.process_lines import EngineOrder
from rig.engine.series import Onlooker, Series
from rig.engine.work import Work
from rig.errors import BenchError
from rig.platform import never_block, signals_as_requests, start_apart

MODULE = "rig.engine.process"
LOOK_S = 0.1
IMPATIENT = 3
"""So many requests, and the operator is told what else there is."""
STILL_THERE = (
    "was asked to switch off and has not ended yet; it is not killed from here, its guardian watches it; "
    "if in doubt use the physical switch"
)


@final
class EngineProcess:
    """An engine process. It is never killed from here, and it is always waited for.

    Args:
        beats_within_s: the client beats, and so long a silence of it is a stop; None if it does not beat.

    Attributes:
        pid: None before it was started.
    """

    def __init__(self, beats_within_s: float | None = None) -> None:
        self.pid: int | None = None
        self._beats_within_s = beats_within_s
        self._requests: list[bytes] = []
        self._stdin = -1
        self._writing = Lock()

    def interrupt(self, signal_name: str) -> None:
        """Ask it to switch off and end; safe in a signal handler, never blocks."""
        self._requests.append(b"\n" + say.to_line({"do": "interrupt", "signal": signal_name}))
        if self._stdin >= 0:
            self._send(self._requests[-1])
        if len(self._requests) == IMPATIENT:
            with suppress(OSError):
                os.write(2, f"the engine process {self.pid} {STILL_THERE}\n".encode())

    def stop(self, who: str) -> None:
        """Ask it to switch off, from any thread; never blocks. Before it is there it is told as soon as it is."""
        self._requests.append(b"\n" + say.to_line({"do": "stop", "who": who}))
        self._tell(self._requests[-1])

    def beat(self) -> None:
        """Tell it that the client lives; never blocks."""
        self._tell(say.to_line(say.BEAT))

    def note(self, who: str, text: str) -> None:
        """Send a note for the record of every lane; a refusal comes as an event."""
        self._tell(say.to_line({"do": "note", "who": who, "text": text}))

    def answer(self, lane: str, step: str, who: str, text: str) -> None:
        """Send an answer to what a lane asks; a refusal comes as an event."""
        self._tell(say.to_line({"do": "answer", "lane": lane, "step": step, "who": who, "text": text}))

    def dictate(self, request: Mapping[str, Any]) -> None:
        """Send a part of a script, all of it; a process that has ended is told nothing.

        It begins a line of its own: a part before it may have been cut short by Ctrl-C.
        """
        line = b"\n" + say.to_line({"do": "dictate", **request})
        with suppress(OSError), self._writing:
            while line and self._stdin >= 0:
                try:
                    line = line[os.write(self._stdin, line) :]
                except BlockingIOError:
                    select.select([], [self._stdin], [], LOOK_S)

    def follow(self, order: EngineOrder) -> Generator[dict[str, Any], None, None]:
        """Start it, and give its events as they come; the last one is ``gone``, with the exit code.

        Closed before that, it lets go of the process's stdin, which then switches off, and waits for its end.

        Raises:
            BenchError: it cannot be started.
        """
        command = [sys.executable, "-P", "-m", MODULE]
        # the engine imports from where this process does
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        with _started(command, environment) as process:
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
                with self._writing:
                    self._stdin = -1
            returncode = process.wait()
        yield {"event": "gone", "returncode": returncode}

    def _begin(self, stdin: int, order: EngineOrder) -> None:
        """Hand over the order, then what was asked for meanwhile."""
        line = say.order_line(replace(order, beats_within_s=self._beats_within_s))
        with suppress(OSError):  # it has ended; the end of its events says so
            while line:
                line = line[os.write(stdin, line) :]
        never_block(stdin)
        self._stdin = stdin
        for request in list(self._requests):
            self._send(request)

    def _tell(self, line: bytes) -> None:
        """From a thread: meanwhile the pipe is not closed, nor its number given to another file.

        It waits for a part of a script that is being sent, and for nothing else.
        """
        with self._writing:
            if self._stdin >= 0:
                self._send(line)

    def _send(self, line: bytes) -> None:
        """In a signal handler too, so without a lock: a line this short is written whole or not at all."""
        with suppress(OSError):  # it is gone, or has more requests than it can read
            os.write(self._stdin, line)


def _started(command: Sequence[str], environment: Mapping[str, str]) -> Popen[bytes]:
    try:
        return start_apart(command, environment)
    except OSError as error:
        raise BenchError(
            f"starting the engine process ({' '.join(command)}): {error}; nothing was switched on; free memory "
            f"or processes, and run it again"
        ) from error


def _event(line: bytes) -> dict[str, Any] | None:
    """The event of a line; None for what something else printed before the rig began."""
    try:
        event = say.from_line(line)
    except (ValueError, TypeError):
        return None
    return event if "event" in event else None


def run_in_engine_process(
    work: Work,
    order: EngineOrder,
    onlooker: Onlooker,
    asker: Asker | None = None,
    engine: EngineProcess | None = None,
) -> Series:
    """Run plans in an engine process of their own, and return when it has ended.

    SIGINT, SIGTERM and SIGHUP are handed on to it as requests, where this is the main thread.

    Args:
        work: what, as it was linked.
        order: the same for the process.
        onlooker: is told.
        asker: shows people what is asked, None if nobody does.
        engine: takes other requests meanwhile, None if there are none.

    Raises:
        RigError: of the kind that the process reports, where no plan could be begun at all.
    """
    engine = engine or EngineProcess()
    following = Following(work, onlooker, asker, engine.answer)
    with signals_as_requests(engine.interrupt), closing(engine.follow(order)) as events:
        for event in events:
            following.take(event)
    if following.error is not None:
        raise following.error
    return following.series(engine.pid)
