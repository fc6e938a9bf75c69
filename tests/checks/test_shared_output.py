"""Each check on a belt whose two heaters hang on one supply output: what one of them alone does is never misread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.checks.regulated import ON_S, Regulated, RegulatedRun, Unit, asks
from tests.checks.shared import CURRENTS, share

if TYPE_CHECKING:
    from tests.checks.conftest import RunBuilder

NewRun = Callable[..., "RunBuilder"]
ONE = 0.892
"""The current of one heater at 8.14 V in amps, in the records of a cut-off."""

APART = Unit(rate=0.019, top=40.0, swing=0.6, period_s=130.0)
"""A unit that keeps no step with a default one."""

STEADY = (
    asks("steady_mean", 40.6, "temperature"),
    asks("drift", 1.0 / 3600.0, "temperature_rate"),
    asks("cyclic_variation", 1.0, "temperature_difference"),
    asks("spread", 2.0, "temperature_difference"),
    asks("unit_difference", 1.0, "temperature_difference", during="steady"),
    asks("rise_time", 400.0, "time"),
)
HEATING = (
    asks("time_to", 300.0, "time", temperature=38.0),
    asks("ramp", 2.0 / 60.0, "temperature_rate"),
    asks("unit_difference", 0.7, "temperature_difference", during="ramp"),
    asks("overshoot_above", 1.8, "temperature_difference", level=39.5, of="skin.hottest"),
)
LENGTH = asks("session_length", 0.02, "ratio")
DELAY = asks("watchdog_delay", 2.5, "time")


def shared_run(run: NewRun, **options: Any) -> RunBuilder:
    built = run(**options)
    share(built.lines)
    return built


def fell_s(built: RunBuilder) -> float:
    fell: float = built.result("response_delay")["detail"]["fell_s"]
    return fell


def heating(built: RunBuilder) -> dict[str, Any]:
    return next(c for c in built.judge().conditions if c["kind"] == "heating")


def test_a_sound_belt_passes_with_the_values_of_outputs_of_its_own(run: NewRun) -> None:
    own, shared = run().judge(), shared_run(run).judge()
    assert [(r["name"], r["verdict"], r["value"]) for r in shared.results] == [
        (r["name"], r["verdict"], r["value"]) for r in own.results
    ]
    assert (shared.verdict, {c["verdict"] for c in shared.conditions}) == ("PASS", {"PASS"})


@pytest.mark.parametrize("share_of_one", [1.0, 0.15])
def test_one_unit_that_stays_on_is_no_response(run: NewRun, share_of_one: float) -> None:
    built = shared_run(run)
    after = fell_s(built) - 0.05
    built.edit("supply", CURRENTS, share_of_one * ONE, after, 1e9)
    result = built.result("response_delay")
    assert result["verdict"] == "FAIL"
    assert "did not fall" in result["reason"]


@pytest.mark.parametrize("share_of_one", [1.0, 0.15])
def test_one_unit_whose_heat_returns_does_not_stay_off(run: NewRun, share_of_one: float) -> None:
    built = shared_run(run)
    fell = fell_s(built)
    built.edit("supply", CURRENTS, share_of_one * ONE, fell + 5.0, fell + 6.0)
    result = built.result("stays_off")
    assert result["verdict"] == "FAIL"
    assert "heat returned" in result["reason"]


def test_one_unit_that_comes_back_after_the_re_arm_is_not_both(run: NewRun) -> None:
    built = shared_run(run)
    accepted = built.result("latch")["detail"]["accepted_s"]
    built.edit("supply", CURRENTS, 1.03 * ONE, accepted, 1e9)
    result = built.result("latch")
    assert result["verdict"] == "FAIL"
    assert "did not return to heater a or b (one output)" in result["reason"]


def test_a_unit_that_never_heats_is_seen_in_the_mean(run: NewRun) -> None:
    built = shared_run(run)
    built.edit("supply", CURRENTS, lambda amps: 0.5 * amps, 0.0, 1e9)
    assert heating(built)["verdict"] == "INVALID"
    assert "a and b share an output" in heating(built)["reason"]
    for name in ("response_delay", "stays_off", "latch"):
        result = built.result(name)
        assert result["verdict"] == "INCONCLUSIVE", name
        assert "not that of all of them" in result["reason"]


def test_a_weak_unit_heats_all_the_same(run: NewRun) -> None:
    built = shared_run(run)
    built.edit("supply", CURRENTS, lambda amps: 0.925 * amps, 0.0, 1e9)
    assert heating(built)["verdict"] == "PASS"
    assert built.result("response_delay")["verdict"] == "PASS"


def test_a_unit_that_was_off_when_the_cut_off_came_shows_nothing(run: NewRun) -> None:
    built = shared_run(run)
    fell = fell_s(built)
    built.edit("supply", CURRENTS, ONE, fell - 1.0, fell - 0.1)
    assert heating(built)["verdict"] == "PASS"
    assert built.result("response_delay")["verdict"] == "INCONCLUSIVE"


def test_without_ratings_nobody_can_tell_that_both_were_on(run: NewRun) -> None:
    built = shared_run(run)
    head = built.lines[0]
    head["profile"] = {name: value for name, value in head["profile"].items() if name != "unit_watts"}
    for name in ("response_delay", "stays_off", "latch"):
        assert built.result(name)["verdict"] == "INVALID", name


def at_volts(built: RunBuilder, demanded: float) -> RunBuilder:
    for line in built.lines:
        if line["k"] == "demand" and line["output"].endswith(".voltage"):
            line["value"] = demanded
    return built.edit("supply", [0, 1], lambda volts: demanded if volts else 0.0, 0.0, 1e9)


def test_a_mean_at_a_lower_voltage_is_measured_by_that_voltage(run: NewRun) -> None:
    built = at_volts(shared_run(run), 4.07)
    built.edit("supply", CURRENTS, lambda amps: 0.5 * amps, 0.0, 1e9)
    assert heating(built)["verdict"] == "PASS"
    assert built.result("response_delay")["verdict"] == "PASS"


def test_local_sense_counts_the_common_leads_once_for_all(run: NewRun) -> None:
    # 2 ohm carry 1.784 A: of 11.708 V at the supply 8.14 V reach the heaters
    built = shared_run(run)
    for entry in built.lines[0]["wiring"]["heaters"].values():
        entry |= {"remote_sense": False, "lead_ohms": 4.0}
    at_volts(built, 11.708)
    assert heating(built)["verdict"] == "PASS"
    assert built.result("response_delay")["verdict"] == "PASS"


def regulated(run: Regulated, *declared: dict[str, Any]) -> RegulatedRun:
    built = run.build(*declared)
    share(built.lines)
    return built


@pytest.mark.parametrize("declared", [*STEADY, *HEATING], ids=lambda d: f"{d['name']}-{d['params']}")
def test_a_regulated_belt_is_judged_as_with_outputs_of_its_own(declared: dict[str, Any]) -> None:
    own = Regulated(b=APART).build(declared).result(declared["name"])
    shared = regulated(Regulated(b=APART), declared).result(declared["name"])
    assert own["verdict"] == shared["verdict"]
    assert (shared["value"], shared["uncertainty"]) == (own["value"], own["uncertainty"])
    assert own["value"] is not None


@pytest.mark.parametrize("declared", STEADY, ids=lambda d: d["name"])
def test_cycles_cannot_be_told_without_the_belts_telemetry(declared: dict[str, Any]) -> None:
    run = regulated(Regulated(b=APART), declared).drop("belt", (1100.0, 1110.0))
    result = run.result(declared["name"])
    assert result["verdict"] == "INVALID"
    assert "belt.a.heater has no valid reading" in result["reason"]


def test_the_power_of_one_unit_cannot_be_told() -> None:
    declared = asks("unit_power", 0.1, "ratio")
    for b in (Unit(), Unit(ohms=0.0)):
        result = regulated(Regulated(b=b, end_s=400.0), declared).result("unit_power")
        assert (result["verdict"], result["value"]) == ("INVALID", None)
        assert (
            "units a and b share a supply output, so the power of one of them cannot be told"
            in (result["reason"])
        )


def test_the_ramp_ends_when_the_first_unit_goes_off() -> None:
    run = regulated(Regulated(b=APART), HEATING[2])
    assert run.result("unit_difference")["detail"]["ramp_s"][1] == pytest.approx(Unit().first_fall_s, abs=0.5)


def test_a_session_is_over_when_both_units_are_off() -> None:
    run = regulated(Regulated(session_s=600.0, end_s=900.0), LENGTH)
    assert run.result("session_length")["verdict"] == "PASS"
    for column in CURRENTS:
        run.edit("supply", column, 0.81, (800.0, 810.0))
    result = run.result("session_length")
    assert result["verdict"] == "FAIL"
    assert "heater a or b (one output) took current at 800.0 s" in result["reason"]


def silent(left_amps: float) -> RegulatedRun:
    """A host that falls silent; the current falls to what is left of it after 2 s."""
    run = regulated(Regulated(poll_s=5.0, end_s=ON_S + 60.0), DELAY)
    run.lines[1]["until"] = {"event": "belt.watchdog"}
    for column in CURRENTS:
        run.edit("supply", column, left_amps, (ON_S + 2.0, 1e9))
    event = {"k": "event", "t": ON_S + 10.0, "what": "belt.watchdog", "source": "belt", "data": {}}
    run.lines.insert(-3, event)
    return run


def test_a_host_watchdog_switches_both_units_off() -> None:
    assert silent(0.002).result("watchdog_delay")["verdict"] == "PASS"
    for left in (0.81, 0.08):
        result = silent(left).result("watchdog_delay")
        assert result["verdict"] == "FAIL"
        assert "the current flowed on" in result["reason"]
