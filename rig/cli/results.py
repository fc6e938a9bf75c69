"""Results for programs: the JSON documents of DESIGN's commands, and exit codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rig.checks.judge import Judgement
from rig.checks.verdict import Verdict, combined_exit_code, worst
from rig.checks.verdict import exit_code as exit_code_of
from rig.engine.run import RunResult
from rig.errors import ExitCode
from rig.plan.program import Program

CHECK_KEYS = (
    "name", "step", "verdict", "value", "unit", "uncertainty", "limit", "rule", "margin", "requirement", "reason",
)  # fmt: skip


def exit_code(results: Sequence[RunResult]) -> int:
    """The worst exit code of several runs; none at all means that it was interrupted before the first."""
    return combined_exit_code([exit_code_of_run(result) for result in results] or [ExitCode.INTERRUPTED])


def exit_code_of_run(result: RunResult) -> ExitCode:
    """The exit code of one run: its ending if that is the worse news, else its verdict."""
    if result.trouble is not None or result.judgement is None:
        return ExitCode.UNAVAILABLE
    return exit_code_of(Verdict(result.judgement.verdict), result.ending.kind)


def overall(verdicts: Sequence[str]) -> str:
    """The worst verdict of several runs."""
    return str(worst([Verdict(verdict) for verdict in verdicts])) if verdicts else str(Verdict.NOT_RUN)


def verdict_of(result: RunResult) -> str:
    """The run's verdict; without a judgement it is INVALID."""
    return str(result.judgement.verdict) if result.judgement else str(Verdict.INVALID)


def run_document(results: Sequence[tuple[Program, RunResult]]) -> dict[str, Any]:
    """What ``rig run --json`` prints."""
    return {
        "verdict": overall([verdict_of(result) for _, result in results]),
        "runs": [
            {
                "run": str(result.folder),
                "plan": program.sources[0].file if program.sources else program.name,
                "lane": program.slot,
                "verdict": verdict_of(result),
                "simulated": result.simulated,
                "duration_s": round(result.duration_s, 3),
                "wall_s": round(result.wall_s, 3),
                "hash": result.hash,
                "ended": result.ending.kind,
                "detail": result.ending.detail,
                "off_confirmed": result.off.confirmed,
                "checks": checks_of(result.judgement),
            }
            for program, result in results
        ],
    }


def checks_of(judgement: Judgement | None) -> list[dict[str, Any]]:
    """The checks as the documents show them."""
    if judgement is None:
        return []
    return [{key: check.get(key) for key in CHECK_KEYS} for check in judgement.results]
