"""Runs written in Python: the same engine, interlocks, record and judgement as those of a plan."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from rig.bench.description import BenchDescription
from rig.checks.judge import judge
from rig.record.reader import RunReader
from tests.pytest_plugin.conftest import Tried
from tests.runs import Run, lines_of

Record = Callable[[], RunReader]

HEAT = """
def test_heat(run):
    '''The belt warms, and no more.'''
    run.interlock(**OVER)
    run.step("wait", supply={"output": "off"}, hold="5 s")
    end = run.step("heat", supply=ON, belt=BELT, hold="30 s")
    assert end.outcome == "held"
    assert end.duration_s >= 30.0
    assert end.values["skin.hottest"] > end.values["ambient"]
    run.check("peak_temperature", of="skin.hottest", at_most="42 degC")
    run.report("ramp")
"""

PLAN = """
plan: The same in YAML
purpose: The belt warms, and no more.
device: ir-lumbar-wrap
interlocks:
  - {signal: skin.*, above: 45 degC, for: 2 readings}
steps:
  - {name: wait, supply: {output: off}, hold: 5 s}
  - name: heat
    supply: {voltage: rated, current_limit: 1.2 A, output: on}
    belt: {level: high, session: 10 min}
    hold: 30 s
checks:
  - peak_temperature: {of: skin.hottest, at_most: 42 degC}
  - report: [ramp]
"""


def assert_dark(record: RunReader) -> None:
    (off,) = record.lines("off")
    assert off["confirmed"], off
    assert record.integrity.sealed


def test_a_run_whose_checks_pass_passes_its_test(tried: Tried, record: Record) -> None:
    tried(HEAT).assert_outcomes(passed=1)
    assert_dark(record())
    assert [(v["name"], v["verdict"]) for v in record().lines("verdict")][:2] == [
        ("peak_temperature", "PASS"),
        ("ramp", "REPORTED"),
    ]


def test_the_same_steps_in_python_and_in_yaml_give_the_same_readings_and_verdicts(
    tried: Tried, record: Record, run: Run, tmp_path: Path
) -> None:
    tried(HEAT, "--seed=1")
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN, encoding="utf-8")
    yaml = run(plan)
    mine, theirs = record(), yaml.folder
    scans = [(line["t"], line["s"]) for line in mine.lines("scan")]
    assert scans == [(line["t"], line["s"]) for line in lines_of(yaml, "scan")]
    assert yaml.judgement is not None
    assert judge(mine.lines()).results == yaml.judgement.results, theirs


def test_each_part_is_declared_before_it_acts_with_file_line_and_the_hash_of_the_source(
    tried: Tried, record: Record, pytester: pytest.Pytester
) -> None:
    tried(HEAT)
    source = (pytester.path / "test_it.py").read_bytes()
    lines = source.decode().split("\n")
    (plan,) = [d for d in record().head["documents"] if d["role"] == "plan"]
    assert (plan["file"], plan["sha256"]) == ("test_it.py", hashlib.sha256(source).hexdigest())
    numbers = {}
    for line in record().lines("declare"):
        file, row, _ = line["place"].rsplit(":", 2)
        if file == "test_it.py":
            numbers[line["name"]] = (line["n"], lines[int(row) - 1])
    starts = {line["step"]: line["n"] for line in record().lines("step") if line["state"] == "start"}
    assert numbers["heat"][0] < starts["heat"]
    assert numbers["heat"][0] > starts["wait"], "as it comes, not before"
    assert 'run.step("heat"' in numbers["heat"][1]
    assert "run.check(" in numbers["peak_temperature"][1]


def test_a_check_that_does_not_pass_fails_the_test_with_value_and_limit(tried: Tried, record: Record) -> None:
    result = tried(HEAT.replace("42 degC", "30 degC"))
    result.assert_outcomes(failed=1)
    result.stdout.re_match_lines(
        [r".*peak_temperature: FAIL: [\d.]+ ± 0\.\d+ degC, limit ≤ 30 degC \(guarded\)"]
    )
    assert_dark(record())


def test_a_run_without_a_check_shows_nothing(tried: Tried) -> None:
    result = tried(HEAT.partition("    run.check")[0])
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*it declares no check*"])


def test_a_failed_assertion_ends_in_the_safe_state_and_stands_in_the_record(
    tried: Tried, record: Record
) -> None:
    result = tried(HEAT.replace("end.duration_s >= 30.0", "end.duration_s > 31.0, 'too short'"))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*AssertionError: too short*", "*the run was ended by error*"])
    (outcome,) = record().lines("outcome")
    assert outcome["ended"] == "error"
    assert "too short" in outcome["detail"]
    assert_dark(record())
    assert {v["verdict"] for v in record().lines("summary")} == {"ABORTED"}


def test_an_error_in_another_fixture_that_comes_later_ends_the_run_too(tried: Tried, record: Record) -> None:
    result = tried("""
@pytest.fixture
def warm(run):
    run.interlock(**OVER)
    run.step("warm", supply=ON, belt=BELT, hold="5 s")

@pytest.fixture
def broken(warm):
    raise OSError("no paper")

def test_warm(run, broken):
    raise AssertionError("never run")
""")
    result.assert_outcomes(errors=1)
    (outcome,) = record().lines("outcome")
    assert outcome["ended"] == "error"
    assert_dark(record())


@pytest.mark.parametrize(
    ("call", "code", "under"),
    [
        ('run.step("wait", hold="5 V")', "plan/wrong-dimension", "5 V"),
        ('run.step("wait", hold="5 s", supply={"voltage": "1.1 × ratd"})', "plan/unknown-name", "1.1 × ratd"),
        ('run.step("wait", hald="5 s")', "plan/unknown-key", "hald"),
        ('run.step("é", until={"event": "belt.cutof"}, within="1 s")', "plan/unknown-event", "belt.cutof"),
        ('run.step("on", supply=dict(ON, voltage="40 V"), hold="1 s")', "plan/beyond-device", None),
        ('run.check("peek", at_most="3 s")', "plan/unknown-check", "peek"),
    ],
)
def test_mistakes_are_a_plans_own_under_the_very_text(
    tried: Tried, call: str, code: str, under: str | None
) -> None:
    result = tried(f"""
def test_wrong(run):
    run.interlock(**OVER)
    run.step("first", hold="1 s")
    {call}
""")
    result.assert_outcomes(failed=1)
    text = result.stdout.str()
    assert f"error[{code}]" in text
    assert " --> test_it.py:1" in text
    if under is not None:
        shown = next(line for line in text.split("\n") if "| " in line and call in line)
        carets = text.split("\n")[text.split("\n").index(shown) + 1]
        assert shown[carets.index("^") : carets.rindex("^") + 1] == under


def test_nothing_heats_without_an_over_temperature_interlock(
    tried: Tried, records: Callable[[], list[RunReader]]
) -> None:
    result = tried("""
def test_bare(run):
    run.step("heat", supply=ON, belt=BELT, hold="5 s")
""")
    result.stdout.fnmatch_lines(["*plan/no-over-temperature*"])
    assert records() == [], "nothing was opened"


def test_a_run_that_began_without_an_interlock_cannot_come_to_heat(tried: Tried, record: Record) -> None:
    result = tried("""
def test_late(run):
    run.step("look", hold="1 s")
    with pytest.raises(Exception, match="before the first step"):
        run.interlock(**OVER)
    run.step("heat", supply=ON, belt=BELT, hold="5 s")
""")
    result.stdout.fnmatch_lines(["*plan/no-over-temperature*"])
    assert not list(record().lines("demand"))
    assert_dark(record())


def test_interlocks_of_the_bench_and_the_proof_of_off_hold_from_the_first_step_on(
    tried: Tried, record: Record, bench: BenchDescription
) -> None:
    assert bench.interlocks is not None
    tried(HEAT)
    declared = [line for line in record().lines("declare") if line["part"] == "interlock"]
    assert any(line["name"].startswith("bench: ") and line["kind"] == "terminal" for line in declared)
    assert [line["what"] for line in record().lines("event")][:1] == ["bench.off_proven"]


def test_an_interlock_that_trips_ends_step_and_test(tried: Tried, record: Record) -> None:
    result = tried("""
@pytest.mark.rig(faults=["scanner:hang@30"])
def test_hang(run):
    run.interlock(**OVER)
    run.step("heat", supply=ON, belt=BELT, hold="60 s")
    run.check("peak_temperature", at_most="42 degC")
""")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*RunEndedError: the run was ended by interlock*"])
    assert [line["signal"] for line in record().lines("trip")]
    assert_dark(record())


def test_a_defect_is_found_by_a_run_in_python(tried: Tried) -> None:
    result = tried("""
WEAK = pytest.mark.rig(defects=["unit-b-weak"])

@pytest.mark.parametrize("what", ["sound", pytest.param("weak", marks=WEAK)])
def test_units(run, what):
    run.interlock(**OVER)
    run.step("heat", supply=ON, belt=BELT, hold="2 min")
    run.check("unit_power", at_most="10 %")
""")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*unit_power: FAIL: *"])


def test_a_test_can_end_its_run_itself_and_assert_what_came_of_it(tried: Tried) -> None:
    result = tried("""
def test_ends(run):
    run.interlock(**OVER)
    run.step("heat", supply=ON, belt=BELT, hold="5 s")
    run.check("peak_temperature", at_most="20 degC")
    result = run.finish()
    assert result.off.confirmed
    assert result.judgement.verdict == "FAIL"
    with pytest.raises(Exception, match="the run is over"):
        run.step("more", hold="1 s")
""")
    result.assert_outcomes(passed=1)


def test_questions_are_answered_beforehand_and_come_back_as_values(tried: Tried, record: Record) -> None:
    result = tried("""
@pytest.mark.rig(answers={"humidity": "45 %"})
def test_asks(run):
    run.step("look", hold="1 s")
    answer = run.ask("humidity", {"text": "What does the hygrometer read?", "number": {"unit": "%"}})
    assert answer == pytest.approx(0.45)
    run.annotate("the window was open")
    with pytest.raises(Exception, match="nobody can answer it here"):
        run.ask("weather", "Does it rain?")
    run.check("peak_temperature", at_most="42 degC")
""")
    result.assert_outcomes(passed=1)
    assert any(line["what"] == "answered" for line in record().lines("operator"))
    assert any(line["data"] == {"text": "the window was open"} for line in record().lines("event"))


def test_a_requirement_that_is_covered_needs_its_check(tried: Tried, record: Record) -> None:
    source = """
def test_covers(run):
    run.plan(covers=["CUT-1"])
    run.interlock(**OVER)
    run.step("heat", supply=ON, belt=BELT, hold="5 s")
    run.check("{metric}", at_most="{limit}")
"""
    result = tried(source.format(metric="unit_power", limit="50 %"))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*covers CUT-1, and no check of it judges that*"])
    assert_dark(record())


def test_a_run_on_the_wall_clock_goes_on_between_steps(tried: Tried, record: Record) -> None:
    result = tried(
        """
import time

def test_wall(run):
    run.interlock(**OVER)
    run.step("heat", supply=ON, belt=BELT, hold="1 s")
    time.sleep(0.5)
    run.step("more", hold="1 s")
    run.check("peak_temperature", at_most="42 degC")
""",
        "--speed=2",
    )
    result.assert_outcomes(passed=1)
    ends = {line["step"]: line["t"] for line in record().lines("step") if line["state"] == "end"}
    starts = {line["step"]: line["t"] for line in record().lines("step") if line["state"] == "start"}
    between = [line for line in record().lines("scan") if ends["heat"] < line["t"] < starts["more"]]
    assert len(between) > 5
    assert any("supply" in line["s"] for line in between)


def test_a_bench_that_is_not_simulated_here_needs_live(
    tried: Tried, pytester: pytest.Pytester, bench: BenchDescription
) -> None:
    text = bench.text.partition("\nsimulation:")[0] + "\n"
    (pytester.path / "real.yaml").write_text(text, encoding="utf-8")
    result = tried(HEAT, "--bench=real.yaml")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*add --live*"])


def test_what_has_a_call_of_its_own_does_not_stand_at_the_top(tried: Tried) -> None:
    result = tried("""
def test_top(run):
    run.plan(checks=[{"peak_temperature": {"at_most": "42 degC"}}])
""")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*test_it.py:8: checks does not stand here; write run.interlock*"])


def test_a_power_that_is_refused_is_told_beside_what_the_test_said(tried: Tried) -> None:
    result = tried("""
@pytest.mark.rig(faults=["skin.a1:open"])
def test_open(run):
    run.interlock(**OVER)
    run.step("heat", supply=ON, belt=BELT, hold="5 s")
""")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*RefusedError: power is refused*"])


def test_a_teardown_is_done_with_everything_off(tried: Tried, record: Record) -> None:
    result = tried("""
def test_cools(run):
    run.interlock(**OVER)
    run.teardown("cool", hold="10 s")
    run.step("heat", supply=ON, belt=BELT, hold="5 s")
    run.check("peak_temperature", at_most="42 degC")
""")
    result.assert_outcomes(passed=1)
    (off,) = record().lines("off")
    (cool,) = [line for line in record().lines("step") if line["step"] == "cool" and line["state"] == "end"]
    assert cool["t"] > off["t"] + 9.0


def test_helpers_in_other_files_are_named_where_they_stand(tried: Tried, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(helper="def warm(run):\n    run.step('warm', hold='5 A')\n")
    result = tried("""
import sys; sys.path.insert(0, ".")
import helper

def test_helped(run):
    helper.warm(run)
""")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["* --> helper.py:2:28", "*2 |     run.step('warm', hold='5 A')"])
