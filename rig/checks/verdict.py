"""What a check, a run and a command come to, worst first, and the exit code that says so."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum, auto

from rig.errors import ExitCode


class Verdict(StrEnum):
    """The verdicts in order of severity, worst first; a value is the name with spaces, e.g. 'NOT RUN'.

    REPORTED belongs to a value that no limit judges; it neither passes nor fails and never counts in `worst`.
    """

    @staticmethod
    def _generate_next_value_(name: str, _start: int, _count: int, _last: list[str]) -> str:
        return name.replace("_", " ")

    FAIL = auto()
    ABORTED = auto()
    INVALID = auto()
    INCONCLUSIVE = auto()
    NOT_RUN = auto()
    CONDITIONAL_FAIL = auto()
    CONDITIONAL_PASS = auto()
    PASS = auto()
    REPORTED = auto()

    @property
    def severity(self) -> int:
        """Rank of the verdict: 0 is the worst; only REPORTED ranks after PASS."""
        return _SEVERITY[self]


_SEVERITY = {verdict: rank for rank, verdict in enumerate(Verdict)}

_EXIT_OF_VERDICT = {
    Verdict.FAIL: ExitCode.FAILED,
    Verdict.CONDITIONAL_FAIL: ExitCode.FAILED,
    Verdict.ABORTED: ExitCode.STOPPED,
    Verdict.INVALID: ExitCode.INCONCLUSIVE,
    Verdict.INCONCLUSIVE: ExitCode.INCONCLUSIVE,
    Verdict.NOT_RUN: ExitCode.INCONCLUSIVE,
    Verdict.CONDITIONAL_PASS: ExitCode.INCONCLUSIVE,
    Verdict.REPORTED: ExitCode.INCONCLUSIVE,
    Verdict.PASS: ExitCode.PASSED,
}

_EXIT_OF_ENDING = {
    "interlock": ExitCode.STOPPED,
    "stop": ExitCode.STOPPED,
    "interrupt": ExitCode.INTERRUPTED,
    "lost": ExitCode.UNAVAILABLE,
    "refused": ExitCode.UNAVAILABLE,
    "error": ExitCode.DEFECT,
}

_GRAVEST_FIRST = (
    ExitCode.DEFECT,
    ExitCode.INTERRUPTED,
    ExitCode.WRONG_INPUT,
    ExitCode.UNAVAILABLE,
    ExitCode.STOPPED,
    ExitCode.FAILED,
    ExitCode.INCONCLUSIVE,
    ExitCode.PASSED,
)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The gravest of the verdicts that judge something; NOT RUN if nothing was judged."""
    judged = [verdict for verdict in verdicts if verdict is not Verdict.REPORTED]
    return min(judged, key=_SEVERITY.__getitem__, default=Verdict.NOT_RUN)


def exit_code(verdict: Verdict, ended: str | None = "completed") -> ExitCode:
    """The exit code of one run.

    Args:
        verdict: the run's overall verdict.
        ended: how the run ended, the word of its `outcome` line; None if it has none, and the
            verdict speaks. A run that an interlock stopped returns 4 whatever its verdict.
    """
    if ended is not None and ended in _EXIT_OF_ENDING:
        return _EXIT_OF_ENDING[ended]
    if ended is None and verdict is Verdict.ABORTED:
        return ExitCode.INCONCLUSIVE
    return _EXIT_OF_VERDICT[verdict]


def combined_exit_code(codes: Iterable[int]) -> ExitCode:
    """The exit code of several runs: the first present of 70, 130, 2, 3, 4, 1, 5; 0 if all passed.

    No run at all is 5: nothing was shown.

    Raises:
        ValueError: a code that is not one of the rig's.
    """
    present = {ExitCode(code) for code in codes}
    return next((code for code in _GRAVEST_FIRST if code in present), ExitCode.INCONCLUSIVE)
