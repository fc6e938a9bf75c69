"""The teardown of a lane: after its outputs were seen off, whatever ended it; nothing in it can switch anything on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from rig.engine.ending import Ending
from rig.engine.lane import Lane
from rig.engine.steps import run_teardown
from rig.plan.program import walk
from rig.record import lines
from rig.safety.commands import NoCommands
from rig.safety.interlocks import InterlockSet, Trip, awaited_events
from rig.safety.stop import StopBox

COMES_AFTER = frozenset({"completed", "timeout", "interlock", "stop", "interrupt", "lost"})
"""Endings after which a teardown is worth while: the bench still answers, and the record is being written."""


@dataclass(frozen=True, slots=True)
class TornDown:
    """How a teardown ended: by trip if something was found on; ending is what the run's becomes, None if it stays."""

    trip: Trip | None = None
    ending: Ending | None = None


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
            self._abort(trip.words)
            return TornDown(trip, self._tripped(trip))
        request = self._stop.request
        if request is not None and self._stop.asked > self._asked:
            self._abort(f"{request.ending} by {request.who}")
            return TornDown(None, self._if_well(Ending(request.ending, request.who)))
        try:
            next(self._steps)
        except StopIteration as end:
            late = Ending(end.value, f"in the teardown: {self._lane.whereabouts}")
            return TornDown(None, None if end.value == "completed" else self._if_well(late))
        return None

    def _tripped(self, trip: Trip) -> Ending:
        """By the trip; what ended the lane before it is told first."""
        words = f"in the teardown: {trip.words}"
        if self._ended.kind == "completed":
            return Ending("interlock", words)
        return Ending("interlock", f"{self._ended.kind}: {self._ended.detail}; then {words}")

    def _if_well(self, ending: Ending) -> Ending | None:
        """What ended the lane before its teardown is the worse news, unless that was nothing."""
        return ending if self._ended.kind == "completed" else None

    def _abort(self, why: str) -> None:
        self._lane.note(lines.event(self._lane.now, "plan.teardown_aborted", "plan", {"why": why}))
