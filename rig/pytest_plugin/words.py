"""What a run that did not pass says to whoever reads the result of a test in Python."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rig.checks.judge import Judgement
from rig.checks.verdict import Verdict
from rig.checks.wording import beyond, explanations
from rig.engine.outcome_words import outcome_lines
from rig.engine.run import RunResult


def failure_text(result: RunResult) -> str | None:
    """Why a run that has ended fails its test, None if it does not: it came to its end, and every check passed."""
    judgement = result.judgement
    passed = judgement is not None and judgement.verdict is Verdict.PASS
    if passed and result.ending.kind == "completed" and result.off.confirmed and result.trouble is None:
        return None
    verdict = "not judged" if judgement is None else judgement.verdict
    reasons = [] if judgement is None else _reasons(judgement)
    return "\n".join([f"the run is {verdict}", *reasons, *_whereabouts(result)])


def ended_early(result: RunResult) -> str:
    """That a run was ended while its test went on, by what, and whether all is off."""
    words = f"the run was ended by {result.ending.kind}: {result.ending.detail}"
    return "\n".join([words, *_whereabouts(result)])


def _reasons(judgement: Judgement) -> Iterator[str]:
    for check in judgement.results:
        if check["verdict"] not in (Verdict.PASS, Verdict.REPORTED):
            because = f"; {check['reason']}" if check["reason"] else ""
            yield f"  {check['name']}: {check['verdict']}: {beyond(check)}{because}"
    yield from explanations(replace(judgement, results=[]))
    if not judgement.results:
        yield "  it declares no check, so that nothing was judged; write run.check(…)"


def _whereabouts(result: RunResult) -> Iterator[str]:
    """How it ended, what became of the outputs, and where its record is."""
    _, *lines = outcome_lines(result)
    for line in lines:
        yield f"  {line}"
