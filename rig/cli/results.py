"""Results for programs: the JSON documents of DESIGN's commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rig.checks.judge import Judgement
from rig.checks.verdict import Verdict, worst
from rig.engine.run import RunResult
from rig.engine.series import Outcome, Outcomes, RunFailure
from rig.plan.program import Program

CHECK_KEYS = (
    "name", "step", "verdict", "value", "unit", "uncertainty", "limit", "rule", "margin", "requirement", "reason",
    "metric", "algorithm", "guard_band", "conformance", "detail",
)  # fmt: skip


def overall(verdicts: Sequence[str]) -> str:
    """The worst verdict of several runs."""
    return str(worst([Verdict(verdict) for verdict in verdicts])) if verdicts else str(Verdict.NOT_RUN)


def verdict_of(result: RunResult) -> str:
    """The run's verdict; without a judgement it is INVALID."""
    return str(result.judgement.verdict) if result.judgement else str(Verdict.INVALID)


def run_document(results: Outcomes) -> dict[str, Any]:
    """What ``rig run --json`` prints."""
    return {
        "verdict": overall([_verdict(result) for _, result in results]),
        "runs": [_entry(program, result) for program, result in results],
    }


def _verdict(result: Outcome) -> str:
    return str(Verdict.NOT_RUN) if isinstance(result, RunFailure) else verdict_of(result)


def _entry(program: Program, result: Outcome) -> dict[str, Any]:
    common = {
        "plan": program.sources[0].file if program.sources else program.name,
        "lane": program.slot,
        "verdict": _verdict(result),
    }
    if isinstance(result, RunFailure):
        nothing: dict[str, Any] = {
            "run": None,
            "simulated": None,
            "duration_s": 0.0,
            "wall_s": 0.0,
            "hash": None,
            "checks": [],
        }
        return {**common, **nothing, "error": str(result.error)}
    return {
        "run": str(result.folder),
        **common,
        "simulated": result.simulated,
        "duration_s": round(result.duration_s, 3),
        "wall_s": round(result.wall_s, 3),
        "hash": result.hash,
        "ended": result.ending.kind,
        "detail": result.ending.detail,
        "off_confirmed": result.off.confirmed,
        "retried": [] if result.judgement is None else result.judgement.retried,
        "resumed": "" if result.judgement is None else result.judgement.resumed,
        "checks": checks_of(result.judgement),
    }


def checks_of(judgement: Judgement | None) -> list[dict[str, Any]]:
    """The checks as the documents show them."""
    if judgement is None:
        return []
    return [{key: check.get(key) for key in CHECK_KEYS} for check in judgement.results]
