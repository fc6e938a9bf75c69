"""Interlocks of a plan that are looser than the bench's: they do no harm, for both are watched, but never act."""

from __future__ import annotations

from collections.abc import Collection

from rig.plan.interlock_windows import period_of
from rig.plan.program import Interlock, InterlockKind, Place
from rig.plan.subject import Subject

LOOSE_BELOW = (InterlockKind.BELOW, InterlockKind.DETACHED, InterlockKind.TERMINAL)
"""Kinds that trip below their limit: the smaller it is, the later they act."""


def warn_of_looser(subject: Subject, reported: Collection[Place]) -> None:
    """Warn of each interlock of the plan that one of the bench's on the same signals always comes before.

    reported: places of interlocks in which mistakes were found.
    """
    sound = [rule for rule in subject.program.interlocks if rule.place not in reported]
    ours = [rule for rule in sound if rule.bench_wide]
    warned: set[Place] = set()
    for rule in sound:
        if rule.bench_wide or rule.place in warned:
            continue
        own = next((own for own in ours if _is_looser(rule, own, subject)), None)
        if own is not None:
            warned.add(rule.place)
            message = (
                f"{rule.quoted} is looser than {own.quoted}, which acts first; it stands at {own.place!s}"
            )
            remedy = "tighten it or remove it: the bench's holds anyway"
            subject.warning("looser-than-bench", subject.limit_span(rule), message, remedy)


def _is_looser(rule: Interlock, own: Interlock, subject: Subject) -> bool:
    if rule.kind is not own.kind or not set(rule.signals) <= set(own.signals):
        return False
    further = own.limit - rule.limit if rule.kind in LOOSE_BELOW else rule.limit - own.limit
    longer = _reaction_s(rule, subject) - _reaction_s(own, subject)
    return min(further, longer) >= 0.0 and max(further, longer) > 0.0


def _reaction_s(rule: Interlock, subject: Subject) -> float:
    """From the first reading beyond the limit to the one that trips, in seconds."""
    return max(rule.window_s, (rule.readings - 1) * period_of(rule, subject))
