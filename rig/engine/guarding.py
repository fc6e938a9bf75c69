"""The engine's dealings with its guardian, through a run: power only while it watches, and who goes on at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import final

from rig.clock import WallClock, wall_seconds
from rig.errors import BenchError
from rig.safety.guardian.answers import Answer
from rig.safety.guardian.link import GuardianLink

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

    def __init__(self, link: GuardianLink | None) -> None:
        self._link = link
        self._asked: set[str] = set()
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

    def off(self, slot: str) -> bool:
        """A worker of this slot does not move: the guardian switches the slot off through links of its own.

        Returns whether it was asked now; it is asked once.
        """
        if self._link is None or slot in self._asked:
            return False
        self._asked.add(slot)
        self._link.off([slot])
        return True

    def offs(self) -> list[Answer]:
        """What the guardian has answered to `off` since it was last asked."""
        return [] if self._link is None else [answer for answer in self._link.poll() if answer.to == "off"]

    def end(
        self, *, confirmed: bool, why: str, close_bench: Callable[[], None], try_alone: Callable[[], bool]
    ) -> str | None:
        """The scan is over: the guardian stands down, or goes on with what nobody has seen off.

        Args:
            confirmed: whether every output was seen off.
            why: what is handed over, in words.
            close_bench: lets go of this process's links, so that the guardian can have them.
            try_alone: switches off over new links, where the guardian is gone; whether all was seen off.

        Returns:
            What the guardian said of outputs that were handed over to it, or why it could not; None if it stood down.
        """
        self.ended = True
        if self._link is None:
            return None
        try:
            if confirmed:
                answer = self._link.await_answer(self._link.stand_down(confirmed=True))
                return None if answer.done else f"the guardian did not stand down: {answer.words}"
            number = self._link.hand_over(why)
            close_bench()
            answer = self._link.await_answer(number, HAND_OVER_S)
        except BenchError as error:
            if confirmed:
                return f"letting go of the guardian: {error}"
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
