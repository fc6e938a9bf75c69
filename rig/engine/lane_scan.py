"""One lane's share of the scan: its readings, interlocks, active step and outputs, from first scan to off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, final

from rig.bench.bench import Bench
from rig.bench.messages import BeganOff, Done, Failed, Reading, WentOff
from rig.bench.stations import Columns
from rig.engine.dictation import Dictation, run_dictated
from rig.engine.ending import Ending
from rig.engine.guarding import Guarding
from rig.engine.lane import Lane
from rig.engine.steps import run_steps
from rig.engine.teardown import COMES_AFTER, Teardown
from rig.record import lines
from rig.record.recorder import Recorder
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

    What its plan has for a teardown comes between: with everything off, and nothing that could switch it on.

    Args:
        bench: where its outputs are.
        lane: what its steps see.
        interlocks: the lane's own.
        recorder: takes its lines.
        period_s: of the scan in seconds.
        latch: told of each trip and of each output that nobody saw off, in words; returns at once.
        dictation: where its steps come from, if not from its program.

    Attributes:
        lane: what its steps see.
        ending: why it was switched off, None while it runs.
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
        self._steps = run_steps(lane) if dictation is None else run_dictated(lane, dictation)
        served = [station for station in bench.stations if lane.slot in station.columns]
        self._missing = {station.wired_as for station in served}
        self._feeding = {station.wired_as for station in bench.supplies if lane.slot in station.columns}
        self._most_lag = RECORDER_LAG_S / period_s + RECORDER_LAG_OTHERS
        self._sources: dict[str, list[Any]] = {}
        self._lost: Ending | None = None
        self._going_off: LaneOff | None = None
        self._seen: OffReport | None = None
        self._teardown: Teardown | None = None
        self._abandoned = False

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
        changed = lane.derivation.take(source, instant, values, offsets)
        if lane.watch is not None:
            lane.watch(changed)
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

    def turn(self, now: float, waited_s: float, stop: StopBox, guarding: Guarding) -> None:
        """Interlocks, then the active step, then the outputs, then the record."""
        if self.ending is None:
            ending = self._reason_to_end(now, stop)
            if ending is None and self._ready(waited_s, guarding):
                ending = self._advance()
            if ending is not None:
                self.switch_off(ending)
        if self._teardown is not None:
            self._tear_down(self._teardown, now)
        self.lane.events.clear()
        for note in self.lane.desk.notes():
            self.lane.note(lines.operator(self.lane.now, note.who, "noted", {"text": note.text}))
        self.record()
        self._look_off(now, stop, guarding)

    def trip(self) -> None:
        """Switch off between two scans if the newest readings have tripped an interlock."""
        trip = self._interlocks.tripped
        if trip is not None:
            self.trip_by(trip)

    def trip_by(self, trip: Trip) -> None:
        """Switch off by an interlock, unless something else has switched off before."""
        if self.ending is None:
            self.switch_off(self._by(trip))

    def switch_off(self, ending: Ending) -> None:
        """Latch the outputs and tell their workers. The first reason stands."""
        if self.ending is not None:
            return
        self.ending = replace(ending, section=self.lane.section)
        self.lane.image.latch()
        self._going_off = LaneOff(self._bench, self.lane.slot, ending.kind)
        if ending.kind == "interlock":
            self._latch(ending.detail)

    def give_up(self) -> None:
        """Nobody can look any more: what became of the outputs is not known."""
        if self._going_off is not None and self.off is None:
            self._close(self._going_off.unseen())

    def note_guardian(self, what: str, data: dict[str, Any]) -> None:
        """What the guardian was asked, or has answered, into the record."""
        self.lane.note(lines.event(self.lane.now, f"guardian.{what}", "guardian", data))

    def record(self) -> None:
        """One line for this scan, also when nothing new came."""
        self._recorder.put(lines.scan(self.lane.now, self._sources))
        self._sources = {}

    def _look_off(self, now: float, stop: StopBox, guarding: Guarding) -> None:
        going_off = self._going_off
        if going_off is None or self._teardown is not None or self.off is not None:
            return
        if going_off.hangs(now) and guarding.off(self.lane.slot):
            self.note_guardian("asked", {})
        report = going_off.report(now)
        if report is not None:
            self._close(report, stop)

    def _close(self, report: OffReport, stop: StopBox | None = None) -> None:
        """The outputs were looked at: the teardown begins, if there is one and it was not yet done."""
        first, self._seen = self._seen is None, report
        self._recorder.put(report.line(self.lane.now))
        if not report.confirmed:
            self._latch(f"NOT CONFIRMED off after {report.why}")
        ending = self.ending
        assert ending is not None, "only what was switched off is looked at"
        wanted = self.lane.program.teardown and ending.kind in COMES_AFTER and self._recorder.failed is None
        if first and wanted and report.confirmed and stop is not None and not self._abandoned:
            self._teardown = Teardown(self.lane, stop, ending)
            self._interlocks = self._teardown.interlocks
        else:
            self.off = report

    def _tear_down(self, teardown: Teardown, now: float) -> None:
        down = teardown.turn(now)
        if down is None and self._recorder.failed is None:
            return
        self._teardown = None
        if down is not None and down.ending is not None:
            self.ending = replace(down.ending, section=self.lane.section)
        if down is None or down.trip is None:
            self.off = self._seen
            return
        self.lane.note(down.trip.line(self.lane.now))
        self._latch(down.trip.words)
        self._going_off = LaneOff(self._bench, self.lane.slot, "interlock")

    def abandon(self) -> None:
        """Leave a teardown where it stands, and begin none: the loop that would go on with it is broken."""
        self._abandoned = True
        if self._teardown is not None:
            self._teardown, self.off = None, self._seen

    def _reason_to_end(self, now: float, stop: StopBox) -> Ending | None:
        if self._recorder.failed is not None:
            return Ending("record", self._recorder.failed)
        if self._recorder.lag > self._most_lag:
            return Ending("record", f"the recorder is {self._recorder.lag} lines behind")
        trip = self._interlocks.evaluate(now)
        if trip is not None:
            return self._by(trip)
        if stop.request is not None:
            return Ending(stop.request.ending, stop.request.who)
        return self._lost

    def _by(self, trip: Trip) -> Ending:
        self.lane.note(trip.line(self.lane.now))
        return Ending("interlock", trip.words)

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
            return Ending(end.value, lane.failure or lane.step)
        if lane.awaited != self._awaited:
            self._awaited = lane.awaited
            self._interlocks.obey(lane.commands, self._awaited)
        for output, value in lane.image.take_differences():
            self._bench.post(lane.slot, output, value)
        return None
