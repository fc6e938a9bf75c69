"""One worker a bus: it owns the bus's sessions, reads its sources on absolute deadlines and carries out demands."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Protocol, final

from rig.bench.messages import BeganOff, Done, Failed, Message, Reading, Rested, Value, WentOff
from rig.bench.pace import BY_THE_CLOCK, Pace
from rig.bench.stations import Station
from rig.bench.supply_station import SupplyStation
from rig.clock import Clock, Worker

RETRY_PAUSES_S = (0.2, 0.5, 1.0, 2.0, 5.0)
OFF_PATIENCE_S = 3.0
LOOK_S = 0.05


class Mailbox(Protocol):
    """Where a worker's messages go."""

    @property
    def append(self) -> Callable[[Message], None]:
        """Adds one."""


@final
class _Source:
    """A station with its next due instant; pauses grow while its link stays lost."""

    __slots__ = ("_pace", "due", "failures", "period_s", "read", "start", "station", "ticks")

    def __init__(self, station: Station, period_s: float, start: float, pace: Pace) -> None:
        self.station = station
        self.period_s = period_s
        self.start = start
        self.ticks = 0
        self.due = pace.reads_at(station.source, start, period_s)
        self.failures = 0
        self.read = pace.reading(station.source, self._read)
        self._pace = pace

    def _read(self) -> Reading:
        if self.failures:
            self.station.recover()
        return self.station.read()

    def advance(self, now: float, not_before: float = 0.0) -> None:
        """The next deadline after now; one that was missed is not made up for."""
        self.ticks += 1
        due = self.start + self.ticks * self.period_s
        if due <= now:
            self.ticks = int((now - self.start) / self.period_s) + 1
            due = self.start + self.ticks * self.period_s
        self._be_due(max(due, not_before))

    def pause(self, now: float) -> None:
        """Wait longer after each failure in a row."""
        pause = RETRY_PAUSES_S[min(self.failures, len(RETRY_PAUSES_S) - 1)]
        self.failures += 1
        self.advance(now, now + pause)

    def resume(self, now: float) -> None:
        """Its link answers again: a pause after failures is over."""
        if self.failures:
            self._be_due(min(self.due, now))

    def _be_due(self, due: float) -> None:
        self.due = self._pace.reads_at(self.station.source, due, self.period_s)


@final
class _Look:
    """A lane that was told to go off here and that is looked at, between readings, until nothing flows.

    Attributes:
        due: bench time in s of the next look. last: at which none is due any more.
    """

    __slots__ = ("due", "last", "slot")

    def __init__(self, slot: str, due: float) -> None:
        self.slot = slot
        self.due = due
        self.last = due + OFF_PATIENCE_S + LOOK_S


@final
class BusWorker:
    """Runs on the bench's clock; talks to the engine through its inbox alone.

    Attributes:
        outputs: by slot, names in that lane's image that the worker carries out.
    """

    def __init__(
        self,
        name: str,
        stations: Sequence[Station],
        clock: Clock,
        inbox: Mailbox,
        pace: Pace = BY_THE_CLOCK,
    ) -> None:
        self.name = name
        self.stations = tuple(stations)
        self.outputs: dict[str, frozenset[str]] = {}
        for station in stations:
            for slot, names in station.outputs.items():
                self.outputs[slot] = self.outputs.get(slot, frozenset()) | names
        self._supplies = [station for station in stations if isinstance(station, SupplyStation)]
        self._clock = clock
        self._inbox = inbox
        self._pace = pace
        self._demands: deque[tuple[str, str, Value]] = deque()
        self._offs: deque[str] = deque()
        self._rests: deque[str] = deque()
        self._looks: list[_Look] = []
        self._refused: set[str] = set()
        self._wake = clock.signal()
        self._sources: list[_Source] = []
        self._source_next = False
        self._closing = False
        self._defect: Exception | None = None
        self._worker: Worker | None = None

    def start(self, periods_s: Mapping[str, float], start: float, half_s: float = 0.0) -> None:
        """Begin to read at that instant, each source at its period by the name that it is wired as.

        Sources of stations that are off the beat are read so many seconds later.
        """
        self._sources = [
            _Source(
                station,
                periods_s[station.wired_as],
                start + (half_s if station.off_beat else 0.0),
                self._pace,
            )
            for station in self.stations
        ]
        self._worker = self._clock.spawn(f"bus {self.name}", self._run)

    @property
    def due(self) -> float:
        """Bench time in s at which the present exchange with a supply has to be over, inf between exchanges."""
        return min((supply.due for supply in self._supplies), default=inf)

    @property
    def error(self) -> BaseException | None:
        """What ended the worker, or what it met after which it only switches off; None if nothing did."""
        return self._defect or (self._worker.error if self._worker else None)

    def post(self, slot: str, output: str, value: Value) -> None:
        """Queue a lane's demand; after one of that lane failed, and after its off, none is carried out any more."""
        self._demands.append((slot, output, value))
        self._wake.set()

    def post_off(self, slot: str) -> None:
        """Switch all outputs of a lane off before anything else; demands still queued, and any later, are dropped."""
        self._refused.add(slot)
        self._offs.append(slot)
        self._wake.set()

    def post_rest(self, slot: str) -> None:
        """Put a lane's relays to rest, after all that is to go off and before demands; ask once it was seen off."""
        self._rests.append(slot)
        self._wake.set()

    def stop(self, timeout_s: float) -> bool:
        """End the worker after its present exchange, and what it still owes; True if it ended in time."""
        self.end()
        return self._worker is None or self._worker.join(timeout_s)

    def end(self) -> None:
        """As `stop`, without waiting."""
        self._closing = True
        self._wake.set()

    def _run(self) -> None:
        """Work until told to stop. After a defect of the rig everything goes off, and nothing else is done any more.

        Nobody else may use the sessions, so a worker that merely ended would leave its outputs on.
        """
        try:
            self._work()
        except Exception as error:
            self._defect = error
            self._sources.clear()
            self._demands.clear()
            for slot in self.outputs:
                self.post_off(slot)
            self._work()

    def _work(self) -> None:
        while True:
            if self._offs:
                self._pace.acts(self.name)
                self._begin_off(self._offs.popleft())
            elif self._rests and not self._looks:
                self._pace.acts(self.name)
                self._rest(self._rests.popleft())
            elif self._closing and not self._looks:
                return
            elif self._demands and not (self._source_next and self._is_due()):
                self._source_next = True
                self._pace.acts(self.name)
                self._carry_out(*self._demands.popleft())
            else:
                self._source_next = False
                self._look_or_read()

    def _owners(self, slot: str) -> list[Station]:
        return [station for station in self.stations if slot in station.outputs]

    def _begin_off(self, slot: str) -> None:
        for station in self._owners(slot):
            station.begin_off(slot)
        self._inbox.append(BeganOff(self.name, slot))
        self._looks = [look for look in self._looks if look.slot != slot]
        self._looks.append(_Look(slot, self._next_look_s(0.0)))

    def _look(self, look: _Look) -> None:
        details = [detail for station in self._owners(look.slot) for detail in station.look_off(look.slot)]
        confirmed = all(detail.confirmed for detail in details)
        if not confirmed:
            look.due = self._next_look_s(LOOK_S)
        if confirmed or look.due >= look.last:
            self._looks.remove(look)
            self._inbox.append(WentOff(self.name, look.slot, details))
        if confirmed:
            self._resume(look.slot)

    def _next_look_s(self, pause_s: float) -> float:
        return self._pace.looks_at(self.name, self._clock.now() + pause_s)

    def _resume(self, slot: str) -> None:
        for source in self._sources:
            if slot in source.station.outputs:
                source.resume(self._clock.now())

    def _rest(self, slot: str) -> None:
        troubles = [station.rest(slot) for station in self._owners(slot)]
        self._inbox.append(Rested(self.name, slot, next(filter(None, troubles), None)))

    def _carry_out(self, slot: str, output: str, value: Value) -> None:
        if slot in self._refused:
            return
        station = next(station for station in self._owners(slot) if output in station.outputs[slot])
        try:
            readback = station.carry_out(slot, output, value)
        except Exception as error:
            self._refused.add(slot)
            self._inbox.append(Failed(station.source, slot, output, error))
        else:
            self._inbox.append(Done(slot, output, value, readback))

    def _look_or_read(self) -> None:
        source, look = self._next_source(), self._next_look()
        now = self._clock.now()
        if look is not None and look.due <= now and (source is None or look.due <= source.due):
            self._pace.acts(self.name)
            self._look(look)
        elif source is not None and source.due <= now:
            self._read(source)
        else:
            due = min(inf if source is None else source.due, inf if look is None else look.due)
            self._wake.wait(due - now)

    def _read(self, source: _Source) -> None:
        try:
            reading = source.read()
        except Exception as error:
            source.pause(self._clock.now())
            self._inbox.append(Failed(source.station.source, None, None, error))
        else:
            source.failures = 0
            self._inbox.append(reading)
            source.advance(self._clock.now())

    def _is_due(self) -> bool:
        """Whether a reading waits: it and demands take turns, so that many in a row make no source stale."""
        source = self._next_source()
        return source is not None and source.due <= self._clock.now()

    def _next_source(self) -> _Source | None:
        """The source that is due first; on equal terms the one that stands first."""
        first = None
        for source in self._sources:
            if first is None or source.due < first.due:
                first = source
        return first

    def _next_look(self) -> _Look | None:
        return min(self._looks, key=lambda look: look.due, default=None) if self._looks else None
