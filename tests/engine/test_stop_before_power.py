"""A request to stop while protections are programmed and the way off is proven: off at once, and the record says so."""

from __future__ import annotations

import os
import signal

import pytest

from rig.bench.messages import Value
from rig.bench.supply_station import SupplyStation
from rig.clock import wall_seconds
from rig.engine.exit_codes import exit_code_of_run
from rig.errors import ExitCode
from rig.record.reader import read_run
from rig.safety.guardian.record import read_guardian
from rig.safety.guardian.watch import PROOF_S
from rig.safety.proof import PROOF_VOLTS
from rig.safety.stop import StopBox
from tests.engine.apart import Apart
from tests.runs import Plan, Run, lines_of
from tests.waiting import until

pytestmark = pytest.mark.real_time

SETTINGS_OF_THE_PROOF = 6
"""Current limit, volts and output of two heaters."""


@pytest.mark.parametrize(("ask", "code"), [("stop", ExitCode.STOPPED), ("interrupt", ExitCode.INTERRUPTED)])
@pytest.mark.parametrize("number", range(1, SETTINGS_OF_THE_PROOF + 1))
def test_after_a_request_no_further_setting_of_the_proof_is_made(
    run: Run, short_plan: Plan, monkeypatch: pytest.MonkeyPatch, *, ask: str, code: ExitCode, number: int
) -> None:
    box, made = StopBox(), 0
    carry_out = SupplyStation.carry_out

    def meddled(self: SupplyStation, slot: str, output: str, value: Value) -> Value:
        nonlocal made
        made += 1
        if made == number:
            getattr(box, ask)("Ada")
        return carry_out(self, slot, output, value)

    monkeypatch.setattr(SupplyStation, "carry_out", meddled)
    result = run(short_plan("60 s"), stop=box)
    assert made == number
    assert (result.ending.kind, result.ending.detail) == (ask, "Ada")
    assert exit_code_of_run(result) is code
    assert [line["confirmed"] for line in lines_of(result, "off")] == [True]
    assert [line["ended"] for line in lines_of(result, "outcome")] == [ask]
    assert not lines_of(result, "demand")
    assert read_run(result.folder).integrity.sealed


def test_a_request_before_the_proof_makes_none_of_its_settings(
    run: Run, short_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = StopBox()
    prepare = SupplyStation.prepare

    def meddled(self: SupplyStation) -> None:
        prepare(self)
        box.stop("Ada")

    monkeypatch.setattr(SupplyStation, "prepare", meddled)
    monkeypatch.setattr(SupplyStation, "carry_out", None)
    result = run(short_plan("60 s"), stop=box)
    assert (result.ending.kind, result.off.confirmed) == ("stop", True)


def test_a_signal_in_the_proof_of_a_served_bench_ends_it_with_its_guardian_stood_down(
    apart: Apart, short_plan: Plan
) -> None:
    apart.start(short_plan("60 s"), "none")
    until(lambda: apart.volts() == 1.0)
    apart.signal(signal.SIGTERM)
    code, result = apart.result()
    assert (code, result.ending.kind, result.ending.detail) == (130, "interrupt", "SIGTERM")
    assert result.off.confirmed
    assert apart.dark()
    assert not list(read_run(result.folder).lines("demand")), "no step was begun"
    assert read_run(result.folder).integrity.sealed
    assert read_guardian(result.folder) is None


def test_a_supply_that_hangs_in_the_proof_is_switched_off_by_the_guardian_when_somebody_asks(
    apart: Apart, short_plan: Plan
) -> None:
    apart.start(short_plan("60 s"), "hang-in-proof", due=True)
    assert apart.broken_at
    until(lambda: apart.volts() == PROOF_VOLTS)
    asked_at = wall_seconds()
    apart.interrupt()
    until(lambda: apart.volts() == 0.0)
    assert wall_seconds() - asked_at < PROOF_S / 4, "long before the guardian would miss the heartbeat"
    os.kill(apart.pid, signal.SIGKILL)
    code, _ = apart.ends()
    assert code == ExitCode.UNAVAILABLE
