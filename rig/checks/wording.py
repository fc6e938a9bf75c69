"""Results of checks in words and numbers for people: value ± U, limit, margin, and why something did not pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rig.checks.judge import Judgement

GLYPHS = {
    "PASS": "✓",
    "CONDITIONAL PASS": "✓",
    "FAIL": "✗",
    "CONDITIONAL FAIL": "✗",
    "ABORTED": "■",
    "INVALID": "!",
    "INCONCLUSIVE": "?",
    "NOT RUN": "·",
    "REPORTED": "·",
}
SIGNS = {"at_most": "≤", "at_least": "≥"}
SHOWN = {"degC": (1.0, "°C", 2), "K/s": (60.0, "K/min", 3), "1": (100.0, "%", 1), "count": (1.0, "", 0)}
"""Factor, sign and digits for people, by the base unit of the record; others are shown as they are."""


def marked(verdict: str) -> str:
    """The verdict with its sign."""
    return f"{GLYPHS.get(verdict, '·')} {verdict}"


def number(value: float | None, unit: str) -> str:
    """A number in the unit that people read it in, a dash where there is none."""
    if value is None:
        return "—"
    factor, sign, digits = SHOWN.get(unit, (1.0, unit, 2))
    return f"{value * factor:.{digits}f} {sign}".rstrip()


def value_text(check: Mapping[str, Any]) -> str:
    """Value ± expanded uncertainty."""
    value, uncertainty, unit = check["value"], check["uncertainty"], check["unit"]
    if value is None or uncertainty is None:
        return number(value, unit)
    factor, sign, digits = SHOWN.get(unit, (1.0, unit, 2))
    return f"{value * factor:.{digits}f} ± {uncertainty * factor:.{digits}f} {sign}".rstrip()


def limit_text(check: Mapping[str, Any]) -> str:
    """The limit with its sense, and the rule that decides."""
    limit = check["limit"]
    if limit is None:
        return "—"
    return f"{SIGNS[limit['sense']]} {number(limit['value'], limit['unit'])}, {check['rule']}"


def margin_text(check: Mapping[str, Any]) -> str:
    """How far the value is on the right side of the limit; negative beyond it."""
    unit = check["unit"] or ""
    return number(check["margin"], "K" if unit == "degC" else unit)


def explanations(judgement: Judgement) -> Iterator[str]:
    """Why each check or condition that did not pass did not, how passes spread, and what disturbed the run."""
    for check in judgement.results:
        if check["verdict"] not in ("PASS", "REPORTED"):
            place = judgement.places.get(check["name"], "")
            where = f" ({place})" if place else ""
            yield f"  {check['name']}: {check['verdict']}: {check['reason'] or beyond(check)}{where}"
    yield from (
        f"  {check['name']}: {spread_text(check)}" for check in judgement.results if spread_text(check)
    )
    yield from (f"  {words}" for words in judgement.retried)
    if judgement.resumed:
        yield f"  {judgement.resumed}"
    for condition in judgement.conditions:
        if condition["verdict"] != "PASS":
            yield f"  condition {condition['kind']}: {condition['verdict']}: {condition['reason']}"
    for words in judgement.disturbed:
        yield f"  run: INVALID: {words}"


def spread_text(check: Mapping[str, Any]) -> str:
    """Mean, experimental standard deviation, least and greatest of the passes of a repeated step; '' for one."""
    passes = (check.get("detail") or {}).get("passes")
    if not passes or not passes["valued"]:
        return ""
    unit = check["unit"]
    difference = "K" if unit == "degC" else unit
    mean, least, greatest = (number(passes[key], unit) for key in ("mean", "least", "greatest"))
    deviation = number(passes["standard_deviation"], difference)
    return f"{passes['valued']} of {passes['n']} passes: mean {mean}, s {deviation}, {least} to {greatest}"


def unconfirmed(judgement: Judgement) -> list[str]:
    """Ids of the limits that decided something and that nobody has compared with their source."""
    limits = [check["limit"] for check in judgement.results if check["limit"] is not None]
    ids = [
        limit["id"] for limit in limits if limit["status"] == "unconfirmed" and limit["source"] != "the plan"
    ]
    return list(dict.fromkeys(ids))


def confirmations(results: Iterable[Mapping[str, Any]]) -> list[str]:
    """Who compared which of the limits that decided something with its source, and when, in words."""
    limits = [result["limit"] for result in results if (result.get("limit") or {}).get("confirmed_on")]
    words = (f"limit {limit['id']} was {status_text(limit)}" for limit in limits)
    return list(dict.fromkeys(words))


def status_text(limit: Mapping[str, Any]) -> str:
    """Whether a limit was compared with its source, by whom and when."""
    if "confirmed_on" not in limit:
        return str(limit["status"])
    return f"confirmed by {limit['confirmed_by']} on {limit['confirmed_on']}"


def beyond(check: Mapping[str, Any]) -> str:
    """Value against limit in words, where nothing else explains the verdict."""
    return f"{value_text(check)} against {limit_text(check)}"
