"""What a metric hands to the judge: a value with its uncertainty, and how good a verdict it can support."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rig.checks.verdict import Verdict

Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """A check as it was declared.

    params: defaults filled in. limit and sense: of its limit, None without one. window: bench seconds within
    which it looks, the step's span or the whole run. passes: of a metric of all passes of a step, each in its span.
    """

    params: Params
    window: tuple[float, float]
    passes: tuple[tuple[float, float], ...] = ()
    sense: str | None = None
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a metric.

    value and expanded: in the metric's unit; None where there is no number. ceiling: the best verdict that
    the data support, whatever the limit says; a worse one stands. verdict: decided by the metric itself, no
    rule is asked. at_least: the value is a lower bound, the true one may be greater without end.
    """

    value: float | None
    expanded: float | None
    reason: str = ""
    ceiling: Verdict = Verdict.PASS
    verdict: Verdict | None = None
    at_least: bool = False
    detail: Mapping[str, Any] = field(default_factory=dict)


class UnjudgedError(Exception):
    """There is no value to judge; the verdict says why: NOT RUN, INCONCLUSIVE, INVALID, or FAIL."""

    def __init__(self, verdict: Verdict, reason: str, **detail: Any) -> None:
        super().__init__(reason)
        self.verdict = verdict
        self.reason = reason
        self.detail = detail

    @property
    def finding(self) -> Finding:
        """The same as a finding without a value."""
        return Finding(None, None, self.reason, verdict=self.verdict, detail=self.detail)
