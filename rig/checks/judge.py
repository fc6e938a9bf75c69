"""The judge: a pure function from a record's lines to verdicts. It reads no clock, no file, no hardware.

Nothing passes by default. A PASS is withheld where a condition was left or the run was disturbed (INVALID),
where a step ran out of time or the run did not come to its end (INCONCLUSIVE), and where readings are missing
(INVALID). A FAIL always stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from itertools import chain, groupby
from math import isfinite
from operator import itemgetter
from typing import Any

import numpy as np

from rig.checks import conditions, incidents
from rig.checks.finding import Finding
from rig.checks.interruptions import across, told
from rig.checks.measuring import given_params, measure, measure_undone
from rig.checks.passes import Judged, gravest
from rig.checks.rules import DEFAULT_RISK, Case, Widths, decide
from rig.checks.table import METRICS, MetricSpec
from rig.checks.verdict import Verdict, worst
from rig.checks.view import ENDED_WELL, Line, RunView
from rig.errors import RecordError

_FINISHED = ("done", "held", "reached")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a record comes to.

    verdict: the worst of all, ABORTED among them for a run that did not come to its end. results: one
    object a check, as the record's verdict lines hold them. conditions: one object each, one for the
    calibration, and one for the heating if heat was demanded.
    ended: the word of the outcome line, but 'interlock' for a run that tripped and calls itself completed;
    None for a run that was interrupted before it. retried: the attempts after which another was made, in words.
    resumed: that the run was interrupted and went on, in words; '' if it was not.
    places: where each check was written, ``file:line:column``, by its name.
    disturbed: what happened that the plan did not ask for, in words, so that nothing may pass.
    """

    verdict: Verdict
    results: list[dict[str, Any]]
    conditions: list[dict[str, Any]]
    ended: str | None
    retried: list[str] = field(default_factory=list)
    resumed: str = ""
    places: dict[str, str] = field(default_factory=dict)
    disturbed: list[str] = field(default_factory=list)


def judge(lines: Iterable[Line], declares: Iterable[Line] | None = None) -> Judgement:
    """Judge a record.

    Args:
        lines: of the record, head first, each a JSON object. Lines of kinds that do not matter are passed
        over.
        declares: declare lines of another plan whose checks and conditions are to be used instead; the steps
            are always the record's own.

    Raises:
        RecordError: the lines are not a record, or one of them lacks what its kind must have.
    """
    try:
        stream = iter(lines)
        head = next(stream, None)
        if head is None or head["k"] != "head":
            raise RecordError("judging a record: it does not begin with a head line; run `rig verify` on it")
        declared = None if declares is None else list(declares)
        own: list[Line] = []
        # numbers beyond reason raise, so that the check that met them is INVALID and no infinity is compared
        with np.errstate(over="raise", divide="raise", invalid="raise"):
            view = _read(head, stream, own, declared)
            used = own if declared is None else [*_parts(own, "step"), *_without(declared, "step")]
            return _judge(view, used)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError) as error:
        raise RecordError(
            f"judging a record: what it holds does not fit together ({type(error).__name__}: {error}); "
            "the run file is damaged or of another schema, run `rig verify` on it"
        ) from error


def _read(head: Line, stream: Iterable[Line], own: list[Line], declared: list[Line] | None) -> RunView:
    """All lines into a view. What to keep is known when the first line comes that is no declaration."""
    rest = iter(stream)
    ahead: list[Line] = []
    for line in rest:
        if line["k"] != "declare":
            ahead = [line]
            break
        own.append(line)
    view = RunView.of(head, _needed(head, own if declared is None else declared))
    for kind, lines in groupby(chain(ahead, rest), itemgetter("k")):
        if kind == "declare":
            own.extend(lines)
        else:
            view.add(kind, lines)
    return view


def _needed(head: Line, declares: list[Line]) -> set[str] | None:
    """Signals that the declared checks and conditions look at; all if no check is declared yet."""
    checks = _parts(declares, "check")
    if not checks:
        return None
    layout = RunView.of(head, ()).layout
    names = {*incidents.needs(layout), *conditions.needs(_parts(declares, "condition"), layout)}
    for check in checks:
        spec = METRICS.get(check["metric"])
        if spec is not None:
            names.update(import_module(spec.module).needs(layout, given_params(spec, check)))
    return names


def _parts(declares: Iterable[Line], part: str) -> list[Line]:
    return [d for d in declares if d["part"] == part]


def _without(declares: Iterable[Line], part: str) -> list[Line]:
    return [d for d in declares if d["part"] != part]


def _judge(view: RunView, declares: list[Line]) -> Judgement:
    kept = [conditions.judge_condition(view, d) for d in _parts(declares, "condition")]
    kept.append(conditions.judge_calibration(view.head, view.resumed))
    heating = conditions.judge_heating(view)
    kept += [] if heating is None else [heating]
    steps, checks = _parts(declares, "step"), _parts(declares, "check")
    disturbed = incidents.incidents(view, steps)
    left = [*(c["reason"] for c in kept if c["verdict"] != Verdict.PASS), *disturbed]
    interrupted = across(view.interruptions, (view.first_s, view.last_s))
    withheld = _Withheld(left, {s["name"]: s for s in steps}, _unfinished(view, steps), interrupted)
    results = [_judge_check(view, check, withheld) for check in checks]
    _refuse_repeated(results)
    verdicts = [Verdict(r["verdict"]) for r in results] + [Verdict(c["verdict"]) for c in kept]
    verdicts += [Verdict.INVALID] if disturbed else []
    if not results:
        verdicts.append(Verdict.NOT_RUN)
    if view.ended not in ENDED_WELL:
        verdicts.append(Verdict.ABORTED)
    places = {check["name"]: str(check.get("place") or "") for check in checks}
    return Judgement(
        worst(verdicts),
        results,
        kept,
        view.ended,
        retried=view.retried,
        resumed=told(view.interruptions),
        places=places,
        disturbed=disturbed,
    )


def _refuse_repeated(results: list[dict[str, Any]]) -> None:
    """Checks of one name cannot be told apart in a report: none of them is valid, but a FAIL stays."""
    times = Counter(result["name"] for result in results)
    for result in results:
        if times[result["name"]] > 1 and result["verdict"] != Verdict.FAIL:
            result["verdict"] = Verdict.INVALID.value
            result["reason"] = f"{times[result['name']]} checks are called {result['name']!r}"


@dataclass(frozen=True, slots=True)
class _Withheld:
    """Why no check of the run may pass though its value would.

    left: conditions and incidents. steps: as declared, by name. unfinished: words, '' if the run came to its end.
    interrupted: words, '' if the run was not.
    """

    left: list[str]
    steps: Mapping[str, Line]
    unfinished: str
    interrupted: str

    def disturbances(self, check: Line) -> list[str]:
        """Why the readings of one check do not count: what it says of a whole run needs all of the run."""
        return self.left if check.get("step") or not self.interrupted else [*self.left, self.interrupted]

    def unfinished_for(self, view: RunView, check: Line) -> str:
        """Words about steps for one check, '' if nothing forbids it: its own step may have been finished before."""
        own = self.steps.get(check.get("step") or "")
        done = own is not None and not view.timed_out and _is_done(view, own)
        return "" if done else self.unfinished


def _judge_check(view: RunView, check: Line, withheld: _Withheld) -> dict[str, Any]:
    spec = METRICS.get(check["metric"])
    if spec is None:
        words = f"this software knows no metric {check['metric']!r}"
        return _result(check, None, None, Judged(Finding(None, None), Verdict.INVALID, None, words))
    limit = _limit(spec, check)
    judged = _gravest(view, spec, check, limit)
    left, unfinished = withheld.disturbances(check), withheld.unfinished_for(view, check)
    verdict, reason = _withhold(judged.verdict, judged.reason, left, unfinished)
    return _result(check, spec, limit, replace(judged, verdict=verdict, reason=reason))


def _gravest(view: RunView, spec: MetricSpec, check: Line, limit: Mapping[str, Any] | None) -> Judged:
    """What the check's passes come to; a pass that was interrupted counts only if it had failed already."""

    def decided(findings: list[Finding]) -> list[Judged]:
        return [_decide(found, check, limit, spec) for found in findings]

    judged = gravest(decided(measure(view, spec, check, limit)), "pass" if check.get("step") else "part")
    undone = decided(measure_undone(view, spec, check, limit)) if judged.verdict != Verdict.FAIL else []
    failed = next((found for found in undone if found.verdict == Verdict.FAIL), None)
    return judged if failed is None else replace(failed, reason=f"interrupted pass: {failed.reason}")


def _limit(spec: MetricSpec, check: Line) -> Mapping[str, Any] | None:
    """The check's limit; a metric whose parameter is its limit has it from there."""
    limit: Mapping[str, Any] | None = check.get("limit")
    if limit is None and spec.limit_param is not None:
        value = given_params(spec, check)[spec.limit_param]
        if isinstance(value, (int, float)):
            return {"id": None, "sense": spec.sense, "value": float(value), "source": "the plan"}
    return limit


def _decide(finding: Finding, check: Line, limit: Mapping[str, Any] | None, spec: MetricSpec) -> Judged:
    if check["rule"] == "report":
        return Judged(finding, Verdict.REPORTED, None, finding.reason)
    if finding.verdict is not None:
        margin = None if limit is None or finding.value is None else _margin(limit, finding.value)
        return Judged(finding, finding.verdict, margin, finding.reason)
    if limit is None:
        return Judged(finding, Verdict.INVALID, None, f"{spec.name} has no limit to be judged by")
    widths = Widths(check.get("guard", 1.0), check.get("guard_band"), check.get("risk", DEFAULT_RISK))
    case = Case(finding.value, finding.expanded, limit["sense"], limit["value"], widths)
    decision = decide(check["rule"], case)
    verdict, reason = _bounded(decision.verdict, finding, limit["sense"])
    words = [finding.reason, decision.reason, reason]
    return Judged(
        finding,
        worst((verdict, finding.ceiling)),
        decision.margin,
        "; ".join(w for w in words if w),
        decision.guard_band,
        None if finding.at_least else decision.conformance,
    )


def _margin(limit: Mapping[str, Any], value: float) -> float:
    margin: float = limit["value"] - value if limit["sense"] == "at_most" else value - limit["value"]
    return margin


def _bounded(verdict: Verdict, finding: Finding, sense: str) -> tuple[Verdict, str]:
    """A lower bound can show that something is too long or long enough, never that it is short."""
    if not finding.at_least:
        return verdict, ""
    shown = (
        {Verdict.FAIL, Verdict.CONDITIONAL_FAIL}
        if sense == "at_most"
        else {Verdict.PASS, Verdict.CONDITIONAL_PASS}
    )
    if verdict in {*shown, Verdict.INVALID}:
        return verdict, ""
    return Verdict.INCONCLUSIVE, "the value is only a lower bound"


def _unfinished(view: RunView, steps: list[Line]) -> str:
    """Why nothing of a run may pass that did not come to its end; '' if it did."""
    if view.timed_out:
        return f"not exercised: step {view.timed_out[0]!r} ran out of time"
    if view.ended != "completed":
        return f"the run was not completed ({view.ended or 'interrupted'})"
    undone = [s["name"] for s in steps if not _is_done(view, s)]
    return f"step {undone[0]!r} was not finished" if undone else ""


def _is_done(view: RunView, step: Line) -> bool:
    """Whether a declared step or block was finished in each of the passes that it was to have."""
    outcomes = view.step_outcomes(step["name"])
    enough = len(outcomes) >= step.get("passes", 1)
    return enough and all(outcome in _FINISHED for outcome in outcomes)


def _withhold(verdict: Verdict, reason: str, left: list[str], unfinished: str) -> tuple[Verdict, str]:
    if verdict not in {Verdict.PASS, Verdict.CONDITIONAL_PASS}:
        return verdict, reason
    if left:
        return Verdict.INVALID, f"{verdict.value} withheld: {'; '.join(left)}"
    if unfinished:
        return Verdict.INCONCLUSIVE, f"{verdict.value} withheld: {unfinished}"
    return verdict, reason


def _result(
    check: Line, spec: MetricSpec | None, limit: Mapping[str, Any] | None, judged: Judged
) -> dict[str, Any]:
    finding = judged.finding
    return {
        "name": check["name"],
        "step": check.get("step"),
        "verdict": judged.verdict.value,
        "value": _number(finding.value),
        "unit": None if spec is None else spec.unit,
        "uncertainty": _number(finding.expanded),
        "limit": None if limit is None or spec is None else _shown_limit(limit, spec),
        "rule": check["rule"],
        "guard_band": _number(judged.guard_band),
        "conformance": _number(judged.conformance),
        "margin": _number(judged.margin),
        "requirement": list(check.get("requirements") or []),
        "metric": check["metric"],
        "algorithm": 0 if spec is None else spec.algorithm,
        "reason": judged.reason,
        "detail": _plain(finding.detail),
    }


def _shown_limit(limit: Mapping[str, Any], spec: MetricSpec) -> dict[str, Any]:
    return {
        "id": limit.get("id"),
        "sense": limit["sense"],
        "value": limit["value"],
        "unit": spec.unit,
        "source": limit.get("source"),
        "status": "confirmed" if limit.get("confirmed_by") else "unconfirmed",
        **_confirmation(limit),
    }


def _confirmation(limit: Mapping[str, Any]) -> dict[str, Any]:
    """Who compared a limit with its source and when; nothing where nobody has, or a record does not say when."""
    names = ("confirmed_by", "confirmed_on")
    return {name: limit[name] for name in names} if all(limit.get(name) for name in names) else {}


def _number(value: float | None) -> float | None:
    return float(value) if value is not None and isfinite(value) else None


def _plain(value: Any) -> Any:
    """JSON of a finding's detail: no number that JSON cannot hold."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    return _number(value) if isinstance(value, float) else value
