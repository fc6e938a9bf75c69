"""The engine's dealings with its guardian, through a run: power only while it watches, and who goes on at the end."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import final

from rig.clock import WallClock, wall_seconds
from rig.errors import BenchError
from rig.safety.guardian.answers import Answer
from rig.safety.guardian.protocol import Guardian

HAND_OVER_S = 8.0
"""How long to wait for the guardian's first answer; it ends an engine that lives on for 10 s unconfirmed."""

PAUSES_S = (0.0, 0.5, 1.0, 2.0, 5.0, 5.0, 5.0, 5.0)
"""Before each attempt of an engine whose guardian has gone."""


@final
class Guarding:
    """A guardian, or none: a bench of this process alone has none, and then everything here is quiet.

    ended tells whether the guardian was let go, or was handed what nobody saw off.

    `beat`, `off` and `offs` never wait and never raise: the scan calls them.
    """

    def __init__(self, link: Guardian | None) -> None:
        self._link = link
        self._asked: set[str] = set()
        self._handed: int | None = None
        self._words: str | None = None
        self.ended = False

    @property
    def watched(self) -> bool:
        """Whether there is a guardian at all."""
        return self._link is not None

    @property
    def ready(self) -> bool:
        """Whether power may go on: the guardian expects a heartbeat from now on."""
        return self._link is None or self._link.armed

    def follow(self, folders: Mapping[str, Path]) -> None:
        """The records of this run are there, and the guardian's would stand beside them."""
        if self._link is not None:
            self._link.runs(folders)

    def arm(self) -> None:
        """The scan begins: the guardian is to expect a heartbeat."""
        if self._link is not None:
            self._link.arm()

    def beat(self) -> str | None:
        """A heartbeat; why the guardian counts as gone, None while it watches."""
        link = self._link
        if link is None:
            return None
        link.beat()
        return None if link.alive(wall_seconds()) else f"no guardian, no power: {link.trouble}"

    def off(self, slots: Iterable[str]) -> list[str]:
        """A worker of these slots does not move: the guardian switches them off through links of its own.

        Returns for which it was asked now; it is asked once.
        """
        new = [] if self._link is None else [slot for slot in slots if slot not in self._asked]
        if self._link is not None and new:
            self._asked.update(new)
            self._link.off(new)
        return new

    def offs(self) -> list[Answer]:
        """What the guardian has answered to `off` since it was last asked."""
        return [] if self._link is None else [answer for answer in self._link.poll() if answer.to == "off"]

    def stand_down(self) -> None:
        """The scan is over and every output was seen off: nothing is left to guard."""
        self.ended = True
        if self._link is None:
            return
        try:
            answer = self._link.await_answer(self._link.stand_down(confirmed=True))
        except BenchError as error:
            self._words = f"letting go of the guardian: {error}"
        else:
            self._words = None if answer.done else f"the guardian did not stand down: {answer.words}"

    def hand_over(self, why: str, slots: Collection[str], try_alone: Callable[[], bool]) -> None:
        """The scan is over, and the guardian goes on with what nobody has seen off; `word` tells what came of it.

        It is not waited for. Where it is gone already, this process tries for as long as that takes, before all else.

        Args:
            why: what is handed over, in words.
            slots: those whose outputs nobody has seen off.
            try_alone: switches off over new links, where the guardian is gone already; whether all was seen off.
        """
        self.ended = True
        if self._link is None:
            return
        self._handed = self._link.hand_over(why, slots)
        if not self._link.alive(wall_seconds()):
            self._handed = None
            self._words = f"handing over: {self._link.trouble}; {self._alone(try_alone)}"

    def word(self, try_alone: Callable[[], bool]) -> str | None:
        """What the guardian said of outputs that were handed over to it, or why it could not; None if it stood down.

        An engine that handed over may be ended by its guardian after some seconds: ask once the record is sealed.

        Args:
            try_alone: as for `hand_over`, where the guardian has ended since.
        """
        number, self._handed = self._handed, None
        if self._link is not None and number is not None:
            self._words = self._handed_over(self._link, number, try_alone)
        return self._words

    def _handed_over(self, link: Guardian, number: int, try_alone: Callable[[], bool]) -> str:
        try:
            answer = link.await_answer(number, HAND_OVER_S)
        except BenchError as error:
            return f"handing over to the guardian: {error}; {self._alone(try_alone)}"
        if answer.done:
            return f"the guardian has switched every output off, confirmed by read-back after {answer.seconds:.1f} s"
        return f"the guardian goes on: {answer.words}"

    @staticmethod
    def _alone(try_alone: Callable[[], bool]) -> str:
        clock = WallClock()
        for pause_s in PAUSES_S:
            clock.sleep(pause_s)
            if try_alone():
                return "this process has switched every output off by itself, confirmed by read-back"
        return "NOT CONFIRMED off by this process either: use the physical switch"
