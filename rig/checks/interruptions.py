"""Interruptions of a run that was resumed: what lies between its parts is not known, and nothing is told across it.

The pass in which a run was interrupted counts as not made. What names the repeated block or a step in it is judged by
the passes that were made, before and after. One thing of the interrupted pass stays: that it had failed already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rig.checks.step_history import step_history

Line = Mapping[str, Any]
Window = tuple[float, float]

FAILS_IN_PART = frozenset({"peak_temperature", "response_delay"})
"""Metrics that show a FAIL by a part of a run or pass alone: a value that was too great then, whatever came after."""

_MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class Interruption:
    """Where a run was interrupted and went on, in bench seconds.

    made_s: when the last complete pass before it ended. from_s: the last scan before it, or the last start or end of
    a step, whose own scan may be missing. until_s: the first scan after it. block: what goes on; passes: how many of
    its passes were complete.
    undone: by step, the spans of what had begun since made_s.
    """

    made_s: float
    from_s: float
    until_s: float
    block: str
    passes: int
    undone: Mapping[str, tuple[Window, ...]] = field(default_factory=dict)

    @property
    def length_s(self) -> float:
        """For how long nothing was recorded."""
        return self.until_s - self.from_s

    @property
    def words(self) -> str:
        """For how long, and in which pass."""
        return f"after {duration(self.length_s)} at pass {self.passes + 1:,}"

    def went_on(self, t: float) -> Interruption:
        """The same with its first scan."""
        return replace(self, until_s=t)


def take_up(steps: list[Line], line: Line, last_s: float) -> Interruption:
    """Read a ``resumed`` line, and take out of the steps before it those that do not count.

    Args:
        steps: the step lines so far; what follows the end of the last complete pass is removed.
        line: the ``resumed`` line.
        last_s: the last scan before it.
    """
    block, passes = line["block"], line["passes"]
    last = next((i for i in range(len(steps) - 1, -1, -1) if _is_end(steps[i], block, passes)), None)
    from_s = max([last_s, *(step["t"] for step in steps[-1:])])
    if last is None:
        return Interruption(from_s, from_s, line["t"], block, passes)
    undone = _spans(steps[last + 1 :], from_s)
    del steps[last + 1 :]
    return Interruption(steps[last]["t"], from_s, line["t"], block, passes, undone)


def _spans(steps: Sequence[Line], end_s: float) -> dict[str, tuple[Window, ...]]:
    """Start and end of what began and was not tried again; what has no end ends at that instant."""
    return {
        name: tuple((each.start, end_s if each.end is None else each.end) for each in passes)
        for name, passes in step_history(steps).items()
    }


def _is_end(step: Line, block: str, passes: int) -> bool:
    return step["step"] == block and step["state"] == "end" and step.get("pass") == [passes]


def pieces(interruptions: Sequence[Interruption], window: Window) -> Iterator[Window]:
    """The parts of a window in which the run was not interrupted."""
    start, end = window
    for gap in interruptions:
        if gap.until_s <= start or gap.from_s >= end:
            continue
        if gap.from_s > start:
            yield start, gap.from_s
        start = gap.until_s
    if start <= end:
        yield start, end


def across(interruptions: Sequence[Interruption], window: Window) -> str:
    """Words if the run was interrupted within a window, '' if it was not."""
    found = [gap for gap in interruptions if gap.from_s < window[1] and gap.until_s > window[0]]
    if not found:
        return ""
    spans = ", ".join(f"from {gap.from_s:.1f} s to {gap.until_s:.1f} s" for gap in found[:3])
    return f"the run was interrupted {spans}{', …' if len(found) > 3 else ''}, and what was then is not known"


def told(interruptions: Sequence[Interruption]) -> str:
    """That a run was resumed, in words for people; '' for one that was not."""
    count = len(interruptions)
    if not count:
        return ""
    times = {1: "once", 2: "twice"}.get(count, f"{count} times")
    return f"resumed {times}" + (" " if count == 1 else ": ") + "; ".join(gap.words for gap in interruptions)


def duration(seconds: float) -> str:
    """A length of time as people say it."""
    if seconds < _MINUTE_S:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
