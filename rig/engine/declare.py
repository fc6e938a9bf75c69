"""A program as the record declares it before it acts, and a judgement as the record closes with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rig.checks.judge import Judgement
from rig.plan.program import Place, Program
from rig.record import lines


def declare_lines(program: Program) -> Iterator[dict[str, Any]]:
    """One line for each step, check, interlock and condition, in the plan's order."""
    for part, items in (
        ("step", program.steps),
        ("check", program.checks),
        ("interlock", program.interlocks),
        ("condition", program.conditions),
    ):
        for item in items:
            yield lines.declare(part, _plain(item))


def _plain(item: Any) -> dict[str, Any]:
    fields: dict[str, Any] = asdict(item)
    fields["place"] = _place(item.place)
    for demand, made in zip(getattr(item, "demands", ()), fields.get("demands", ()), strict=True):
        made["place"] = _place(demand.place)
    return fields


def _place(place: Place) -> str:
    return f"{place.file}:{place.line}:{place.column}"


def verdict_lines(judgement: Judgement) -> Iterator[dict[str, Any]]:
    """One line for each check, one for each condition, then the summary."""
    for result in judgement.results:
        yield lines.verdict({"part": "check", **result})
    for condition in judgement.conditions:
        yield lines.verdict({"part": "condition", "name": f"condition {condition['kind']}", **condition})
    yield lines.summary(judgement.verdict)


def documents(program: Program) -> list[dict[str, Any]]:
    """The documents that the program was made from, as they were."""
    return [
        {"role": source.role, "file": source.file, "sha256": source.sha256, "text": source.text}
        for source in program.sources
    ]
