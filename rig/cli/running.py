"""What ``rig run`` does: every plan is read and checked before the first is run, then one after the other."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import final

from rig.bench.description import BenchDescription
from rig.cli.asking import Asker, can_ask
from rig.cli.display import shown
from rig.cli.present import Presenter, presenter
from rig.engine.answers import NO_ANSWERS, Answers, check_answers, read_answers_file
from rig.engine.exit_codes import exit_code
from rig.engine.series import Outcome
from rig.engine.work import Work, link_plans
from rig.execution import run_work
from rig.order import Order
from rig.plan.program import Program
from rig.safety.stop import StopBox

MOST_INTERRUPTED = 3


def run_plans(plans: Sequence[str], order: Order, form: str, answers_file: Path | None = None) -> int:
    """Run them all, each on every slot that was chosen; the exit code.

    Args:
        plans: files, or names of plans that ship.
        order: how.
        form: of what is shown: text, plain, json or jsonl.
        answers_file: answers to what the plans ask.
    """
    work = link_plans(order.read_bench(), plans, order.slots, order.settings)
    return run_linked(work, order, form, answers_file)


def run_linked(work: Work, order: Order, form: str, answers_file: Path | None = None) -> int:
    """Run what was linked; as `run_plans`.

    Raises:
        InputError: what the plans ask cannot be answered as prepared.
    """
    bench, resume = work.bench, order.resume
    answers = _answers(order, work, form, answers_file)
    show, stop = presenter(form, 0 if resume is None else resume.interrupted.size), StopBox()
    # on the virtual clock time stands still while something is asked, until somebody wants to leave
    is_live = bench.simulation is None and not order.replay
    waits = not is_live and order.is_virtual
    asker = Asker(order.operator, show.pauses, (lambda: stop.request is not None) if waits else None)
    if is_live and resume is None:
        _say_interrupted(order.out)
    series = run_work(order, work, _Shown(show), answers=answers, asker=asker, stop=stop)
    shown(show.closes, series.outcomes)
    if series.trouble is not None:
        shown(partial(print, file=sys.stderr), series.trouble)
    return exit_code(series)


def _answers(order: Order, work: Work, form: str, file: Path | None) -> Answers:
    programs = [program for plan in work.plans for program in plan]
    answers = NO_ANSWERS if file is None else read_answers_file(file, order.operator)
    check_answers(answers, programs, anybody=can_ask(form))
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
