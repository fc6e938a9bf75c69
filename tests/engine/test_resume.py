"""A run that a crash has left goes on behind its last complete pass, in the same record."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.checks.judge import judge
from rig.cli.verify import verify
from rig.clock import LaterClock, VirtualClock, WallClock
from rig.engine.resume import Resume, safe
from rig.engine.run import RunResult
from rig.errors import ExitCode, InputError, RecordError
from rig.record.naming import RUN_FILE, TORN_FILE, iso_utc
from rig.record.reader import read_run
from tests.engine.interrupted import (
    CYCLES,
    WHOLE_RUN_CHECK,
    Chosen,
    began,
    cut_behind,
    ended,
    ends_of,
    leave,
    passes_made,
    point_of,
    resume,
    run_whole,
    write_plan,
)

INSTANTS: dict[str, tuple[Chosen, int]] = {
    "in the heat of pass 2": (began("cycles / heat", 2), 3000),
    "in a line, torn": (began("cycles / rest", 3), 41),
    "between two passes": (ended("cycles", 1), 0),
    "between the last pass and what follows": (ended("cycles", 4), 0),
    "in what follows the block": (lambda line: line["k"] == "step" and line["step"] == "after", 900),
}


@pytest.mark.parametrize("instant", INSTANTS)
def test_it_goes_on_and_comes_to_the_same_verdicts(whole: RunResult, tmp_path: Path, instant: str) -> None:
    folder = cut_behind(whole, tmp_path / "cut", *INSTANTS[instant])
    result = resume(folder)
    assert (result.folder, result.ending.kind, result.off.confirmed) == (folder, "completed", True)
    assert passes_made(folder) == [1, 2, 3, 4]
    verified = verify(folder)
    assert (verified.exit_code, verified.ledger, verified.differences) == (ExitCode.PASSED, "agrees", [])
    assert verified.resumed.startswith("resumed once after ")
    judged = judge(read_run(folder).lines())
    assert whole.judgement is not None
    assert judged.verdict == whole.judgement.verdict == "PASS"
    for now, then in zip(judged.results, whole.judgement.results, strict=True):
        assert (now["name"], now["verdict"], now["detail"]["passes"]["n"]) == (then["name"], "PASS", 4)
        assert now["value"] == pytest.approx(then["value"], abs=0.3)


def test_what_stood_before_the_crash_stands_unchanged(whole: RunResult, tmp_path: Path) -> None:
    folder = cut_behind(whole, tmp_path / "cut", began("cycles / heat", 3), 500)
    before = (folder / RUN_FILE).read_bytes()
    whole_lines = before[: before.rindex(b"\n") + 1]
    resume(folder)
    after = (folder / RUN_FILE).read_bytes()
    assert after.startswith(whole_lines)
    line = next(read_run(folder).lines("resumed"))
    assert line["torn"] is not None
    assert before[len(whole_lines) :] == b64decode(line["torn"])
    assert not (folder / TORN_FILE).exists()


def test_the_line_says_who_when_and_where(whole: RunResult, tmp_path: Path) -> None:
    folder = cut_behind(whole, tmp_path / "cut", ended("cycles / heat", 3))
    last_s = max(line["t"] for line in read_run(folder).lines() if "t" in line)
    resume(folder)
    head = read_run(folder).head
    (line,) = read_run(folder).lines("resumed")
    assert (line["from_s"], line["block"], line["passes"]) == (last_s, "cycles", 2)
    assert line["t"] >= int(last_s) + 1
    assert line["instruments"] == head["instruments"]
    assert line["device"] == head["device"]
    assert line["software"] == head["software"]
    assert line["clock_back_s"] is None
    assert datetime.fromisoformat(line["at"]).tzinfo is not None


def test_time_never_goes_back_and_noise_does_not_repeat(whole: RunResult, tmp_path: Path) -> None:
    folder = cut_behind(whole, tmp_path / "cut", ended("cycles / heat", 3))
    resume(folder)
    instants = [line["t"] for line in read_run(folder).lines() if "t" in line]
    assert instants == sorted(instants)
    (number,) = (line["n"] for line in read_run(folder).lines("resumed"))
    scans = [line["s"] for line in read_run(folder).scans() if "scanner" in line["s"] and line["n"] > number]
    first = [line["s"] for line in read_run(whole.folder).scans() if "scanner" in line["s"]]
    assert [s["scanner"][1] for s in scans][:3] != [s["scanner"][1] for s in first][:3]


def test_the_same_crash_is_resumed_in_the_same_way(whole: RunResult, tmp_path: Path) -> None:
    scans = []
    for name in ("a", "b"):
        folder = cut_behind(whole, tmp_path / name, ended("cycles / heat", 3))
        resume(folder)
        scans.append([(line["t"], line["s"]) for line in read_run(folder).scans()])
    assert scans[0] == scans[1]


def test_setup_comes_again_and_what_stood_before_the_block_does_not(whole: RunResult, tmp_path: Path) -> None:
    folder = cut_behind(whole, tmp_path / "cut", began("cycles / rest", 2))
    resume(folder)
    (number,) = (line["n"] for line in read_run(folder).lines("resumed"))
    begun = [
        (line["step"], line.get("pass"))
        for line in read_run(folder).lines("step")
        if line["n"] > number and line["state"] == "start"
    ]
    passes = [(step, [n]) for n in (2, 3, 4) for step in ("cycles", "cycles / heat", "cycles / rest")]
    assert begun == [("ready", None), *passes, ("after", None), ("wait", None)]


def test_outputs_begin_anew_from_what_is_safe_and_are_demanded_as_they_were(
    whole: RunResult, tmp_path: Path
) -> None:
    folder = cut_behind(whole, tmp_path / "cut", began("cycles / heat", 3), 2000)
    resume(folder)
    (number,) = (line["n"] for line in read_run(folder).lines("resumed"))
    demands = [line for line in read_run(folder).lines("demand") if line["n"] > number]
    by_crash = {d["output"]: (d["old"], d["value"]) for d in demands if d["by"] == "interruption"}
    assert by_crash == {
        "supply.a.voltage": (7.4, 0.0),
        "supply.b.voltage": (7.4, 0.0),
        "supply.a.output": (True, False),
        "supply.b.output": (True, False),
        "belt.level": ("high", "off"),
    }
    anew = {d["output"]: d["value"] for d in demands if d["by"] == "resuming cycles"}
    assert anew == {
        "supply.a.voltage": 7.4,
        "supply.b.voltage": 7.4,
        "supply.a.current_limit": 1.2,
        "supply.b.current_limit": 1.2,
        "supply.a.output": True,
        "supply.b.output": True,
        "belt.session": 600.0,
        "belt.regulation": "normal",
        "belt.level": "off",
    }


def test_off_is_proven_again_before_power(whole: RunResult, tmp_path: Path) -> None:
    folder = cut_behind(whole, tmp_path / "cut", began("cycles / heat", 3))
    resume(folder)
    order = [
        line["what"] if line["k"] == "event" else line["output"]
        for line in read_run(folder).lines("event", "demand")
        if line["k"] == "event" or (line["value"] is True and line["by"] == "resuming cycles")
    ]
    assert order.count("bench.off_proven") == 2
    assert order.index("supply.a.output") > len(order) - order[::-1].index("bench.off_proven") - 1


def test_it_is_resumed_twice_in_a_row(whole: RunResult, tmp_path: Path) -> None:
    once = cut_behind(whole, tmp_path / "once", began("cycles / heat", 2), 700)
    first = resume(once)
    again = cut_behind(
        first,
        tmp_path / "twice",
        lambda line: line["k"] == "step" and line["step"] == "ready" and line["t"] > 12.0,
    )
    second = resume(again)
    third = cut_behind(second, tmp_path / "thrice", ended("cycles / heat", 4))
    resume(third)
    assert passes_made(third) == [1, 2, 3, 4]
    verified = verify(third)
    assert (verified.exit_code, verified.differences) == (ExitCode.PASSED, [])
    assert verified.resumed.startswith("resumed 3 times: after ")
    assert [line["passes"] for line in read_run(third).lines("resumed")] == [1, 1, 3]


def test_a_check_of_the_whole_run_is_not_told_across_the_interruption(tmp_path: Path) -> None:
    whole = run_whole(write_plan(tmp_path, CYCLES % 2 + WHOLE_RUN_CHECK.lstrip("\n")), tmp_path / "runs")
    folder = cut_behind(whole, tmp_path / "cut", began("cycles / heat", 2))
    result = resume(folder)
    assert result.judgement is not None
    found = {check["name"]: check for check in result.judgement.results}
    assert found["peak_temperature"]["verdict"] == "PASS"
    assert found["whole"]["verdict"] == "INVALID"
    assert "the run was interrupted from" in found["whole"]["reason"]


@pytest.mark.parametrize("before", [True, False])
def test_what_is_altered_on_either_side_of_the_interruption_is_found(
    whole: RunResult, tmp_path: Path, before: bool
) -> None:
    folder = cut_behind(whole, tmp_path / "cut", began("cycles / heat", 3))
    resume(folder)
    (number,) = (line["n"] for line in read_run(folder).lines("resumed"))
    raws = (folder / RUN_FILE).read_bytes().splitlines(keepends=True)
    at = number - 5 if before else number + 30
    assert raws[at] != raws[at].replace(b'"t":', b'"t":1', 1)
    raws[at] = raws[at].replace(b'"t":', b'"t":1', 1)
    (folder / RUN_FILE).write_bytes(b"".join(raws))
    verified = verify(folder)
    assert verified.first_fault is not None
    assert (verified.exit_code, verified.first_fault["line"]) == (ExitCode.FAILED, at)


def test_a_resumed_line_that_was_taken_out_is_found(whole: RunResult, tmp_path: Path) -> None:
    folder = cut_behind(whole, tmp_path / "cut", began("cycles / heat", 3))
    resume(folder)
    (number,) = (line["n"] for line in read_run(folder).lines("resumed"))
    raws = (folder / RUN_FILE).read_bytes().splitlines(keepends=True)
    (folder / RUN_FILE).write_bytes(b"".join(raws[:number] + raws[number + 1 :]))
    assert verify(folder).exit_code is ExitCode.FAILED


@pytest.mark.parametrize(
    ("output", "value", "expected"),
    [
        ("supply.a.output", True, False),
        ("supply.a.voltage", 5.0, 0.0),
        ("supply.a.current_limit", 1.2, 1.2),
        ("belt.level", "high", "off"),
        ("relay.open-a1", True, False),
        ("relay.voltage", True, False),
    ],
)
def test_after_an_interruption_outputs_are_safe_and_relays_open(
    output: str, value: bool | float | str, expected: bool | float | str
) -> None:
    assert (safe(output, value), type(safe(output, value))) == (expected, type(expected))


def begun_ago(point: Resume, seconds: float) -> Resume:
    anchor = iso_utc(datetime.fromisoformat(iso_utc(WallClock().anchor)) - timedelta(seconds=seconds))
    head = {**point.interrupted.head, "anchor": anchor}
    return replace(point, interrupted=replace(point.interrupted, head=head))


def test_on_a_real_bench_time_went_on_meanwhile(whole: RunResult, tmp_path: Path) -> None:
    point = begun_ago(point_of(whole, tmp_path / "cut"), 86_400.0)
    clock = WallClock()
    later = point.clock(clock, simulated=False)
    assert 86_400.0 <= later.now() < 86_500.0
    assert abs((later.anchor - (clock.anchor - timedelta(seconds=86_400))).total_seconds()) < 60.0


def test_a_machine_whose_clock_was_set_back_does_not_turn_time_back(whole: RunResult, tmp_path: Path) -> None:
    point = begun_ago(point_of(whole, tmp_path / "cut"), -3600.0)
    later = point.clock(WallClock(), simulated=False)
    assert later.now() >= point.interrupted.last_s + point.interrupted.head["scan_s"]


def test_a_calibration_is_looked_at_on_the_day_on_which_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days: list[date] = []

    def look(_bench: object, _declared: object, *, guarded: bool, today: date) -> list[str]:
        days.append(today)
        return [] if not guarded else ["there is no guardian here"]

    monkeypatch.setattr("rig.safety.before_power.reasons_against_heating", look)
    clock = VirtualClock()
    run_whole(
        write_plan(tmp_path, CYCLES % 1),
        tmp_path / "runs",
        under=clock,
        clock=LaterClock(clock, 9 * 86_400.0),
    )
    assert days == [clock.anchor.date()]


@settings(max_examples=25)
@given(share=st.floats(0.0, 1.0))
def test_wherever_the_file_was_cut_it_verifies_after_going_on_or_is_refused(
    whole: RunResult, tmp_path_factory: pytest.TempPathFactory, share: float
) -> None:
    size = (whole.folder / RUN_FILE).stat().st_size
    folder = leave(whole, tmp_path_factory.mktemp("cut"), int(share * size))
    at_least = [at for at, line in ends_of(whole.folder) if ended("cycles", 1)(line)]
    at_most = [at for at, line in ends_of(whole.folder) if line["k"] == "off"]
    if not at_least[0] <= int(share * size) < at_most[0]:
        with pytest.raises((InputError, RecordError)):
            resume(folder)
        return
    resume(folder)
    assert verify(folder).exit_code is ExitCode.PASSED
    assert passes_made(folder) == [1, 2, 3, 4]
