"""The engine's side: it never waits where the scan calls it, and refuses power without a sound guardian."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rig import shipped
from rig.bench.description import BenchDescription
from rig.clock import WallClock, wall_seconds
from rig.errors import BenchError, InputError
from rig.safety.errors import RefusedError
from rig.safety.guardian.link import GuardianLink
from rig.safety.guardian.order import Order
from rig.simulation.client_bench import client_bench_text

pytestmark = pytest.mark.real_time

SILENT_S = 5.0


@pytest.fixture
def order(bench: BenchDescription) -> Order:
    """A bench that nobody answers on: loopback ports that are closed."""
    instruments = tuple(
        replace(entry, resource=f"TCPIP0::127.0.0.1::{number}::SOCKET")
        for number, entry in enumerate(bench.instruments, start=1)
    )
    slots = tuple(replace(slot, link="/dev/no-such-port") for slot in bench.slots)
    text = client_bench_text(replace(bench, instruments=instruments, slots=slots), bench)
    return Order("client.yaml", text, tuple(slot.name for slot in slots), os.getpid())


@pytest.fixture
def link(order: Order, tmp_path: Path) -> Iterator[GuardianLink]:
    with (tmp_path / "stderr").open("wb") as errors:
        made = GuardianLink.start(order, errors.fileno())
    made.await_ready()
    yield made
    made.stand_down(confirmed=True)
    made.poll()
    if not made.close():
        os.kill(made.pid, signal.SIGKILL)
        made.close()


def test_an_order_survives_the_link(order: Order) -> None:
    assert Order.decode(order.encode()) == order
    assert [slot.name for slot in order.bench()[1]] == ["main"]
    with pytest.raises(InputError, match="no slot"):
        replace(order, slots=()).bench()
    with pytest.raises(InputError, match="order"):
        Order.decode(b'{"file": "x"}')


def test_it_is_armed_only_by_its_answer_and_again_after_standing_down(link: GuardianLink) -> None:
    for _ in range(2):
        number = link.arm()
        before = link.armed
        assert link.await_answer(number).done
        assert (before, link.armed) == (False, True)
        assert not link.await_answer(link.stand_down(confirmed=False)).done
        assert link.await_answer(link.stand_down(confirmed=True)).done


def test_neither_beat_nor_question_waits_for_a_guardian_that_is_frozen(link: GuardianLink) -> None:
    assert link.alive(wall_seconds())
    os.kill(link.pid, signal.SIGSTOP)
    clock = WallClock()
    for _ in range(20_000):
        link.beat()
    link.off(["main"])
    link.poll()
    assert clock.now() < SILENT_S, "it did not wait"
    while link.alive(wall_seconds()):
        assert clock.now() < SILENT_S
        clock.sleep(0.05)
    assert "silent" in link.trouble
    os.kill(link.pid, signal.SIGCONT)
    while not link.alive(wall_seconds()):
        assert clock.now() < 2 * SILENT_S
        clock.sleep(0.05)


def test_a_rehearsal_that_fails_says_of_each_output_why(link: GuardianLink) -> None:
    answer = link.await_answer(link.rehearse(), 15.0)
    assert (answer.done, len(answer.outputs)) == (False, 3)
    assert "Connection refused" in answer.words or "VI_ERROR" in answer.words, answer.words
    assert "/dev/no-such-port" in answer.words or "opening the port" in answer.words, answer.words
    unknown = link.await_answer(link.off(["nowhere"]))
    assert (unknown.done, unknown.words) == (False, "no such slot: nowhere")


def test_answers_that_nobody_waited_for_are_kept_for_the_poll(link: GuardianLink) -> None:
    first = link.stand_down(confirmed=False)
    second = link.arm()
    assert link.await_answer(second).done
    assert [answer.id for answer in link.poll()] == [first]


def test_a_guardian_that_is_gone_is_said(link: GuardianLink) -> None:
    os.kill(link.pid, signal.SIGKILL)
    assert link.close()
    assert not link.alive(wall_seconds())
    assert "has ended" in link.trouble
    link.beat()
    assert link.poll() == []
    with pytest.raises(BenchError, match="has ended"):
        link.await_answer(link.arm())


def test_a_bench_that_no_other_process_can_reach_has_no_guardian(bench: BenchDescription) -> None:
    order = Order(str(shipped.bench()), bench.text, ("main",), os.getpid())
    link = GuardianLink.start(order)
    with pytest.raises(RefusedError, match="no guardian"):
        link.await_ready()


def test_a_text_with_mistakes_is_refused_with_them(order: Order) -> None:
    link = GuardianLink.start(replace(order, text="bench: [", slots=()))
    with pytest.raises(RefusedError, match=r"client\.yaml"):
        link.await_ready()
