"""What the shell is told of runs that are over."""

from __future__ import annotations

from rig.checks.verdict import Verdict, combined_exit_code
from rig.checks.verdict import exit_code as exit_code_of
from rig.engine.run import RunResult
from rig.engine.series import RunFailure, Series
from rig.errors import ExitCode


def exit_code(series: Series) -> int:
    """The worst exit code of several runs, and of what went wrong beside them.

    An output that nobody saw off is the worst news of all, also where the run was interrupted or stopped.
    """
    if any(isinstance(result, RunResult) and not result.off.confirmed for _, result in series.outcomes):
        return ExitCode.UNAVAILABLE
    codes = [
        result.error.exit_code if isinstance(result, RunFailure) else exit_code_of_run(result)
        for _, result in series.outcomes
    ]
    if series.left is not None:
        codes.append(ExitCode.INTERRUPTED if series.left.ending == "interrupt" else ExitCode.STOPPED)
    if series.trouble is not None:
        codes.append(ExitCode.UNAVAILABLE)
    return combined_exit_code(codes)


def exit_code_of_run(result: RunResult) -> ExitCode:
    """The exit code of one run: its ending if that is the worse news, else its verdict."""
    if result.trouble is not None or result.judgement is None or not result.off.confirmed:
        return ExitCode.UNAVAILABLE
    return exit_code_of(Verdict(result.judgement.verdict), result.ending.recorded)
