"""One lane's share of the scan: its readings, interlocks, active step and outputs, from first scan to off."""

from __future__ import annotations

from collections.abc import Callable, Collection
from math import inf
from typing import Any, final

from rig.bench.bench import Bench
from rig.bench.messages import BeganOff, Done, Failed, Reading, Rested, WentOff
from rig.bench.pace import Pace
from rig.bench.stations import Columns
from rig.checks.view import ENDED_WELL
from rig.engine.dictation import Dictation, run_dictated
from rig.engine.ending import Ending
from rig.engine.guarding import Guarding
from rig.engine.lane import Lane
from rig.engine.resting import Resting, not_at_rest
from rig.engine.resume import Resume
from rig.engine.resume_steps import resume_steps
from rig.engine.steps import ENDS_RUN, Scans, run_steps
from rig.engine.teardown import COMES_AFTER, Teardown, TornDown
from rig.record import lines
from rig.record.recorder import Recorder
from rig.safety.guardian.answers import Answer
from rig.safety.interlocks import InterlockSet, Trip
from rig.safety.stop import StopBox
from rig.safety.switch_off import LaneOff, OffReport

READY_S = 10.0
RECORDER_LAG_S = 5.0
RECORDER_LAG_OTHERS = 50
"""Lines beside the scans (demands, read-backs, events) that may come in that time."""


@final
class LaneScan:
    """A lane in the scan. It runs, is switched off for whatever reason, and is over once that was looked at.

    What its plan has for a teardown comes between: with everything off, its relays at rest, and nothing that could
    switch it on.

    Args:
        bench: where its outputs are.
        lane: what its steps see.
        interlocks: the lane's own.
        recorder: takes its lines.
        period_s: of the scan in seconds.
        latch: told of each trip and of each output that nobody saw off, in words; returns at once.
        resume: where its steps go on, None to begin.
        dictation: where its steps come from, if not from its program.

    Attributes:
        lane: what its steps see.
        ending: why it was switched off, None while it runs. section: in which part of the plan that was.
        off: what became of its outputs, None before it is over.
        error: the defect of the rig that ended it, if one did.
    """

    def __init__(
        self,
        bench: Bench,
        lane: Lane,
        interlocks: InterlockSet,
        recorder: Recorder,
        *,
        period_s: float,
        latch: Callable[[str], None],
        resume: Resume | None = None,
        dictation: Dictation | None = None,
    ) -> None:
        self.lane = lane
        self.ending: Ending | None = None
        self.off: OffReport | None = None
        self.error: Exception | None = None
        self._bench = bench
        self._interlocks = interlocks
        self._awaited = lane.awaited
        interlocks.obey(lane.commands, self._awaited)
        self._recorder = recorder
        self._latch = latch
        self._steps = _steps_of(lane, resume, dictation, bench.ports.pace)
        served = [station for station in bench.stations if lane.slot in station.columns]
        self._missing = {station.wired_as for station in served}
        self._feeding = {station.wired_as for station in bench.supplies if lane.slot in station.columns}
        self._most_lag = RECORDER_LAG_S / period_s + RECORDER_LAG_OTHERS
        self._sources: dict[str, list[Any]] = {}
        self._within_s: dict[str, float] = {}
        self._lost: Ending | None = None
        self._going_off: LaneOff | None = None
        self._seen: OffReport | None = None
        self._resting: Resting | None = None
        self._teardown: Teardown | None = None
        self._abandoned = False
        self._ended_at = inf
        self._asked: int | None = None
        self._tripped = False
        self.section = ""

    def take(self, source: str, reading: Reading, columns: Columns) -> None:
        """Take those columns of a reading that are this lane's."""
        lane = self.lane
        instant = round(reading.instant, 6)
        values, offsets = reading.values, reading.offsets
        if columns is not None:
            values = [values[column] for column in columns]
            offsets = None if offsets is None else [offsets[column] for column in columns]
        if source in self._sources:
            self.record()
        self._sources[source] = [instant, values] if offsets is None else [instant, values, offsets]
        if reading.within_s is not None:
            self._within_s[source] = round(reading.within_s, 6)
        changed = lane.derivation.take(source, instant, values, offsets)
        if lane.watch is not None:
            lane.watch(changed)
        if instant <= self._ended_at or self._teardown is not None:
            self._interlocks.take(source)
        self._missing.discard(source)
        for event in reading.events:
            lane.events.append(event)
            self._interlocks.take_event(event.what)
            lane.note(lines.event(lane.now, event.what, source, event.data))

    def take_done(self, done: Done) -> None:
        """A demand was carried out."""
        self.lane.confirm(done.output, done.value, done.readback)

    def take_failure(self, source: str, failed: Failed) -> None:
        """An exchange failed; a demand that did, or a silent supply while it feeds, is a lane lost."""
        lane = self.lane
        words = f"{type(failed.error).__name__}: {failed.error}"
        data = {"output": failed.output, "error": words}
        lane.note(lines.event(lane.now, "bench.exchange_failed", source, data))
        if failed.output is not None or (lane.image.energised and source in self._feeding):
            self._lost = self._lost or Ending("lost", f"{source}: {words}")

    def take_begun(self, begun: BeganOff) -> None:
        """A worker has told this lane's outputs to go off."""
        if self._going_off is not None:
            self._going_off.begun(begun.worker)

    def take_off(self, report: WentOff) -> None:
        """A worker has looked at this lane's outputs."""
        if self._going_off is not None:
            self._going_off.take(report)

    def take_hanging(self, hanging: Collection[str]) -> None:
        """These workers hang; while this lane has power from one of them it is lost."""
        if hanging and self.lane.image.energised:
            for worker in self._bench.owners(self.lane.slot):
                if worker.name in hanging:
                    words = "an exchange is not over though its deadline has passed: the library hangs"
                    self._lost = self._lost or Ending("lost", f"bus {worker.name}: {words}")

    def take_guardian_off(self, answer: Answer) -> None:
        """The guardian has had its try at this lane."""
        data = {"done": answer.done, "words": answer.words, "seconds": answer.seconds}
        self.note_guardian("off", data)
        if self._going_off is not None:
            self._going_off.bypass()

    def is_stuck(self, now: float, hanging: Collection[str]) -> bool:
        """Whether it is to go off, and a supply's worker does not begin."""
        return self.off is None and self._going_off is not None and self._going_off.is_stuck(now, hanging)

    @property
    def begins_by(self) -> float:
        """Bench time in s at which its workers should have begun to switch it off, inf where it is not to go off."""
        return inf if self._going_off is None else self._going_off.begins_by

    def take_rested(self, rested: Rested) -> None:
        """A worker has put this lane's relays to rest, or could not."""
        if self._resting is not None:
            self._resting.take(rested)

    def turn(self, now: float, waited_s: float, stop: StopBox, guarding: Guarding) -> None:
        """Interlocks, then the active step, then the outputs, then the record."""
        if self.ending is None:
            ending = self._reason_to_end(now, stop)
            if ending is None and self._ready(waited_s, guarding):
                ending = self._advance()
            if ending is not None:
                self.switch_off(ending)
        else:
            self._tell_late_trip()
        self._hear(stop)
        if self._resting is not None:
            self._rest(self._resting, stop)
        if self._teardown is not None:
            self._tear_down(self._teardown, now)
        self.lane.events.clear()
        for note in self.lane.desk.notes():
            self.lane.note(lines.operator(self.lane.now, note.who, "noted", {"text": note.text}))
        self.record()
        self._look_off(now, stop)

    def end_at_once(self, stop: StopBox) -> None:
        """Switch off between two scans: by an interlock that has tripped, by request, or with the bench lost."""
        if self.ending is None:
            ending = self._sudden_end(stop)
            if ending is not None:
                self.switch_off(ending)
            self._hear(stop)
        elif self._teardown is not None and self._interlocks.tripped is not None:
            self._tear_down(self._teardown, self.lane.now)
        else:
            self._tell_late_trip()

    def _hear(self, stop: StopBox) -> None:
        """How often somebody had asked when this lane was switched off."""
        if self._asked is None and self.ending is not None:
            self._asked = stop.asked

    def _tell_late_trip(self) -> None:
        """An interlock that was tripped by readings from before the switching off, which came after it, is told too."""
        trip = self._interlocks.tripped
        if trip is None or self._tripped or self._seen is not None:
            return
        ending = self._by(trip)
        self._latch(ending.detail)
        if self.ending is not None and self.ending.kind in ENDED_WELL:
            self.ending = ending

    def trip_by(self, trip: Trip) -> None:
        """Switch off by an interlock, unless something else has switched off before."""
        if self.ending is None:
            self.switch_off(self._by(trip))

    def switch_off(self, ending: Ending) -> None:
        """Latch the outputs and tell their workers. The first reason stands."""
        if self.ending is not None:
            return
        self.lane.image.latch()
        # before there is an ending: where memory runs out here, the next who wants it off is still heard
        self._going_off = LaneOff(self._bench, self.lane.slot, ending.kind)
        self.ending, self._ended_at = ending, self.lane.now
        self.section = self.lane.section
        if ending.kind == "interlock":
            self._latch(ending.detail)

    def cut_short(self, ending: Ending) -> None:
        """Switch off, with no teardown after it; one that goes on is left where it stands."""
        self._abandoned = True
        if self._teardown is None:
            self.switch_off(ending)
        else:
            self._leave(self._teardown.cut_short(ending))

    def fail(self, error: Exception) -> None:
        """Switch off for a defect of the rig."""
        self.error = error
        self.cut_short(Ending("error", repr(error)))

    def give_up(self) -> None:
        """Nobody can look any more: what became of the outputs is not known."""
        if self._going_off is not None and self.off is None:
            self._close(self._going_off.unseen())

    def note_guardian(self, what: str, data: dict[str, Any]) -> None:
        """What the guardian was asked, or has answered, into the record."""
        self.lane.note(lines.event(self.lane.now, f"guardian.{what}", "guardian", data))

    def record(self) -> None:
        """One line for this scan, also when nothing new came."""
        self._recorder.put(lines.scan(self.lane.now, self._sources, self._within_s))
        self._sources = {}
        if self._within_s:
            self._within_s = {}

    def _look_off(self, now: float, stop: StopBox) -> None:
        if self._going_off is None or self._resting or self._teardown or self.off is not None:
            return
        report = self._going_off.report(now)
        if report is not None:
            self._close(report, stop)

    def _close(self, report: OffReport, stop: StopBox | None = None) -> None:
        """The outputs were looked at; relays come to rest only behind a supply that was seen off."""
        first, self._seen = self._seen is None, report
        self._recorder.put(report.line(self.lane.now))
        if not report.confirmed:
            self._latch(f"NOT CONFIRMED off after {report.why}")
        relays = [output for owned in self._bench.relays(self.lane.slot).values() for output in owned]
        if first and relays and report.powerless and stop is not None:
            self._resting = Resting(self._bench, self.lane.slot)
            return
        if first and not report.powerless:
            for output in relays:
                self.lane.note(not_at_rest(self.lane.now, output, "nobody has seen its supply off"))
        self._go_on(report, first, stop)

    def _rest(self, resting: Resting, stop: StopBox) -> None:
        noted = resting.report(self.lane.now)
        if noted is None:
            return
        for line in noted:
            self.lane.note(line)
        self._resting = None
        assert self._seen is not None, "relays come to rest once the outputs were seen"
        self._go_on(self._seen, True, stop)

    def _go_on(self, report: OffReport, first: bool, stop: StopBox | None) -> None:
        """The teardown begins, if there is one and it was not yet done; else the lane is over."""
        ending = self.ending
        assert ending is not None, "only what was switched off is looked at"
        wanted = self.lane.program.teardown and ending.kind in COMES_AFTER and self._record_trouble() is None
        if first and wanted and report.confirmed and stop is not None and not self._abandoned:
            self._teardown = Teardown(self.lane, stop, self._asked or 0, ending)
            self._interlocks = self._teardown.interlocks
        else:
            self.off = report

    def _tear_down(self, teardown: Teardown, now: float) -> None:
        down = teardown.turn(now)
        trouble = self._record_trouble()
        if down is None and trouble is not None:
            down = teardown.cut_short(trouble)
        if down is not None:
            self._leave(down)

    def _leave(self, down: TornDown) -> None:
        """However a teardown ended, everything is told to go off and looked at once more.

        What turned on by itself shortly before its end would be seen by no interlock.
        """
        ending = down.ending or self.ending
        assert ending is not None, "a teardown comes after what was switched off"
        self._going_off = LaneOff(self._bench, self.lane.slot, ending.kind)
        self._teardown, self.ending = None, ending
        if down.ending is not None:
            self.section = self.lane.section
        if down.aborted is not None:
            self.lane.note(lines.event(self.lane.now, "plan.teardown_aborted", "plan", {"why": down.aborted}))
        if down.trip is not None:
            self.lane.note(down.trip.line(self.lane.now))
            self._latch(down.trip.words)

    def _reason_to_end(self, now: float, stop: StopBox) -> Ending | None:
        trouble = self._record_trouble()
        if trouble is not None:
            return trouble
        self._interlocks.evaluate(now)
        return self._sudden_end(stop)

    def _record_trouble(self) -> Ending | None:
        if self._recorder.failed is not None:
            return Ending("record", self._recorder.failed)
        if self._recorder.lag > self._most_lag:
            return Ending("record", f"the recorder is {self._recorder.lag} lines behind")
        return None

    def _sudden_end(self, stop: StopBox) -> Ending | None:
        trip = self._interlocks.tripped
        if trip is not None:
            return self._by(trip)
        if stop.request is not None:
            return Ending(stop.request.ending, stop.request.who)
        return self._lost

    def _by(self, trip: Trip) -> Ending:
        self._tripped = True
        self.lane.note(trip.line(self.lane.now))
        places = {rule.name: rule.place for rule in self.lane.program.interlocks}
        place = places.get(trip.interlock)
        return Ending("interlock", trip.words if place is None else f"{trip.words} ({place})")

    def _ready(self, waited_s: float, guarding: Guarding) -> bool:
        """Steps begin when every source has been read once and the guardian watches."""
        if not self._missing and guarding.ready:
            return True
        if waited_s > READY_S:
            missing = (
                f"reading of {', '.join(sorted(self._missing))}" if self._missing else "word of the guardian"
            )
            self._lost = Ending("lost", f"no {missing} in {READY_S:g} s")
        return False

    def _advance(self) -> Ending | None:
        lane = self.lane
        try:
            next(self._steps)
        except StopIteration as end:
            return Ending(end.value, lane.whereabouts if end.value in ENDS_RUN else lane.step)
        if lane.awaited != self._awaited:
            self._awaited = lane.awaited
            self._interlocks.obey(lane.commands, self._awaited)
        for output, value in lane.image.take_differences():
            self._bench.post(lane.slot, output, value)
        return None


def _steps_of(lane: Lane, resume: Resume | None, dictation: Dictation | None, pace: Pace) -> Scans:
    if dictation is not None:
        return run_dictated(lane, dictation, pace)
    return run_steps(lane) if resume is None else resume_steps(lane, resume)
