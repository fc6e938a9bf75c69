"""One bus switched off by the guardian's own sessions, on a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import final

from rig.bench.outputs import Opened, OutputPart
from rig.bench.stations import never_raising
from rig.bench.worker import LOOK_S, OFF_PATIENCE_S, RETRY_PAUSES_S
from rig.clock import Clock
from rig.safety.guardian.answers import Seen

HUNG_S = 15.0
"""After so long without a word from a bus its thread is given up, and a new one tries."""

MOST_THREADS = 50

STAYS_S = 0.2
"""How long after the engine's end a look counts: what it sent last may still reach the instrument before."""

Trust = Callable[[], str | None]
"""Why what is read back may still change, in words; None once nobody else can switch anything on."""


@final
@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt on one bus."""

    bus: str
    number: int
    seen: tuple[Seen, ...]

    @property
    def confirmed(self) -> bool:
        """Whether every output of the bus was seen to be off."""
        return all(seen.confirmed for seen in self.seen)


@final
class BusOff:
    """Begins when it is made. Off goes to every output first, then it looks; a part that fails keeps none waiting.

    Args:
        parts: what sits on this bus.
        trust: asked before each look.
        insists: whether it tries again, with growing pauses, until every output is seen to be off.
        report: takes each attempt; called on the bus's thread.
    """

    def __init__(
        self,
        bus: str,
        parts: Sequence[OutputPart],
        clock: Clock,
        trust: Trust,
        report: Callable[[Attempt], None],
        *,
        insists: bool,
    ) -> None:
        self._bus = bus
        self._parts = tuple(parts)
        self._clock = clock
        self._trust = trust
        self._report = report
        self._insists = insists
        self._began = self._word = clock.now()
        self._alone_since: float | None = None
        self._wake = clock.signal()
        self._thread = 0
        self._attempts = 0
        self._cancelled = self._done = False
        self._start()

    def unseen(self, words: str) -> tuple[Seen, ...]:
        """Its outputs, nobody having looked."""
        return tuple(seen for part in self._parts for seen in self._unseen(part, words))

    def cancel(self) -> None:
        """Let go of the links after the present exchange."""
        self._cancelled = True
        self._wake.set()

    def revive(self, now: float) -> None:
        """Start anew beside a thread that hangs in a library."""
        hung = now - self._word > HUNG_S and self._insists
        if hung and not self._done and not self._cancelled and self._thread < MOST_THREADS:
            self._start()

    def _start(self) -> None:
        self._thread += 1
        self._word = self._clock.now()
        mine = self._thread
        self._clock.spawn(f"guardian {self._bus} {mine}", lambda: self._run(mine))

    def _run(self, mine: int) -> None:
        for pause_s in chain(RETRY_PAUSES_S, repeat(RETRY_PAUSES_S[-1])):
            seen = tuple(self._attempt())
            if self._thread != mine or self._cancelled:
                return
            self._attempts += 1
            self._word = self._clock.now()
            attempt = Attempt(self._bus, self._attempts, seen)
            self._done = attempt.confirmed or not self._insists
            self._report(attempt)
            if self._done:
                return
            self._wake.wait(pause_s)

    def _attempt(self) -> list[Seen]:
        opened: dict[str, Opened] = {}
        troubles: dict[str, str] = {}
        try:
            self._doubt()
            for part in self._parts:
                self._begin(part, opened, troubles)
            return self._look_until_dark(opened, troubles)
        except Exception as error:
            return list(self.unseen(f"NOT CONFIRMED: {type(error).__name__}: {error}"))
        finally:
            for found in opened.values():
                found.station.close()

    @staticmethod
    def _begin(part: OutputPart, opened: dict[str, Opened], troubles: dict[str, str]) -> None:
        def begin() -> None:
            found = opened[part.source] = part.open()
            for slot in part.outputs:
                found.station.begin_off(slot)

        trouble = never_raising(begin)
        if trouble is not None:
            troubles[part.source] = trouble

    def _look_until_dark(self, opened: dict[str, Opened], troubles: dict[str, str]) -> list[Seen]:
        until = self._clock.now() + OFF_PATIENCE_S
        known: set[str] = set()
        while True:
            doubt = self._doubt()
            seen: list[Seen] = []
            for part in self._parts:
                if part.source in opened:
                    seen += self._look(part, opened[part.source], known, doubt)
                else:
                    seen += self._unseen(part, f"NOT CONFIRMED: {troubles[part.source]}")
            waiting = any(one.resource in opened and not one.confirmed for one in seen)
            if not waiting or self._cancelled or self._clock.now() >= until:
                return seen
            self._clock.sleep(LOOK_S)

    def _doubt(self) -> str | None:
        """Why a look would not count now; None once nobody else has been able to switch on for long enough."""
        doubt, now = self._trust(), self._clock.now()
        if doubt is not None:
            self._alone_since = None
            return doubt
        if self._alone_since is None:
            self._alone_since = now
        young = now - self._alone_since < STAYS_S
        return "what was sent to it last may still arrive" if young else None

    def _look(self, part: OutputPart, found: Opened, known: set[str], doubt: str | None) -> Iterator[Seen]:
        """What each output reads; it counts once the right instrument answers and nobody else can switch it on."""
        looked = [(slot, detail) for slot in part.outputs for detail in found.station.look_off(slot)]
        if part.source not in known and all(detail.confirmed for _, detail in looked):
            stranger = never_raising(lambda: _discard(found.identify()))
            if stranger is None:
                known.add(part.source)
            doubt = stranger or doubt
        for slot, detail in looked:
            words = detail.what if doubt is None else f"{detail.what}; NOT CONFIRMED: {doubt}"
            dark = detail.confirmed and doubt is None
            yield Seen(slot, detail.resource, detail.output, dark, words, self._clock.now() - self._began)

    def _unseen(self, part: OutputPart, words: str) -> Iterator[Seen]:
        seconds = self._clock.now() - self._began
        for slot, outputs in part.outputs.items():
            for output in outputs:
                yield Seen(slot, part.source, output, False, words, seconds)


def _discard(_answer: object) -> None:
    return None
