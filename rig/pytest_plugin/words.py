"""What a run that did not pass says to whoever reads the test's result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rig.checks.verdict import Verdict
from rig.engine.run import RunResult


def failure_text(result: RunResult) -> str | None:
    """Why a run that has ended fails its test, None if it does not: it came to its end, and every check passed."""
    judgement = result.judgement
    passed = judgement is not None and judgement.verdict is Verdict.PASS
    if passed and result.ending.kind == "completed" and result.off.confirmed and result.trouble is None:
        return None
    return "\n".join(
        [f"the run is {'not judged' if judgement is None else judgement.verdict}", *_reasons(result)]
    )


def ended_early(result: RunResult) -> str:
    """That a run was ended while its test went on, by what, and whether all is off."""
    return "\n".join(
        [f"the run was ended by {result.ending.kind}: {result.ending.detail}", *_whereabouts(result)]
    )


def _reasons(result: RunResult) -> Iterator[str]:
    if result.ending.kind != "completed":
        yield f"  ended by {result.ending.kind}: {result.ending.detail}"
    judgement = result.judgement
    for check in () if judgement is None else judgement.results:
        if check["verdict"] not in (Verdict.PASS, Verdict.REPORTED):
            yield f"  {check['name']}: {check['verdict']}: {_value(check)}{_limit(check)} {check['reason']}".rstrip()
    for condition in () if judgement is None else judgement.conditions:
        if condition["verdict"] != Verdict.PASS:
            yield f"  condition {condition['kind']}: {condition['verdict']}: {condition['reason']}"
    if judgement is not None and not judgement.results:
        yield "  it declares no check, so that nothing was judged; write run.check(…)"
    yield from _whereabouts(result)


def _whereabouts(result: RunResult) -> Iterator[str]:
    for detail in result.off.details:
        if not detail.confirmed:
            yield f"  NOT CONFIRMED off: {detail.output} of {detail.resource}: {detail.what}"
    if result.trouble is not None:
        yield f"  the record is not sealed: {result.trouble}"
    yield f"  record: {result.folder}/run.jsonl"


def _value(check: Mapping[str, Any]) -> str:
    value, uncertainty, unit = check["value"], check["uncertainty"], check["unit"]
    if value is None:
        return "no value"
    return (
        f"{value:.5g}" + ("" if uncertainty is None else f" ± {uncertainty:.2g}") + f" {unit or ''}".rstrip()
    )


def _limit(check: Mapping[str, Any]) -> str:
    limit = check["limit"]
    if limit is None:
        return ";"
    sign = {"at_most": "≤", "at_least": "≥"}[limit["sense"]]
    return f", limit {sign} {limit['value']:.5g} {limit['unit']} ({check['rule']});"
