"""Time constant: τ of the first-order step response with dead time that fits the slowest unit's heating best.

By nonlinear least squares, with its standard error; a channel's constant errors move the gain and not τ. Residuals that
hang together show that the curve is not of first order, and make the uncertainty greater.
"""

from __future__ import annotations

from rig.checks.curves import needs as curve_needs
from rig.checks.finding import Ask, Finding, Params
from rig.checks.fitted import fitted
from rig.checks.instants import mapping
from rig.checks.verdict import Verdict
from rig.checks.view import RunView
from rig.signals.layout import Layout


def needs(layout: Layout, params: Params) -> list[str]:
    """Signals that must be kept for this check."""
    return curve_needs(layout, params["of"])


def measure(view: RunView, ask: Ask) -> Finding:
    """The time constant in s."""
    slowest = max(fitted(view, ask), key=lambda each: each.response.time_constant_s)
    placed = mapping(max(view.placed_within_s(name) for name in slowest.curve.members))
    return Finding(
        slowest.response.time_constant_s,
        slowest.budget(1).plus(placed).expanded,
        slowest.missing or slowest.curve.name,
        Verdict.INVALID if slowest.missing else Verdict.PASS,
        detail=slowest.detail,
    )
