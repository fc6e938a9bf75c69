"""A run whose engine died: judged from what is in the file, and off only if the file has seen it off."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig.bench.description import BenchDescription
from rig.engine import lost
from rig.engine.exit_codes import exit_code
from rig.engine.following import Following
from rig.engine.lost import lost_outcome
from rig.engine.process_lines import result_to_json
from rig.engine.run import RunResult
from rig.engine.series import RunFailure
from rig.engine.work import Work, link_plans
from rig.errors import BenchError, ExitCode
from rig.safety.guardian.record import GuardianLog
from rig.safety.latch import Latch
from tests.engine.onlooker import Nobody
from tests.runs import Plan, Run

pytestmark = pytest.mark.real_time

DIED = "the engine process 7 ended by SIGKILL (signal 9)"


@pytest.fixture
def work(bench: BenchDescription, short_plan: Plan) -> Work:
    return link_plans(bench, [str(short_plan("4 s"))], [], {})


@pytest.fixture
def result(run: Run, short_plan: Plan) -> RunResult:
    return run(short_plan("4 s"))


def cut_before(folder: Path, mark: bytes) -> None:
    """Leave the file as it was when it was killed before the last line of that kind."""
    file = folder / "run.jsonl"
    data = file.read_bytes()
    file.write_bytes(data[: data.rindex(mark) + 8])  # a torn line with it


@pytest.mark.parametrize(("mark", "confirmed"), [(b'{"k":"off"', False), (b'{"k":"outcome"', True)])
def test_the_outputs_are_off_only_if_the_record_saw_them_off(
    result: RunResult, work: Work, mark: bytes, confirmed: bool
) -> None:
    ((program,),) = work.plans
    cut_before(result.folder, mark)
    outcome = lost_outcome(program, work.bench, result.folder, DIED, 5.0)
    assert isinstance(outcome, RunResult)
    assert (outcome.off.confirmed, outcome.hash, outcome.ending.detail) == (confirmed, None, DIED)
    assert outcome.judgement is not None
    assert (outcome.judgement.verdict, outcome.judgement.ended) == ("ABORTED", None)
    assert outcome.trouble is not None
    assert "INTERRUPTED" in outcome.trouble
    assert 3.0 < outcome.duration_s < 6.0
    assert {detail.output for detail in outcome.off.details} >= {"supply.a.output", "supply.b.output"}


def test_what_the_record_saw_off_before_a_teardown_says_nothing_of_its_middle(
    run: Run, short_plan: Plan, bench: BenchDescription
) -> None:
    plan = short_plan("4 s")
    plan.write_text(
        plan.read_text(encoding="utf-8") + "teardown: [{name: after, hold: 5 s}]\n", encoding="utf-8"
    )
    work = link_plans(bench, [str(plan)], [], {})
    ((program,),) = work.plans
    folder = run(plan).folder
    cut_before(folder, b'{"k":"outcome"')
    whole = lost_outcome(program, bench, folder, DIED, 5.0)
    assert isinstance(whole, RunResult)
    assert whole.off.confirmed, "it was looked at once more as it ended"
    cut_before(folder, b'{"k":"off"')
    cut = lost_outcome(program, bench, folder, DIED, 5.0)
    assert isinstance(cut, RunResult)
    assert not cut.off.confirmed


def test_a_guardian_that_acted_and_saw_nothing_off_outweighs_the_record(
    result: RunResult, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    ((program,),) = work.plans
    cut_before(result.folder, b'{"k":"outcome"')
    log = GuardianLog(({"k": "alarm"},), None, None, torn=False)
    monkeypatch.setattr(lost, "read_guardian", lambda _folder: log)
    outcome = lost_outcome(program, work.bench, result.folder, DIED, 5.0)
    assert isinstance(outcome, RunResult)
    assert not outcome.off.confirmed


@pytest.mark.parametrize("folder", [False, True])
def test_without_a_record_there_is_nothing_to_judge(work: Work, tmp_path: Path, folder: bool) -> None:
    ((program,),) = work.plans
    outcome = lost_outcome(program, work.bench, tmp_path if folder else None, DIED, 5.0)
    assert isinstance(outcome, RunFailure)
    assert type(outcome.error) is BenchError
    assert DIED in str(outcome.error)
    assert (str(tmp_path) in str(outcome.error)) is folder


def test_an_engine_that_dies_after_its_last_run_is_still_trouble(
    result: RunResult, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lost, "GUARDIAN_S", 0.1)
    onlooker = Nobody()
    following = Following(work, onlooker)
    for event in (
        {"event": "ready", "pid": 7, "control": "7.sock"},
        {"event": "begins", "plan": 0},
        {"event": "began", "lane": "main", "folder": str(result.folder)},
        {"event": "ended", "lane": "main", "result": result_to_json(result)},
        {"event": "of a later version"},
        {"event": "gone", "returncode": -9},
    ):
        following.take(event)
    series = following.series(7)
    assert onlooker.told == ["begins", "began", result]
    assert [outcome for _, outcome in series.outcomes] == [result]
    assert series.trouble is not None
    assert "SIGKILL (signal 9)" in series.trouble
    assert exit_code(series) is ExitCode.UNAVAILABLE


@pytest.mark.parametrize(("mark", "latched"), [(b'{"k":"off"', True), (b'{"k":"outcome"', False)])
def test_what_nobody_saw_off_keeps_the_bench_off_also_where_the_guardian_died_too(
    result: RunResult, work: Work, monkeypatch: pytest.MonkeyPatch, mark: bytes, latched: bool
) -> None:
    monkeypatch.setattr(lost, "GUARDIAN_S", 0.1)
    cut_before(result.folder, mark)
    following = Following(work, Nobody())
    for event in (
        {"event": "ready", "pid": 7, "control": "7.sock"},
        {"event": "begins", "plan": 0},
        {"event": "began", "lane": "main", "folder": str(result.folder)},
        {"event": "gone", "returncode": -9},
    ):
        following.take(event)
    assert exit_code(following.series(7)) is ExitCode.UNAVAILABLE
    trips = [(trip.lane, trip.run, trip.why) for trip in Latch(work.bench).tripped]
    why = "NOT CONFIRMED off: its engine process died"
    assert trips == ([("main", str(result.folder.resolve()), why)] if latched else [])
