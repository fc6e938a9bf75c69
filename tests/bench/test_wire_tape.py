"""One link of a replay in real time: readings may stand one place earlier or later, and all else is as it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf
from typing import NoReturn, final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dut_drivers.frames import SequenceNumbers, decode, encode
from rig.bench.wire_log import RECEIVE, Exchange
from rig.bench.wire_replay import WireDifferenceError
from rig.bench.wire_tape import SLIP, Tape, held_reading
from rig.clock import VirtualClock

LINK = "COM3"
READING, TASK = 1, 2
"""Kinds of the frames."""

Order = str
"""What was done on a link, one letter each: r a reading, t anything else."""


@final
class Judge:
    """A replay of one link."""

    in_real_time = True
    first_scan_s = 0.0
    last_scan_s = inf

    def __init__(self) -> None:
        self.clock = VirtualClock()

    def differ(self, link: str, words: str, line: int | None) -> NoReturn:
        raise WireDifferenceError(f"{link}, line {line}: {words}")


def taped(order: Order, gaps_s: Iterable[float] = ()) -> Tape:
    """The tape of a session of that order, whose n-th reading was answered by n, and its n-th task too."""
    tape, now, gaps = Tape(Judge(), LINK, SequenceNumbers()), 0.0, iter(gaps_s)
    done = {"r": 0, "t": 0}
    line = 2
    for at, letter in enumerate(order):
        number = done[letter]
        done[letter] += 1
        kind = READING if letter == "r" else TASK
        mark = at + 1 if letter == "r" else 0
        reply = encode(at + 1, kind | 0x80, bytes([number]))
        sent = encode(at + 1, kind, bytes([number % 7] if letter == "t" else []))
        for what, data in (("send", sent), (RECEIVE, reply[:3]), (RECEIVE, reply[3:])):
            gap_s = next(gaps, 0.001)
            tape.add(line, Exchange(what, LINK, now, now + gap_s, data, reading=mark))
            now += gap_s
            line += 1
    return tape


def exchange(tape: Tape, sequence: int, kind: int, payload: bytes = b"") -> int:
    """Send a frame as a driver does; the number in its reply, which has to have the frame's own sequence number."""
    tape.pass_time(tape.take("send", encode(sequence, kind, payload)))
    received = b""
    while (piece := tape.next_received()) is not None:
        received += piece.data
        tape.drop()
    frame = decode(received[:-1])
    assert frame is not None
    assert frame.sequence == sequence, "a driver drops any other"
    return frame.payload[0]


def replay(tape: Tape, order: Order) -> None:
    """Do that in that order, and see each reading answered by its own reply."""
    readings = tasks = 0
    for sequence, letter in enumerate(order, 1):
        if letter == "r":
            with held_reading():
                assert exchange(tape, sequence, READING) == readings
            readings += 1
        else:
            assert exchange(tape, sequence, TASK, bytes([tasks % 7])) == tasks
            tasks += 1
    tape.require_over()


def before_tasks(order: Order) -> list[int]:
    """How many readings stand before each task."""
    return [order[:at].count("r") for at, letter in enumerate(order) if letter == "t"]


def is_legal(recorded: Order, again: Order) -> bool:
    """The tolerance by its own words, counted over the whole session."""
    pairs = zip(before_tasks(recorded), before_tasks(again), strict=True)
    return all(abs(then - now) <= SLIP for then, now in pairs)


def accepts(tape: Tape, order: Order) -> bool:
    try:
        replay(tape, order)
    except WireDifferenceError:
        return False
    return True


orders = st.text("rt", min_size=1, max_size=40)
gaps = st.lists(st.floats(0.0, 0.5), max_size=120)


@given(orders, gaps, st.data())
def test_every_legal_interleaving_is_accepted_and_every_other_refused(
    recorded: Order, gaps_s: Sequence[float], data: st.DataObject
) -> None:
    again = "".join(data.draw(st.permutations(recorded)))
    assert accepts(taped(recorded, gaps_s), again) == is_legal(recorded, again)


@given(orders, st.data())
def test_turns_that_a_race_has_decided_otherwise_are_legal(recorded: Order, data: st.DataObject) -> None:
    letters, at = list(recorded), 0
    while at + 1 < len(letters):
        if data.draw(st.booleans()):
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
            at += 1
        at += 1
    assert accepts(taped(recorded), "".join(letters))


@given(orders.filter(lambda order: "t" in order), st.data())
def test_a_task_too_few_or_too_many_is_refused(recorded: Order, data: st.DataObject) -> None:
    tasks = [at for at, letter in enumerate(recorded) if letter == "t"]
    at = data.draw(st.sampled_from(tasks))
    assert not accepts(taped(recorded), recorded[:at] + recorded[at + 1 :])
    assert not accepts(taped(recorded), recorded[:at] + "t" + recorded[at:])


@given(st.integers(1, 20), st.data())
def test_another_value_is_refused(tasks: int, data: st.DataObject) -> None:
    tape = taped("t" * tasks)
    wrong = data.draw(st.integers(0, tasks - 1))
    for number in range(wrong):
        exchange(tape, number + 1, TASK, bytes([number % 7]))
    with pytest.raises(WireDifferenceError, match=r"(?s)send '.*'; recorded is send '.*'"):
        exchange(tape, wrong + 1, TASK, bytes([(wrong + 1) % 7]))


@pytest.mark.parametrize("readings", [6, 8])
def test_a_rate_that_drifts_is_refused_where_the_next_task_shows_it(readings: int) -> None:
    with pytest.raises(WireDifferenceError, match=r"line \d+: .*10 readings.* 1 reading more or less"):
        replay(taped("t" + "r" * 10 + "t"), "t" + "r" * readings + "t")


def test_readings_that_go_on_where_something_else_was_sent_are_refused_at_once() -> None:
    with pytest.raises(WireDifferenceError, match=r"reading 4; recorded is send .* after 2 readings"):
        replay(taped("rrtrr"), "rrrrt")


@pytest.mark.parametrize(
    ("recorded", "again", "words"),
    [
        ("rrr", "r", "no more than 1 reading; recorded are 3"),
        ("r", "", "no more than 0 readings; recorded are 1"),
        ("t", "tr", "a reading; recorded is none"),
    ],
)
def test_readings_are_counted_to_the_end(recorded: Order, again: Order, words: str) -> None:
    with pytest.raises(WireDifferenceError, match=words):
        replay(taped(recorded), again)


def test_a_reading_more_than_then_has_the_last_one_s_reply_and_no_second_does() -> None:
    tape = taped("r")
    for sequence in (1, 2):
        with held_reading():
            assert exchange(tape, sequence, READING) == 0
    with pytest.raises(WireDifferenceError, match="reading 3; recorded are 1"), held_reading():
        exchange(tape, 3, READING)


def test_a_reading_that_asks_for_less_than_then_is_refused() -> None:
    judge = Judge()
    tape = Tape(judge, LINK)
    for line, data in enumerate((b"VOLT?\n", b"CURR?\n"), 2):
        tape.add(line, Exchange("write", LINK, 0.0, 0.0, data, reading=1))
    with (
        pytest.raises(WireDifferenceError, match="line 3: nothing any more; recorded is write 'CURR"),
        held_reading(),
    ):
        tape.take("write", b"VOLT?\n")


def test_a_number_that_nothing_has_moved_is_compared_too() -> None:
    with pytest.raises(WireDifferenceError):
        exchange(taped("tt"), 9, TASK, b"\0")


def test_in_virtual_time_nothing_may_move(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Judge, "in_real_time", False)
    replay(taped("rtr"), "rtr")
    for order in ("trr", "rrt"):
        with pytest.raises(WireDifferenceError):
            replay(taped("rtr"), order)


def test_what_comes_early_waits_for_its_instant_and_what_comes_late_takes_as_long() -> None:
    judge = Judge()
    tape = Tape(judge, LINK)
    for line, start_s in enumerate((0.2, 1.0), 2):
        tape.add(line, Exchange("write", LINK, start_s, start_s + 0.05, b"x"))
    tape.pass_time(tape.take("write", b"x"))
    assert judge.clock.now() == pytest.approx(0.25)
    judge.clock.sleep_until(3.0)
    tape.pass_time(tape.take("write", b"x"))
    assert judge.clock.now() == pytest.approx(3.05)
