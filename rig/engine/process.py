"""The engine process: one bench, its plans one after the other, apart from every terminal and screen.

It is started by a client (`rig.engine.client`) with one order line on stdin. What happens goes to stdout as JSON
lines, requests come on stdin and on the control socket, and the end of stdin is the end of the client.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from io import FileIO
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, final

from rig.bench.description import BenchDescription
from rig.bench.ports import machine_ports
from rig.clock import WallClock
from rig.engine import process_lines as say
from rig.engine.answers import Answers
from rig.engine.bench_lock import BenchLock
from rig.engine.control import ControlServer
from rig.engine.desk import Asked, Reply
from rig.engine.guardianship import Guardianship
from rig.engine.head import RunRequest
from rig.engine.heartbeat import Heartbeat
from rig.engine.lane import Lane
from rig.engine.process_lines import EngineOrder
from rig.engine.resume import prepare
from rig.engine.run import RunResult, execute
from rig.engine.script import Script, step_end_to_json
from rig.engine.series import Outcome, RunFailure, Series, run_series
from rig.engine.wires import recorded, wire_head
from rig.engine.work import Work, link_plans, read_bench
from rig.errors import InputError, RigError
from rig.plan.program import Program
from rig.platform import ignore_interrupts, signals_as_requests
from rig.safety.latch import Latch
from rig.safety.live import Declared
from rig.safety.session import BenchSession
from rig.safety.stop import StopBox

LONGEST_PART = 1 << 20
"""Bytes of a request: a step of a script stands in one, with the places of all its words."""

CLIENT_GONE = "the controlling process ended"
BEAT = say.to_line(say.BEAT)


@final
class _Events:
    """Tells the client, from a thread of its own: a client that reads nothing holds this thread and nothing else.

    The queue is bounded by what is told: a few lines a plan and lane.
    """

    def __init__(self) -> None:
        self._descriptor = os.dup(1)
        os.dup2(2, 1)  # whatever else is printed goes to the client's stderr
        self._queue: SimpleQueue[bytes | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="events", daemon=True)
        self._thread.start()

    def send(self, event: str, **fields: Any) -> None:
        """Queue an event."""
        self._queue.put(say.to_line({"event": event, **fields}))

    def close(self) -> None:
        """Wait until the client has read everything, or is gone. Nothing is open or on any more."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        with suppress(OSError), FileIO(self._descriptor, "w") as pipe:
            for line in iter(self._queue.get, None):
                view = memoryview(line)
                while view:
                    view = view[pipe.write(view) :]


@final
class _Teller:
    """Turns what the series tells into events."""

    def __init__(self, events: _Events) -> None:
        self._events = events
        self._plan = -1

    def begins(self, programs: Sequence[Program], bench: BenchDescription) -> None:
        self._plan += 1
        self._events.send("begins", plan=self._plan)

    def began(self, lane: str, folder: Path) -> None:
        self._events.send("began", lane=lane, folder=str(folder))

    def scanned(self, lane: Lane) -> None:
        """The client follows the run file."""

    def asks(self, slot: str, asked: Asked | None, answer: Reply) -> None:
        """The client answers by its requests."""
        self._events.send("asks", lane=slot, asked=None if asked is None else asked.message())

    def refused(self, why: str) -> None:
        """The client is told by the thread that reads its requests."""

    def ended(self, program: Program, result: Outcome) -> None:
        if isinstance(result, RunFailure):
            self._events.send("failed", lane=program.slot, error=say.error_to_json(result.error))
        else:
            self._events.send("ended", lane=program.slot, result=say.result_to_json(result))


def main() -> None:
    """Serve one client from its order to its end."""
    ignore_interrupts()
    stop = StopBox()
    with signals_as_requests(stop.interrupt, but=("SIGINT",)):
        events = _Events()
        with FileIO(0, "r", closefd=False) as stdin:
            order = stdin.readline()
            if order:
                _serve(order, stdin, stop, events)
    events.close()


def _serve(order: bytes, stdin: FileIO, stop: StopBox, events: _Events) -> None:
    left = None
    try:
        left = _run_order(say.read_order(order), stdin, stop, events).left
    except RigError as error:
        events.send("failed", lane=None, error=say.error_to_json(error))
    except Exception as error:
        with suppress(OSError):
            traceback.print_exception(error)
        words = f"the engine process ended by a defect of the rig: {error!r}; please report it with the lines above"
        events.send("failed", lane=None, error=say.error_to_json(RigError(words)))
    events.send("closed", left=say.request_to_json(left))


def _run_order(order: EngineOrder, stdin: FileIO, stop: StopBox, events: _Events) -> Series:
    work, script = _link(order, stop, events)
    slots = [work.bench.slot(program.slot) for program in work.plans[0]]
    session = BenchSession(Declared(order.nobody_wears, order.attended, order.serials), Latch(work.bench))
    with (
        ControlServer(stop) as control,
        BenchLock(work.bench, slots) as lock,
        Guardianship(work.bench, slots, session) as guardianship,
    ):
        heartbeat = None
        if order.beats_within_s is not None:
            heartbeat = Heartbeat(order.beats_within_s, stop.interrupt)
            heartbeat.beat()  # a screen that froze before it ever beat is as silent as any
            heartbeat.start()
        listening = partial(_listen, stdin, control, stop, events, script=script, heartbeat=heartbeat)
        Thread(target=listening, name="client", daemon=True).start()
        events.send("ready", pid=os.getpid(), control=str(control.path))
        teller, answers = _Teller(events), Answers(**order.answers)
        wire_logs = map(Path, order.record)

        def run(programs: Sequence[Program]) -> list[RunResult]:
            lock.take()
            guardianship.ensure()
            resume = None if order.resume is None else prepare(Path(order.resume), programs[0])
            dictations = {} if script is None else {programs[0].slot: script.dictation}
            request = RunRequest(
                programs,
                work.bench,
                Path(order.out),
                None,
                order.operator,
                order.settings,
                answers,
                dictations=dictations,
                resume=resume,
            )
            clock = WallClock()
            own = machine_ports(clock if resume is None else resume.clock(clock, simulated=False))
            head = wire_head(
                programs[0].name,
                work.bench,
                slots,
                own.clock,
                session,
                seed=None,
                settings=order.settings,
            )
            with recorded(next(wire_logs, None), head, own, session) as ports:
                return execute(request, ports, stop, teller, control=control, session=session, asker=teller)

        if script is not None:
            script.begin()

        return run_series(work, run, stop, teller)


def _link(order: EngineOrder, stop: StopBox, events: _Events) -> tuple[Work, Script | None]:
    """The order's work, read again from its files, and the script that it is a part of.

    Raises:
        InputError: a document is not what the client has read and checked.
    """
    bench = read_bench(Path(order.bench_file), order.settings)
    script = None
    if order.script is None:
        work = link_plans(bench, order.plans, order.slots, order.settings)
    else:
        script = Script(
            order.script, bench, stop, lambda end: events.send("step_over", end=step_end_to_json(end))
        )
        work = Work(bench, order.plans, ((script.frame,),))
    read = work.documents
    changed = [file for file in {**order.documents, **read} if order.documents.get(file) != read.get(file)]
    if changed:
        raise InputError(
            f"starting the engine process: {', '.join(changed)} changed since it was checked (its SHA-256 is "
            f"another); nothing was switched on; run it again when nobody edits it"
        )
    return work, script


def _listen(
    stdin: FileIO,
    control: ControlServer,
    stop: StopBox,
    events: _Events,
    *,
    script: Script | None,
    heartbeat: Heartbeat | None,
) -> None:
    """Requests of the client, until it ends: a client that is killed ends too. Refusals are told it.

    Only the client dictates, for it alone started the script; the control socket is for other terminals.
    """
    with suppress(OSError):
        for line in iter(lambda: stdin.readline(LONGEST_PART), b""):
            if not line.strip():
                continue
            if heartbeat is not None and line == BEAT:
                heartbeat.beat()
                continue
            dictated = None if script is None else script.part_of(line)
            if script is not None and dictated is not None:
                refused = script.take(dictated)
            else:
                reply = control.answer(line)
                refused = reply.get("refused") or reply.get("error")
            if refused:
                events.send("refused", why=refused)
    stop.interrupt(CLIENT_GONE)


if __name__ == "__main__":
    main()
