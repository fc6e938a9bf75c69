"""A worker hangs when the same exchange is seen past its deadline twice; no sound one is taken for it."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any, cast

import pytest

from rig.safety.hanging import GRACE_S, Hanging


@dataclass
class FakeWorker:
    """A worker by the deadline of its present exchange."""

    name: str = "bus"
    due: float = inf


def among(hanging: Hanging, worker: FakeWorker, now: float) -> bool:
    return hanging.among([cast("Any", worker)], now) == {worker.name}


def test_between_exchanges_nothing_hangs_and_nothing_is_to_be_looked_at() -> None:
    hanging = Hanging()
    assert not among(hanging, FakeWorker(), 1e6)
    assert hanging.look_at == inf


def test_an_exchange_within_its_deadline_is_looked_at_when_that_passes() -> None:
    hanging, worker = Hanging(), FakeWorker(due=10.15)
    assert not among(hanging, worker, 10.0)
    assert hanging.look_at == 10.15
    assert not among(hanging, worker, 10.15)
    assert hanging.look_at == 10.15 + GRACE_S
    assert among(hanging, worker, 10.15 + GRACE_S)


@pytest.mark.parametrize("late", [0.2, 5.0])
def test_after_a_standstill_of_the_whole_process_the_worker_has_time_to_end_its_exchange(late: float) -> None:
    hanging, worker = Hanging(), FakeWorker(due=10.15)
    assert not among(hanging, worker, 10.0)
    assert not among(hanging, worker, 10.0 + late), "seen late for the first time"
    worker.due = 10.0 + late + 0.155
    assert not among(hanging, worker, 10.0 + late + GRACE_S), "it has ended, and another has begun"
    assert hanging.look_at == worker.due


def test_an_exchange_that_is_late_and_ends_is_forgotten() -> None:
    hanging, worker = Hanging(), FakeWorker(due=10.15)
    assert not among(hanging, worker, 10.16)
    worker.due = inf
    assert not among(hanging, worker, 10.17)
    worker.due = 10.5
    assert not among(hanging, worker, 10.6)


def test_another_exchange_that_is_late_too_is_another() -> None:
    hanging, worker = Hanging(), FakeWorker(due=10.15)
    assert not among(hanging, worker, 10.16)
    worker.due = 10.20
    assert not among(hanging, worker, 10.21)
    assert among(hanging, worker, 10.21 + GRACE_S)
