"""A guardian in a wire log: what it was asked and how it answered, and a stand-in that answers so again.

What the guardian itself sends to the bench is not in the engine's log: it has links of its own. What came of it the
engine sees by its answers, and reads from the instruments.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, final

import orjson

from rig.bench.wire_log import ANSWER, ARMED, ASK, GUARDIAN, SCAN, STOP, Exchange, WireLog
from rig.clock import Clock
from rig.errors import BenchError
from rig.safety.guardian.answers import Answer
from rig.safety.guardian.protocol import ANSWER_S, END_S, Guardian
from rig.safety.guardian.watch import SILENCE_S as SILENCE_OF_ENGINE_S

if TYPE_CHECKING:
    from rig.bench.wire_replay import WireReplay

_SAME_S = 1e-6


@final
class RecordedGuardian:
    """A guardian, with what passes between it and the engine noted."""

    def __init__(self, within: Guardian, log: WireLog, clock: Clock) -> None:
        self._within = within
        self._log = log
        self._clock = clock
        self._armed = False
        self.beat = within.beat
        self.alive = within.alive
        self.poll = within.poll
        self.runs = within.runs
        self.close = within.close

    @property
    def trouble(self) -> str:
        """As within."""
        return self._within.trouble

    @property
    def pid(self) -> int:
        """As within."""
        return self._within.pid

    @property
    def armed(self) -> bool:
        """As within; noted when it has become so."""
        armed = self._within.armed
        if armed and not self._armed:
            self._note(ARMED, GUARDIAN)
        self._armed = armed
        return armed

    def arm(self, patience_s: float = SILENCE_OF_ENGINE_S) -> int:
        """As within."""
        self._ask(_arm(patience_s))
        return self._within.arm(patience_s)

    def rehearse(self) -> int:
        """As within."""
        self._ask(_REHEARSE)
        return self._within.rehearse()

    def stand_down(self, *, confirmed: bool) -> int:
        """As within."""
        self._ask(_STAND_DOWN)
        return self._within.stand_down(confirmed=confirmed)

    def hand_over(self, why: str, slots: Collection[str] = ()) -> int:
        """As within; the session is one that only a guardian could end."""
        self._note(STOP, f"the guardian ({why})")
        return self._within.hand_over(why, slots)

    def off(self, slots: Collection[str]) -> int:
        """As within; the session is one that only a guardian could end."""
        self._note(STOP, f"the guardian (a worker of {', '.join(slots)} hung)")
        return self._within.off(slots)

    def await_answer(self, number: int, timeout_s: float = ANSWER_S) -> Answer:
        """As within."""
        start_s, data, error = self._clock.now(), b"", None
        try:
            answer = self._within.await_answer(number, timeout_s)
            data = orjson.dumps(answer.message())
        except BenchError as failure:
            error = str(failure)
            raise
        finally:
            self._log.note(Exchange(ANSWER, GUARDIAN, start_s, self._clock.now(), data, error=error))
        return answer

    def _ask(self, what: bytes) -> None:
        self._note(ASK, GUARDIAN, what)

    def _note(self, kind: str, on: str, data: bytes = b"") -> None:
        now_s = self._clock.now()
        self._log.note(Exchange(kind, on, now_s, now_s, data))


@final
class ReplayedGuardian:
    """Stands in for the guardian of a recorded session: it answers as that did, and does nothing."""

    trouble = ""

    def __init__(self, pid: int, replay: WireReplay) -> None:
        self.pid = pid
        self._tape = replay.tape(GUARDIAN)
        self._clock = replay.clock
        self._armings = deque(_armings(replay.record.exchanges))
        self._armed = False
        self._last_id = 0

    @property
    def armed(self) -> bool:
        """Whether it had said so by then."""
        if not self._armed and self._armings and self._armings[0] <= self._clock.now() + _SAME_S:
            self._armings.popleft()
            self._armed = True
        return self._armed

    def beat(self) -> None:
        """Nobody listens."""

    def alive(self, now: float) -> bool:
        """As long as it was needed."""
        return True

    def poll(self) -> list[Answer]:
        """It is not asked to switch off."""
        return []

    def runs(self, folders: Mapping[str, Path]) -> None:
        """It writes nothing."""

    def close(self, timeout_s: float = END_S) -> bool:
        """It has no process."""
        return True

    def arm(self, patience_s: float = SILENCE_OF_ENGINE_S) -> int:
        """As then."""
        return self._ask(_arm(patience_s))

    def rehearse(self) -> int:
        """As then."""
        return self._ask(_REHEARSE)

    def stand_down(self, *, confirmed: bool) -> int:
        """As then."""
        self._armed = False
        return self._ask(_STAND_DOWN)

    def hand_over(self, why: str, slots: Collection[str] = ()) -> int:
        """Never asked then.

        Raises:
            WireDifferenceError: always.
        """
        return self._ask(b"hand over")

    def off(self, slots: Collection[str]) -> int:
        """Never asked then; what is sent instead, or is not, tells the difference."""
        return self._last_id

    def await_answer(self, number: int, timeout_s: float = ANSWER_S) -> Answer:
        """The answer of then, after the time that it took.

        Raises:
            BenchError: none came then.
        """
        exchange = self._tape.take(ANSWER)
        self._tape.pass_time(exchange)
        answer = None if exchange.error else Answer.read(orjson.loads(exchange.data))
        if answer is None:
            raise BenchError(exchange.error or "the guardian's answer in the wire log cannot be read")
        return replace(answer, id=number)

    def _ask(self, what: bytes) -> int:
        self._tape.pass_time(self._tape.take(ASK, what))
        self._last_id += 1
        return self._last_id


_REHEARSE, _STAND_DOWN = b"rehearse", b"stand down"


def _arm(patience_s: float) -> bytes:
    return f"arm {patience_s:g}".encode()


def _armings(exchanges: Sequence[Exchange]) -> list[float]:
    """When it was first seen to be armed: the scan that looked, where one did."""
    scan_s, armings = None, []
    for exchange in exchanges:
        if exchange.kind == SCAN:
            scan_s = exchange.start_s
        elif exchange.kind == ARMED:
            armings.append(exchange.start_s if scan_s is None else scan_s)
    return armings
