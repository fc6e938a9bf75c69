"""One worker a bus: it owns the bus's sessions, reads its sources on absolute deadlines and carries out demands."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from math import inf
from typing import final

from rig.bench.messages import Done, Failed, Message, OffDetail, Value, WentOff
from rig.bench.stations import Station
from rig.clock import Clock, Worker

RETRY_PAUSES_S = (0.2, 0.5, 1.0, 2.0, 5.0)


@final
class _Slot:
    """A station with its next due instant; pauses grow while its link stays lost."""

    __slots__ = ("due", "failures", "period_s", "start", "station", "ticks")

    def __init__(self, station: Station, period_s: float, start: float) -> None:
        self.station = station
        self.period_s = period_s
        self.start = start
        self.ticks = 0
        self.due = start
        self.failures = 0

    def advance(self, now: float) -> None:
        """The next deadline after now; one that was missed is not made up for."""
        self.ticks += 1
        self.due = self.start + self.ticks * self.period_s
        if self.due <= now:
            self.ticks = int((now - self.start) / self.period_s) + 1
            self.due = self.start + self.ticks * self.period_s

    def pause(self, now: float) -> None:
        """Wait longer after each failure in a row."""
        pause = RETRY_PAUSES_S[min(self.failures, len(RETRY_PAUSES_S) - 1)]
        self.failures += 1
        self.advance(now)
        self.due = max(self.due, now + pause)


@final
class BusWorker:
    """Runs on the bench's clock; talks to the engine through its inbox alone."""

    def __init__(self, name: str, stations: Sequence[Station], clock: Clock, inbox: deque[Message]) -> None:
        self.name = name
        self.stations = tuple(stations)
        self.outputs = frozenset().union(*(station.outputs for station in stations))
        self._clock = clock
        self._inbox = inbox
        self._demands: deque[tuple[Station, str, Value]] = deque()
        self._wake = clock.signal()
        self._slots: list[_Slot] = []
        self._off = False
        self._refusing = False
        self._closing = False
        self._worker: Worker | None = None

    def start(self, periods_s: Mapping[str, float], start: float) -> None:
        """Begin to read at that instant, each source at its period."""
        self._slots = [_Slot(station, periods_s[station.source], start) for station in self.stations]
        self._worker = self._clock.spawn(f"bus {self.name}", self._run)

    @property
    def error(self) -> BaseException | None:
        """What ended the worker, if something did."""
        return self._worker.error if self._worker else None

    def post(self, output: str, value: Value) -> None:
        """Queue a demand; after a failed one, and after off, nothing is carried out any more."""
        if self._refusing or self._off:
            return
        station = next(station for station in self.stations if output in station.outputs)
        self._demands.append((station, output, value))
        self._wake.set()

    def post_off(self) -> None:
        """Switch all outputs off before anything else; demands still queued, and any later, are dropped."""
        self._off = True
        self._wake.set()

    def stop(self, timeout_s: float) -> bool:
        """End the worker after its present exchange, and after an off that it still owes; True if it ended in time."""
        self._closing = True
        self._wake.set()
        return self._worker is None or self._worker.join(timeout_s)

    def _run(self) -> None:
        while True:
            if self._off:
                self._switch_off()
            elif self._closing:
                return
            elif self._demands:
                self._carry_out(*self._demands.popleft())
            else:
                self._read_or_wait()

    def _switch_off(self) -> None:
        self._demands.clear()
        self._off = False
        self._refusing = True
        details: list[OffDetail] = []
        for station in self.stations:
            details += station.switch_off()
        self._inbox.append(WentOff(self.name, details))

    def _carry_out(self, station: Station, output: str, value: Value) -> None:
        try:
            readback = station.carry_out(output, value)
        except Exception as error:
            self._refusing = True
            self._demands.clear()
            self._inbox.append(Failed(station.source, output, error))
        else:
            self._inbox.append(Done(output, value, readback))

    def _read_or_wait(self) -> None:
        slot = self._next_slot()
        now = self._clock.now()
        if slot is None or slot.due > now:
            self._wake.wait(inf if slot is None else slot.due - now)
            return
        try:
            if slot.failures:
                slot.station.recover()
            reading = slot.station.read()
        except Exception as error:
            slot.pause(self._clock.now())
            self._inbox.append(Failed(slot.station.source, None, error))
        else:
            slot.failures = 0
            self._inbox.append(reading)
            slot.advance(self._clock.now())

    def _next_slot(self) -> _Slot | None:
        """The slot that is due first; on equal terms the one that stands first."""
        first = None
        for slot in self._slots:
            if first is None or slot.due < first.due:
                first = slot
        return first
