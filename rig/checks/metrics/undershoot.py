"""Undershoot: how far the curve of the worse unit falls below its steady state after its peak, as a share of its rise.

The state's own undershoot after IEEE 181: only while the heaters still regulate counts, not the cooling after it.
"""

from __future__ import annotations

from rig.checks.aberration import aberration
from rig.checks.curves import needs as curve_needs
from rig.checks.finding import Ask, Finding, Params
from rig.checks.transition import undershoot
from rig.checks.view import RunView
from rig.signals.layout import Layout


def needs(layout: Layout, params: Params) -> list[str]:
    """Signals that must be kept for this check."""
    return curve_needs(layout, params["of"])


def measure(view: RunView, ask: Ask) -> Finding:
    """The undershoot as a ratio."""
    return aberration(view, ask, undershoot, after_peak=True)
