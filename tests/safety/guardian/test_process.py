"""A real guardian process beside a fake engine, on a served bench: what is true is asked of the twins."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from rig.bench.loading import load_bench
from rig.clock import WallClock
from rig.safety.guardian.__main__ import main
from rig.safety.guardian.record import read_guardian
from rig.simulation.serving import ServedBench
from tests.safety.guardian.engines import Heated
from tests.waiting import until

pytestmark = pytest.mark.real_time

TWO_BELTS = Path(__file__).parents[2] / "engine" / "two-belts.yaml"


@pytest.mark.parametrize("how", ["die", "freeze", "busy", "deadlock", "orphan"])
def test_an_engine_that_stops_beating_is_ended_and_the_bench_switched_off(heated: Heated, how: str) -> None:
    engine = heated.start()
    heated.file.unlink()  # what the engine used counts, not what stands there now
    engine.tell(how)
    until(heated.dark)
    engine.await_guardian_end()
    assert engine.process.wait(10) == -signal.SIGKILL
    log = heated.log()
    assert log.ending == "confirmed"
    kinds = [line["k"] for line in log.lines]
    assert kinds[0] == "guardian"
    assert {"killed", "off", "confirmed"} <= set(kinds)
    killed = next(line for line in log.lines if line["k"] == "killed")
    assert (killed["pid"], killed["ended"]) == (engine.process.pid, True)
    assert ("no heartbeat" in log.lines[0]["why"]) is (how not in ("die", "orphan"))
    outputs = {seen["output"] for line in log.lines if line["k"] == "off" for seen in line["detail"]}
    assert outputs == {"supply.a.output", "supply.b.output", "belt.level"}
    assert not engine.socket.exists()


def test_no_signal_that_a_person_or_a_terminal_sends_ends_it(heated: Heated) -> None:
    engine = heated.start()
    for number in (
        signal.SIGINT,
        signal.SIGINT,
        signal.SIGHUP,
        signal.SIGTERM,
        signal.SIGPIPE,
        signal.SIGQUIT,
    ):
        os.kill(engine.guardian_pid, number)
    WallClock().sleep(0.3)
    assert not engine.guardian.ended
    assert engine.ask(do="state")["guardian"] == "armed"
    engine.tell("die")
    until(heated.dark)
    engine.await_guardian_end()


def test_an_engine_that_stood_down_leaves_no_record_and_no_process(heated: Heated) -> None:
    engine = heated.start()
    engine.tell("stand_down")
    assert engine.read() == {"answer": "stand_down", "done": True, "words": "", "outputs": 0}
    assert engine.read() == {"guardian_ended": True}
    assert engine.guardian.ended
    assert heated.dark()
    assert not any((run / "guardian.jsonl").exists() for run in heated.runs.values())


def test_what_the_engine_could_not_confirm_is_handed_over(heated: Heated) -> None:
    engine = heated.start()
    engine.tell("hand_over")
    assert engine.read() == {"answer": "hand_over", "done": True, "words": "", "outputs": 3}
    assert engine.process.wait(10) == 0
    log = heated.log()
    assert log.ending == "confirmed"
    assert "handed over: a test wants it so" in log.lines[0]["why"]
    assert "killed" not in {line["k"] for line in log.lines}


@pytest.mark.slow
def test_an_engine_that_handed_over_and_still_holds_a_link_is_ended(heated: Heated) -> None:
    engine = heated.start()
    engine.tell("hand_over holding")
    answer = engine.read()
    assert (answer["done"], "belt.level" in answer["words"]) == (False, True)
    engine.await_guardian_end()
    assert engine.process.wait(10) == -signal.SIGKILL
    assert heated.dark()
    assert [line["k"] for line in heated.log().lines if line["k"] != "off"] == [
        "guardian",
        "alarm",
        "killed",
        "confirmed",
    ]


def test_a_belt_that_hangs_delays_the_supply_in_nothing(heated: Heated) -> None:
    engine = heated.start()
    heated.served.simulated.faults.inject("belt:hang")
    engine.tell("freeze")
    until(heated.dark)
    state = until(lambda: (found := engine.ask(do="state"))["guardian"] == "alarm" and found)
    seen = {output["output"]: output["confirmed"] for output in state["outputs"]}
    assert seen == {"supply.a.output": True, "supply.b.output": True, "belt.level": False}
    engine.ask(do="take_over", who="Ada")
    engine.await_guardian_end()
    offs = [line for line in heated.log().lines if line["k"] == "off" and line["confirmed"]]
    assert {seen["resource"] for line in offs for seen in line["detail"]} == {"supply"}


def test_two_lanes_go_off_and_have_a_record_each(tmp_path: Path) -> None:
    bench = load_bench(TWO_BELTS)
    with ServedBench(bench, bench.slots, 1) as served:
        heated = Heated(served, bench, tmp_path)
        try:
            engine = heated.start()
            assert len(heated.live()) == 4
            engine.tell("die")
            until(heated.dark)
            engine.await_guardian_end()
            for slot, folder in heated.runs.items():
                log = read_guardian(folder)
                assert log is not None
                assert (log.first_fault, log.ending, log.lines[0]["slot"]) == (None, "confirmed", slot)
                details = [seen for line in log.lines if line["k"] == "off" for seen in line["detail"]]
                assert {seen["slot"] for seen in details} == {slot}
                assert len(details) == 3
        finally:
            heated.close()


def test_off_beside_a_living_engine_goes_through_the_guardians_own_sessions(heated: Heated) -> None:
    engine = heated.start()
    engine.tell("off main")
    answer = engine.read()
    assert heated.dark() or heated.live() == []
    assert answer["outputs"] == 3
    assert not answer["done"], "the engine holds the belt's port for itself"
    assert "belt.level" in answer["words"]
    assert "supply" not in answer["words"]
    assert engine.ask(do="state")["guardian"] == "armed"
    engine.tell("die")
    until(heated.dark)
    engine.await_guardian_end()


def test_a_guardian_that_is_killed_or_frozen_is_noticed_and_power_goes_off(heated: Heated) -> None:
    for number, words in ((signal.SIGKILL, "has ended"), (signal.SIGSTOP, "has been silent")):
        engine = heated.start()
        os.kill(engine.guardian_pid, number)
        assert words in engine.read()["guardian_lost"]
        until(heated.dark)
        engine.close()


def test_not_confirmed_alarms_goes_on_trying_and_is_confirmed_once_it_can_be(heated: Heated) -> None:
    engine = heated.start()
    heated.refuse_supply()
    engine.tell("die")
    until(lambda: engine.ask(do="state")["guardian"] == "alarm")
    assert heated.amps() == 0.0, "the belt is off by its own line"
    assert heated.live(), "and the supply is not, nobody hearing"
    refused = engine.ask(do="take_over", who=" ")
    assert "name" in refused["error"]
    heated.mend_supply()
    engine.await_guardian_end()
    assert heated.dark()
    log = heated.log()
    kinds = [line["k"] for line in log.lines]
    assert log.ending == "confirmed"
    assert kinds.index("alarm") < kinds.index("confirmed")
    words = engine.errors.read_text()
    assert "\a" in words
    assert "Use the physical switch now" in words
    assert "take-over" in words


def test_a_named_person_takes_over_and_that_is_recorded(
    heated: Heated, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = heated.start()
    assert "no alarm" in engine.ask(do="take_over", who="Ada")["error"]
    heated.refuse_supply()
    engine.tell("die")
    until(lambda: engine.ask(do="state")["guardian"] == "alarm")
    assert main(["state"]) == 0
    assert '"guardian":"alarm"' in capsys.readouterr().out
    assert main(["take-over", "1", "Ada Lovelace"]) == 3, "there is no such guardian"
    assert main(["take-over", str(engine.guardian_pid), "Ada Lovelace"]) == 0
    engine.await_guardian_end()
    log = heated.log()
    assert log.ending == "taken_over"
    assert log.lines[-1]["who"] == "Ada Lovelace"


def test_a_person_can_order_off_from_another_terminal(heated: Heated) -> None:
    engine = heated.start()
    assert "error" in engine.ask(do="dance")
    engine.ask(do="off", who="Ada")
    engine.await_guardian_end()
    assert heated.dark()
    assert heated.log().lines[0]["why"] == "Ada asked the guardian to switch off"
    assert engine.process.wait(10) == -signal.SIGKILL


def test_a_record_that_cannot_be_written_keeps_nothing_on(heated: Heated) -> None:
    run = next(iter(heated.runs.values()))
    (run / "guardian.jsonl").mkdir()
    engine = heated.start()
    engine.tell("die")
    until(heated.dark)
    engine.await_guardian_end()
    assert "switching off goes on" in engine.errors.read_text()
