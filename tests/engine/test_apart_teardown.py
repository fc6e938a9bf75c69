"""An engine process that dies, freezes or hangs in a teardown, and an output that turns on by itself then."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from rig.cli.verify import verify
from rig.record.reader import read_run
from tests.engine.apart import Apart
from tests.runs import Plan
from tests.waiting import until

pytestmark = pytest.mark.real_time


@pytest.fixture
def torn_down(apart: Apart, short_plan: Plan) -> Callable[..., Path]:
    """Starts a run with a defect that is not due yet, and waits until it is in its teardown; its folder."""

    def begin(defect: str, sampling: str = "5 Hz") -> Path:
        plan = short_plan("1 s")
        text = plan.read_text(encoding="utf-8") + "teardown: [{name: after, hold: 60 s}]\n"
        all_at = f"sampling: {{thermocouples: 1 Hz, belt: {sampling}, supply: {sampling}}}"
        plan.write_text(re.sub("sampling: .*", all_at, text), encoding="utf-8")
        apart.start(plan, defect)
        apart.until_hot()
        until(lambda: b'"step":"after"' in (apart.folder / "run.jsonl").read_bytes())
        assert apart.dark()
        return apart.folder

    return begin


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_an_engine_that_dies_or_freezes_as_an_output_turns_on_is_switched_off_by_its_guardian(
    apart: Apart, torn_down: Callable[..., Path], number: signal.Signals
) -> None:
    folder = torn_down("none")
    apart.inject("supply:comes-on")
    apart.signal(number)
    assert apart.volts() > 1.0
    until(apart.dark)
    code, result = apart.result()
    assert (code, result.ending.kind) == (3, "lost")
    assert result.off.confirmed
    assert all("(the guardian)" in detail.what for detail in result.off.details), "it looked last"
    assert verify(folder).whole or verify(folder).torn


@pytest.mark.slow
def test_an_engine_that_runs_switches_off_what_turns_on_by_itself(
    apart: Apart, torn_down: Callable[..., Path]
) -> None:
    """At once, though the next scan is half a second away."""
    folder = torn_down("none", "1 Hz")
    apart.inject("supply:comes-on")
    until(apart.dark)
    code, result = apart.result()
    assert (code, result.ending.kind, result.off.confirmed) == (4, "interlock", True)
    (trip,) = read_run(folder).lines("trip")
    scanned = min(line["t"] for line in read_run(folder).lines("scan") if line["n"] > trip["n"])
    assert trip["t"] < scanned
    assert "output on when it should be off" in result.ending.detail
    verified = verify(folder)
    assert (verified.whole, verified.sealed, verified.verdicts_agree) == (True, True, True)


def test_a_supply_that_hangs_in_its_library_is_the_guardians(
    apart: Apart, torn_down: Callable[..., Path]
) -> None:
    folder = torn_down("hang")
    apart.break_it()
    code, result = apart.result()
    assert (code, result.ending.kind) == (3, "interlock")
    assert result.ending.detail.startswith("in the teardown: stale: supply")
    assert not result.off.confirmed, "what hangs may still reach the instrument"
    assert result.guardian is not None
    assert "confirmed by read-back" in result.guardian
    assert "guardian.asked" in [line["what"] for line in read_run(folder).lines("event")]
    assert apart.dark()


def test_without_a_guardian_a_teardown_goes_no_further(apart: Apart, torn_down: Callable[..., Path]) -> None:
    folder = torn_down("none")
    (head,) = read_run(folder).lines("head")
    os.kill(head["bench"]["guardian"]["pid"], signal.SIGKILL)
    code, result = apart.result()
    assert (code, result.ending.kind, result.off.confirmed) == (3, "lost", True)
    assert "no guardian, no power" in result.ending.detail
    assert result.duration_s < 30.0
