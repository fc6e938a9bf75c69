"""Overrun of the scan: interlocks that are looked at too late protect nobody."""

from __future__ import annotations

from math import isfinite
from typing import final

from rig.safety.interlocks import Trip

IN_A_ROW = 3
"""One scan may be late for a reason that has passed, the collector of garbage or a swapped page [estimate]."""


@final
class Overrun:
    """Tells that the scan cannot keep its pace: so many in a row, each more than a whole period late.

    Lateness is by the wall clock, from the instant at which a scan was due to the one at which it starts. What helps is
    to close what else runs on the computer, or to sample less often.

    Args:
        period_s: of the scan in seconds, > 0.
    """

    def __init__(self, period_s: float) -> None:
        if not period_s > 0.0:
            raise ValueError(f"a scan needs a period longer than 0 s, not {period_s} s")
        self._period_s = period_s
        self._late = 0

    def take(self, late_s: float) -> Trip | None:
        """Take the lateness of a scan in seconds, nan if nobody knows it; the trip if the scan has overrun."""
        in_time = late_s <= self._period_s
        self._late = 0 if in_time else self._late + 1
        if self._late < IN_A_ROW:
            return None
        return Trip("scan overrun", "scan", late_s if isfinite(late_s) else None, self._period_s)
