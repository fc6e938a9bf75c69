"""What the guardian decides, input by input."""

from __future__ import annotations

from rig.safety.guardian.watch import SILENCE_S, State, Watch

ARMED = Watch().arm(10.0)
ALARMED = ARMED.lose_link("gone").look(confirmed=False)


def test_silence_counts_from_the_last_beat_and_only_while_armed() -> None:
    assert Watch().tick(1000.0).state is State.STANDING_BY
    assert ARMED.tick(10.0 + SILENCE_S).state is State.ARMED
    heard = ARMED.beat(10.5)
    assert heard.tick(10.5 + SILENCE_S).state is State.ARMED
    acting = heard.tick(10.6 + SILENCE_S)
    assert (acting.state, acting.kills, acting.why) == (State.ACTING, True, "no heartbeat for 0.70 s")


def test_a_lost_link_acts_unless_the_engine_stood_down() -> None:
    assert Watch().lose_link("gone").state is State.ACTING
    assert ARMED.lose_link("gone").kills
    down = ARMED.stand_down(confirmed=True)
    assert not down.over
    ended = down.lose_link("gone")
    assert (ended.state, ended.over) == (State.STOOD_DOWN, True)
    assert down.arm(20.0).state is State.ARMED
    assert ended.arm(20.0) is ended


def test_standing_down_needs_every_output_confirmed_off() -> None:
    assert ARMED.stand_down(confirmed=False) is ARMED


def test_handing_over_does_not_end_the_engine_and_an_order_of_a_person_does() -> None:
    handed, ordered = ARMED.hand_over("no answer"), ARMED.order_off("Ada")
    assert (handed.kills, handed.why) == (False, "handed over: no answer")
    assert (ordered.kills, ordered.why) == (True, "Ada asked the guardian to switch off")


def test_once_it_acts_no_word_of_the_engine_changes_that() -> None:
    acting = ARMED.hand_over("no answer")
    for state in (acting, ALARMED):
        assert state.arm(11.0) is state
        assert state.beat(11.0) is state
        assert state.stand_down(confirmed=True) is state
        assert state.hand_over("again") is state
        assert state.tick(99.0) is state


def test_an_alarm_ends_with_read_back_or_with_a_name() -> None:
    assert ALARMED.state is State.ALARM
    assert ALARMED.take_over("  ") is ALARMED
    assert ALARMED.look(confirmed=False).state is State.ALARM
    assert ALARMED.look(confirmed=True).over
    taken = ALARMED.take_over(" Ada ")
    assert (taken.state, taken.who, taken.over) == (State.TAKEN_OVER, "Ada", True)
    acting = ARMED.lose_link("gone")
    assert acting.take_over("Ada") is acting
    assert ARMED.look(confirmed=True) is ARMED
