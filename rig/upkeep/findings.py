"""What the findings of an examination come to: a sign for each, and the exit code of them all."""

from __future__ import annotations

from collections.abc import Sequence

from rig.bench.health import Finding, State
from rig.errors import ExitCode

CODES = {
    State.WRONG: ExitCode.UNAVAILABLE,
    State.LATCHED: ExitCode.STOPPED,
    State.CALIBRATION: ExitCode.INCONCLUSIVE,
}
"""By what is found, the worst first."""

GLYPHS = {State.OK: "✓", State.NOTE: "!", State.WRONG: "✗", State.CALIBRATION: "✗", State.LATCHED: "■"}


def code_of(findings: Sequence[Finding]) -> ExitCode:
    """3, 4 or 5 by the worst finding, in that order; 0 if none is bad."""
    found = {finding.state for finding in findings}
    return next((code for state, code in CODES.items() if state in found), ExitCode.PASSED)


def summary(findings: Sequence[Finding]) -> str:
    """What they come to in words, each part and thing that is bad by its name."""
    bad = [finding for finding in findings if finding.state in CODES]
    where = ", ".join(dict.fromkeys(f"{finding.part} {finding.what}" for finding in bad))
    return f"not healthy: {where}" if bad else "healthy"
