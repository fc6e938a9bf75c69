"""Fault response and the repeatability of trips on whole cut-off runs."""

from __future__ import annotations

from collections.abc import Callable
from statistics import mean, stdev
from typing import TYPE_CHECKING, Any

import pytest

from rig.checks.budget import Budget, Component
from rig.checks.judge import judge
from rig.checks.metrics.trip_repeatability import deviation_budget, deviation_uncertainty
from tests.checks.declared import SUPPLY_WITHIN_S, check, limit

if TYPE_CHECKING:
    from tests.checks.conftest import RunBuilder

NewRun = Callable[..., "RunBuilder"]
FAULT_S = 200.0
RESPONSE = check("fault_response", limit=limit(60.0, "time"))


def event(t: float, what: str, source: str, **data: Any) -> dict[str, Any]:
    return {"k": "event", "t": t, "what": what, "source": source, "data": data}


def faulty(built: RunBuilder, *lines: dict[str, Any], end: str = "stay off") -> RunBuilder:
    """A run into which a fault was put, ended in order after a step."""
    last = built.first("step", step=end, state="end")["t"]
    kept = [line for line in built.lines if line.get("t", 0.0) <= last and line["k"] != "step"]
    kept = [line for line in kept if not (line["k"] == "declare" and line["part"] == "step")]
    first = next(i for i, line in enumerate(kept) if line["k"] == "scan")
    step: dict[str, Any] = {"k": "declare", "part": "step", "name": "all", "place": "p:1:1"}
    step |= {"demands": [], "until": None}
    begin = {"k": "step", "t": 0.0, "step": "all", "state": "start", "outcome": None}
    built.lines[:] = [kept[0], step, *kept[1:first], begin, *lines, *kept[first:]]
    built.lines += [
        {**begin, "t": last, "state": "end", "outcome": "held"},
        {"k": "off", "t": last, "why": "end", "confirmed": True, "detail": []},
        {"k": "outcome", "t": last, "ended": "completed", "detail": ""},
    ]
    return built


def injected(t: float = FAULT_S) -> dict[str, Any]:
    return event(t, "plan.inject", "plan", fault="belt:sensor-open=a")


def test_the_response_is_from_the_fault_to_the_fall_of_the_current(run: NewRun) -> None:
    built = run(checks=[RESPONSE])
    cut_s = built.first("event", what="belt.cutoff")["t"]
    result = faulty(built, injected()).result("fault_response")
    assert result["value"] == pytest.approx(cut_s - FAULT_S, abs=0.25)
    assert (result["verdict"], result["unit"]) == ("PASS", "s")
    assert result["uncertainty"] == pytest.approx(2 * ((0.1**2 + SUPPLY_WITHIN_S**2) / 3) ** 0.5, rel=1e-6)
    assert (result["detail"]["fault"], result["detail"]["state"]) == ("belt:sensor-open=a", "latched")
    assert result["detail"]["events"][0] == "belt.cutoff"
    assert result["detail"]["peak_degc"] == pytest.approx(41.2, abs=0.1)


def test_a_relay_makes_a_fault_from_its_demand_to_its_read_back(run: NewRun) -> None:
    built = run(checks=[RESPONSE])
    moved = {"t": FAULT_S, "output": "relay.open-a1", "value": True}
    lines = [
        {"k": "demand", **moved, "old": False, "by": "step"},
        {"k": "readback", **moved, "t": FAULT_S + 0.4},
    ]
    cut_s = built.first("event", what="belt.cutoff")["t"]
    result = faulty(built, *lines).result("fault_response")
    assert result["value"] == pytest.approx(cut_s - FAULT_S - 0.2, abs=0.25)
    assert result["uncertainty"] == pytest.approx(
        2 * ((0.1**2 + 0.2**2 + SUPPLY_WITHIN_S**2) / 3) ** 0.5, rel=1e-6
    )
    assert result["detail"]["fault"] == "relay open-a1"


def test_a_belt_that_heats_on_fails_once_its_time_is_over(run: NewRun) -> None:
    built = faulty(run(never=True, checks=[RESPONSE]), injected(), end="drive")
    result = built.result("fault_response")
    assert (result["verdict"], result["detail"]["state"]) == ("FAIL", "hot")
    assert result["value"] > 60.0
    late = faulty(run(never=True, checks=[RESPONSE]), injected(290.0), end="drive")
    assert late.result("fault_response")["verdict"] == "INCONCLUSIVE"


def test_what_the_rig_does_is_no_response_of_the_device(run: NewRun) -> None:
    tight = check("fault_response", limit=limit(10.0, "time"))
    built = run(never=True, stop_at_s=240.0, checks=[RESPONSE, {**tight, "name": "tight"}])
    first = next(i for i, line in enumerate(built.lines) if line["k"] == "scan")
    built.lines.insert(first, injected())
    assert built.result("fault_response")["verdict"] == "INCONCLUSIVE"
    assert built.result("tight")["verdict"] == "FAIL"


def test_heat_that_comes_back_was_not_off_for_good(run: NewRun) -> None:
    back = faulty(run(auto_reset=True, checks=[RESPONSE]), injected(), end="stay off")
    result = back.result("fault_response")
    assert (result["verdict"], result["detail"]["state"]) == ("FAIL", "hot")


def test_no_fault_or_no_heat_is_not_exercised(run: NewRun) -> None:
    none = faulty(run(checks=[RESPONSE])).result("fault_response")
    assert (none["verdict"], none["value"]) == ("INCONCLUSIVE", None)
    assert "no fault was made" in none["reason"]
    cold = faulty(run(checks=[RESPONSE]), injected(30.0)).result("fault_response")
    assert "no heater took current" in cold["reason"]


def test_mending_is_no_fault(run: NewRun) -> None:
    mended = event(150.0, "plan.inject", "plan", fault="skin.a1:mend")
    result = faulty(run(checks=[RESPONSE]), mended, injected()).result("fault_response")
    assert (result["detail"]["fault_s"], result["verdict"]) == (FAULT_S, "PASS")


def test_a_fault_that_hides_the_current_is_invalid(run: NewRun) -> None:
    built = faulty(run(checks=[RESPONSE]), injected()).drop("supply", 201.0, 215.0)
    assert built.result("fault_response")["verdict"] == "INVALID"


OFFSETS_K = (0.00, 0.10, -0.10, 0.05)
REPEATED = check("trip_repeatability", limit=limit(0.5, "temperature_difference"), step="cycles / heat")


def cycles(run: NewRun, offsets: tuple[float, ...] = OFFSETS_K, **belt: Any) -> list[dict[str, Any]]:
    """Lines of a repeat of whole cut-off runs, the skin a little warmer or colder in each."""
    first = run(**belt)
    lasts = first.first("outcome")["t"]
    place = {"k": "declare", "part": "step", "place": "p:1:1", "passes": len(offsets)}
    lines = [first.head, {**place, "name": "cycles", "block": "repeat", "times": len(offsets)}]
    lines += [{**place, "name": "cycles / heat", "demands": [], "until": None}, REPEATED]
    for number, offset in enumerate(offsets):
        built = run(site_offset_k=offset, **belt)
        start = number * lasts
        for name in ("cycles", "cycles / heat"):
            lines.append({"k": "step", "t": start, "step": name, "state": "start", "outcome": None})
        kept = ("scan", "event", "demand", "readback")
        lines += [shifted(line, start) for line in built.lines if line["k"] in kept]
        for name in ("cycles / heat", "cycles"):
            end = {"k": "step", "t": start + lasts, "step": name, "state": "end", "outcome": "held"}
            lines.append(end)
    end_s = len(offsets) * lasts
    lines.append({"k": "off", "t": end_s, "why": "end", "confirmed": True, "detail": []})
    return [*lines, {"k": "outcome", "t": end_s, "ended": "completed", "detail": ""}]


def shifted(line: dict[str, Any], by: float) -> dict[str, Any]:
    line["t"] += by
    for source, reading in (line.get("s") or {}).items():
        reading[0] += by
        if source == "belt":
            reading[1][0] += by  # uptime
    return line


def repeated(lines: list[dict[str, Any]]) -> dict[str, Any]:
    (result,) = judge(lines).results
    return result


def test_repeatability_is_the_standard_deviation_of_the_trips(run: NewRun) -> None:
    result = repeated(cycles(run))
    trips = result["detail"]["trips_degc"]
    assert trips == pytest.approx([trips[0] + offset for offset in OFFSETS_K], abs=1e-6)
    assert result["value"] == pytest.approx(stdev(OFFSETS_K), abs=1e-6)
    assert (result["verdict"], result["unit"]) == ("PASS", "K")
    assert result["detail"]["mean_degc"] == pytest.approx(trips[0] + mean(OFFSETS_K))
    assert result["detail"]["range_k"] == pytest.approx(0.2)
    assert result["detail"]["drift_k_per_pass"] == pytest.approx(-0.005, abs=1e-6)


def test_few_passes_leave_the_deviation_uncertain(run: NewRun) -> None:
    result = repeated(cycles(run))
    assert result["uncertainty"] == pytest.approx(2.0 * 0.422 * result["value"], rel=0.02)


def test_a_pass_without_a_trip_says_which(run: NewRun) -> None:
    lines = cycles(run, never=True, within_s=100.0)
    result = repeated(lines)
    assert (result["verdict"], result["value"]) == ("INCONCLUSIVE", None)
    assert result["reason"].startswith("pass 1 of 4: there was no cut-off")


@pytest.mark.parametrize("count", [1, 2])
def test_fewer_than_three_passes_have_no_deviation(run: NewRun, count: int) -> None:
    result = repeated(cycles(run, OFFSETS_K[:count]))
    assert (result["verdict"], result["value"]) == ("INCONCLUSIVE", None)
    assert f"{count} passes" in result["reason"]


@pytest.mark.parametrize(
    ("count", "percent"), [(2, 76), (3, 52), (4, 42), (5, 36), (10, 24), (20, 16), (30, 13), (50, 10)]
)
def test_a_standard_deviation_is_as_uncertain_as_jcgm_100_table_e_1(count: int, percent: int) -> None:
    assert 100.0 * deviation_uncertainty(count) == pytest.approx(percent, abs=0.5)


def test_one_value_has_no_deviation() -> None:
    with pytest.raises(ValueError, match="two values or more"):
        deviation_uncertainty(1)


def test_the_scatter_of_readings_is_part_of_what_was_seen() -> None:
    channel = Budget((Component("repeatability", 0.03), Component("wire", 0.05)))
    small, large = (deviation_budget(channel, deviation, 10).standard for deviation in (0.03, 0.3))
    assert small == pytest.approx(((0.03 * 0.2388) ** 2 + 0.03**2 / 3.0) ** 0.5, rel=1e-2)
    assert large == pytest.approx(0.3 * 0.2388, rel=1e-2)
    assert deviation_budget(channel, 0.0, 10).standard == pytest.approx(0.03 * 0.2388, rel=1e-3)
