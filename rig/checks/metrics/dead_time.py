"""Dead time: θ of the first-order step response with dead time that fits best, of the unit that waits longest.

From the moment at which the heaters were switched on, whose bracket is part of the uncertainty. See `time_constant`.
"""

from __future__ import annotations

from rig.checks.curves import needs as curve_needs
from rig.checks.finding import Ask, Finding, Params
from rig.checks.fitted import fitted
from rig.checks.heating import heaters_on
from rig.checks.instants import mapping, timing_of
from rig.checks.verdict import Verdict
from rig.checks.view import RunView
from rig.signals.layout import Layout


def needs(layout: Layout, params: Params) -> list[str]:
    """Signals that must be kept for this check."""
    return curve_needs(layout, params["of"])


def measure(view: RunView, ask: Ask) -> Finding:
    """The dead time in s."""
    longest = max(fitted(view, ask), key=lambda each: each.response.dead_time_s)
    switched = timing_of(heaters_on(view, ask.window)).plus(mapping(longest.curve.within_s))
    return Finding(
        longest.response.dead_time_s,
        longest.budget(2).plus(*switched.components).expanded,
        longest.missing or longest.curve.name,
        Verdict.INVALID if longest.missing else Verdict.PASS,
        detail=longest.detail,
    )
