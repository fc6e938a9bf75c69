"""The one way in which plans are run: on a bench that is simulated here by this process, on any other by an engine."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from rig.bench.wire_log import read_wire_log
from rig.clock import Clock, PacedClock, VirtualClock
from rig.engine.answers import NO_ANSWERS, Answers
from rig.engine.control import ControlServer
from rig.engine.desk import Asker
from rig.engine.head import RunRequest
from rig.engine.run import RunResult, execute
from rig.engine.series import Onlooker, Series, run_series
from rig.engine.wires import recorded, replay_words, replayed, wire_head
from rig.engine.work import Work
from rig.order import Order
from rig.plan.program import Program
from rig.platform import signals_as_requests
from rig.safety.session import BenchSession
from rig.safety.stop import StopBox

if TYPE_CHECKING:  # a bench that is simulated here needs no process
    from rig.engine.client import EngineProcess


def run_work(
    order: Order,
    work: Work,
    onlooker: Onlooker,
    *,
    answers: Answers = NO_ANSWERS,
    asker: Asker | None = None,
    stop: StopBox | None = None,
    engine: EngineProcess | None = None,
) -> Series:
    """Run plans one after the other; SIGINT, SIGTERM and SIGHUP are requests to switch off and end.

    A bench that is simulated here is run here, any other one by an engine process of its own. Wire logs that are to be
    replayed stand in for any bench.

    Args:
        order: how.
        work: what, as it was linked.
        onlooker: is told.
        answers: prepared for what the plans ask.
        asker: shows people what else is asked, None if nobody does.
        stop: takes the requests of a bench that is run here.
        engine: takes those of a bench that an engine process runs.

    Raises:
        InputError: a serial number was given for a slot that is not run on.
        RigError: no plan could be begun at all.
        WireDifferenceError: in a replay something else was sent than was recorded, or less.
    """
    slots = [program.slot for program in work.plans[0]]
    order = replace(order, declared=order.declared.of_slots(slots))
    if order.replay:
        return _run_replayed(order, work, onlooker, answers, asker, stop=stop or StopBox())
    if work.bench.simulation is None:
        return _run_apart(order, work, onlooker, answers, asker=asker, engine=engine)
    return _run_here(order, work, onlooker, answers, asker, stop=stop or StopBox())


def _run_apart(
    order: Order,
    work: Work,
    onlooker: Onlooker,
    answers: Answers,
    *,
    asker: Asker | None,
    engine: EngineProcess | None,
) -> Series:
    from rig.engine.client import run_in_engine_process
    from rig.engine.process_lines import EngineOrder

    engine_order = EngineOrder(
        bench_file=work.bench.file,
        plans=work.files,
        slots=tuple(order.slots),
        settings=order.settings,
        out=str(order.out),
        operator=order.operator,
        nobody_wears=order.declared.nobody_wears,
        attended=order.declared.attended,
        documents=work.documents,
        answers=asdict(answers),
        resume=None if order.resume is None else str(order.resume.folder.resolve()),
        record=tuple(str(path.resolve()) for path in order.record),
        serials=order.declared.serials,
    )
    return run_in_engine_process(work, engine_order, onlooker, asker, engine)


def _run_here(
    order: Order, work: Work, onlooker: Onlooker, answers: Answers, asker: Asker | None, *, stop: StopBox
) -> Series:
    with ExitStack() as stack:
        stack.enter_context(signals_as_requests(stop.interrupt))
        control = None if order.is_virtual else stack.enter_context(ControlServer(stop))
        wire_logs = iter(order.record)

        def run(programs: Sequence[Program]) -> list[RunResult]:
            from rig.simulation.bench import SimulatedBench

            request = RunRequest(
                programs,
                work.bench,
                order.out,
                order.seed,
                order.operator,
                order.settings,
                answers,
                speed=None if order.is_virtual else order.speed,
                faults=order.faults,
                resume=order.resume,
            )
            session = BenchSession(order.declared)
            clock: Clock = VirtualClock() if order.is_virtual else PacedClock(order.speed or 1.0)
            part = 1 if order.resume is None else order.resume.session
            with SimulatedBench(
                work.bench, request.slots, order.seed, clock, order.faults, session=part
            ) as simulated:
                own = simulated.ports
                if order.resume is not None:
                    own = replace(own, clock=order.resume.clock(clock, simulated=True))
                head = wire_head(
                    programs[0].name,
                    work.bench,
                    request.slots,
                    own.clock,
                    session,
                    seed=order.seed,
                    settings=order.settings,
                )
                with recorded(next(wire_logs, None), head, own, session) as ports:
                    return execute(
                        request, ports, stop, onlooker, control=control, session=session, asker=asker
                    )

        return run_series(work, run, stop, onlooker)


def _run_replayed(
    order: Order, work: Work, onlooker: Onlooker, answers: Answers, asker: Asker | None, *, stop: StopBox
) -> Series:
    wire_logs = iter(order.replay)

    def run(programs: Sequence[Program]) -> list[RunResult]:
        record = read_wire_log(next(wire_logs))
        request = RunRequest(
            programs,
            work.bench,
            order.out,
            record.head.seed,
            order.operator,
            order.settings,
            answers,
            replay=replay_words(record),
        )
        with replayed(record, VirtualClock()) as (ports, session):
            return execute(request, ports, stop, onlooker, session=session, asker=asker)

    with signals_as_requests(stop.interrupt):
        return run_series(work, run, stop, onlooker)
