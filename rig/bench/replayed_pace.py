"""The pace of a session in real time, as its wire log has noted it, on the virtual clock."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from math import inf
from typing import NamedTuple, final

from rig.bench.messages import Reading
from rig.bench.pace import ByTheClock, Read
from rig.bench.wire_log import ACT, FIRST_LINE, HANG, LOOK, NOTES, READING, SCAN, STEP, TURN, Exchange
from rig.bench.wire_tape import PATIENCE_S, SLIP, Judge, allowed, held_reading

SOON_S = 0.01
"""How long a worker may take in real time from one exchange to the next."""

_SAME_S = 1e-6


_Span = tuple[float, float]


class _Then(NamedTuple):
    """A reading as it was: its instants, when and how often it was due, and when else its link was used before it."""

    began_s: float
    ended_s: float
    due_s: float | None
    period_s: float
    before: Sequence[_Span]

    def place_s(self, due_s: float) -> float:
        """When it has to be due to stand where it stood then, if it was due at that instant.

        It waits for what had won the race against it, and waits for nothing that it had come before itself.
        """
        before = [span for span in self.before if span[1] > due_s - SOON_S]
        if not before:
            return due_s
        began_s, ended_s = next((span for span in before if span[1] > due_s), before[-1])
        return min(ended_s, max(due_s, began_s))


def _readings(exchanges: Iterable[Exchange]) -> dict[str, list[_Then]]:
    """The readings of each source."""
    readings: dict[str, list[_Then]] = defaultdict(list)
    said: dict[str, list[_Span]] = defaultdict(list)
    before: dict[int, Sequence[_Span]] = {}
    for exchange in exchanges:
        number = exchange.reading
        if exchange.kind == READING:
            said_before = before.pop(number, ())
            due_s, period_s = exchange.due_s, exchange.period_s
            then = _Then(exchange.start_s, exchange.end_s, due_s, period_s, said_before)
            readings[exchange.link].append(then)
        elif number and number not in before:
            before[number] = said.pop(exchange.link, ())
        elif not number and exchange.kind not in NOTES:
            said[exchange.link].append((exchange.start_s, exchange.end_s))
    return readings


def _instants(exchanges: Iterable[Exchange], kind: str) -> dict[str, deque[float]]:
    """When something of that kind began, by what it was on."""
    instants: dict[str, deque[float]] = defaultdict(deque)
    for exchange in exchanges:
        if exchange.kind == kind:
            instants[exchange.link].append(exchange.start_s)
    return instants


@final
class ReplayedPace(ByTheClock):
    """Scans, turns, readings and what workers do begin when they began then, as long as that is near."""

    def __init__(self, exchanges: Sequence[Exchange], judge: Judge) -> None:
        self._judge = judge
        self._clock = judge.clock
        self._readings = _readings(exchanges)
        self._tells_dues = any(each.due_s is not None for each in exchanges)
        self._done: Counter[str] = Counter()
        self._acts, self._looks = _instants(exchanges, ACT), _instants(exchanges, LOOK)
        self._hangs = [(each.link, each.start_s) for each in exchanges if each.kind == HANG]
        self._turns = list(_instants(exchanges, TURN)[""])
        self._scans = list(_instants(exchanges, SCAN)[""])
        self._scanned = 0
        self._steps: dict[str, deque[tuple[int, Exchange]]] = defaultdict(deque)
        for line, exchange in enumerate(exchanges, FIRST_LINE):
            if exchange.kind == STEP:
                self._steps[exchange.link].append((line, exchange))

    @property
    def wakes(self) -> bool:
        """As in real time, where the log does not tell when it was woken."""
        return not self._turns

    def turns_at(self, due_s: float, scan_s: float) -> float:
        """When it turned then, if it did before that scan."""
        if not self._turns:
            return due_s
        at = bisect_right(self._turns, self._clock.now() + _SAME_S)
        return min(scan_s, self._turns[at]) if at < len(self._turns) else scan_s

    def reading(self, source: str, read: Read) -> Read:
        """The same reading; what it sends and receives is the recorded one's, and it is over when that was."""

        def held() -> Reading:
            then = self._next(source)
            if then is not None:
                self._wait_until(then.began_s)
            try:
                with held_reading():
                    return read()
            finally:
                self._done[source] += 1
                if then is not None:
                    self._wait_until(then.ended_s)

        return held

    def reads_at(self, source: str, due_s: float, period_s: float) -> float:
        """Near the instant at which it is due, so that it stands where it stood then.

        A worker that was kept from running left instants out, or waited from a later one on. It does so again, if it
        was to read as often. After its last reading there is none: it was kept from running until all was over.
        """
        then = self._next(source)
        if then is None:
            return inf if self._tells_dues else due_s
        if then.began_s < due_s:
            return due_s
        if then.period_s == period_s and then.due_s is not None:
            due_s = then.due_s
        return then.place_s(due_s)

    def acts(self, worker: str) -> None:
        """Not before it did then."""
        acts = self._acts[worker]
        if acts:
            self._wait_until(acts.popleft())

    def looks_at(self, worker: str, due_s: float) -> float:
        """When it was due then, as long as that is near."""
        looks = self._looks[worker]
        then_s = looks.popleft() if looks else due_s
        return then_s if abs(then_s - due_s) < PATIENCE_S else due_s

    def hanging(self, workers: frozenset[str], now_s: float) -> frozenset[str]:
        """Those that hung then: one that is held here until what it did then began only seems to."""
        return frozenset(worker for worker, at in self._hangs if abs(at - now_s) < _SAME_S)

    def _wait_until(self, instant: float) -> None:
        if 0.0 < instant - self._clock.now() < PATIENCE_S:
            self._clock.sleep_until(instant)

    def _next(self, source: str) -> _Then | None:
        readings, done = self._readings[source], self._done[source]
        return readings[done] if done < len(readings) else None

    def starts_at(self, due_s: float) -> float:
        """The whole second in which the first scan began then."""
        return max(due_s, float(int(self._scans[0]))) if self._scans else due_s

    def scans_at(self, due_s: float, period_s: float) -> float:
        """When the next one began then, also where some were left out before it; when it is due if that is not near."""
        began_s = self._scans[self._scanned] if self._scanned < len(self._scans) else due_s
        return began_s if abs(began_s - due_s) < PATIENCE_S else due_s

    def scanned(self, now_s: float) -> None:
        """There are as many as there were then, give or take `SLIP`.

        Raises:
            WireDifferenceError: there are more.
        """
        self._scanned += 1
        if self._scans and self._scanned > len(self._scans) + SLIP:
            words = (
                f"one at {now_s:.3f} s; recorded are {len(self._scans)}, the last at {self._scans[-1]:.3f} s"
            )
            self._judge.differ("the scan", words + allowed("scan"), None)

    def may_go_on(self, slot: str) -> bool:
        """Whether it began then in this scan or before it."""
        steps = self._steps[slot]
        return not steps or steps[0][1].end_s <= self._clock.now() + _SAME_S

    def goes_on(self, slot: str, since_s: float) -> None:
        """The step before it has to have ended as it did then, give or take `SLIP` scans.

        Raises:
            WireDifferenceError: it ended earlier or later, or none began any more.
        """
        if not self._steps[slot]:
            self._judge.differ(f"lane {slot}", "a step; recorded is none any more", None)
        line, then = self._steps[slot].popleft()
        if abs(self._scan_of(since_s) - self._scan_of(then.start_s)) > SLIP:
            words = (
                f"what follows a step over at {since_s:.3f} s; recorded is one over at {then.start_s:.3f} s"
            )
            self._judge.differ(f"lane {slot}", words + allowed("scan"), line)

    def _scan_of(self, instant: float) -> int:
        return bisect_left(self._scans, instant - _SAME_S)
