"""A serial port of a replay: what a driver had received it receives again, how late it may have come."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dut_drivers.errors import ReplyTimeout
from dut_drivers.frames import encode
from dut_drivers.link import Link
from dut_drivers.messages import REPLY, Kind
from rig.bench.description import BenchDescription
from rig.bench.wire_log import RECEIVE, Exchange, WireHead, WireRecord
from rig.bench.wire_replay import WireReplay
from rig.clock import VirtualClock
from rig.record.naming import iso_utc

URL = "simdut://main"
DEADLINE_S = 0.3
BEGAN_S = 1.0
TELEMETRY = b"telemetry"


def opened(bench: BenchDescription, *answers_s: float | None, of: str = "wall") -> tuple[WireReplay, Link]:
    """A belt on the log of a poll, sent as often as there are answers, each of which took so long or never came."""
    head = WireHead("a test", bench.file, bench.text, ("main",), of, iso_utc(VirtualClock().anchor))
    now, said = BEGAN_S, [Exchange("open", URL, 0.0, 0.0)]
    for sequence, answer_s in enumerate(answers_s, 1):
        poll, answer = encode(sequence, Kind.POLL), encode(sequence, Kind.POLL | REPLY, TELEMETRY)
        sent = poll if len(said) > 1 and answers_s[sequence - 2] is not None else b"\0" + poll
        said.append(Exchange("send", URL, now, now, sent))
        if answer_s is not None:
            came_s = now + answer_s
            said.append(Exchange(RECEIVE, URL, now, came_s, answer[:1]))
            said.append(Exchange(RECEIVE, URL, came_s, came_s + 0.0002, answer[1:]))
        now += DEADLINE_S if answer_s is None else answer_s
    replay = WireReplay(WireRecord(Path("a.wire.jsonl"), "", head, tuple(said)), VirtualClock())
    return replay, Link(lambda: replay.ports.open_serial(URL, 115200), URL, replay.clock, DEADLINE_S)


@settings(max_examples=40)
@given(early_s=st.floats(0.0, 0.29), answer_s=st.floats(0.0, 2.0))
def test_an_answer_that_a_driver_took_after_its_deadline_is_taken_again(
    bench: BenchDescription, early_s: float, answer_s: float
) -> None:
    replay, link = opened(bench, answer_s)
    replay.clock.sleep_until(BEGAN_S - early_s)
    assert link.exchange(Kind.POLL) == TELEMETRY
    assert replay.clock.now() == pytest.approx(BEGAN_S + answer_s, abs=0.001)
    replay.require_same()


def test_an_answer_that_did_not_come_does_not_come_and_the_next_one_does(bench: BenchDescription) -> None:
    replay, link = opened(bench, None, 0.004)
    replay.clock.sleep_until(BEGAN_S)
    assert link.exchange(Kind.POLL) == TELEMETRY
    replay.require_same()


def test_neither_of_two_answers_that_did_not_come_comes(bench: BenchDescription) -> None:
    replay, link = opened(bench, None, None)
    replay.clock.sleep_until(BEGAN_S)
    with pytest.raises(ReplyTimeout):
        link.exchange(Kind.POLL)
    assert replay.clock.now() == pytest.approx(BEGAN_S + 2 * DEADLINE_S, abs=0.1)
    replay.require_same()


def test_in_virtual_time_nothing_is_late(bench: BenchDescription) -> None:
    replay, link = opened(bench, 0.004, of="virtual")
    replay.clock.sleep_until(BEGAN_S)
    assert link.exchange(Kind.POLL) == TELEMETRY
    assert replay.clock.now() == pytest.approx(BEGAN_S + 0.0042, abs=1e-6)
    replay.require_same()
