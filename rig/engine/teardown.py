"""The teardown of a lane: after its outputs were seen off, whatever ended it; nothing in it can switch anything on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from rig.engine.ending import Ending
from rig.engine.lane import Lane
from rig.engine.steps import run_teardown
from rig.plan.program import walk
from rig.safety.commands import NoCommands
from rig.safety.interlocks import InterlockSet, Trip, awaited_events
from rig.safety.stop import StopBox

COMES_AFTER = frozenset({"completed", "timeout", "interlock", "stop", "interrupt", "lost"})
"""Endings after which a teardown is worth while: the bench still answers, and the record is being written."""

OVERRIDES = frozenset({"interlock", "error"})
"""What is worse news than anything that ended the lane before its teardown."""


@dataclass(frozen=True, slots=True)
class TornDown:
    """How a teardown ended.

    Attributes:
        ending: what the run's becomes, None if it stays.
        aborted: why it was left where it stood, None if it was done or ran out of time.
        trip: the interlock that ended it, None if none did.
    """

    ending: Ending | None = None
    aborted: str | None = None
    trip: Trip | None = None


@final
class Teardown:
    """Steps of a lane whose outputs are off, watched by the rules that hold while everything is to be off.

    A request to stop that comes after the lane was switched off cuts it short.

    Args:
        lane: its image is latched.
        stop: where requests come in.
        asked: how many there were when the lane was switched off.
        ended: why it was.

    Attributes:
        interlocks: take the lane's readings instead of the plan's.
    """

    def __init__(self, lane: Lane, stop: StopBox, asked: int, ended: Ending) -> None:
        self.interlocks = InterlockSet((), lane.derivation)
        # nothing was ever commanded, as these are told: every output has to be off
        self.interlocks.obey(NoCommands(), awaited_events(walk(lane.program.teardown)))
        self.interlocks.begin(lane.now)
        self._lane = lane
        self._stop = stop
        self._asked = asked
        self._ended = ended
        self._steps = run_teardown(lane)

    def turn(self, now: float) -> TornDown | None:
        """One scan; how it ended, None while it goes on."""
        trip = self.interlocks.evaluate(now)
        if trip is not None:
            found = Ending("interlock", f"in the teardown: {trip.words}{self._before()}")
            return TornDown(found, trip.words, trip)
        request = self._stop.request
        if request is not None and self._stop.asked > self._asked:
            asked = Ending(request.ending, request.who)
            return TornDown(self._worse(asked), f"{request.ending} by {request.who}")
        try:
            next(self._steps)
        except StopIteration as end:
            late = Ending(end.value, f"in the teardown: {self._lane.whereabouts}")
            return TornDown(None if end.value == "completed" else self._worse(late))
        return None

    def cut_short(self, ending: Ending) -> TornDown:
        """Leave it where it stands."""
        return TornDown(self._worse(ending), f"{ending.kind}: {ending.detail}")

    def _worse(self, ending: Ending) -> Ending | None:
        """What ended the lane before its teardown is the worse news, unless that was nothing, or this is a defect."""
        return ending if self._ended.kind == "completed" or ending.kind in OVERRIDES else None

    def _before(self) -> str:
        """A trip takes the place of what ended the lane before, which is told all the same."""
        ended = self._ended
        return "" if ended.kind == "completed" else f"; before it {ended.kind}: {ended.detail}"
