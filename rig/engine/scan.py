"""The scan: readings taken, interlocks evaluated, steps advanced, outputs written, all of it recorded; lane by lane."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from pathlib import Path
from typing import Protocol, final

from rig.bench.bench import Bench
from rig.bench.messages import BeganOff, Done, Failed, Message, Reading, Rested, WentOff
from rig.bench.stations import Columns
from rig.engine.desk import Asker
from rig.engine.ending import Ending
from rig.engine.guarding import Guarding
from rig.engine.lane import Lane
from rig.engine.lane_scan import LaneScan
from rig.safety.hanging import Hanging
from rig.safety.overrun import Overrun
from rig.safety.stop import StopBox

LOOK_S = 0.02
BEAT_S = 0.1


class Watcher(Protocol):
    """Whoever looks on: progress on a terminal, a screen."""

    def began(self, lane: str, folder: Path) -> None:
        """The run of a lane has a folder; its file will be there."""

    def scanned(self, lane: Lane) -> None:
        """A scan of a lane is over; must return at once."""


@final
class Scan:
    """All lanes of a bench in one loop, as in a PLC. `run` returns when every lane is over."""

    def __init__(
        self,
        bench: Bench,
        lanes: Sequence[LaneScan],
        stop: StopBox,
        guarding: Guarding,
        asker: Asker | None = None,
    ) -> None:
        self._bench = bench
        self._lanes = tuple(lanes)
        self._by_slot = {scan.lane.slot: scan for scan in lanes}
        self._stop = stop
        self._guarding = guarding
        self._asker = asker
        self._hanging = Hanging()
        self._clock = bench.clock
        self._routes: dict[str, tuple[str, list[tuple[LaneScan, Columns]]]] = {
            station.source: (
                station.wired_as,
                [
                    (scan, station.columns[slot])
                    for slot, scan in self._by_slot.items()
                    if slot in station.columns
                ],
            )
            for station in bench.stations
        }

    def run(self, start: float, period_s: float, watcher: Watcher | None) -> None:
        """Scan from that instant on until every lane was switched off, and it was looked at."""
        self._stop.wakes(self._bench.inbox.wake)
        tick, pace = 0, self._bench.ports.pace
        overrun = Overrun(period_s)
        while True:
            due = start + tick * period_s
            self._await(pace.scans_at(due, period_s))
            now = self._clock.now()
            pace.scanned(now)
            trip = overrun.take(now - due)
            if trip is not None:
                for scan in self._lanes:
                    scan.trip_by(trip)
            active = self._turn(now, now - start)
            if self._asker is not None:
                self._tell_questions(self._asker)
            if not active:
                return
            if watcher is not None:
                for scan in active:
                    watcher.scanned(scan.lane)
            tick = max(tick + 1, int((now - start) / period_s))

    def _tell_questions(self, asker: Asker) -> None:
        for scan in self._lanes:
            desk = scan.lane.desk
            for asked in desk.news():
                asker.asks(scan.lane.slot, asked, desk.answer)

    def _await(self, instant: float) -> None:
        """Until the next scan; a reading or a request that comes before it is taken, and may switch off, at once.

        A guardian hears a heartbeat meanwhile, however long the scan's period is.
        """
        clock, pace = self._clock, self._bench.ports.pace
        while True:
            due = min(instant, self._next_look(clock.now()))
            woken = self._bench.inbox.wait_until(pace.turns_at(due, instant))
            now = clock.now()
            if not woken and now >= instant:
                return
            pace.turned(now)
            self._beat()
            active = [scan for scan in self._lanes if scan.off is None]
            self._take_all(active, now)
            self._end_at_once(active, now)

    def _next_look(self, now: float) -> float:
        """The instant at which the guardian is due a heartbeat, or a worker may turn out to hang."""
        if not self._guarding.watched:
            return inf
        begins = (scan.begins_by for scan in self._lanes if scan.off is None and scan.begins_by > now)
        return min(now + BEAT_S, self._hanging.look_at, *begins)

    def _end_at_once(self, active: Sequence[LaneScan], now: float) -> None:
        """Switch off what is to go off; the guardian does it where a worker hangs."""
        bench = self._bench
        hanging = bench.ports.pace.hanging(self._hanging.among(bench.workers, now), now)
        for scan in active:
            scan.take_hanging(hanging)
            scan.end_at_once(self._stop)
        stuck = (scan.lane.slot for scan in active if scan.is_stuck(now, hanging))
        for slot in self._guarding.off(stuck):
            self._by_slot[slot].note_guardian("asked", {})

    def switch_all_off(self, ending: Ending) -> None:
        """Every lane that still runs is switched off, and looked at in a loop of its own; no teardown goes on."""
        self._end_all(ending)
        while self._turn(self._clock.now(), 0.0):
            self._clock.sleep(LOOK_S)

    def _beat(self) -> None:
        gone = self._guarding.beat()
        if gone is not None:
            self._end_all(Ending("lost", gone))
        for answer in self._guarding.offs():
            switched = {seen.slot for seen in answer.outputs}
            for scan in self._lanes:
                if scan.lane.slot in switched:
                    scan.take_guardian_off(answer)

    def _end_all(self, ending: Ending) -> None:
        """No lane goes on, nor does a teardown: what the bench has lost, or what may still heat, waits for none."""
        for scan in self._lanes:
            scan.cut_short(ending)

    def give_up(self) -> None:
        """The loop itself is broken: every lane was told to go off, and what became of it is not known."""
        for scan in self._lanes:
            scan.give_up()

    def _turn(self, now: float, waited_s: float) -> list[LaneScan]:
        """One scan of the lanes that are not over yet; those that still are not."""
        active = [scan for scan in self._lanes if scan.off is None]
        self._take_all(active, now)
        self._end_where_a_worker_ended(active)
        self._beat()
        for scan in active:
            self._guarded(scan, now, waited_s)
        if self._guarding.watched:  # where nobody could be asked, the turns above have seen to everything
            self._end_at_once(active, now)
        unseen = [scan.lane.slot for scan in active if scan.off is not None and not scan.off.powerless]
        if unseen:  # what may still heat is handed to the guardian now, not when the other lanes are done
            self._end_all(Ending("lost", f"nobody has seen the outputs of {', '.join(unseen)} off"))
        return [scan for scan in active if scan.off is None]

    def _take_all(self, active: Sequence[LaneScan], now: float) -> None:
        for scan in active:
            scan.lane.now = round(now, 6)
        messages = self._bench.inbox.messages
        while messages:
            self._take(messages.popleft())

    def _guarded(self, scan: LaneScan, now: float, waited_s: float) -> None:
        """A defect of the rig in one lane switches that lane off and leaves the others heating."""
        try:
            scan.turn(now, waited_s, self._stop, self._guarding)
        except Exception as error:
            if scan.error is not None:
                raise
            scan.fail(error)

    def _take(self, message: Message) -> None:
        match message:
            case Reading():
                source, takers = self._routes[message.source]
                for scan, columns in takers:
                    if scan.off is None:
                        scan.take(source, message, columns)
            case Done():
                self._by_slot[message.slot].take_done(message)
            case BeganOff():
                self._by_slot[message.slot].take_begun(message)
            case WentOff():
                self._by_slot[message.slot].take_off(message)
            case Rested():
                self._by_slot[message.slot].take_rested(message)
            case Failed():
                self._take_failure(message)

    def _take_failure(self, failed: Failed) -> None:
        source, takers = self._routes[failed.source]
        for scan, _ in takers:
            if scan.off is None and failed.slot in (None, scan.lane.slot):
                scan.take_failure(source, failed)

    def _end_where_a_worker_ended(self, active: Sequence[LaneScan]) -> None:
        for worker in self._bench.workers:
            if worker.error is not None:
                for scan in active:
                    scan.cut_short(
                        Ending("error", f"the worker of bus {worker.name} ended: {worker.error!r}")
                    )
