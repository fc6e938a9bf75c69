"""A request wakes whoever waits, the first is kept, and nothing goes on once there is one."""

from __future__ import annotations

import pytest

from rig.bench.inbox import Inbox
from rig.clock import VirtualClock, WallClock
from rig.safety.stop import StopBox, StopRequest, StopRequested

LONG_S = 60.0


@pytest.mark.parametrize("ask", ["stop", "interrupt"])
def test_a_request_ends_the_wait_for_the_next_scan(ask: str) -> None:
    clock, box = WallClock(), StopBox()
    inbox = Inbox(clock)
    box.wakes(inbox.wake)
    getattr(box, ask)("Ada")
    assert inbox.wait_until(clock.now() + LONG_S), "a wait that nobody ends tells so"
    assert not inbox.wait_until(clock.now()), "and it is taken once"


def test_on_the_virtual_clock_it_waits_for_the_scan() -> None:
    clock, box = VirtualClock(), StopBox()
    inbox = Inbox(clock)
    box.wakes(inbox.wake)
    box.stop("Ada")
    assert not inbox.wait_until(LONG_S)
    assert clock.now() == LONG_S


def test_the_first_request_is_kept_and_each_of_them_wakes() -> None:
    box, woken = StopBox(), []
    box.wakes(lambda: woken.append(box.request))
    box.interrupt("SIGINT")
    box.interrupt("SIGTERM")
    box.stop("Ada")
    first = StopRequest("interrupt", "SIGINT")
    assert (box.request, woken) == (first, [first] * 3)


def test_nothing_goes_on_once_somebody_has_asked() -> None:
    box = StopBox()
    box.require_none()
    box.stop("Ada")
    with pytest.raises(StopRequested, match="stop by Ada") as asked:
        box.require_none()
    assert asked.value.request == StopRequest("stop", "Ada")
