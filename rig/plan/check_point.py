"""The condition ``check_point``, linked: which probes are read in which steps."""

from __future__ import annotations

from rig.documents import quoted
from rig.plan.model import CheckPointModel
from rig.plan.program import CheckPoint
from rig.plan.scope import Scope, place_of

SHIFT_K = 0.2
"""By how much a probe may have shifted between both check points, unless a plan says otherwise [estimate]."""


def link_check_point(model: CheckPointModel, scope: Scope) -> CheckPoint:
    """The condition; what is no probe is reported."""
    signals = scope.match(model.of)
    probes = {probe.signal for probe in scope.slot.probes}
    stray = next((name for name in signals if name not in probes and not scope.log), None)
    if stray is not None:
        message = f"{quoted(stray)} is no probe that could be put into an ice bath or a block"
        scope.error("check-point", model.of.span, message, "name probes of the bench, e.g. phantom or skin.*")
    tolerance = SHIFT_K if model.shift is None else model.shift.value
    return CheckPoint(
        "check_point",
        None,
        tolerance,
        place_of(model.span),
        signals=signals,
        before=model.before.text,
        after=model.after.text,
    )
