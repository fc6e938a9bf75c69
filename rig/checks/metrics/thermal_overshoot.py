"""Thermal overshoot: how far the hottest skin site rose after the cut-off, peak less trip temperature.

What all channels share cancels in the difference; the rest counts twice, as another site may be the hottest
then.
"""

from __future__ import annotations

from rig.checks.cutoff import needs_for, require_cutoff
from rig.checks.finding import Ask, Finding
from rig.checks.skin import at_instant, valid_hottest
from rig.checks.view import RunView

needs = needs_for


def measure(view: RunView, ask: Ask) -> Finding:
    """The overshoot in K."""
    fell = require_cutoff(view, ask.window)
    trip, budget = at_instant(view, fell, view.budget.of_difference())
    times, values = valid_hottest(view, (fell.middle, view.last_s))
    peak = float(values.max())
    return Finding(
        peak - trip,
        budget.expanded if view.budget.components else None,
        detail={"trip_degc": trip, "peak_degc": peak, "peak_s": float(times[values.argmax()])},
    )
