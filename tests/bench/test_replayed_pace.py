"""When scans, readings and a script's steps begin in a replay: as they began in real time."""

from __future__ import annotations

from math import inf
from typing import NoReturn, final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.bench.messages import Reading
from rig.bench.recorded_pace import RecordedPace, present_reading
from rig.bench.replayed_pace import ReplayedPace
from rig.bench.wire_log import ACT, HANG, LOOK, READING, SCAN, STEP, STOP, TURN, Exchange, WireHead, WireLog
from rig.bench.wire_replay import WireDifferenceError
from rig.clock import VirtualClock

LINK = "COM3"


@final
class Judge:
    """A replay of nothing but its pace."""

    in_real_time = True
    first_scan_s = last_scan_s = inf

    def __init__(self) -> None:
        self.clock = VirtualClock()

    def differ(self, link: str, words: str, line: int | None) -> NoReturn:
        raise WireDifferenceError(f"{link}, line {line}: {words}")


def scans(*instants: float) -> list[Exchange]:
    return [Exchange(SCAN, "", instant, instant) for instant in instants]


def step(over_s: float, began_s: float) -> Exchange:
    return Exchange(STEP, "main", over_s, began_s)


def session(due_s: float, *, waiting_s: float, task_s: tuple[float, float]) -> list[Exchange]:
    """A task on a link, then a reading that was due at that instant and began as soon as it could."""
    began_s = max(due_s + waiting_s, task_s[1] + waiting_s)
    return [
        Exchange("send", LINK, *task_s),
        Exchange("send", LINK, began_s, began_s + 0.004, reading=1),
        Exchange(READING, "belt", began_s, began_s + 0.005, reading=1),
    ]


def test_scans_begin_when_they_began_and_on_time_where_there_was_none() -> None:
    pace = ReplayedPace(scans(1.0002, 1.2004, 1.9001), Judge())
    assert pace.starts_at(1.0) == 1.0
    began = []
    for due in (1.0, 1.2, 1.4, 2.0):
        began.append(pace.scans_at(due, 0.2))
        pace.scanned(began[-1])
    assert began == [1.0002, 1.2004, 1.9001, 2.0]


def test_two_scans_that_followed_each_other_at_once_do_so_again() -> None:
    pace = ReplayedPace(scans(1.9, 1.90001, 2.0), Judge())
    began = []
    for due in (1.2, 1.8, 2.0):
        began.append(pace.scans_at(due, 0.2))
        pace.scanned(began[-1])
    assert began == [1.9, 1.90001, 2.0]


def test_a_session_that_goes_on_for_longer_than_then_is_another() -> None:
    pace = ReplayedPace(scans(1.0, 1.2), Judge())
    for now in (1.0, 1.2, 1.4):
        pace.scanned(now)
    with pytest.raises(WireDifferenceError, match=r"one at 1\.600 s; recorded are 2, the last at 1\.200 s"):
        pace.scanned(1.6)


def test_the_engine_turns_when_it_turned_and_waits_for_its_scan_otherwise() -> None:
    judge = Judge()
    pace = ReplayedPace([*scans(1.0, 2.0), Exchange(TURN, "", 1.3, 1.3)], judge)
    assert not pace.wakes
    assert pace.turns_at(0.1, 1.0) == 1.0
    judge.clock.sleep_until(1.0)
    assert pace.turns_at(1.1, 2.0) == 1.3
    judge.clock.sleep_until(1.3)
    assert pace.turns_at(1.4, 2.0) == 2.0


def test_a_log_that_tells_no_turns_lets_messages_wake_the_engine() -> None:
    pace = ReplayedPace(scans(1.0), Judge())
    assert pace.wakes
    assert pace.turns_at(0.1, 1.0) == 0.1


def test_only_those_hang_that_hung_then() -> None:
    pace = ReplayedPace([Exchange(HANG, "supply", 1.3, 1.3)], Judge())
    assert pace.hanging(frozenset({"belt"}), 1.2) == frozenset()
    assert pace.hanging(frozenset(), 1.3) == {"supply"}


def test_a_worker_acts_and_looks_when_it_did() -> None:
    judge = Judge()
    pace = ReplayedPace([Exchange(ACT, "supply", 1.5, 1.5), Exchange(LOOK, "supply", 1.6, 1.6)], judge)
    judge.clock.sleep_until(1.0)
    pace.acts("supply")
    assert judge.clock.now() == 1.5
    pace.acts("supply")
    assert judge.clock.now() == 1.5
    assert [pace.looks_at("supply", 1.55), pace.looks_at("supply", 1.65)] == [1.6, 1.65]


def test_what_was_read_no_more_is_read_no_more() -> None:
    told = Exchange(READING, "belt", 1.0, 1.01, reading=1, period_s=0.2, due_s=1.0)
    pace = ReplayedPace([told], Judge())
    assert pace.reads_at("belt", 1.0, 0.2) == 1.0
    pace.reading("belt", lambda: Reading("belt", 1.0, [1.0]))()
    assert pace.reads_at("belt", 1.2, 0.2) == inf


def test_scans_begin_in_the_second_in_which_they_began() -> None:
    assert ReplayedPace(scans(5.01), Judge()).starts_at(4.0) == 5.0
    assert ReplayedPace([], Judge()).starts_at(4.0) == 4.0


@given(
    st.floats(0.0, 0.009),
    st.one_of(
        st.tuples(st.floats(-0.5, -0.001), st.floats(0.001, 0.1)),
        st.tuples(st.floats(0.001, 0.05), st.floats(0.051, 0.1)),
        st.tuples(st.floats(-0.5, -0.2), st.floats(-0.19, -0.0001)),
    ),
)
def test_a_reading_waits_for_what_had_come_before_it_and_for_nothing_that_it_had_come_before(
    waiting_s: float, task: tuple[float, float]
) -> None:
    due_s = 4.0
    task_s = (due_s + task[0], due_s + task[1])
    pace = ReplayedPace(session(due_s, waiting_s=waiting_s, task_s=task_s), Judge())
    again_s = pace.reads_at("belt", due_s, 0.2)
    if task_s[0] >= due_s:
        assert due_s < again_s, "the task was posted first"
    assert again_s <= max(due_s, task_s[1]), "and the worker reads when that is over"


def test_a_reading_that_was_left_out_is_due_when_it_is_due() -> None:
    exchanges = session(4.0, waiting_s=0.001, task_s=(1.0, 1.1))
    pace = ReplayedPace(exchanges, Judge())
    assert pace.reads_at("belt", 3.0, 0.2) == 3.0
    assert pace.reads_at("supply", 4.0, 0.2) == 4.0


@pytest.mark.parametrize(("period_s", "again_s"), [(0.2, 3.8), (0.1, 3.0), (0.5, 3.0)])
def test_instants_that_a_worker_had_left_out_are_left_out_again_if_it_is_to_read_as_often(
    period_s: float, again_s: float
) -> None:
    late = Exchange(READING, "belt", 3.85, 3.86, reading=1, period_s=0.2, due_s=3.8)
    pace = ReplayedPace([Exchange("send", LINK, 3.85, 3.855, reading=1), late], Judge())
    assert pace.reads_at("belt", 3.0, period_s) == pytest.approx(again_s)


def test_a_reading_is_over_when_it_was_over_however_early_it_begins() -> None:
    judge = Judge()
    pace = ReplayedPace(session(0.1, waiting_s=0.02, task_s=(0.0, 0.01)), judge)
    read = pace.reading("belt", lambda: Reading("belt", judge.clock.now(), [1.0]))
    judge.clock.sleep_until(0.1)
    assert read().instant == pytest.approx(0.12)
    assert judge.clock.now() == pytest.approx(0.125)


def test_a_step_begins_in_the_scan_in_which_it_began() -> None:
    judge = Judge()
    pace = ReplayedPace([*scans(1.0, 1.2, 1.4), step(1.0, 1.4)], judge)
    judge.clock.sleep_until(1.2)
    assert not pace.may_go_on("main")
    judge.clock.sleep_until(1.4)
    assert pace.may_go_on("main")


@pytest.mark.parametrize(
    ("over_s", "same"), [(1.0, False), (1.2, True), (1.4, True), (1.6, True), (1.8, False)]
)
def test_a_step_that_was_over_one_scan_earlier_or_later_is_the_same_and_no_other(
    over_s: float, *, same: bool
) -> None:
    pace = ReplayedPace([*scans(1.0, 1.2, 1.4, 1.6, 1.8), step(1.4, 1.8)], Judge())
    if same:
        pace.goes_on("main", over_s)
        with pytest.raises(WireDifferenceError, match="recorded is none any more"):
            pace.goes_on("main", 1.8)
    else:
        with pytest.raises(
            WireDifferenceError, match=f"over at {over_s:.3f} s; recorded is one over at 1.400 s"
        ):
            pace.goes_on("main", over_s)


@pytest.fixture
def log() -> WireLog:
    return WireLog(WireHead("a test", "bench.yaml", "", (), "wall", "2026-01-01T00:00:00Z"))


def test_what_is_noted_is_what_was_done(log: WireLog) -> None:
    clock = VirtualClock()
    pace, marks = RecordedPace(log, clock), []
    assert pace.reads_at("belt", 0.0, 0.2) == 0.0

    def read() -> Reading:
        marks.append(present_reading())
        clock.sleep(0.1)
        return Reading("belt", clock.now(), [1.0])

    noted = pace.reading("belt", read)
    noted()
    pace.scanned(0.2)
    pace.turned(0.2)
    pace.goes_on("main", 0.1)
    noted()
    pace.acts("supply")
    assert pace.looks_at("supply", 0.25) == 0.25
    assert pace.hanging(frozenset({"belt"}), 0.2) == {"belt"}
    pace.stopped("Ada")
    assert marks == [1, 2]
    assert present_reading() == 0
    assert log.exchanges == [
        Exchange(READING, "belt", 0.0, 0.1, reading=1, period_s=0.2, due_s=0.0),
        Exchange(SCAN, "", 0.2, 0.2),
        Exchange(TURN, "", 0.2, 0.2),
        Exchange(STEP, "main", 0.1, 0.2),
        Exchange(READING, "belt", 0.1, 0.2, reading=2, period_s=0.2, due_s=0.0),
        Exchange(ACT, "supply", 0.2, 0.2),
        Exchange(LOOK, "supply", 0.25, 0.25),
        Exchange(HANG, "belt", 0.2, 0.2),
        Exchange(STOP, "Ada", 0.2, 0.2),
    ]


def test_what_cannot_be_noted_keeps_nobody_from_switching_off(
    log: WireLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object, __: Exchange) -> None:
        raise MemoryError

    monkeypatch.setattr(WireLog, "note", full)
    pace = RecordedPace(log, VirtualClock())
    pace.acts("supply")
    assert pace.looks_at("supply", 0.25) == 0.25
    assert pace.hanging(frozenset({"belt"}), 0.2) == {"belt"}
    pace.turned(0.3)
