"""Decision rules: value, uncertainty and limit to a verdict (JCGM 106, ILAC-G8:09/2019).

A value or an uncertainty that is missing or not a number is INVALID by every rule, whatever the limit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType

from rig.checks.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Decision:
    """What a rule came to.

    margin: distance from the value to the limit, positive on the permitted side, None without a limit.
    guard_band: w, the part of the permitted side that is not accepted, in the unit of the value.
    """

    verdict: Verdict
    margin: float | None
    guard_band: float
    reason: str


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be decided: a value with its expanded uncertainty, and a limit with its sense."""

    value: float | None
    expanded: float | None
    sense: str
    limit: float
    guard: float = 1.0


def decide(rule: str, case: Case) -> Decision:
    """Decide by the named rule.

    Args:
        rule: 'simple' (the value itself decides), 'guarded' (PASS up to the limit less w, FAIL beyond the
            limit plus w, between them INCONCLUSIVE; w = guard times U) or 'report' (nothing is judged).
        case: sense 'at_most' or 'at_least'.

    Raises:
        ValueError: unknown rule or sense, or a negative guard.
    """
    if rule not in RULES:
        raise ValueError(f"unknown decision rule {rule!r}; there are {', '.join(RULES)}")
    if case.sense not in {"at_most", "at_least"} or not case.guard >= 0.0:
        raise ValueError(
            f"a limit is 'at_most' or 'at_least' with a guard ≥ 0, not {case.sense!r}, {case.guard}"
        )
    return RULES[rule](case)


def _margin(case: Case, value: float) -> float:
    return case.limit - value if case.sense == "at_most" else value - case.limit


def _unusable(case: Case) -> Decision | None:
    if case.value is None or not isfinite(case.value):
        return Decision(Verdict.INVALID, None, 0.0, "there is no value")
    if case.expanded is None or not isfinite(case.expanded) or case.expanded < 0.0:
        return Decision(Verdict.INVALID, _margin(case, case.value), 0.0, "the value has no uncertainty")
    if not isfinite(case.limit):
        return Decision(Verdict.INVALID, None, 0.0, "the limit is not a number")
    return None


def _guarded_by(case: Case, guard: float) -> Decision:
    unusable = _unusable(case)
    if unusable is not None:
        return unusable
    assert case.value is not None
    assert case.expanded is not None
    w = guard * case.expanded
    margin = _margin(case, case.value)
    # the acceptance limit is formed first: 42.0 - 0.5 accepts 41.5, as the published tables have it
    toward, beyond = (case.limit - w, case.limit + w)
    if case.sense == "at_least":
        toward, beyond = beyond, toward
    below = case.sense == "at_most"
    if case.value <= toward if below else case.value >= toward:
        return Decision(Verdict.PASS, margin, w, "")
    if case.value > beyond if below else case.value < beyond:
        return Decision(Verdict.FAIL, margin, w, "")
    return Decision(Verdict.INCONCLUSIVE, margin, w, "the value lies within the guard band of the limit")


def _simple(case: Case) -> Decision:
    return _guarded_by(case, 0.0)


def _guarded(case: Case) -> Decision:
    return _guarded_by(case, case.guard)


def _report(case: Case) -> Decision:
    value = case.value
    usable = value is not None and isfinite(value)
    return Decision(Verdict.REPORTED, None, 0.0, "" if usable else "there is no value")


RULES: Mapping[str, Callable[[Case], Decision]] = MappingProxyType(
    {"guarded": _guarded, "simple": _simple, "report": _report}
)
"""The rules that a plan may name."""
