"""Conditions and windows against what the bench can read: too uncertain, or too seldom."""

from __future__ import annotations

from rig.checks.beforehand import LEAST_K, Known
from rig.checks.readback import relative_volts
from rig.documents.quantities import Tolerance
from rig.plan.interlock_windows import signal_period_s
from rig.plan.judged import Judged, judged_checks
from rig.plan.knowledge import KEPT, known_of
from rig.plan.program import Condition
from rig.plan.remedies import at_least
from rig.plan.scope import HOTTEST
from rig.plan.subject import Subject
from rig.units import Dimension, format_value

_SLOPE_READINGS = 3


def check_readings(subject: Subject) -> None:
    """Apply every rule about what is read for conditions and slopes."""
    _check_conditions(subject, known_of(subject))
    for judged in judged_checks(subject):
        if judged.spec.name == "ramp":
            _check_window(subject, judged)


def _check_window(subject: Subject, judged: Judged) -> None:
    """A slope is fitted to three readings or more, which its window must hold."""
    over_s, of = judged.check.params.get("over"), str(judged.check.params.get("of") or HOTTEST)
    if not isinstance(over_s, float) or not subject.is_whole("sampling") or of not in subject.scope.signals:
        return
    period_s = signal_period_s(of, subject)
    if over_s >= KEPT * (_SLOPE_READINGS - 1) * period_s:
        return
    every = format_value(period_s, Dimension.TIME)
    message = (
        f"no slope can be fitted: the window holds fewer than {_SLOPE_READINGS} readings, one every {every}"
    )
    remedy = f"write {at_least(_SLOPE_READINGS * period_s, Dimension.TIME)} or more, or sample faster"
    subject.error("sampling-too-coarse", judged.span_of("over"), message, remedy)


def _check_conditions(subject: Subject, known: Known) -> None:
    """What the bench cannot measure within the tolerance cannot be said to be kept."""
    written = subject.model.conditions
    for condition in subject.program.conditions:
        tolerance = getattr(written, condition.kind, None)
        expanded = LEAST_K * _standard_of(condition, known)
        if not isinstance(tolerance, Tolerance) or expanded <= condition.tolerance:
            continue
        dimension = Dimension.RATIO if condition.kind == "supply" else Dimension.TEMPERATURE_DIFFERENCE
        kept, own = format_value(condition.tolerance, dimension), format_value(expanded, dimension)
        message = f"{condition.kind} is read with U of {own} on this bench, and is to be kept within {kept}"
        remedy = f"write ± {at_least(expanded, dimension)} or more"
        subject.warning("too-uncertain", tolerance.span, message, remedy)


def _standard_of(condition: Condition, known: Known) -> float:
    """Standard uncertainty of what a condition watches; 0 where nothing is known."""
    if condition.kind in {"ambient", "phantom"}:
        return known.channel.standard
    return relative_volts(known.volts) if condition.kind == "supply" and known.volts else 0.0
