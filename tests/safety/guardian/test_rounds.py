"""A guardian that stood still itself hears what lies in the link before it judges: no sound engine is ended for it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import orjson
import pytest

from rig.clock import WallClock
from rig.platform import OtherProcess
from rig.safety.guardian.announce import Announcer
from rig.safety.guardian.control import ControlSocket
from rig.safety.guardian.duty import Duty
from rig.safety.guardian.lines import LineSocket
from rig.safety.guardian.process import _Guardian
from rig.safety.guardian.watch import SILENCE_S, State
from rig.safety.latching import Latching

STANDSTILL_S = 2 * SILENCE_S
STEP_S = 1e-3


class Stage:
    """An engine's end of the link, and a clock at one of whose looks the guardian stands still."""

    kind = "wall"
    anchor = datetime(2026, 11, 21, tzinfo=UTC)

    def __init__(self) -> None:
        self.looks = 0
        self.still_at = -1
        self.engine_beats = True
        self.engine, theirs = socket.socketpair()
        self.link = LineSocket(theirs)
        self._now = 0.0
        self._wall = WallClock()
        self.signal, self.spawn = self._wall.signal, self._wall.spawn

    def now(self) -> float:
        self._now += STEP_S
        if self.looks == self.still_at:
            self.stand_still()
        self.looks += 1
        return self._now

    def stand_still(self) -> None:
        """Time passes, the engine beats all the while, and this process does nothing."""
        if self.engine_beats:
            self.engine.send(b"\n")
        self._now += STANDSTILL_S
        if self.engine_beats:
            self.engine.send(b"\n")

    def sleep(self, seconds: float) -> None:
        self._now += seconds

    def sleep_until(self, instant: float) -> None:
        self._now = max(self._now, instant)

    def lock(self) -> AbstractContextManager[object]:
        return nullcontext()


class Living:
    """An engine's process that lives."""

    pid = 1
    ended = False

    def end(self) -> str | None:
        return None


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    yield made
    made.engine.close()
    made.link.close()


@pytest.fixture
def guardian(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Guardian]:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "rig").mkdir(mode=0o700)
    engine, control, announcer = cast("OtherProcess", Living()), ControlSocket(), Announcer(stage)
    duty = Duty(
        lambda _slots: [], ["main"], engine, send=stage.link.send, announcer=announcer, clock=stage, how=""
    )
    yield _Guardian(stage.link, control, duty, engine=engine, clock=stage, latching=Latching(None, stage))
    duty.close()
    control.close()


def arm(stage: Stage, guardian: _Guardian) -> None:
    stage.engine.send(orjson.dumps({"do": "arm", "id": 1}) + b"\n")
    guardian._round()
    assert guardian.duty.watch.state is State.ARMED


def looks_of_a_round(stage: Stage, round_: Callable[[], None]) -> int:
    before = stage.looks
    stage.engine.send(b"\n")
    round_()
    return stage.looks - before


def test_wherever_it_stands_still_in_a_round_a_beat_in_the_link_is_heard(
    stage: Stage, guardian: _Guardian
) -> None:
    arm(stage, guardian)
    count = looks_of_a_round(stage, guardian._round)
    assert count >= 3, "it looks at the clock before it hears, at each beat, and when it acts"
    for place in range(count + 2):
        stage.still_at = stage.looks + place
        for _ in range(3):
            guardian._round()
            assert guardian.duty.watch.state is State.ARMED, f"it stood still at look {place}"
            stage.engine.send(b"\n")


def test_between_two_rounds_too(stage: Stage, guardian: _Guardian) -> None:
    arm(stage, guardian)
    stage.stand_still()
    guardian._round()
    assert guardian.duty.watch.state is State.ARMED


def test_an_engine_that_is_silent_meanwhile_is_ended(stage: Stage, guardian: _Guardian) -> None:
    arm(stage, guardian)
    stage.engine_beats = False
    stage.stand_still()
    guardian._round()
    assert guardian.duty.watch.state is not State.ARMED
    assert guardian.duty.watch.kills
