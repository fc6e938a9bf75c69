"""Trip temperature: the hottest skin site at the instant at which the cut-off made the current fall."""

from __future__ import annotations

from rig.checks.cutoff import needs_for, require_cutoff
from rig.checks.finding import Ask, Finding
from rig.checks.skin import at_instant
from rig.checks.view import RunView

needs = needs_for


def measure(view: RunView, ask: Ask) -> Finding:
    """The temperature in °C; its uncertainty is the channel's and that of the instant on the ramp."""
    fell = require_cutoff(view, ask.window)
    value, budget = at_instant(view, fell, view.budget)
    return Finding(value, budget.expanded if view.budget.components else None, detail={"fell_s": fell.by})
