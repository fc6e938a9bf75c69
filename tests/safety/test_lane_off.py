"""A lane on its way off: whom it waits for, when the guardian is to be asked, and what is said of one that hangs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from rig.bench.messages import OffDetail, WentOff
from rig.clock import VirtualClock
from rig.safety.switch_off import BEGIN_S, PATIENCE_S, LaneOff


@dataclass
class FakeWorker:
    name: str
    outputs: dict[str, frozenset[str]]
    told: list[str] = field(default_factory=list)

    def post_off(self, slot: str) -> None:
        self.told.append(slot)


@dataclass
class FakeBench:
    clock: VirtualClock
    workers: list[FakeWorker]

    def owners(self, slot: str) -> list[FakeWorker]:
        return [worker for worker in self.workers if slot in worker.outputs]


BELT_OFF = WentOff("belt", "main", [OffDetail("belt", "belt.level", True, "off")])
SUPPLY_OFF = WentOff("supply", "main", [OffDetail("psu", "supply.a.output", True, "off")])


def going_off() -> tuple[LaneOff, FakeBench]:
    supply = FakeWorker("supply", {"main": frozenset({"supply.a.output", "supply.a.voltage"})})
    belt = FakeWorker("belt", {"main": frozenset({"belt.level"})})
    bench = FakeBench(VirtualClock(), [supply, belt])
    off = LaneOff(cast("Any", bench), "main", "lost")
    assert (supply.told, belt.told) == (["main"], ["main"])
    return off, bench


def test_a_worker_that_hangs_is_known_at_once_and_any_other_after_its_time() -> None:
    off, _ = going_off()
    assert not off.is_stuck(0.0, ())
    assert off.is_stuck(0.0, {"supply"})
    assert not off.is_stuck(0.0, {"belt"}), "without the supply it heats nothing"
    assert not off.is_stuck(BEGIN_S / 2, ())
    assert off.is_stuck(BEGIN_S, ())


def test_a_worker_that_has_begun_is_never_bypassed() -> None:
    off, _ = going_off()
    off.begun("supply")
    assert not off.is_stuck(PATIENCE_S, {"supply"})
    off.bypass()
    off.take(BELT_OFF)
    assert off.report(1.0) is None, "it looks, and is waited for"
    off.take(SUPPLY_OFF)
    report = off.report(1.0)
    assert report is not None
    assert report.confirmed


def test_once_the_guardian_had_its_try_only_those_that_move_are_waited_for() -> None:
    off, _ = going_off()
    off.take(BELT_OFF)
    assert off.report(1.0) is None
    off.bypass()
    report = off.report(1.0)
    assert report is not None
    assert not report.confirmed
    said = {detail.output: detail.what for detail in report.details}
    assert "hangs in a library" in said["supply.a.output"]
    assert said["belt.level"] == "off"


def test_of_two_that_did_not_answer_only_the_one_that_never_began_is_said_to_hang() -> None:
    off, _ = going_off()
    off.bypass()
    assert off.report(1.0) is None, "the belt's worker may still answer"
    report = off.report(PATIENCE_S)
    assert report is not None
    said = {detail.output: detail.what for detail in report.details}
    assert "hangs in a library" in said["supply.a.output"]
    assert "did not answer" in said["belt.level"]
