"""Decision rules: value, uncertainty and limit to a verdict (JCGM 106:2012, ILAC-G8:09/2019, ISO 14253-1).

Each rule has a guard band w on either side of the limit: what lies on the permitted side by w or more is accepted, what
lies beyond the limit by more than w is rejected. They differ in w, and in the words for what lies between.
A value or an uncertainty that is missing or not a number is INVALID by every rule, whatever the limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from math import erfc, inf, isfinite, sqrt
from types import MappingProxyType
from typing import NamedTuple

from rig.checks.verdict import Verdict

DEFAULT_RISK = 0.05
"""The greatest probability of a false decision by the rule specific-risk, unless a check gives its own."""

ISO_14253_SHARE = 0.83
"""w / U that leaves a risk of 4.85 % at k = 2, in the style of ISO 14253-1 (its text not compared, unverified)."""

_K = 2.0


class Widths(NamedTuple):
    """What a check says about its guard band: w / U, w itself in the unit of the value or None, the risk."""

    guard: float = 1.0
    band: float | None = None
    risk: float = DEFAULT_RISK


AS_USUAL = Widths()
"""What a check means that says nothing about its guard band."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A decision rule.

    uses: the keys of a check that widen or narrow it. between: the verdicts of what lies within w on the permitted
    side and beyond the limit.
    """

    uses: tuple[str, ...] = ()
    between: tuple[Verdict, Verdict] = (Verdict.INCONCLUSIVE, Verdict.INCONCLUSIVE)


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "guarded": Rule(("guard", "guard_band")),
        "simple": Rule(),
        "iso-14253-1": Rule(),
        "four-state": Rule(("guard", "guard_band"), (Verdict.CONDITIONAL_PASS, Verdict.CONDITIONAL_FAIL)),
        "specific-risk": Rule(("risk",)),
    }
)
"""The rules by the names that a plan and a limits file use.

simple: w = 0, the value itself decides; the risk of a false decision is up to 50 %.
guarded: w = U, or `guard` times U, or `guard_band`; with w = U that risk is at most 2.275 % at k = 2 (ILAC-G8 4.2.2).
iso-14253-1: w = 0.83 U, at most 4.85 %.
four-state: w as for guarded; between them CONDITIONAL PASS and CONDITIONAL FAIL (non-binary, ILAC-G8 4.2.3).
specific-risk: accepted or rejected while the probability of being wrong is at most `risk` (JCGM 106 7.3, 9.3.2), for a
normal distribution, so w is the quantile of 1 - risk times u.
"""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a rule came to.

    margin: distance from the value to the limit, positive on the permitted side, None without a limit.
    guard_band: w, in the unit of the value. conformance: the probability that the limit is kept, None without numbers.
    """

    verdict: Verdict
    margin: float | None
    guard_band: float
    reason: str
    conformance: float | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be decided: a value with its expanded uncertainty, and a limit with its sense."""

    value: float | None
    expanded: float | None
    sense: str
    limit: float
    widths: Widths = AS_USUAL


def decide(rule: str, case: Case) -> Decision:
    """Decide by the named rule.

    Args:
        rule: a name of ``RULES``, or 'report': nothing is judged.
        case: sense 'at_most' or 'at_least'; guard and band ≥ 0, risk above 0 and at most 0.5.

    Raises:
        ValueError: unknown rule or sense, or widths outside of their ranges.
    """
    if rule == "report":
        return _report(case)
    if rule not in RULES:
        raise ValueError(f"unknown decision rule {rule!r}; there are {', '.join(RULES)}, report")
    _require_sound(case)
    unusable = _unusable(case)
    return unusable if unusable is not None else _decide(rule, case)


def guard_factor(rule: str, widths: Widths) -> float:
    """How many expanded uncertainties the guard band of a rule is wide; 0 for a band of fixed width.

    Raises:
        KeyError: unknown rule.
    """
    uses = RULES[rule].uses
    if rule == "iso-14253-1":
        return ISO_14253_SHARE
    if "risk" in uses:
        normal = import_module("statistics").NormalDist()
        return float(normal.inv_cdf(1.0 - widths.risk)) / _K
    return widths.guard if "guard" in uses and widths.band is None else 0.0


def fixed_band(rule: str, widths: Widths) -> float:
    """The part of the guard band in the unit of the value that no uncertainty widens.

    Raises:
        KeyError: unknown rule.
    """
    return widths.band or 0.0 if "guard_band" in RULES[rule].uses else 0.0


def conformance(value: float, standard: float, low: float = -inf, high: float = inf) -> float:
    """The probability that a quantity lies within low … high (JCGM 106 7.2, 7.3), for a normal distribution.

    Args:
        value: the estimate, in the unit of the limits.
        standard: its standard uncertainty, ≥ 0; with 0 the value is in or out.
        low: the lower limit.
        high: the upper limit.
    """
    if standard <= 0.0:
        return float(low <= value <= high)
    above, below = (value - high) / standard, (low - value) / standard
    return 0.5 * erfc(above / sqrt(2.0)) - 0.5 * erfc(-below / sqrt(2.0))


def _require_sound(case: Case) -> None:
    guard, band, risk = case.widths
    if case.sense not in {"at_most", "at_least"} or not guard >= 0.0:
        raise ValueError(f"a limit is 'at_most' or 'at_least' with a guard ≥ 0, not {case.sense!r}, {guard}")
    if (band is not None and not band >= 0.0) or not 0.0 < risk <= 0.5:
        raise ValueError(f"a guard band is ≥ 0 and a risk in 0 … 0.5, not {band} and {risk}")


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


def _decide(rule: str, case: Case) -> Decision:
    assert case.value is not None
    assert case.expanded is not None
    w = guard_factor(rule, case.widths) * case.expanded + fixed_band(rule, case.widths)
    verdict, reason = _placed(case, case.value, w, RULES[rule].between)
    below = case.sense == "at_most"
    sure = conformance(
        case.value,
        case.expanded / _K,
        low=-inf if below else case.limit,
        high=case.limit if below else inf,
    )
    return Decision(verdict, _margin(case, case.value), w, reason, sure)


def _placed(case: Case, value: float, w: float, between: tuple[Verdict, Verdict]) -> tuple[Verdict, str]:
    """Where the value lies: accepted, on either side within the guard band, or rejected."""
    # the acceptance limit is formed first: 42.0 - 0.5 accepts 41.5, as the published tables have it
    sign = 1.0 if case.sense == "at_most" else -1.0
    y, limit = sign * value, sign * case.limit
    if y <= limit - w:
        return Verdict.PASS, ""
    if y > limit + w:
        return Verdict.FAIL, ""
    permitted, beyond = between
    return permitted if y <= limit else beyond, "the value lies within the guard band of the limit"


def _report(case: Case) -> Decision:
    value = case.value
    usable = value is not None and isfinite(value)
    return Decision(Verdict.REPORTED, None, 0.0, "" if usable else "there is no value")
