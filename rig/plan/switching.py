"""Rules about the order of demands: what must be set before heat, and how long the belt's session then lasts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from rig.plan.program import Demand, Profile, Step, UntilEvent
from rig.plan.subject import Subject
from rig.units import Dimension, format_value

LOOKED_AT = 20
MOST_LOOKED_AT = 100_000
"""Passes of a repeated block, and steps in all, over which a session is followed."""


def check_switching_on(subject: Subject) -> None:
    """An output and a level are put on only after what they need was demanded: nothing that heats has a default."""
    if not subject.is_whole("steps"):
        return
    known: set[str] = set()
    told: set[str] = set()
    for step in subject.program.walk():
        known.update(demand.output for demand in step.demands)
        if (
            step.profile is not None
            and "ramp" not in told
            and not _begins(step, step.profile, known, subject)
        ):
            told.add("ramp")
        for demand in step.demands:
            what = demand.output.rpartition(".")[2]
            if what not in told and _lacks(demand, known, subject):
                told.add(what)


def _lacks(demand: Demand, known: Iterable[str], subject: Subject) -> bool:
    """Whether something is put on before what it needs is set; reports it."""
    owner, _, what = demand.output.rpartition(".")
    if what == "output" and demand.value:
        who, needs = "the output is switched on", {"voltage": "…", "current_limit": "…"}
    elif what == "level" and demand.value != "off":
        longest = format_value(max(subject.scope.profile.sessions_s), Dimension.TIME)
        who, needs = "the level is put on", {"session": longest, "regulation": "normal"}
    else:
        return False
    missing = [need for need in needs if f"{owner}.{need}" not in known]
    if missing:
        keys = ", ".join(f"{need}: {needs[need]}" for need in missing)
        verb = "is" if len(missing) == 1 else "are"
        message = f"{who} before its {' and '.join(missing)} {verb} set; nothing that heats has a default"
        remedy = f"add e.g. {owner.partition('.')[0]}: {{{keys}}} to this step or before"
        subject.error("not-set", demand.place, message, remedy)
    return bool(missing)


def _begins(step: Step, profile: Profile, known: set[str], subject: Subject) -> bool:
    """Whether a curve knows where it begins; reports it if not. From now on its outputs are known."""
    unset = [output for output in profile.outputs if output not in known]
    known.update(profile.outputs)
    if not unset or profile.points[0][1] is not None:
        return True
    written = subject.steps[step.place].ramp
    assert written is not None, "only a ramp begins at what is demanded then"
    message = f"the ramp begins before a voltage of {unset[0].split('.')[1]} is set"
    subject.error("not-set", written.span, message, "add supply: {voltage: …} to this step or before")
    return False


@dataclass
class _Session:
    """The belt's session as the demands make it (docs/belt-protocol.md).

    It begins when a level is put on that was off; another length counts from then. length_s: None while no step chose
    one. held_s: how long steps have held since it began. latched: the belt has cut off and did not report a re-arm.
    """

    length_s: float | None = None
    held_s: float = 0.0
    running: bool = False
    latched: bool = False

    def take(self, step: Step) -> None:
        """The demands of a step, and its hold."""
        for demand in step.demands:
            if demand.output == "belt.session":
                self.length_s = float(demand.value)
            elif demand.output == "belt.level":
                self.held_s = self.held_s if self.running else 0.0
                self.running = demand.value != "off"
        self.held_s += (step.hold_s or 0.0) + (step.profile.duration_s if step.profile else 0.0)

    def ends_before(self, step: Step) -> bool | None:
        """Whether it surely ends before a step that has begun does (true) or may (false); None if it outlasts it."""
        within_s = step.within_s or 0.0
        if self.length_s is None or not self.running or self.held_s + within_s <= self.length_s:
            return None
        return max(self.held_s, within_s) > self.length_s

    def leave(self, step: Step) -> None:
        """What the event that ended a step did."""
        event = step.until.event if isinstance(step.until, UntilEvent) else ""
        self.running = self.running and event not in {"belt.session_end", "belt.watchdog"}
        self.latched = event == "belt.cutoff" or (self.latched and event != "belt.rearmed")


def check_sessions(subject: Subject) -> None:
    """The belt's session must outlast the steps that need heat, one mistake and one warning a plan.

    What surely overruns it is a mistake; a wait that may do so is told. A step that waits for the session's end may
    wait longer than the session lasts: that is what it is for.
    """
    if not subject.is_whole("steps"):
        return
    session, told = _Session(), False
    for step in islice(subject.program.walk(most=LOOKED_AT), MOST_LOOKED_AT):
        session.take(step)
        if step.until != UntilEvent("belt.session_end"):
            certain = session.ends_before(step)
            if certain is not None and (certain or not told):
                _report_session(subject, session, step, certain=certain)
                told = True
            if certain:
                return
        session.leave(step)


def _report_session(subject: Subject, session: _Session, step: Step, *, certain: bool) -> None:
    written = subject.steps[step.place]
    taking = written.hold or written.within or (written.ramp.over if written.ramp else None)
    span = written.name.span if taking is None else taking.span
    assert session.length_s is not None, "what ends has a length"
    length = format_value(session.length_s, Dimension.TIME)
    verb = "ends" if certain else "may end"
    message = f"the belt's session of {length} {verb} before this step does"
    remedy = "choose a longer session, or begin another: belt: {level: off} in a step, then the level again"
    if session.latched:
        remedy = (
            "add belt: {level: off} to this step if it needs no heat any more, or choose a longer session"
        )
    subject.report("session-too-short", span, message, remedy, certain=certain)
