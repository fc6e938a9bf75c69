"""What happens to a run without being asked for withholds every PASS; what a step waits for does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from rig.checks.view import is_simulated

if TYPE_CHECKING:
    from tests.checks.conftest import RunBuilder

NewRun = Callable[..., "RunBuilder"]
UPTIME, LEVEL, FAULT = 0, 2, 6


def _event(built: RunBuilder, what: str, t: float, **data: Any) -> RunBuilder:
    """Put an event before the first scan from an instant on."""
    row = next(i for i, line in enumerate(built.lines) if line["k"] == "scan" and line["t"] >= t)
    built.lines.insert(row, {"k": "event", "t": t, "what": what, "source": "belt", "data": data})
    return built


def _withheld(built: RunBuilder) -> str:
    """The reason of the first check, after seeing that nothing passes and that the run is INVALID."""
    judgement = built.judge()
    assert {r["verdict"] for r in judgement.results if r["rule"] != "report"} == {"INVALID"}
    assert judgement.verdict == "INVALID"
    reason: str = judgement.results[0]["reason"]
    assert reason.startswith("PASS withheld: ")
    return reason


@pytest.mark.parametrize(
    "what",
    [
        "belt.watchdog",
        "belt.fault",
        "belt.reset",
        "belt.events_lost",
        "bench.link_lost",
        "bench.exchange_failed",
    ],
)
def test_an_event_for_which_no_step_waits_withholds_each_pass(run: NewRun, what: str) -> None:
    assert f"{what} from belt at 30.0 s" in _withheld(_event(run(), what, 30.0))
    waited = _event(run(), what, 30.0)
    waited.first("declare", name="baseline")["until"] = {"event": what}
    assert waited.judge().verdict == "PASS"


def test_a_watchdog_of_before_the_run_is_not_its_own(run: NewRun) -> None:
    old = run().edit("belt", [UPTIME], lambda s: s + 1000.0, 0.0, 1e9)
    assert _event(old, "belt.watchdog", 0.1, uptime_s=900.0).judge().verdict == "PASS"
    late = run().edit("belt", [UPTIME], lambda s: s + 1000.0, 0.0, 1e9)
    _withheld(_event(late, "belt.watchdog", 30.0, uptime_s=900.0))


def test_an_uptime_that_falls_withholds_each_pass(run: NewRun) -> None:
    built = run().edit("belt", [UPTIME], lambda s: s - 20.0, 30.0, 1e9)
    assert "the belt rebooted at 30.0 s" in _withheld(built)


def test_fault_telemetry_withholds_each_pass(run: NewRun) -> None:
    assert "fault 2 at 100.0 s" in _withheld(run().edit("belt", [FAULT], 2.0, 100.0, 100.0))


def test_a_level_that_is_off_against_the_demand_withholds_each_pass(run: NewRun) -> None:
    assert "against the demand at 100.0 s" in _withheld(run().edit("belt", [LEVEL], 0.0, 100.0, 101.0))
    assert run().edit("belt", [LEVEL], 0.0, 0.0, 62.0).judge().verdict == "PASS"
    end = run().first("outcome")["t"]
    assert run().edit("belt", [LEVEL], 0.0, end + 0.05, 1e9).judge().verdict == "PASS"


def test_a_level_that_is_off_while_latched_is_explained(run: NewRun) -> None:
    latched = run()
    fell = latched.result("latch")["detail"]["fell_s"]
    assert latched.edit("belt", [LEVEL], 0.0, fell + 1.0, fell + 50.0).judge().verdict == "PASS"


@pytest.mark.parametrize("awaited", [True, False])
def test_a_session_that_ends_explains_a_level_that_is_off_where_a_step_waits_for_it(
    run: NewRun, awaited: bool
) -> None:
    """A plan that heats on after its session has ended has measured a belt that was off."""
    over = _event(run().edit("belt", [LEVEL], 0.0, 100.0, 101.0), "belt.session_end", 99.0)
    over.first("declare", part="step", name="drive")["until"] = {
        "event": "belt.session_end" if awaited else "belt.cutoff"
    }
    assert ("against the demand" in str(over.judge().results)) is not awaited


@pytest.mark.parametrize("change", ["unconfirmed", "detail", "gone"])
def test_outputs_that_were_not_seen_to_be_off(run: NewRun, change: str) -> None:
    built = run()
    off = built.first("off")
    if change == "unconfirmed":
        off["confirmed"] = False
    elif change == "detail":
        off["detail"] = [{"resource": "s", "output": "supply.a.output", "confirmed": False, "what": "on"}]
    else:
        built.lines.remove(off)
    assert "not seen to be off" in _withheld(built)


def test_a_disturbed_run_that_only_reports_is_invalid(
    run: NewRun, make_check: Callable[..., dict[str, Any]]
) -> None:
    built = _event(run(checks=[make_check("trip_temperature", "report")]), "belt.fault", 30.0)
    assert built.judge().verdict == "INVALID"


def test_a_fail_stays_in_a_disturbed_run(run: NewRun) -> None:
    assert _event(run(late_s=20.0), "belt.fault", 30.0).result("response_delay")["verdict"] == "FAIL"


def test_scans_that_go_back_or_end_before_the_steps_withhold_each_pass(run: NewRun) -> None:
    back = run()
    scans = [line for line in back.lines if line["k"] == "scan"]
    scans[300]["t"] = 3.0
    assert "back in time at 3.0 s" in _withheld(back)
    short = run()
    end = short.first("outcome")["t"]
    short.lines[:] = [line for line in short.lines if line["k"] != "scan" or line["t"] < end - 5.0]
    assert "has no scan after" in short.judge().results[0]["reason"]


def test_a_trip_is_no_completed_run(run: NewRun) -> None:
    built = run()
    trip = {"k": "trip", "t": 30.0, "interlock": "x", "signal": "skin.a1", "value": 46.0, "limit": 45.0}
    built.lines.insert(built.lines.index(built.first("step", step="drive", state="start")), trip)
    judgement = built.judge()
    assert (judgement.verdict, judgement.ended) == ("ABORTED", "interlock")
    assert "PASS" not in {r["verdict"] for r in judgement.results}


def test_simulated_is_said_by_the_head_or_by_a_serial_number() -> None:
    def head(simulated: bool, serial: str, belt: str) -> dict[str, Any]:
        instruments = [{"identity": {"serial": serial}}, {"identity": None}]
        return {"simulated": simulated, "instruments": instruments, "device": {"serial": belt}}

    assert not is_simulated(head(simulated=False, serial="MY59001", belt="B-17"))
    assert is_simulated(head(simulated=True, serial="MY59001", belt="B-17"))
    assert is_simulated(head(simulated=False, serial="SIM-E363-0001", belt="B-17"))
    assert is_simulated(head(simulated=False, serial="MY59001", belt="SIM-BELT-0001"))
    assert not is_simulated({})
