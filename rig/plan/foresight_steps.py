"""Steps that cannot be reached: waits that never end on a sound belt, or for which their limit of time is too short.

A wait that does not end is a time-out, and no step after it is run.
"""

from __future__ import annotations

from collections.abc import Sequence

from rig.plan.course import Stage
from rig.plan.remedies import Why, at_least
from rig.plan.signal_waits import UNRUN, check_signal_waits
from rig.plan.subject import Subject
from rig.units import Dimension, format_value

_ROUNDING = 1.0 - 1e-9
_REARMS = ("belt.rearmed", "belt.rearm_refused")
_OF_A_LEVEL = ("belt.cutoff", "belt.session_end", "belt.watchdog")


def check_waits(subject: Subject, course: Sequence[Stage]) -> bool:
    """Apply every rule about waits, one mistake a step; whether every wait comes to its end."""
    session_s = 0.0
    asked = False
    ends = True
    for stage in course:
        asked = asked or stage.rearms
        session_s = session_s + stage.longest_s if stage.has_level else 0.0
        if stage.awaits is not None:
            ends = _check_event(subject, stage, session_s, asked=asked) and ends
            _check_regulated(subject, stage)
    check_signal_waits(subject, course)
    return ends


def _check_event(subject: Subject, stage: Stage, session_s: float, *, asked: bool) -> bool:
    """Whether the event may come in time, as far as can be told."""
    until = stage.model.until
    why = _why_never(subject, stage, asked=asked)
    if why is not None and until is not None:
        subject.report(
            "never-ends",
            until.span,
            f"{stage.awaits} does not come: {why.words}; {UNRUN}",
            why.remedy,
            certain=why.certain,
        )
        return False
    if stage.awaits == "belt.session_end":
        return _check_session(subject, stage, session_s)
    _check_polled(subject, stage)
    return True


def _check_regulated(subject: Subject, stage: Stage) -> None:
    """Regulation keeps a sound belt below its cut-off: waiting for it needs the regulation defeated."""
    until = stage.model.until
    if stage.awaits == "belt.cutoff" and stage.heats and not stage.defeated and until is not None:
        message = "a regulated belt does not reach its cut-off"
        remedy = "add belt: {regulation: defeated}, unless the phantom is heated"
        subject.warning("cutoff-not-reached", until.span, message, remedy)


def _why_never(subject: Subject, stage: Stage, *, asked: bool) -> Why | None:
    """Why an event does not come while a step waits for it; None if it may."""
    if stage.awaits in _REARMS:
        return None if asked else Why("nobody asked the belt to re-arm", "add belt: {rearm: on} to this step")
    if stage.awaits not in _OF_A_LEVEL:
        return None
    if not stage.has_level:
        return _why_cold(subject, stage)
    if stage.awaits == "belt.watchdog":
        words = why_never_silent(subject)
        return None if words is None else Why(words, silence_remedy(subject))
    return _why_no_cutoff(stage) if stage.awaits == "belt.cutoff" else None


def _why_cold(subject: Subject, stage: Stage) -> Why:
    """A belt whose level the plan has not touched may be worked by hand, or report what did not happen."""
    profile = subject.scope.profile
    level = max(profile.levels_degc.items(), key=lambda item: item[1])[0]
    session = format_value(max(profile.sessions_s), Dimension.TIME)
    mode = "defeated" if stage.awaits == "belt.cutoff" else "normal"
    demands = f"{{level: {level}, session: {session}, regulation: {mode}}}"
    remedy = f"add e.g. belt: {demands} to this step or before"
    if stage.level is None:
        return Why("no step has put a level on", remedy, certain=False)
    return Why("the belt's level is off", remedy)


def _why_no_cutoff(stage: Stage) -> Why | None:
    if stage.latched:
        return Why("the belt is latched since its last cut-off", "re-arm it before: belt: {rearm: on}")
    if not stage.on:
        remedy = "add supply: {output: on} to this step or before, unless the phantom is heated"
        return Why("no output is on that would heat the belt", remedy, certain=False)
    return None


def why_never_silent(subject: Subject) -> str | None:
    """Why the belt's host watchdog never acts; None if the plan is silent for long enough."""
    watchdog_s, period_s = subject.scope.profile.host_watchdog_s, subject.program.sampling.belt_s
    if not subject.is_whole("sampling") or period_s > watchdog_s * _ROUNDING:
        return None
    every, watchdog = format_value(period_s, Dimension.TIME), format_value(watchdog_s, Dimension.TIME)
    return f"the belt is asked every {every}, and its host watchdog acts after {watchdog} of silence"


def silence_remedy(subject: Subject) -> str:
    """How to make the host fall silent for longer than the watchdog permits."""
    return (
        f"write sampling: {{belt: {at_least(2.5 * subject.scope.profile.host_watchdog_s, Dimension.TIME)}}}"
    )


def _check_session(subject: Subject, stage: Stage, session_s: float) -> bool:
    """A session cannot end before its time: from the step that began it to the end of this wait."""
    profile, within = subject.scope.profile, stage.model.within
    if stage.session_s is None or within is None:
        return True
    if session_s >= stage.session_s * (1.0 - profile.session_tolerance):
        return True
    session = format_value(stage.session_s, Dimension.TIME)
    message = f"a session of {session} does not end within this time; {UNRUN}"
    least = at_least(stage.session_s * (1.0 + profile.session_tolerance), Dimension.TIME)
    subject.error("within-too-short", within.span, message, f"write {least} or more, or a shorter session")
    return False


def _check_polled(subject: Subject, stage: Stage) -> None:
    period_s, within, within_s = subject.program.sampling.belt_s, stage.model.within, stage.step.within_s
    if within is None or within_s is None or within_s >= period_s or not subject.is_whole("sampling"):
        return
    every = format_value(period_s, Dimension.TIME)
    message = f"the belt is asked for its events only every {every}, which this wait may not last"
    least = at_least(2.0 * period_s, Dimension.TIME)
    subject.warning("within-too-short", within.span, message, f"write {least} or more")
