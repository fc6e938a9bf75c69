"""Plans as pytest finds, names and selects them. Nothing is run here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rig import shipped
from tests.pytest_plugin.conftest import Session
from tests.pytest_plugin.samples import FAILS, PASSES, SWEEP, peaks, plan

Write = Callable[..., None]
CHECK = f"peak_temperature: {PASSES}"


def ids(result: pytest.RunResult) -> list[str]:
    return [line for line in result.outlines if "::" in line]


def test_without_rig_plans_no_plan_is_collected(
    session: Session, write: Write, pytester: pytest.Pytester
) -> None:
    pytester.makeini("[pytest]\n")
    write(one=plan(CHECK))
    assert ids(session("--co", "-q")) == []


def test_each_check_is_an_item_and_so_is_the_run(session: Session, write: Write) -> None:
    write(one=plan(CHECK, "response_delay: {at_most: 1 s}", "report: [trip_temperature]"))
    assert ids(session("--co", "-q")) == [
        "plans/one.yaml::peak_temperature",
        "plans/one.yaml::response_delay",
        "plans/one.yaml::trip_temperature",
        "plans/one.yaml::run",
    ]


def test_a_pass_of_a_sweep_is_a_level_that_people_recognise(session: Session, write: Write) -> None:
    write(sweep=SWEEP)
    assert ids(session("--co", "-q")) == [
        "plans/sweep.yaml::drive=1.1×rated::peak_temperature",
        "plans/sweep.yaml::drive=7V::peak_temperature",
        "plans/sweep.yaml::overall",
        "plans/sweep.yaml::run",
    ]


def test_lanes_are_levels_where_there_are_several(session: Session, write: Write) -> None:
    write(one=plan(CHECK))
    four = str(shipped.bench("four-belts"))
    lanes = ids(session("--co", "-q", f"--bench={four}", "--slot", "one", "--slot", "three"))
    assert lanes == [
        f"plans/one.yaml::{lane}::{item}" for lane in ("one", "three") for item in ("peak_temperature", "run")
    ]
    assert (
        ids(session("--co", "-q", f"--bench={four}", "--slot", "two"))[0]
        == "plans/one.yaml::peak_temperature"
    )


@pytest.mark.parametrize("typed", ["drive=1.1×rated", "drive=1.1 × rated", "drive=1.1*rated"])
def test_a_pass_can_be_typed_as_the_plan_writes_it(session: Session, write: Write, typed: str) -> None:
    write(sweep=SWEEP)
    wanted = ["plans/sweep.yaml::drive=1.1×rated::peak_temperature"]
    assert ids(session("--co", "-q", f"plans/sweep.yaml::{typed}")) == wanted
    assert ids(session("--co", "-q", f"plans/sweep.yaml::{typed}::peak_temperature")) == wanted
    assert ids(session("--co", "-q", "-k", typed)) == wanted
    assert ids(session("--co", "-q", "-k", f"{typed} and not overall")) == wanted


def test_a_unit_behind_a_blank_can_be_typed_as_well(session: Session, write: Write) -> None:
    write(sweep=SWEEP)
    assert ids(session("--co", "-q", "-k", "drive=7 V and peak")) == [
        "plans/sweep.yaml::drive=7V::peak_temperature"
    ]


def test_a_plan_on_the_command_line_needs_no_ini_file(
    session: Session, write: Write, pytester: pytest.Pytester
) -> None:
    pytester.makeini("[pytest]\n")
    write(one=plan(CHECK), other="stages:\n  - name: a tavern test\n")
    assert len(ids(session("--co", "-q", "plans/one.yaml"))) == 2
    assert ids(session("--co", "-q", "plans/other.yaml")) == []


def test_other_documents_of_the_rig_are_passed_over(session: Session, write: Write) -> None:
    limits = (shipped.test_plans() / "limits" / "ir-lumbar-wrap.yaml").read_text(encoding="utf-8")
    write(limits=limits, bench=shipped.bench().read_text(encoding="utf-8"))
    result = session("--co", "-q")
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_plan_whose_first_key_is_misspelt_is_not_passed_over(session: Session, write: Write) -> None:
    write(one=plan(CHECK).replace("plan:", "paln:"))
    result = session("--co", "-q")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(['*unknown key "paln"*'])


def test_a_broken_plan_is_one_error_with_carets_and_no_traceback(session: Session, write: Write) -> None:
    write(broken=plan("peak_temperature: {at_mots: 40 degC}", "latch: {}", trip="45 K"), sound=plan(CHECK))
    result = session("-q")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(['*unknown key "at_mots"*', "*broken.yaml:*:*", "*^^^^^^^*"])
    text = result.stdout.str()
    assert text.count("ERROR collecting") == 1
    assert "unknown key" in text
    assert "wrong-dimension" in text
    assert "Traceback" not in text
    assert "collecting.py" not in text


def test_a_broken_bench_file_is_told_once(session: Session, write: Write, folder: Path) -> None:
    (folder / "bench.yaml").write_text("bench: mine\ninstrumnets: {}\n", encoding="utf-8")
    write(one=plan(CHECK), two=plan(CHECK))
    text = session("-q", "--bench=bench.yaml").stdout.str()
    assert text.count("instrumnets: {}") == 1
    assert text.count("why stands with the first plan") == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--set", "x"), "--set takes key=value"),
        (("--speed", "fast"), "'fast' is no speed"),
        (("--seed", "-1"), "a seed is"),
    ],
)
def test_a_wrong_option_is_told(session: Session, write: Write, words: tuple[str, ...], told: str) -> None:
    write(one=plan(CHECK))
    result = session("-q", *words)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert told in result.stdout.str()


def test_settings_reach_the_plan(session: Session, write: Write) -> None:
    write(sweep=SWEEP)
    result = session("--co", "-q", "--set", "drvie=7 V")
    assert "drvie" in result.stdout.str()
    assert result.ret == pytest.ExitCode.INTERRUPTED


def test_requirements_and_tags_are_markers(session: Session, write: Write) -> None:
    top = "covers: [CUT-1]\ntags: [quick, goods-in]"
    write(covered=plan(CHECK, "ramp: {at_most: 60 K/min}", top=top), other=plan(CHECK))
    peak, run = "plans/covered.yaml::peak_temperature", "plans/covered.yaml::run"
    assert ids(session("--co", "-q", "-m", "CUT-1")) == [peak, run]
    assert ids(session("--co", "-q", "-m", "requirement(id='CUT-1')")) == [peak, run]
    assert ids(session("--co", "-q", "-m", "goods-in and not CUT-1")) == ["plans/covered.yaml::ramp"]
    assert len(ids(session("--co", "-q", "-m", "not quick"))) == 2


def test_a_tag_that_would_skip_a_check_is_refused(session: Session, write: Write) -> None:
    write(one=plan(CHECK, top="tags: [skip]"))
    result = session("-q")
    result.assert_outcomes(errors=1)
    assert "'skip' is a word of pytest's own" in result.stdout.str()


def test_looking_at_what_would_run_opens_nothing(session: Session, write: Write, folder: Path) -> None:
    write(one=peaks(good=PASSES, bad=FAILS))
    for option in ("--co", "--setup-plan", "--setup-only"):
        assert session("-q", option).ret == pytest.ExitCode.OK
    assert not (folder / "runs").exists()
