"""The judge and a run that was resumed: what makes it INVALID, what does not, and how much of it a check sees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rig.checks.judge import Judgement, judge
from rig.checks.parts import AFTER_S, BEFORE_S, PartView, part_around
from rig.checks.view import RunView
from rig.record import lines
from rig.record.reader import read_run
from tests.conftest import SHORT
from tests.engine.interrupted import CYCLES, WHOLE_RUN_CHECK, ends_of, leave, resume, run_whole, write_plan

Line = dict[str, Any]


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> list[Line]:
    """The lines of a run of five passes that was interrupted in the fourth."""
    folder = tmp_path_factory.mktemp("resumed")
    whole = run_whole(write_plan(folder, CYCLES % 5 + WHOLE_RUN_CHECK.lstrip("\n")), folder / "runs")
    at = next(
        at
        for at, line in ends_of(whole.folder)
        if line["k"] == "step" and line["step"] == "cycles / rest" and line["pass"] == [4]
    )
    left = leave(whole, folder / "cut", at)
    resume(left)
    return list(read_run(left).lines())


def place_of(record: list[Line]) -> int:
    return next(number for number, line in enumerate(record) if line["k"] == "resumed")


def with_event(record: list[Line], at: int, what: str, t: float, **data: Any) -> Judgement:
    event = lines.event(t, what, "belt" if what.startswith("belt") else "supply", data)
    return judge([*record[:at], event, *record[at:]])


def instants(record: list[Line]) -> tuple[float, float]:
    """The last scan before the interruption and the first after it."""
    place = place_of(record)
    before = [line["t"] for line in record[:place] if line["k"] == "scan"]
    return before[-1], next(line["t"] for line in record[place:] if line["k"] == "scan")


def named(judgement: Judgement) -> dict[str, Line]:
    return {check["name"]: check for check in judgement.results}


def test_a_check_of_the_block_sees_each_pass_once_and_one_of_the_run_is_invalid(record: list[Line]) -> None:
    judgement = judge(record)
    found = named(judgement)
    assert (found["peak_temperature"]["verdict"], found["peak_temperature"]["detail"]["passes"]["n"]) == (
        "PASS",
        5,
    )
    assert found["whole"]["verdict"] == "INVALID"
    assert found["whole"]["value"] is not None
    assert all(condition["verdict"] == "PASS" for condition in judgement.conditions)
    assert judgement.resumed.endswith("at pass 4")


def with_hot_reading(record: list[Line], number: int) -> Judgement:
    """The record with a reading of some 60 degC of the first skin probe in a scan of the scanner."""
    t0, values, offsets = record[number]["s"]["scanner"]
    hot = {**record[number]["s"], "scanner": [t0, [values[0], 0.0014, *values[2:]], offsets]}
    return judge([*record[:number], {**record[number], "s": hot}, *record[number + 1 :]])


def scanned(record: list[Line], start: float, end: float) -> list[int]:
    """The places of the scans with readings of the scanner in a span."""
    return [
        n
        for n, line in enumerate(record)
        if line["k"] == "scan" and "scanner" in line["s"] and start <= line["s"]["scanner"][0] <= end - 0.5
    ]


@pytest.mark.parametrize("before", [True, False])
def test_a_peak_that_fails_in_one_part_fails_the_run(record: list[Line], before: bool) -> None:
    last_s, first_s = instants(record)
    number = scanned(record, 0.0, last_s)[2] if before else scanned(record, first_s, 1e9)[2]
    assert named(with_hot_reading(record, number))["whole"]["verdict"] == "FAIL"


def test_a_peak_that_had_failed_in_the_interrupted_pass_stays_a_fail(record: list[Line]) -> None:
    view = view_of(record)
    (gap,) = view.interruptions
    found = named(with_hot_reading(record, scanned(record, gap.made_s + 0.5, gap.from_s)[0]))
    for name in ("peak_temperature", "heating"):
        assert found[name]["verdict"] == "FAIL"
        assert found[name]["reason"].startswith("interrupted pass: reached at ")
    assert found["whole"]["verdict"] == "FAIL"


def test_a_hot_reading_between_two_steps_of_the_block_is_of_the_block_alone(record: list[Line]) -> None:
    (gap,) = view_of(record).interruptions
    assert set(gap.undone) == {"cycles", "cycles / heat", "cycles / rest"}
    (block,) = gap.undone["cycles"]
    assert block == (gap.made_s, gap.from_s)


def test_a_bench_that_was_lost_in_the_interrupted_pass_is_how_an_interruption_looks(
    record: list[Line],
) -> None:
    last_s, _ = instants(record)
    judgement = with_event(record, place_of(record), "bench.exchange_failed", last_s)
    assert named(judgement)["peak_temperature"]["verdict"] == "PASS"


def test_a_bench_that_was_lost_in_a_pass_that_counts_disturbs_the_run(record: list[Line]) -> None:
    judgement = with_event(record, len(record) - 1, "bench.exchange_failed", record[-1]["t"] - 3.0)
    assert judgement.verdict == "INVALID"
    assert "bench.exchange_failed" in named(judgement)["peak_temperature"]["reason"]


def test_a_fault_of_the_belt_in_the_interrupted_pass_disturbs_the_run(record: list[Line]) -> None:
    last_s, _ = instants(record)
    judgement = with_event(record, place_of(record), "belt.fault", last_s, uptime_s=last_s, value=3.0)
    assert "belt.fault" in named(judgement)["peak_temperature"]["reason"]


def with_ended_session(record: list[Line]) -> list[Line]:
    """The record with a session that ended in the heat of the interrupted pass: the belt says off until its end."""
    ((start, end),) = view_of(record).interruptions[0].undone["cycles / heat"]
    at = start + 0.5
    level = [column["signal"] for column in record[0]["wiring"]["sources"]["belt"]["columns"]].index(
        "belt.level"
    )
    told = next(n for n, line in enumerate(record) if line["k"] == "scan" and line["t"] > at)
    edited = list(record)
    for number in range(told, place_of(record)):
        line = edited[number]
        if line["k"] == "scan" and "belt" in line["s"] and line["s"]["belt"][0] <= end:
            t0, values, *offsets = line["s"]["belt"]
            off = [*values[:level], 0.0, *values[level + 1 :]]
            edited[number] = {**line, "s": {**line["s"], "belt": [t0, off, *offsets]}}
    return [*edited[:told], lines.event(at, "belt.session_end", "belt", {}), *edited[told:]]


@pytest.mark.parametrize("awaited", [True, False])
def test_a_session_that_ended_in_the_interrupted_pass_is_looked_at_as_in_any_other(
    record: list[Line], *, awaited: bool
) -> None:
    until = {"event": "belt.session_end"} if awaited else None
    edited = [
        {**line, "until": until} if line["k"] == "declare" and line.get("name") == "cycles / heat" else line
        for line in with_ended_session(record)
    ]
    found = named(judge(edited))["peak_temperature"]
    assert found["verdict"] == ("PASS" if awaited else "INVALID")
    assert ("level was off against the demand" in found["reason"]) is not awaited


@pytest.mark.parametrize(("what", "verdict"), [("belt.watchdog", "PASS"), ("belt.fault", "INVALID")])
def test_what_the_belt_tells_of_the_time_in_between(record: list[Line], what: str, verdict: str) -> None:
    _, first_s = instants(record)
    uptime = next(
        line["s"]["belt"][1][0]
        for line in record[place_of(record) :]
        if line["k"] == "scan" and "belt" in line["s"]
    )
    behind = next(n for n in range(place_of(record), len(record)) if record[n]["k"] == "scan") + 2
    judgement = with_event(record, behind, what, first_s + 0.1, uptime_s=uptime - 5.0)
    assert named(judgement)["peak_temperature"]["verdict"] == verdict


def test_a_calibration_that_ran_out_before_it_was_resumed_is_seen(record: list[Line]) -> None:
    place = place_of(record)
    late = {**record[place], "at": "2199-01-01T00:00:00Z"}
    judgement = judge([*record[:place], late, *record[place + 1 :]])
    (calibration,) = (c for c in judgement.conditions if c["kind"] == "calibration")
    assert calibration["verdict"] == "INVALID"
    assert "was due on" in calibration["reason"]


def view_of(record: list[Line]) -> RunView:
    view = RunView.of(record[0], None)
    for line in record[1:]:
        view.add(line["k"], [line])
    return view


def parts(view: RunView) -> list[RunView]:
    return [part_around(view, "cycles / heat", window) for window in view.step_spans("cycles / heat")]


def test_a_pass_is_seen_with_what_is_close_and_nothing_across_the_interruption(record: list[Line]) -> None:
    view = view_of(record)
    (gap,) = view.interruptions
    spans = view.step_spans("cycles")
    for span, part in zip(spans, parts(view), strict=True):
        assert isinstance(part, PartView)
        start, end = part.span
        assert span[0] - BEFORE_S <= start <= span[0]
        assert span[1] <= end <= span[1] + AFTER_S
        assert end <= gap.from_s or start >= gap.until_s


def test_the_readings_of_a_part_are_those_of_the_run(record: list[Line]) -> None:
    view = view_of(record)
    for part in parts(view):
        assert isinstance(part, PartView)
        for name in ("skin.a1", "skin.hottest", "supply.a.power", "belt.level"):
            whole, seen = view.trace(name), part.trace(name)
            first = int(np.flatnonzero(whole.t == seen.t[0])[0])
            assert np.array_equal(whole.value[first : first + len(seen.t)], seen.value, equal_nan=True)
            assert part.span[0] <= seen.t[0]
            assert seen.t[-1] <= part.span[1] + 1.0
        assert len({len(part.trace(f"skin.{site}").t) for site in ("a1", "a5", "b1", "b5")}) == 1


def test_a_part_knows_what_was_demanded_when_it_began(record: list[Line]) -> None:
    view = view_of(record)
    part = part_around(view, "cycles", view.step_spans("cycles")[-1])
    demanded = {line["output"]: line["value"] for line in part.demands if line["t"] <= part.first_s}
    standing = {line["output"]: line["value"] for line in view.demands if line["t"] <= part.first_s}
    assert demanded == standing
    assert len(part.demands) < len(view.demands)


def test_a_step_outside_of_any_repeat_sees_its_uninterrupted_part(record: list[Line]) -> None:
    view = view_of(record)
    (window, again), (gap,) = view.step_spans("ready"), view.interruptions
    first, second = (part_around(view, "ready", span) for span in (window, again))
    assert (first.last_s <= gap.from_s, second.first_s >= gap.until_s) == (True, True)


def test_a_run_without_interruption_or_repeat_is_seen_whole(tmp_path: Path) -> None:
    result = run_whole(write_plan(tmp_path, SHORT % "3 s"), tmp_path / "runs")
    view = view_of(list(read_run(result.folder).lines()))
    assert part_around(view, "heat", view.step_spans("heat")[0]) is view
