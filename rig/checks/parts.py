"""One pass of a repeated block as a run of its own: a check of a pass sees that pass, and what surrounds it closely.

So what a pass comes to does not hang on the passes after it, and judging ten thousand of them takes ten thousand times
as long as judging one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import inf

import numpy as np

from rig.checks.finding import UnjudgedError
from rig.checks.step_history import StepPass
from rig.checks.stretches import within
from rig.checks.verdict import Verdict
from rig.checks.view import Line, RunView
from rig.signals.traces import Floats, Trace

Window = tuple[float, float]

BEFORE_S = 120.0
"""How far a pass is seen back: what follows the skin with the sensor's lag of 15 s has settled, to a thousandth."""

AFTER_S = 10.0
"""How far it is seen on: reports come up to 4 s late."""


@dataclass
class PartView(RunView):
    """A run between two instants.

    Attributes:
        whole: the run.
        span: the instants, in bench seconds.
    """

    whole: RunView = field(kw_only=True)
    span: Window = field(kw_only=True)

    def trace(self, name: str) -> Trace:
        """The trace of a signal between the two instants.

        Raises:
            UnjudgedError: INVALID, as of the whole run, or there is no reading between them.
        """
        trace = self.whole.trace(name)
        keep = self.collector.rows(name, *self.span)
        if keep.start == keep.stop:
            words = f"the record has no reading of {name} from {self.span[0]:.1f} s to {self.span[1]:.1f} s"
            raise UnjudgedError(Verdict.INVALID, words)
        return replace(trace, t=trace.t[keep], value=trace.value[keep], quality=trace.quality[keep])

    @property
    def history(self) -> dict[str, list[StepPass]]:
        """That of the whole run."""
        return self.whole.history


def part_around(view: RunView, step: str, window: Window) -> RunView:
    """The pass of the outermost ``repeat`` that a step's window lies in, as a view of its own.

    A step that is in none sees the whole run, or the part of it between two interruptions: nothing is seen across one.
    """
    span = _pass_around(view, step, window)
    if span is None:
        return uninterrupted(view, window)
    around = (span[0] - BEFORE_S, span[1] + AFTER_S)
    return _part(view, _uninterrupted(view, around, window))


def uninterrupted(view: RunView, window: Window) -> RunView:
    """The run between the interruptions next to a window; the whole run if there is none."""
    return _part(view, _uninterrupted(view, (-inf, inf), window)) if view.interruptions else view


def _uninterrupted(view: RunView, span: Window, window: Window) -> Window:
    """So much of a span as lies between the interruptions next to a window."""
    start = max([span[0], *(gap.until_s for gap in view.interruptions if gap.until_s <= window[0])])
    end = min([span[1], *(gap.from_s for gap in view.interruptions if gap.from_s >= window[1])])
    return start, end


def _part(view: RunView, span: Window) -> PartView:
    return PartView(
        head=view.head,
        layout=view.layout,
        channels=view.channels,
        profile=view.profile,
        collector=view.collector,
        demands=[*_standing(view, span[0]), *_between(view, "demands", span)],
        steps=view.steps,
        outcome=view.outcome,
        first_s=max(view.first_s, span[0]),
        last_s=min(view.last_s, span[1]),
        back_s=view.back_s,
        interruptions=view.interruptions,
        wide=view.wide,
        whole=view,
        span=span,
        events=_between(view, "events", span),
        readbacks=_between(view, "readbacks", span),
        trips=_between(view, "trips", span),
        offs=_between(view, "offs", span),
    )


def _pass_around(view: RunView, step: str, window: Window) -> Window | None:
    spans = _spans_of_passes(view)
    parts = step.split(" / ")
    names = [" / ".join(parts[: n + 1]) for n in range(len(parts))]
    outermost = next((spans[name] for name in names if name in spans), None)
    if outermost is None:
        return None
    starts, ends = outermost
    row = int(np.searchsorted(starts, window[0], side="right")) - 1
    return None if row < 0 else (float(starts[row]), max(float(ends[row]), window[1]))


def _spans_of_passes(view: RunView) -> dict[str, tuple[Floats, Floats]]:
    """Starts and ends of the passes of each step in one ``repeat``, by its name."""
    if "passes" not in view.memo:
        found: dict[str, list[Window]] = {}
        for line in view.steps:
            if len(line.get("pass", ())) != 1:
                continue
            spans = found.setdefault(line["step"], [])
            if line["state"] == "start":
                spans.append((line["t"], view.last_s))
            elif spans:
                spans[-1] = (spans[-1][0], line["t"])
        view.memo["passes"] = {name: (_column(s, 0), _column(s, 1)) for name, s in found.items()}
    spans_by_name: dict[str, tuple[Floats, Floats]] = view.memo["passes"]
    return spans_by_name


def _column(rows: Sequence[Window], index: int) -> Floats:
    """One side of the windows."""
    return np.array([row[index] for row in rows])


def _between(view: RunView, name: str, span: Window) -> list[Line]:
    """The lines of a list between two instants."""
    key = ("instants", name)
    lines: list[Line] = getattr(view, name)
    if key not in view.memo:
        view.memo[key] = np.array([line["t"] for line in lines])
    return lines[within(view.memo[key], *span)]


def _standing(view: RunView, t: float) -> Iterator[Line]:
    """The last demand of each output before an instant."""
    if "standing" not in view.memo:
        by_output: dict[str, list[Line]] = {}
        for line in view.demands:
            by_output.setdefault(str(line["output"]), []).append(line)
        view.memo["standing"] = {
            output: (np.array([line["t"] for line in lines]), lines) for output, lines in by_output.items()
        }
    found = []
    for instants, lines in view.memo["standing"].values():
        row = int(np.searchsorted(instants, t)) - 1
        if row >= 0:
            found.append(lines[row])
    yield from sorted(found, key=lambda line: float(line["t"]))
