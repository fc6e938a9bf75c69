"""One link's share of a wire log, and whether what is sent is what was sent then.

What is sent for readings, over and over, and what is sent for anything else are two sequences. Each is compared byte
for byte in its own order. In virtual time the one stands in the other where it stood then. In real time a bus worker
and the scan take turns as it happens, so there a reading may stand `SLIP` places earlier or later, and no further.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import takewhile
from math import inf
from typing import TYPE_CHECKING, NamedTuple, NoReturn, Protocol, final

from rig.bench.wire_log import RECEIVE, SENT, Exchange
from rig.clock import Clock

if TYPE_CHECKING:
    from dut_drivers.protocols import Numbering

SLIP = 1
"""By how many readings the place of anything else may differ, in real time."""

PATIENCE_S = 3.0
"""How much earlier than then something may begin and is still held back until its instant, once there are scans."""

_SAME_S = 1e-6


class Judge(Protocol):
    """What a tape asks of its replay."""

    @property
    def clock(self) -> Clock:
        """Bench time."""

    @property
    def in_real_time(self) -> bool:
        """Whether the session was in real time."""

    @property
    def first_scan_s(self) -> float:
        """Bench time of its first scan, inf if it had none."""

    @property
    def last_scan_s(self) -> float:
        """Bench time of its last scan, inf if it had none."""

    def differ(self, link: str, words: str, line: int | None) -> NoReturn:
        """Refuse."""


class Numbered(NamedTuple):
    """An exchange and its place: its line, and how much had been sent before it on its link."""

    line: int
    exchange: Exchange
    tasks: int
    readings: int


@final
class _Held:
    """A reading that goes on now, with what is left of the recorded one by link."""

    def __init__(self) -> None:
        self.left: dict[Tape, deque[Numbered]] = {}


_HELD: ContextVar[_Held | None] = ContextVar("held", default=None)


@contextmanager
def held_reading() -> Iterator[None]:
    """What this worker does in it is one reading, all that the recorded one was.

    Raises:
        WireDifferenceError: it was less.
    """
    held = _Held()
    outer = _HELD.set(held)
    try:
        yield
    finally:
        _HELD.reset(outer)
        for tape, left in held.left.items():
            tape.require_sent(left)


@final
class Tape:
    """What is left of one link's exchanges.

    Args:
        judge: the replay.
        link: its name.
        numbering: of the frames on it, where they are numbered one after the other.
    """

    def __init__(self, judge: Judge, link: str, numbering: Numbering | None = None) -> None:
        self._judge = judge
        self._link = link
        self._numbering = numbering
        self._tasks: deque[Numbered] = deque()
        self._readings: deque[deque[Numbered]] = deque()
        self._last: deque[Numbered] = deque()
        self._recorded_tasks = self._recorded_readings = 0
        self._tasks_done = self._readings_done = 0

    def add(self, line: int, exchange: Exchange) -> None:
        """The next exchange that was recorded."""
        number = exchange.reading
        if number and not (self._readings and self._readings[-1][0].exchange.reading == number):
            self._readings.append(deque())
            self._recorded_readings += 1
        place = Numbered(line, exchange, self._recorded_tasks, self._recorded_readings - bool(number))
        (self._readings[-1] if number else self._tasks).append(place)
        self._recorded_tasks += not number and exchange.kind in SENT

    def take(self, kind: str, data: bytes = b"") -> Exchange:
        """The next exchange, which must be of that kind, with that data if it was sent.

        Raises:
            WireDifferenceError: it is another one, stands elsewhere, or none is left.
        """
        left = self._left()
        if not left:
            self._differ(f"{_words(kind, data)}; the log ends before", None)
        numbered = left[0]
        exchange = numbered.exchange
        if exchange.kind != kind or (kind in SENT and not self._is_same(numbered, data)):
            self._differ(
                f"{_words(kind, data)}; recorded is {_words(exchange.kind, exchange.data)}", numbered
            )
        if left is self._tasks and kind in SENT:
            self._require_place(numbered)
            self._tasks_done += 1
        left.popleft()
        if exchange.data != data and kind in SENT:
            self._number_replies(left, exchange.data, data)
        return exchange

    def pass_time(self, exchange: Exchange) -> None:
        """Wait until it began then, and as long as it took, to the very instant where nothing is late."""
        clock, judge = self._judge.clock, self._judge
        if judge.in_real_time:
            patience_s = inf if clock.now() < judge.first_scan_s else PATIENCE_S
            if 0.0 < exchange.start_s - clock.now() <= patience_s:
                clock.sleep_until(exchange.start_s)
        if abs(clock.now() - exchange.start_s) < _SAME_S:
            clock.sleep_until(exchange.end_s)
        else:
            clock.sleep(exchange.end_s - exchange.start_s)

    def next_received(self) -> Exchange | None:
        """What was received next, None if something was sent before that."""
        return next(self.received(), None)

    def received(self) -> Iterator[Exchange]:
        """What was received next, piece by piece, until something was sent."""
        following = (numbered.exchange for numbered in self._left())
        return takewhile(lambda exchange: exchange.kind == RECEIVE, following)

    @property
    def patience_s(self) -> float:
        """By how much later than a driver's time-out allows the read of an answer may have begun: 0 in virtual time."""
        return PATIENCE_S if self._judge.in_real_time else 0.0

    def drop(self) -> None:
        """What was received next was taken, or was lost then too."""
        self._left().popleft()

    def require_sent(self, left: deque[Numbered]) -> None:
        """Nothing that was sent then is left of a sequence.

        Raises:
            WireDifferenceError: something is.
        """
        for numbered in left:
            exchange = numbered.exchange
            if exchange.kind in SENT:
                self._differ(
                    f"nothing any more; recorded is {_words(exchange.kind, exchange.data)}", numbered
                )

    def require_over(self) -> None:
        """Nothing that was sent then is left at all, but readings that a slip or the end of the scans accounts for.

        Raises:
            WireDifferenceError: something is.
        """
        self.require_sent(self._tasks)
        done, slip, last_s = self._readings_done, self._slip, self._judge.last_scan_s
        left = [reading[0] for reading in self._readings if reading[0].exchange.start_s < last_s]
        if len(left) > slip or (left and not done):
            words = f"no more than {_readings(done)}; recorded are {done + len(left)}{self._allowed}"
            self._differ(words, left[0])

    @property
    def _slip(self) -> int:
        return SLIP if self._judge.in_real_time else 0

    @property
    def _allowed(self) -> str:
        return allowed("reading") if self._judge.in_real_time else ""

    def _left(self) -> deque[Numbered]:
        """The sequence that whoever asks now takes from."""
        held = _HELD.get()
        if held is None:
            return self._tasks
        if self not in held.left:
            held.left[self] = self._begin_reading()
        return held.left[self]

    def _begin_reading(self) -> deque[Numbered]:
        done, slip = self._readings_done, self._slip
        following = next((task for task in self._tasks if task.exchange.kind in SENT), None)
        if following is not None and done - following.readings >= slip:
            recorded = _words(following.exchange.kind, following.exchange.data)
            words = f"reading {done + 1}; recorded is {recorded} after {_readings(following.readings)}"
            self._differ(words + self._allowed, following)
        if not self._last and not self._readings:
            self._differ("a reading; recorded is none", None)
        if not self._readings and done - self._recorded_readings >= slip:
            self._differ(
                f"reading {done + 1}; recorded are {self._recorded_readings}{self._allowed}", self._last[0]
            )
        self._readings_done += 1
        if self._readings:
            self._last = self._readings.popleft()
        return deque(self._last)

    def _require_place(self, numbered: Numbered) -> None:
        done, then, slip = self._readings_done, numbered.readings, self._slip
        if abs(done - then) > slip:
            words = _words(numbered.exchange.kind, numbered.exchange.data)
            self._differ(
                f"{words} after {_readings(done)}; recorded is that after {_readings(then)}{self._allowed}",
                numbered,
            )

    def _is_same(self, numbered: Numbered, data: bytes) -> bool:
        """Byte for byte; but a frame that stands elsewhere has another number."""
        recorded, numbering = numbered.exchange.data, self._numbering
        if recorded == data or numbering is None:
            return recorded == data
        is_moved = (numbered.tasks, numbered.readings) != (self._tasks_done, self._readings_before)
        return is_moved and numbering.without(recorded) == numbering.without(data)

    @property
    def _readings_before(self) -> int:
        return self._readings_done - (_HELD.get() is not None)

    def _number_replies(self, left: deque[Numbered], recorded: bytes, sent: bytes) -> None:
        """Let the replies have the number of what was sent, in pieces as they came."""
        assert self._numbering is not None, "only numbered frames may differ"
        pieces = list(takewhile(lambda numbered: numbered.exchange.kind == RECEIVE, left))
        whole = b"".join(piece.exchange.data for piece in pieces)
        whole = self._numbering.answering(whole, recorded, sent)
        for at, piece in enumerate(pieces):
            length = len(piece.exchange.data) if at + 1 < len(pieces) else len(whole)
            left[at] = piece._replace(exchange=piece.exchange.having(whole[:length]))
            whole = whole[length:]

    def _differ(self, words: str, numbered: Numbered | None) -> NoReturn:
        self._judge.differ(self._link, words, None if numbered is None else numbered.line)


def _words(kind: str, data: bytes) -> str:
    return f"{kind} {data.decode('latin-1')!r}" if data else kind


def _readings(number: int) -> str:
    return f"{number} reading{'' if number == 1 else 's'}"


def allowed(what: str) -> str:
    """The tolerance of a replay of real time, in words."""
    return f", and {SLIP} {what} more or less is allowed"
