"""The scan: readings taken, interlocks evaluated, steps advanced, outputs written, all handed to the recorder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, final

from rig.bench.bench import Bench
from rig.bench.messages import Done, Failed, Message, Reading, WentOff
from rig.engine.lane import Lane
from rig.engine.steps import run_steps
from rig.record import lines
from rig.record.recorder import Recorder
from rig.safety.interlocks import InterlockSet
from rig.safety.stop import StopBox

READY_S = 10.0
RECORDER_LAG_S = 5.0
RECORDER_LAG_OTHERS = 50
"""Lines beside the scans (demands, read-backs, events) that may come in that time."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Why the scan ended.

    Attributes:
        kind: completed, timeout, interlock, stop, interrupt, lost, error or record.
        detail: in words.
    """

    kind: str
    detail: str = ""

    @property
    def recorded(self) -> str:
        """The word of the record's outcome line: a recorder that failed or lagged is a part of the bench lost."""
        return "lost" if self.kind == "record" else self.kind


class Watcher(Protocol):
    """Whoever looks on: progress on a terminal, a screen."""

    def began(self, folder: Path) -> None:
        """The run has a folder; its file will be there."""

    def scanned(self, lane: Lane) -> None:
        """A scan is over; must return at once."""


@final
class Scan:
    """One bench, one loop. `run` returns when the lane is to be switched off, for whatever reason."""

    def __init__(
        self, bench: Bench, lane: Lane, interlocks: InterlockSet, recorder: Recorder, stop: StopBox
    ) -> None:
        self._bench = bench
        self._lane = lane
        self._interlocks = interlocks
        self._recorder = recorder
        self._stop = stop
        self._clock = bench.clock
        self._missing = {station.source for station in bench.stations}
        self._sources: dict[str, list[Any]] = {}
        self._ending: Ending | None = None
        self._most_lag = 0.0
        self.went_off: list[WentOff] = []

    def run(self, start: float, period_s: float, watcher: Watcher | None) -> Ending:
        """Scan from that instant on until there is a reason to end."""
        self._most_lag = RECORDER_LAG_S / period_s + RECORDER_LAG_OTHERS
        steps = run_steps(self._lane)
        tick = 0
        while True:
            self._clock.sleep_until(start + tick * period_s)
            now = self._clock.now()
            self.take(now)
            ending = self._reason_to_end(now)
            if ending is None and self._ready(now - start):
                ending = self._advance(steps)
            self.record()
            if ending is not None:
                return ending
            if watcher is not None:
                watcher.scanned(self._lane)
            tick = max(tick + 1, int((now - start) / period_s))

    def take(self, now: float) -> None:
        """Take what the workers sent since the last scan."""
        lane = self._lane
        lane.now = round(now, 6)
        lane.events.clear()
        inbox = self._bench.inbox
        while inbox:
            self._take_message(inbox.popleft())

    def _take_message(self, message: Message) -> None:
        match message:
            case Reading():
                self._take_reading(message)
            case Done(output, value, readback):
                self._lane.image.confirm(output, value)
                self._lane.note(lines.readback(self._lane.now, output, readback))
            case Failed(source, output, error):
                self._take_failure(source, output, error)
            case WentOff():
                self.went_off.append(message)

    def _take_reading(self, reading: Reading) -> None:
        lane = self._lane
        instant = round(reading.instant, 6)
        entry: list[Any] = [instant, reading.values]
        if reading.offsets is not None:
            entry.append(reading.offsets)
        if reading.source in self._sources:
            self._flush_scan()
        self._sources[reading.source] = entry
        changed = lane.derivation.take(reading.source, instant, reading.values, reading.offsets)
        if lane.watch is not None:
            lane.watch(changed)
        self._interlocks.take(reading.source)
        self._missing.discard(reading.source)
        for event in reading.events:
            lane.events.append(event)
            lane.note(lines.event(lane.now, event.what, reading.source, event.data))

    def _take_failure(self, source: str, output: str | None, error: Exception) -> None:
        lane = self._lane
        words = f"{type(error).__name__}: {error}"
        lane.note(lines.event(lane.now, "bench.exchange_failed", source, {"output": output, "error": words}))
        if output is not None or (lane.image.energised and self._feeds(source)):
            self._ending = self._ending or Ending("lost", f"{source}: {words}")

    def _feeds(self, source: str) -> bool:
        return any(station.source == source for station in self._bench.supplies)

    def _reason_to_end(self, now: float) -> Ending | None:
        if self._recorder.failed is not None:
            return Ending("record", self._recorder.failed)
        if self._recorder.lag > self._most_lag:
            return Ending("record", f"the recorder is {self._recorder.lag} lines behind")
        for worker in self._bench.workers:
            if worker.error is not None:
                return Ending("error", f"the worker of bus {worker.name} ended: {worker.error!r}")
        trip = self._interlocks.evaluate(now)
        if trip is not None:
            self._lane.note(trip.line(self._lane.now))
            return Ending("interlock", trip.words)
        if self._stop.request is not None:
            return Ending(self._stop.request.ending, self._stop.request.who)
        return self._ending

    def _ready(self, waited_s: float) -> bool:
        """Steps begin when every source has been read once; staleness is watched from then on."""
        if not self._missing:
            return True
        if waited_s > READY_S:
            self._ending = Ending(
                "lost", f"no reading of {', '.join(sorted(self._missing))} in {READY_S:g} s"
            )
        return False

    def _advance(self, steps: Any) -> Ending | None:
        try:
            next(steps)
        except StopIteration as end:
            return Ending(end.value, self._lane.failure or self._lane.step)
        for output, value in self._lane.image.take_differences():
            self._bench.post(output, value)
        return None

    def record(self) -> None:
        """One line for this scan, also when nothing new came."""
        self._flush_scan()

    def _flush_scan(self) -> None:
        self._recorder.put(lines.scan(self._lane.now, self._sources))
        self._sources = {}
