"""The watch beside the proof, on a guardian that only notes what it is asked."""

from __future__ import annotations

from collections.abc import Collection
from threading import Event

import pytest

from rig.safety import proof_watch
from rig.safety.proof_watch import ProofWatch
from rig.safety.stop import StopBox, StopRequested

PATIENCE_S = 10.0


class Noting:
    """What was asked of a guardian."""

    def __init__(self) -> None:
        self.beats = 0
        self.offs: list[tuple[str, ...]] = []
        self.beaten, self.asked = Event(), Event()

    def beat(self) -> None:
        self.beats += 1
        self.beaten.set()

    def off(self, slots: Collection[str]) -> int:
        self.offs.append(tuple(slots))
        self.asked.set()
        return 1


def test_while_the_proof_gets_on_it_beats_and_asks_for_nothing() -> None:
    guardian = Noting()
    with ProofWatch(guardian, ("left", "right"), StopBox()) as look:
        look()
        assert guardian.beaten.wait(PATIENCE_S)
    assert guardian.offs == []


def test_a_request_that_the_proof_does_not_notice_reaches_the_guardian_once_and_the_heart_stops() -> None:
    guardian, stop = Noting(), StopBox()
    with ProofWatch(guardian, ("left", "right"), stop):
        stop.stop("Ada")
        assert guardian.asked.wait(PATIENCE_S)
        beats = guardian.beats
    assert guardian.offs == [("left", "right")]
    assert guardian.beats == beats


def test_a_setting_that_does_not_come_back_is_the_guardians(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof_watch, "STANDS_S", 0.1)
    guardian = Noting()
    with ProofWatch(guardian, ("left",), StopBox()) as look:
        look()
        assert guardian.asked.wait(PATIENCE_S)
    assert guardian.offs == [("left",)]


def test_a_look_ends_the_proof_after_a_request() -> None:
    stop = StopBox()
    stop.stop("Ada")
    with pytest.raises(StopRequested), ProofWatch(Noting(), ("left",), stop) as look:
        look()


def test_without_a_guardian_requests_are_looked_at_all_the_same() -> None:
    stop = StopBox()
    with ProofWatch(None, ("left",), stop) as look:
        look()
        stop.stop("Ada")
        with pytest.raises(StopRequested):
            look()
