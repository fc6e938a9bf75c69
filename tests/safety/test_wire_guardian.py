"""A guardian in a wire log: its stand-in is asked the same, answers the same, and is armed when it was."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import final

import pytest

from rig import shipped
from rig.bench.wire_log import SCAN, Exchange, WireHead, WireLog, read_wire_log
from rig.bench.wire_replay import WireDifferenceError, WireReplay
from rig.clock import Clock, VirtualClock
from rig.errors import BenchError, InputError
from rig.safety.guardian.answers import Answer, Seen
from rig.safety.guardian.protocol import Guardian
from rig.safety.wire_guardian import RecordedGuardian, ReplayedGuardian

SEEN = Seen("main", "supply", "supply.a.output", True, "output off, 0.001 V, 0.0000 A", 0.25)


@final
class Watching:
    """A guardian that answers after a quarter of a second, or not at all."""

    trouble = ""
    pid = 4711

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.armed = False
        self.silent = False
        self._asked: dict[int, str] = {}

    def _ask(self, what: str) -> int:
        number = len(self._asked) + 1
        self._asked[number] = what
        return number

    def beat(self) -> None: ...

    def alive(self, now: float) -> bool:
        return True

    def poll(self) -> list[Answer]:
        return []

    def runs(self, folders: Mapping[str, Path]) -> None: ...

    def close(self, timeout_s: float = 1.0) -> bool:
        return True

    def arm(self, patience_s: float = 0.5) -> int:
        return self._ask("arm")

    def rehearse(self) -> int:
        return self._ask("rehearse")

    def stand_down(self, *, confirmed: bool) -> int:
        self.armed = False
        return self._ask("stand_down")

    def hand_over(self, why: str, slots: Collection[str] = ()) -> int:
        return self._ask("hand_over")

    def off(self, slots: Collection[str]) -> int:
        return self._ask("off")

    def await_answer(self, number: int, timeout_s: float = 5.0) -> Answer:
        self.clock.sleep(0.25)
        if self.silent:
            raise BenchError("waiting for the guardian: no answer")
        what = self._asked[number]
        self.armed = self.armed or what == "arm"
        outputs = (SEEN,) if what == "rehearse" else ()
        return Answer(number, what, True, "", 0.25, outputs)


def session(guardian: Guardian, clock: Clock) -> list[object]:
    """What an engine asks before its scan, and the instants at which it has the answers."""
    seen: list[object] = []
    asks: list[Callable[[], int]] = [
        lambda: guardian.arm(3.0),
        guardian.rehearse,
        lambda: guardian.stand_down(confirmed=True),
    ]
    for ask in asks:
        answer = guardian.await_answer(ask())
        seen += [answer.done, answer.outputs, guardian.armed, clock.now()]
    return seen


def written(log: WireLog, tmp_path: Path) -> WireReplay:
    path = tmp_path / "a.wire.jsonl"
    log.write(path)
    return WireReplay(read_wire_log(path), VirtualClock())


@pytest.fixture
def log() -> WireLog:
    file = shipped.bench()
    return WireLog(
        WireHead(
            "a test", str(file), file.read_text(encoding="utf-8"), ("main",), "wall", "2026-01-01T00:00:00Z"
        )
    )


def test_the_stand_in_answers_what_the_guardian_answered_when_it_did(log: WireLog, tmp_path: Path) -> None:
    clock = VirtualClock()
    first = session(RecordedGuardian(Watching(clock), log, clock), clock)
    replay = written(log, tmp_path)
    assert session(ReplayedGuardian(4711, replay), replay.clock) == first
    replay.require_same()


def test_one_that_did_not_answer_does_not_answer(log: WireLog, tmp_path: Path) -> None:
    clock = VirtualClock()
    within = Watching(clock)
    within.silent = True
    guardian = RecordedGuardian(within, log, clock)
    with pytest.raises(BenchError) as first:
        guardian.await_answer(guardian.arm())
    again = ReplayedGuardian(4711, written(log, tmp_path))
    with pytest.raises(BenchError) as second:
        again.await_answer(again.arm())
    assert str(second.value) == str(first.value)


def test_it_is_armed_from_the_scan_on_that_saw_it(log: WireLog, tmp_path: Path) -> None:
    clock = VirtualClock()
    within = Watching(clock)
    guardian = RecordedGuardian(within, log, clock)
    guardian.arm()
    clock.sleep(1.0)
    log.note(Exchange(SCAN, "", 1.0, 1.0))
    clock.sleep(0.0005)
    within.armed = True
    assert guardian.armed
    replay = written(log, tmp_path)
    again = ReplayedGuardian(4711, replay)
    again.arm()
    assert not again.armed
    replay.clock.sleep_until(1.0)
    assert again.armed


def test_asking_for_something_else_is_a_difference(log: WireLog, tmp_path: Path) -> None:
    clock = VirtualClock()
    guardian = RecordedGuardian(Watching(clock), log, clock)
    guardian.await_answer(guardian.rehearse())
    again = ReplayedGuardian(4711, written(log, tmp_path))
    with pytest.raises(
        WireDifferenceError, match=r"guardian .*sent is ask 'arm 3'; recorded is ask 'rehearse'"
    ):
        again.arm(3.0)


@pytest.mark.parametrize("what", ["off", "hand_over"])
def test_a_session_in_which_the_guardian_switched_off_cannot_be_replayed(
    log: WireLog, tmp_path: Path, what: str
) -> None:
    clock = VirtualClock()
    guardian = RecordedGuardian(Watching(clock), log, clock)
    if what == "off":
        guardian.off(["main"])
    else:
        guardian.hand_over("nobody has seen main off", ["main"])
    with pytest.raises(InputError, match=r"the session was ended at 0\.0 s by the guardian"):
        written(log, tmp_path)
