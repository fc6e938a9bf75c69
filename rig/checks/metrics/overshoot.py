"""Overshoot: how far the curve of the worse unit goes beyond its steady state, as a share of its rise (IEEE 181)."""

from __future__ import annotations

from rig.checks.aberration import aberration
from rig.checks.curves import needs as curve_needs
from rig.checks.finding import Ask, Finding, Params
from rig.checks.transition import overshoot
from rig.checks.view import RunView
from rig.signals.layout import Layout


def needs(layout: Layout, params: Params) -> list[str]:
    """Signals that must be kept for this check."""
    return curve_needs(layout, params["of"])


def measure(view: RunView, ask: Ask) -> Finding:
    """The overshoot as a ratio."""
    return aberration(view, ask, overshoot, after_peak=False)
