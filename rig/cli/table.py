"""Checks as a table for people: value ± U, limit, margin, verdict; never colour alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TextIO

from rig.bench.description import BenchDescription
from rig.checks.judge import Judgement
from rig.engine.run import RunResult
from rig.plan.program import Program

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
STYLES = {
    "PASS": "green",
    "FAIL": "bold red",
    "CONDITIONAL FAIL": "bold red",
    "ABORTED": "bold red",
    "REPORTED": "dim",
}
SIGNS = {"at_most": "≤", "at_least": "≥"}
SHOWN = {"degC": (1.0, "°C", 2), "K/s": (60.0, "K/min", 3), "1": (100.0, "%", 1), "count": (1.0, "", 0)}
"""Factor, sign and digits for people, by the base unit of the record; others are shown as they are."""


def heading(programs: Sequence[Program], bench: BenchDescription, out: TextIO | None = None) -> None:
    """What is about to be run, and whether any of it is real; on stderr if nowhere else."""
    kind = "SIMULATED" if bench.simulation is not None else "INSTRUMENTS (who they are is asked first)"
    slots = ", ".join(program.slot for program in programs)
    where = f"slot {slots}" if len(programs) == 1 else f"slots {slots}"
    print(
        f"{kind} · {programs[0].name} · {programs[0].device} in {where} of {bench.name}",
        file=out or sys.stderr,
    )


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


def print_checks(judgement: Judgement | None) -> None:
    """The table on stdout, with a line of words for every check that did not pass."""
    if judgement is None:
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("check", "measured", "limit", "margin", "verdict"):
        table.add_column(title, justify="right" if title in ("measured", "margin") else "left", no_wrap=True)
    for check in judgement.results:
        unit = "K" if check["unit"] == "degC" else check["unit"]
        table.add_row(
            escape(check["name"]),
            value_text(check),
            limit_text(check),
            number(check["margin"], unit or ""),
            marked(check["verdict"]),
            style=STYLES.get(check["verdict"], "yellow"),
        )
    console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 120)
    console.print(table)
    for line in explanations(judgement):
        console.print(line, markup=False)
    open_limits = unconfirmed(judgement)
    if open_limits:
        names = ", ".join(open_limits[:3]) + (", …" if len(open_limits) > 3 else "")
        console.print(
            f"  {len(open_limits)} limits not confirmed against their source by a person: {names}",
            markup=False,
        )


def explanations(judgement: Judgement) -> Iterator[str]:
    """Why each check or condition that did not pass did not."""
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


def beyond(check: Mapping[str, Any]) -> str:
    """Value against limit in words, where nothing else explains the verdict."""
    return f"{value_text(check)} against {limit_text(check)}"


def outcome_lines(result: RunResult) -> Iterator[str]:
    """What the run came to, how it ended, and where its record is."""
    verdict = "not judged" if result.judgement is None else marked(str(result.judgement.verdict))
    mark = "  (SIMULATED)" if result.simulated else ""
    yield f"\n{verdict}{mark}"
    if result.ending.kind != "completed":
        yield f"ended by {result.ending.kind}: {result.ending.detail}"
    off = "confirmed by read-back" if result.off.confirmed else "NOT CONFIRMED — look at the bench now"
    yield f"outputs off, {off}"
    if not result.off.confirmed:
        for detail in result.off.details:
            if not detail.confirmed:
                yield f"  {detail.output} of {detail.resource}: {detail.what}"
    if result.guardian is not None:
        yield result.guardian
    if result.trouble is not None:
        yield f"RECORD NOT SEALED: {result.trouble}"
    ratio = result.duration_s / result.wall_s if result.wall_s else 0.0
    yield f"{result.duration_s:.1f} s of bench time in {result.wall_s:.2f} s ({ratio:.0f} × real time)"
    yield f"run file: {result.folder}/run.jsonl"
