"""The heartbeat of a controlling screen."""

from __future__ import annotations

from rig.engine.heartbeat import Heartbeat


class Silence:
    """A heartbeat on a time that the test sets, and what it said."""

    def __init__(self) -> None:
        self.now = 100.0
        self.said: list[str] = []
        self.heart = Heartbeat(2.0, self.said.append, now=lambda: self.now)


def test_nothing_is_expected_before_the_first_beat() -> None:
    silence = Silence()
    silence.now += 1000.0
    assert not silence.heart.look()
    assert silence.said == []


def test_beats_that_come_in_time_keep_it_quiet() -> None:
    silence = Silence()
    for _ in range(10):
        silence.heart.beat()
        silence.now += 1.9
        assert not silence.heart.look()
    assert silence.said == []


def test_beats_that_stay_out_are_told_with_the_time() -> None:
    silence = Silence()
    silence.heart.beat()
    silence.now += 2.1
    assert silence.heart.look()
    assert silence.said == ["the controlling screen was silent for 2 s"]
