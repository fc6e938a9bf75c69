"""What ``rig run`` does: every plan is read and checked before the first is run, then one after the other."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from functools import partial
from math import inf
from pathlib import Path
from typing import final

from rig import shipped
from rig.bench.description import BenchDescription
from rig.cli.asking import Asker, can_ask
from rig.cli.display import shown
from rig.cli.present import Presenter, presenter
from rig.cli.results import exit_code
from rig.clock import Clock, VirtualClock, WallClock
from rig.engine.answers import NO_ANSWERS, Answers, check_answers, read_answers_file
from rig.engine.control import ControlServer
from rig.engine.head import RunRequest
from rig.engine.resume import Resume
from rig.engine.run import RunResult, execute
from rig.engine.series import Outcome, Series, run_series
from rig.engine.work import Work, link_plans, read_bench
from rig.errors import InputError
from rig.plan.program import Program
from rig.platform import signals_as_requests
from rig.safety.live import Declared
from rig.safety.session import BenchSession
from rig.safety.stop import StopBox

MOST_INTERRUPTED = 3


@dataclass(frozen=True, slots=True)
class Order:
    """What the command line asked for; speed None is the bench's own, inf the virtual clock.

    resume: the run that goes on; the fields above are then those of its head.
    """

    plans: tuple[str, ...]
    bench_file: Path | None
    slots: Sequence[str]
    settings: Mapping[str, str]
    seed: int
    speed: float | None
    out: Path
    operator: str | None
    declared: Declared
    faults: tuple[str, ...]
    form: str
    answers_file: Path | None = None
    resume: Resume | None = None


def run_plans(order: Order) -> int:
    """Run them all, each on every slot that was chosen; the exit code.

    A bench that is simulated here is run here; any other one by an engine process of its own.
    """
    bench = read_bench(order.bench_file or shipped.bench(), order.settings)
    _refuse_speed(order, bench)
    return run_work(order, link_plans(bench, order.plans, order.slots, order.settings))


def run_work(order: Order, work: Work) -> int:
    """Run what was linked; the exit code.

    Raises:
        InputError: what the plans ask cannot be answered as prepared.
    """
    answers = _answers(order, work)
    after = 0 if order.resume is None else order.resume.interrupted.size
    show = presenter(order.form, after)
    run = _run_here if work.bench.simulation else _run_apart
    series = run(order, work, show, answers)
    shown(show.closes, series.outcomes)
    if series.trouble is not None:
        shown(partial(print, file=sys.stderr), series.trouble)
    return exit_code(series)


def _answers(order: Order, work: Work) -> Answers:
    file = order.answers_file
    answers = NO_ANSWERS if file is None else read_answers_file(file, order.operator)
    programs = [program for plan in work.plans for program in plan]
    check_answers(answers, programs, anybody=can_ask(order.form))
    return answers


def _say_interrupted(out: Path) -> None:
    """Runs that a crash has left without a last line, and what they hold; the newest few."""
    from rig.index import list_runs

    runs = list_runs(out)
    found = [run for run in runs if not (run.sealed or run.in_progress or run.fault is not None)]
    for run in found[-MOST_INTERRUPTED:]:
        held = f"{run.duration_s or 0.0:.1f} s of {run.plan!r} on lane {run.lane}"
        words = f"interrupted before: {run.id} holds {held}; rig judge {run.id}, or rig run --resume {run.id}"
        shown(partial(print, file=sys.stderr), words)


def _run_apart(order: Order, work: Work, show: Presenter, answers: Answers) -> Series:
    from rig.engine.client import run_in_engine_process
    from rig.engine.process_lines import EngineOrder

    if order.resume is None:
        _say_interrupted(order.out)
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
    )
    asker = Asker(order.operator, show.pauses, left=None)
    return run_in_engine_process(work, engine_order, _Shown(show), asker)


def _run_here(order: Order, work: Work, show: Presenter, answers: Answers) -> Series:
    stop, virtual = StopBox(), order.speed in (None, inf)
    left = (lambda: stop.request is not None) if virtual else None
    onlooker, asker = _Shown(show), Asker(order.operator, show.pauses, left)
    with ExitStack() as stack:
        stack.enter_context(signals_as_requests(stop.interrupt))
        control = None if virtual else stack.enter_context(ControlServer(stop))

        def run(programs: Sequence[Program]) -> list[RunResult]:
            request = RunRequest(
                programs,
                work.bench,
                order.out,
                order.seed,
                order.operator,
                order.settings,
                answers,
                speed=None if virtual else order.speed,
                faults=order.faults,
                resume=order.resume,
            )
            from rig.simulation.bench import SimulatedBench

            session = BenchSession(order.declared)
            clock: Clock = VirtualClock() if virtual else WallClock(order.speed or 1.0)
            part = 1 if order.resume is None else order.resume.session
            with SimulatedBench(
                work.bench, request.slots, order.seed, clock, order.faults, session=part
            ) as simulated:
                ports = simulated.ports
                if order.resume is not None:
                    ports = replace(ports, clock=order.resume.clock(clock, simulated=True))
                return execute(request, ports, stop, onlooker, control=control, session=session, asker=asker)

        return run_series(work, run, stop, onlooker)


@final
class _Shown:
    """Hands everything on to a presenter; one whose reader is gone changes nothing about the runs."""

    def __init__(self, show: Presenter) -> None:
        self._show = show
        self.began = show.began
        self.scanned = show.scanned

    def begins(self, programs: Sequence[Program], bench: BenchDescription) -> None:
        shown(self._show.begins, programs, bench)

    def ended(self, program: Program, result: Outcome) -> None:
        shown(self._show.ended, program, result)


def split_settings(settings: Sequence[str]) -> dict[str, str]:
    """``key=value`` words as a mapping.

    Raises:
        InputError: a word is not of that form.
    """
    pairs = [setting.partition("=") for setting in settings]
    if any(not sign or not key for key, sign, _ in pairs):
        raise InputError("--set takes key=value, e.g. --set simulation.defects=switch-welded")
    return {key: value for key, _, value in pairs}


def _refuse_speed(order: Order, bench: BenchDescription) -> None:
    if bench.simulation is None and order.speed not in (None, 1.0):
        raise InputError(
            "--speed other than 1 is for the simulated bench of this process; real instruments take their own time"
        )
    if bench.simulation is None and order.faults:
        raise InputError("--fault is for the simulated bench of this process; a real bench has no fault port")
