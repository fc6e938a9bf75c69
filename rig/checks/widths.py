"""How far the readings of a source may lie from their stamps: as usual, and those that say more."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right

from rig.signals.layout import SourceLayout
from rig.signals.traces import Floats

UNSTATED_S = 0.1
"""How far a reading may lie from its stamp, and how old telemetry may be, where a record does not say: estimate."""


def usual_s(source: SourceLayout) -> float:
    """What holds for a reading of a source that says nothing of its own, in seconds."""
    return UNSTATED_S if source.within_s is None else source.within_s


class Widths:
    """Readings of one source that may lie further from their stamps than usual: when, and how far, in seconds."""

    __slots__ = ("_at", "_within")

    def __init__(self) -> None:
        self._at = array("d")
        self._within = array("d")

    def add(self, at: float, within_s: float) -> None:
        """One reading, after the others."""
        self._at.append(at)
        self._within.append(within_s)

    def most(self, start: float, end: float) -> float:
        """The widest between two instants, 0 without any."""
        return max(self._within[bisect_left(self._at, start) : bisect_right(self._at, end)], default=0.0)

    def widen(self, widths: Floats, t: Floats) -> None:
        """Put each of them in the place that its instant has among rising ones; others are passed over."""
        places = {at: row for row, at in enumerate(t.tolist())}
        for at, within_s in zip(self._at, self._within, strict=True):
            if at in places:
                widths[places[at]] = within_s
