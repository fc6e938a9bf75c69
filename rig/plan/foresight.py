"""What could never be judged is found before anything is switched on: steps, checks and limits against each other."""

from __future__ import annotations

from rig.plan.course import follow
from rig.plan.foresight_checks import check_exercise
from rig.plan.foresight_limits import check_limits
from rig.plan.foresight_readings import check_readings
from rig.plan.foresight_steps import check_waits
from rig.plan.subject import Subject


def foresee(subject: Subject) -> None:
    """Apply every rule; mistakes go to the subject's diagnostics.

    Where a wait never ends, what is not exercised after it is no mistake of its own.
    """
    course = follow(subject)
    ends = check_waits(subject, course)
    check_exercise(subject, course if ends else ())
    check_limits(subject, course)
    check_readings(subject)
