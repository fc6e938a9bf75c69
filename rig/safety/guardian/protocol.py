"""What an engine needs of its guardian."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Protocol

from rig.safety.guardian.answers import Answer
from rig.safety.guardian.watch import SILENCE_S as SILENCE_OF_ENGINE_S

ANSWER_S = 5.0
REHEARSAL_S = 15.0
END_S = 5.0


class Guardian(Protocol):
    """As `rig.safety.guardian.link.GuardianLink`, which speaks to a process."""

    @property
    def trouble(self) -> str:
        """Why it counts as gone, empty while it does not."""

    @property
    def armed(self) -> bool:
        """Whether it has said that it watches the heartbeat; no power before."""

    @property
    def pid(self) -> int:
        """Its process."""

    def beat(self) -> None:
        """The scan runs."""

    def alive(self, now: float) -> bool:
        """Whether it still speaks, by monotonic seconds of any origin."""

    def poll(self) -> list[Answer]:
        """The answers that have come since it was asked last."""

    def arm(self, patience_s: float = SILENCE_OF_ENGINE_S) -> int:
        """Power is about to go on: from its answer on it expects a beat every scan."""

    def runs(self, folders: Mapping[str, Path]) -> None:
        """The run folders of the lanes from now on."""

    def stand_down(self, *, confirmed: bool) -> int:
        """Power is off."""

    def hand_over(self, why: str, slots: Collection[str] = ()) -> int:
        """Off could not be confirmed: it goes on trying."""

    def off(self, slots: Collection[str]) -> int:
        """Switch these slots off, beside a worker that hangs."""

    def rehearse(self) -> int:
        """Switch everything off, as a proof."""

    def await_answer(self, number: int, timeout_s: float = ANSWER_S) -> Answer:
        """Wait for the answer to a request.

        Raises:
            BenchError: it has ended or did not answer in time.
        """

    def close(self, timeout_s: float = END_S) -> bool:
        """Let go of it; whether its process has ended."""
