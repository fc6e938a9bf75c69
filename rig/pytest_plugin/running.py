"""Runs of plans for a pytest session: what each came to, lane by lane, and why nothing more may be begun."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from rig.engine.answers import check_answers
from rig.engine.run import RunResult
from rig.engine.series import LOST, Outcome, Quiet, RunFailure, Series, forbids_more
from rig.errors import RigError
from rig.execution import run_work
from rig.plan.program import Program
from rig.pytest_plugin.session import Plan
from rig.safety.stop import StopBox

ASKED_TO_END = ("stop", "interrupt")


@dataclass(frozen=True, slots=True)
class LaneRun:
    """What a run of a plan came to in one lane.

    Attributes:
        number: of the run in this session, from 1; reruns count on.
        result: None where there was no run.
        trouble: why it shows nothing of the device, in words: the bench, the record, the setup. None if it does.
    """

    program: Program
    number: int
    result: RunResult | None
    trouble: str | None = None

    def find(self, check: str) -> dict[str, Any] | None:
        """The result of a check, None where nothing was judged."""
        judgement = None if self.result is None else self.result.judgement
        results = [] if judgement is None else judgement.results
        return next((result for result in results if result["name"] == check), None)


def run_plan(plan: Plan, number: int) -> dict[str, LaneRun]:
    """Run a plan, and return by lane what it came to.

    Raises:
        KeyboardInterrupt: the process was asked to end; everything is off by then, and the record sealed.
    """
    bench, work = plan.bench, plan.work
    (programs,) = work.plans
    if bench.barred is not None:
        return not_run(programs, number, f"not begun: {bench.barred}")
    stop = StopBox()
    try:
        answers = bench.answers.for_programs(programs)
        check_answers(answers, programs, anybody=False)
        series = run_work(plan.order, work, Quiet(), answers=answers, stop=stop)
    except RigError as error:
        return not_run(programs, number, str(error))
    _raise_interrupt(series, stop)
    bench.barred = _reason_to_bar(series, is_live=not bench.is_simulated)
    found = {program.slot: _lane_run(program, number, outcome) for program, outcome in series.outcomes}
    missing = [program for program in programs if program.slot not in found]
    found |= not_run(missing, number, "the run was ended before this lane was begun")
    if series.trouble is not None:
        found = {
            slot: replace(lane, trouble="\n".join(filter(None, (lane.trouble, series.trouble))))
            for slot, lane in found.items()
        }
    return found


def not_run(programs: Iterable[Program], number: int, why: str) -> dict[str, LaneRun]:
    """Lanes in which nothing was run, and why, in words."""
    return {program.slot: LaneRun(program, number, None, why) for program in programs}


def _lane_run(program: Program, number: int, outcome: Outcome) -> LaneRun:
    if isinstance(outcome, RunFailure):
        return LaneRun(program, number, None, str(outcome.error))
    return LaneRun(program, number, outcome, _trouble(outcome))


def _trouble(result: RunResult) -> str | None:
    """Why the run shows nothing of the device, in words."""
    ending, words = result.ending, []
    if ending.kind in LOST:
        words.append(f"ended by {ending.kind}: {ending.detail}")
    elif ending.section == "setup" and ending.kind not in ("completed", *ASKED_TO_END):
        words.append(f"the setup of the plan ended by {ending.kind}: {ending.detail}")
    if not result.off.confirmed:
        words.append("outputs off, NOT CONFIRMED: look at the bench now")
        words += [
            f"  {item.output} of {item.resource}: {item.what}"
            for item in result.off.details
            if not item.confirmed
        ]
    if result.trouble is not None:
        words.append(f"the record was not sealed: {result.trouble}")
    if result.judgement is None:
        words.append("the record could not be judged")
    return "\n".join(words) or None


def _raise_interrupt(series: Series, stop: StopBox) -> None:
    results = [outcome for _, outcome in series.outcomes if isinstance(outcome, RunResult)]
    asked = [request for request in (stop.request, series.left) if request is not None]
    who = [request.who for request in asked if request.ending == "interrupt"]
    who += [result.ending.detail for result in results if result.ending.kind == "interrupt"]
    if not who:
        return
    seen = all(result.off.confirmed for result in results)
    off = (
        "outputs off, confirmed by read-back" if seen else "outputs off, NOT CONFIRMED: look at the bench now"
    )
    files = ", ".join(f"{result.folder}/run.jsonl" for result in results)
    raise KeyboardInterrupt(f"{who[0]}: {off}; run file: {files or 'none'}")


def _reason_to_bar(series: Series, *, is_live: bool) -> str | None:
    """Why nothing more is begun: somebody stopped it, or a real bench was lost and a person has to look."""
    for program, outcome in series.outcomes:
        if isinstance(outcome, RunResult) and outcome.ending.kind == "stop":
            return f"{program.name!r} was stopped by {outcome.ending.detail}"
        if is_live and isinstance(outcome, RunFailure):
            return f"{program.name!r} could not be run: {outcome.error}"
        if is_live and forbids_more(outcome):
            return f"{program.name!r} has lost the bench, or nobody saw it off; look at it first"
    return series.trouble
