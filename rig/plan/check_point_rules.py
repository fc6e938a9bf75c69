"""What could not work about a check point: steps that are not there, too short, in the heat, or in the wrong order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rig.checks.check_point_times import READ_S
from rig.checks.table import METRICS
from rig.documents import Scalar, did_you_mean, quoted
from rig.plan.course import Stage, follow
from rig.plan.model import CheckPointModel
from rig.plan.program import CheckPoint, InterlockKind, Item, Step
from rig.plan.scope import HOTTEST
from rig.plan.subject import Subject, is_skin
from rig.units import Dimension, format_value


def check_check_point(subject: Subject) -> None:
    """Apply every rule about the plan's check point, if it has one."""
    written = None if subject.model.conditions is None else subject.model.conditions.check_point
    point = next((each for each in subject.program.conditions if isinstance(each, CheckPoint)), None)
    if written is None or point is None:
        return
    _check_kept(subject, written, point)
    _warn_of_judged(subject, written, point)
    _warn_of_trips(subject, written, point)
    if not subject.is_whole("setup", "steps", "teardown"):
        return
    program = subject.program
    steps = list(_once((*program.setup, *program.steps, *program.teardown)))
    names = [step.name for step, _ in steps]
    readable = [_is_readable(subject, scalar, steps) for scalar in (written.before, written.after)]
    if not all(readable):
        return
    if names.index(point.before) >= names.index(point.after):
        message = f"step {quoted(point.after)} does not come after {quoted(point.before)}"
        _blame(subject, written.after, message, "read the probes again once the heating is over")
        return
    _check_heat(subject, written, follow(subject))


def _once(items: Iterable[Item], *, times: int = 1) -> Iterator[tuple[Step, int]]:
    """Each step, and how often it is done."""
    for item in items:
        if isinstance(item, Step):
            yield item, times
            continue
        for each in item.passes:
            yield from _once(each.steps, times=times * item.times)


def _is_readable(subject: Subject, scalar: Scalar, steps: list[tuple[Step, int]]) -> bool:
    """Whether a step is there, is done once and holds long enough; reports it if not."""
    found = next(((step, times) for step, times in steps if step.name == scalar.text), None)
    least = format_value(READ_S, Dimension.TIME)
    if found is None:
        message = f"there is no step {quoted(scalar.text)}"
        remedy = did_you_mean(scalar.text, [step.name for step, _ in steps])
        subject.error("unknown-step", scalar.span, message, remedy)
    elif found[1] > 1:
        message = f"step {quoted(scalar.text)} is repeated, and a check point is one reading"
        _blame(subject, scalar, message, "put it before or behind the block")
    elif (found[0].hold_s or 0.0) < READ_S:
        message = f"step {quoted(scalar.text)} does not hold the {least} over which the probes are read"
        _blame(
            subject,
            scalar,
            message,
            f"ask for the probe in a step before, and hold {least} or more in this one",
        )
    else:
        return True
    return False


def _check_heat(subject: Subject, written: CheckPointModel, stages: tuple[Stage, ...]) -> None:
    """Before is before any heat, after is when no heat comes any more. A teardown has none."""
    heated = [stage.heats for stage in stages]
    at = {stage.step.name: place for place, stage in enumerate(stages)}
    before, after = at.get(written.before.text), at.get(written.after.text)
    if before is not None and any(heated[: before + 1]):
        message = f"the belt may have heated before step {quoted(written.before.text)} ends"
        _blame(subject, written.before, message, "make it the first that is done, in setup")
    if after is not None and any(heated[after:]):
        message = f"the belt may heat in step {quoted(written.after.text)} or after it"
        _blame(subject, written.after, message, "make it the last that is done, in teardown")


def _check_kept(subject: Subject, written: CheckPointModel, point: CheckPoint) -> None:
    """A probe in a bath does not tell the room's temperature, nor whether the skin is stable before the heat."""
    kinds = {condition.kind for condition in subject.program.conditions}
    kept = kinds.intersection(point.signals)
    if "start" in kinds and any(map(is_skin, point.signals)):
        kept.add("start")
    for name in sorted(kept):
        message = f"condition {name} is judged by a probe that is at the check point meanwhile"
        _blame(subject, written.of, message, f"leave out the condition {name}, or take another probe")


def _warn_of_judged(subject: Subject, written: CheckPointModel, point: CheckPoint) -> None:
    """A check of the whole run would take the temperature of the block for that of the belt."""
    looked_at = {*point.signals, *([HOTTEST] if any(map(is_skin, point.signals)) else [])}
    for check in subject.program.checks:
        of = METRICS[check.metric].params.get("of")
        signal = check.params.get("of") or (None if of is None else of.default)
        if check.step is None and signal in looked_at:
            message = (
                f"check {quoted(check.name)} looks at {signal} over the whole run, and so at the check point"
            )
            subject.warning("judged-at-check-point", written.of.span, message, f"add step: to {check.name}")


def _warn_of_trips(subject: Subject, written: CheckPointModel, point: CheckPoint) -> None:
    """A probe that goes into a bath jumps as one does whose wire breaks."""
    for interlock in subject.program.interlocks:
        moved = sorted(set(interlock.signals).intersection(point.signals))
        if interlock.kind is InterlockKind.OPEN and moved:
            message = f"{moved[0]} jumps when it is put there, and the interlock at {interlock.place} trips at a jump"
            remedy = "take another probe, or leave it out of the interlock"
            subject.warning("check-point-trips", written.of.span, message, remedy)


def _blame(subject: Subject, where: Scalar, message: str, remedy: str) -> None:
    subject.error("check-point", where.span, message, remedy)
