"""A program as the record declares it before it acts, and a judgement as the record closes with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from rig.checks.judge import Judgement
from rig.plan.program import Item, Place, Program, Step
from rig.record import lines


def declare_lines(program: Program) -> Iterator[dict[str, Any]]:
    """One line for each step and block, check, interlock and condition, in the plan's order."""
    for section in ("setup", "steps", "teardown"):
        for item, passes in _flat(getattr(program, section)):
            yield lines.declare("step", {**_plain(item), "passes": passes, "section": section})
    for part, items in (
        ("check", program.checks),
        ("interlock", program.interlocks),
        ("condition", program.conditions),
    ):
        for item in items:
            yield lines.declare(part, _plain(item))


def frame_of(program: Program) -> Program:
    """The program without what is declared as it comes: its steps and checks."""
    return replace(program, steps=(), checks=())


def additions(before: Program, after: Program) -> Program:
    """What a growing plan has come to have since: steps and checks at the end of those before, and documents."""
    return replace(
        after,
        setup=(),
        steps=after.steps[len(before.steps) :],
        teardown=(),
        checks=after.checks[len(before.checks) :],
        interlocks=(),
        conditions=(),
        sources=tuple(source for source in after.sources if source not in before.sources),
    )


def _flat(items: Iterable[Item], passes: int = 1) -> Iterator[tuple[Any, int]]:
    """Each step with how often it comes to an end, and before the steps of a block one entry for each way through."""
    for item in items:
        if isinstance(item, Step):
            yield item, passes
            continue
        for each in item.passes:
            yield _BlockPass(each.name, item.place, item.kind, item.times, item.attempts), passes * item.times
            yield from _flat(each.steps, passes * item.times)


@dataclass(frozen=True, slots=True)
class _BlockPass:
    """One pass of a block as the record declares it; block: its kind."""

    name: str
    place: Place
    block: str
    times: int
    attempts: int


def _plain(item: Any) -> dict[str, Any]:
    fields: dict[str, Any] = asdict(item)
    fields["place"] = str(item.place)
    for demand, made in zip(getattr(item, "demands", ()), fields.get("demands", ()), strict=True):
        made["place"] = str(demand.place)
    return fields


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
