"""What became of the steps of a run, from its step lines: each pass with its begin, its end and its outcome."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

RETRIED = "retry"
"""How an attempt at a step or block ended that was followed by another."""


class StepPass(NamedTuple):
    """One pass of a step or block, in bench seconds; end and outcome are None where the record has no end of it."""

    start: float
    end: float | None
    outcome: str | None


def step_history(lines: Iterable[Mapping[str, Any]]) -> dict[str, list[StepPass]]:
    """The passes of each step by its name, in order.

    Attempts that were followed by another are left out, with all that was done in them: a step that ran out of time
    within a block that was tried again did not run out of time for good.
    """
    told: list[tuple[str, StepPass]] = []
    running: list[tuple[str, float, int]] = []
    for line in lines:
        name = line["step"]
        if line["state"] == "start":
            running.append((name, line["t"], len(told)))
            continue
        depth = next((i for i in reversed(range(len(running))) if running[i][0] == name), None)
        if depth is None:
            continue
        _, start, before = running[depth]
        del running[depth:]
        if line["outcome"] == RETRIED:
            del told[before:]
        else:
            told.append((name, StepPass(start, line["t"], line["outcome"])))
    told += [(name, StepPass(start, None, None)) for name, start, _ in running]
    history: dict[str, list[StepPass]] = {}
    for name, each in told:
        history.setdefault(name, []).append(each)
    return history
