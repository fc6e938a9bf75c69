"""A check of a step that was passed several times: each pass is judged, and the gravest of them is the check's.

The spread of the passes is stated beside it: mean and experimental standard deviation (GUM 4.2, n - 1), least and
greatest. It does not enter the verdict, which each pass has by its own value and uncertainty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import fsum, inf, sqrt

from rig.checks.finding import Finding
from rig.checks.verdict import Verdict

Window = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding and what was decided of it; margin, guard_band and conformance as of a `Decision`."""

    finding: Finding
    verdict: Verdict
    margin: float | None
    reason: str
    guard_band: float | None = None
    conformance: float | None = None


def gravest(passes: Sequence[Judged], noun: str = "pass") -> Judged:
    """The pass that counts: of the gravest verdict, among those the least margin; without a limit the greatest value.

    Of several passes, reason and detail say which one it is and how they spread. noun: what they are called there.
    """
    if len(passes) == 1:
        return passes[0]
    number = min(range(len(passes)), key=lambda index: _rank(passes[index]))
    chosen = passes[number]
    words = f"{noun} {number + 1} of {len(passes)}"
    spread = _spread([judged.finding.value for judged in passes])
    detail = {**chosen.finding.detail, "pass": number + 1, "passes": spread}
    return replace(
        chosen,
        finding=replace(chosen.finding, detail=detail),
        reason=f"{words}: {chosen.reason}" if chosen.reason else words,
    )


def _rank(judged: Judged) -> tuple[int, float]:
    if judged.margin is not None:
        return judged.verdict.severity, judged.margin
    value = judged.finding.value
    return judged.verdict.severity, inf if value is None else -value


def _spread(found: Sequence[float | None]) -> dict[str, float | int | None]:
    values = [value for value in found if value is not None]
    if not values:
        return {"n": len(found), "valued": 0}
    mean = fsum(values) / len(values)
    squares = fsum((value - mean) ** 2 for value in values)
    return {
        "n": len(found),
        "valued": len(values),
        "mean": mean,
        "standard_deviation": sqrt(squares / (len(values) - 1)) if len(values) > 1 else None,
        "least": min(values),
        "greatest": max(values),
    }
