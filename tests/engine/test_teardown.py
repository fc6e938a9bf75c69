"""The teardown of a lane: when it comes, what ends it, and that nothing in it or after the off switches anything on."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rig.bench.worker import BusWorker
from rig.engine import teardown
from rig.engine.exit_codes import exit_code_of_run
from rig.engine.lane import Lane
from rig.engine.run import RunResult
from rig.errors import ExitCode, RigError
from rig.record.reader import read_run
from rig.record.recorder import Recorder
from rig.safety.stop import StopBox
from rig.simulation.bench import SimulatedBench
from tests.engine.scripted import ON, Action, Script, lines, run_script, told
from tests.runs import verdicts

AFTER = "teardown:\n  - {name: after, hold: 20 s}\n"
HEAT = f"steps:\n  - {{name: heat, {ON}, hold: 10 s}}\n"
CHECK = "checks:\n  - peak_temperature: {at_most: 42 degC}\n"
WAIT = f"steps:\n  - {{name: heat, {ON}, until: {{event: belt.cutoff}}, within: 10 s}}\n"


def hang_scanner(bench: SimulatedBench) -> None:
    bench.faults.inject("scanner:hang")


def hang_supply(bench: SimulatedBench) -> None:
    bench.faults.inject("supply:hang")


def turn_on(bench: SimulatedBench) -> None:
    """An output that goes on by itself, at the voltage of the device."""
    output = bench.supplies["supply"].outputs[2]
    output.volts, output.amps_limit, output.enabled = 7.4, 1.2, True


def set_other_volts(bench: SimulatedBench) -> None:
    """A read-back that is not what was demanded: a built-in interlock."""
    bench.supplies["supply"].outputs[2].volts = 5.0


def assert_dark_to_the_end(result: RunResult, script: Script) -> None:
    """From the first off line on nothing was demanded that could heat, and no twin had an output on."""
    offs = lines(result, "off")
    assert all(line["confirmed"] for line in offs)
    assert [d for d in lines(result, "demand") if d["t"] > offs[0]["t"]] == []
    assert script.seen_on == []
    assert script.simulated is not None
    outputs = [each for twin in script.simulated.supplies.values() for each in twin.outputs.values()]
    assert not any(each.enabled for each in outputs)
    assert read_run(result.folder).integrity.sealed


@pytest.mark.parametrize(
    ("body", "action", "ended", "code"),
    [
        (HEAT, None, "completed", ExitCode.PASSED),
        (WAIT, None, "timeout", ExitCode.INCONCLUSIVE),
        (HEAT.replace("10 s", "60 s"), set_other_volts, "interlock", ExitCode.STOPPED),
    ],
    ids=["completed", "timeout", "interlock"],
)
def test_it_comes_after_each_way_out_and_leaves_the_ending(
    tmp_path: Path, body: str, action: Action | None, ended: str, code: ExitCode
) -> None:
    script = Script({} if action is None else {10.0: action})
    result = run_script(body + AFTER + CHECK, tmp_path, script=script)
    assert told(result)[-2:] == ["after >", "after held"]
    assert (result.ending.kind, exit_code_of_run(result)) == (ended, code)
    assert_dark_to_the_end(result, script)
    off, begin = lines(result, "off")[0]["t"], lines(result, "step")[-2]["t"]
    assert begin > off, "everything is seen off first"


@pytest.mark.parametrize("ask", ["stop", "interrupt"])
def test_it_comes_after_a_request_to_stop(tmp_path: Path, ask: str) -> None:
    box = StopBox()
    script = Script({5.0: lambda _: getattr(box, ask)("somebody")})
    result = run_script(HEAT + AFTER, tmp_path, script=script, stop=box)
    assert told(result) == ["heat >", "after >", "after held"]
    assert (result.ending.kind, result.ending.detail) == (ask, "somebody")
    assert_dark_to_the_end(result, script)


@pytest.mark.parametrize("again_s", [5.1, 8.0], ids=["before it begins", "while it runs"])
def test_a_second_request_ends_it(tmp_path: Path, again_s: float) -> None:
    box = StopBox()
    script = Script({5.0: lambda _: box.interrupt("SIGINT"), again_s: lambda _: box.interrupt("SIGINT")})
    result = run_script(HEAT + AFTER, tmp_path, script=script, stop=box)
    assert "after held" not in told(result)
    assert result.ending.kind == "interrupt"
    (why,) = (
        line["data"]["why"] for line in lines(result, "event") if line["what"] == "plan.teardown_aborted"
    )
    assert why == "interrupt by SIGINT"
    assert result.duration_s < 10.0
    assert_dark_to_the_end(result, script)


def test_a_stop_during_the_teardown_of_a_completed_plan_is_how_the_run_ended(tmp_path: Path) -> None:
    box = StopBox()
    script = Script({15.0: lambda _: box.stop("operator")})
    result = run_script(HEAT + AFTER + CHECK, tmp_path, script=script, stop=box)
    assert (result.ending.kind, exit_code_of_run(result)) == ("stop", ExitCode.STOPPED)
    assert verdicts(result) == {"peak_temperature": "INCONCLUSIVE"}


def test_one_that_runs_out_of_time_withholds_the_pass(tmp_path: Path) -> None:
    late = "teardown:\n  - {name: after, until: {signal: skin.hottest, below: 10 degC}, within: 5 s}\n"
    result = run_script(HEAT + late + CHECK, tmp_path)
    assert told(result)[-1] == "after timeout"
    assert result.ending.kind == "timeout"
    assert result.ending.detail.startswith("in the teardown: after (")
    assert verdicts(result) == {"peak_temperature": "INCONCLUSIVE"}
    assert exit_code_of_run(result) is ExitCode.INCONCLUSIVE


def test_an_output_that_turns_on_by_itself_trips_and_is_switched_off_again(tmp_path: Path) -> None:
    script = Script({15.0: turn_on})
    result = run_script(HEAT + AFTER + CHECK, tmp_path, script=script)
    assert (result.ending.kind, exit_code_of_run(result)) == ("interlock", ExitCode.STOPPED)
    (trip,) = lines(result, "trip")
    assert trip["interlock"] in {"output on when it should be off", "current without command"}
    assert trip["t"] - lines(result, "scan")[0]["t"] - 15.0 < 1.0
    assert [(line["why"], line["confirmed"]) for line in lines(result, "off")] == [
        ("completed", True),
        ("interlock", True),
    ]
    assert script.simulated is not None
    assert not script.simulated.supplies["supply"].outputs[2].enabled
    assert told(result)[-1] == "after >", "it goes no further"
    assert verdicts(result)["peak_temperature"] != "PASS"


@pytest.mark.parametrize("fault", [hang_supply, hang_scanner])
def test_a_source_that_falls_silent_as_it_begins_ends_it(
    tmp_path: Path, fault: Callable[[SimulatedBench], None]
) -> None:
    """Also one that never gave a reading in the teardown at all: nobody would see its output turn on."""
    begun: list[bool] = []

    class AtOnce(Script):
        def scanned(self, lane: Lane) -> None:
            super().scanned(lane)
            if lane.step == "after" and not begun:
                begun.append(True)
                assert self.simulated is not None
                fault(self.simulated)

    result = run_script(HEAT + AFTER.replace("20 s", "2 min"), tmp_path, script=AtOnce())
    assert result.ending.kind == "interlock"
    assert result.ending.detail.startswith("in the teardown: stale: ")
    assert result.duration_s < 40.0


def test_what_turns_on_as_it_ends_is_not_left_on(tmp_path: Path) -> None:
    """One reading shows it at most, which is no trip: everything is told to go off and looked at however it ended."""

    class AtTheEnd(Script):
        began_at: float | None = None

        def scanned(self, lane: Lane) -> None:
            super().scanned(lane)
            if lane.step == "after" and self.began_at is None:
                self.began_at = lane.now
            if self.began_at is not None and lane.now - self.began_at > 19.85 and not self.seen_on:
                assert self.simulated is not None
                turn_on(self.simulated)
                self.seen_on.append(lane.now)

    script = AtTheEnd()
    result = run_script(HEAT + AFTER, tmp_path, script=script)
    assert script.seen_on, "it turned on"
    assert script.simulated is not None
    assert not any(each.enabled for each in script.simulated.supplies["supply"].outputs.values())
    assert (result.ending.kind, result.off.confirmed) == ("completed", True)
    (first, last) = lines(result, "off")
    assert first["t"] < script.seen_on[0] <= last["t"]
    assert first["confirmed"]
    assert last["confirmed"]


def test_what_ended_the_run_before_it_is_told_beside_a_trip_in_it(tmp_path: Path) -> None:
    box = StopBox()
    script = Script({5.0: lambda _: box.stop("somebody"), 8.0: turn_on})
    result = run_script(HEAT + AFTER, tmp_path, script=script, stop=box)
    assert result.ending.kind == "interlock"
    assert result.ending.detail.startswith("in the teardown: ")
    assert result.ending.detail.endswith("; before it stop: somebody")


def test_a_recorder_that_lags_in_it_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script()
    monkeypatch.setattr(
        Recorder,
        "lag",
        property(lambda _: 1000 if script.lane is not None and script.lane.step == "after" else 0),
    )
    result = run_script(HEAT + AFTER.replace("20 s", "2 min"), tmp_path, script=script)
    assert (result.ending.kind, result.off.confirmed) == ("record", True)
    assert "behind" in result.ending.detail
    assert exit_code_of_run(result) is ExitCode.UNAVAILABLE
    assert result.duration_s < 15.0


def test_a_worker_that_dies_in_it_is_a_defect_and_switches_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script, work = Script(), BusWorker._look_or_read
    died: list[str] = []

    def dying(worker: BusWorker) -> None:
        if script.lane is not None and script.lane.step == "after" and not died:
            died.append(worker.name)
            raise ZeroDivisionError("a defect")
        work(worker)

    monkeypatch.setattr(BusWorker, "_look_or_read", dying)
    result = run_script(HEAT + AFTER, tmp_path, script=script)
    assert (result.ending.kind, exit_code_of_run(result)) == ("error", ExitCode.DEFECT)
    assert result.off.confirmed
    assert result.duration_s < 15.0


def test_it_is_left_out_where_nobody_saw_the_outputs_off(tmp_path: Path) -> None:
    result = run_script(HEAT + AFTER, tmp_path, script=Script({8.0: hang_supply}))
    assert not result.off.confirmed
    assert told(result) == ["heat >"]


def test_it_is_left_out_after_a_defect_of_the_engine(tmp_path: Path) -> None:
    def fail(_bench: SimulatedBench) -> None:
        raise ZeroDivisionError("a defect")

    script = Script({5.0: fail})
    with pytest.raises(RigError, match="a defect"):
        run_script(HEAT + AFTER, tmp_path, script=script)
    assert script.folder is not None
    found = list(read_run(script.folder).lines("step", "off"))
    assert [line["k"] for line in found] == ["step", "off"]
    assert found[1]["confirmed"]


def test_a_defect_in_it_is_no_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_lane: Lane) -> Iterator[None]:
        yield
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(teardown, "run_teardown", broken)
    script = Script()
    with pytest.raises(RigError, match="a defect"):
        run_script(HEAT + AFTER + CHECK, tmp_path, script=script)
    assert script.folder is not None
    found = list(read_run(script.folder).lines("off", "outcome", "summary"))
    assert [line.get("confirmed", line.get("ended", line.get("verdict"))) for line in found] == [
        True,
        True,
        "error",
        "ABORTED",
    ]


def test_a_recorder_that_fails_in_it_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script, real = Script(), os.write

    def write(descriptor: int, data: bytes) -> int:
        if script.lane is not None and script.lane.step == "after":
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, data)

    monkeypatch.setattr(os, "write", write)
    result = run_script(HEAT + AFTER.replace("20 s", "2 min"), tmp_path, script=script)
    assert result.ending.kind == "record"
    assert result.off.confirmed
    assert result.duration_s < 25.0
    assert script.seen_on == []


def test_it_may_mend_what_the_plan_has_broken(tmp_path: Path) -> None:
    body = """\
steps:
  - {name: fault, inject: "skin.a1:open", hold: 8 s}
teardown:
  - {name: after, inject: "skin.a1:mend", hold: 5 s}
"""
    result = run_script(body.replace("steps:", "steps:\n  - {name: sound, hold: 3 s}"), tmp_path)
    injected = [line["data"]["fault"] for line in lines(result, "event") if line["what"] == "plan.inject"]
    assert injected == ["skin.a1:open", "skin.a1:mend"]
    volts = [line["s"]["scanner"][1][1] for line in lines(result, "scan") if "scanner" in line["s"]]
    assert [volts[0] > 3e-4, volts[6] > 1e-5, volts[-1] > 3e-4] == [True, False, True], "open until mended"
