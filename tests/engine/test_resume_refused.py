"""What is not resumed, and why; a refusal leaves the run as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig.cli.verify import verify
from rig.engine.resume import prepare, read_work
from rig.engine.run import RunResult
from rig.errors import BenchError, ExitCode, InputError
from rig.record import lines
from rig.record.chain import encode
from rig.record.errors import CannotWriteError
from rig.record.naming import RUN_FILE
from rig.record.reader import read_run
from rig.record.resuming import read_interrupted
from rig.record.writer import RunFile
from rig.safety.errors import RefusedError
from rig.safety.stop import StopBox
from tests.engine.interrupted import (
    CYCLES,
    began,
    cut_behind,
    ended,
    passes_made,
    point_of,
    resume,
    run_whole,
    write_plan,
)


def refused(folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        prepare(folder, read_work(folder).plans[0][0])
    assert "nothing was switched on" in str(caught.value)
    return str(caught.value)


def test_a_sealed_run_is_not_resumed(whole: RunResult) -> None:
    assert "it is sealed" in refused(whole.folder)


def test_a_run_that_had_ended_is_not_resumed(whole: RunResult, tmp_path: Path) -> None:
    folder = cut_behind(whole, tmp_path / "cut", lambda line: line["k"] == "off")
    assert "its outputs were switched off on purpose" in refused(folder)


def test_a_run_without_a_complete_pass_is_not_resumed(whole: RunResult, tmp_path: Path) -> None:
    folder = cut_behind(whole, tmp_path / "cut", began("cycles / rest", 1))
    words = refused(folder)
    assert "no pass of a `repeat:`" in words
    assert "begin a new run" in words


def test_a_run_whose_chain_is_broken_is_not_resumed(whole: RunResult, tmp_path: Path) -> None:
    folder = cut_behind(whole, tmp_path / "cut", began("cycles / heat", 3))
    path = folder / RUN_FILE
    path.write_bytes(path.read_bytes().replace(b'"belt.level","old":null', b'"belt.level","old":true', 1))
    assert "is not as it was written" in refused(folder)


def test_a_run_whose_plan_was_edited_is_not_resumed(tmp_path: Path) -> None:
    plan = write_plan(tmp_path, CYCLES % 2)
    whole = run_whole(plan, tmp_path / "runs")
    folder = cut_behind(whole, tmp_path / "cut", ended("cycles", 1))
    plan.write_text(CYCLES % 2 + "# another\n", encoding="utf-8")
    assert f"{plan} changed since it was begun" in refused(folder)
    plan.unlink()
    assert "is not there" in refused(folder)


def with_steps(whole: RunResult, runs: Path, *outcomes: str) -> Path:
    """The run as a crash leaves it in its third pass, right behind step lines that end with these outcomes."""
    folder = cut_behind(whole, runs, began("cycles / heat", 3))
    interrupted = read_interrupted(folder, lambda _: None)
    with RunFile(folder, interrupted) as file:
        for step, outcome in zip(("cycles / heat", "cycles"), outcomes, strict=False):
            file.append(lines.step(interrupted.last_s, step, "end", outcome, passes=(3,)))
    return folder


def test_a_run_that_had_run_out_of_time_is_not_resumed(whole: RunResult, tmp_path: Path) -> None:
    for number, outcomes in enumerate((("timeout",), ("timeout", "timeout"))):
        words = refused(with_steps(whole, tmp_path / str(number), *outcomes))
        assert "had run out of time, which ends a run" in words


def test_a_time_out_after_which_it_was_to_be_tried_again_ends_nothing(
    whole: RunResult, tmp_path: Path
) -> None:
    for number, outcomes in enumerate((("retry",), ("timeout", "retry"))):
        folder = with_steps(whole, tmp_path / str(number), *outcomes)
        assert prepare(folder, read_work(folder).plans[0][0]).passes == 2


def test_another_device_is_refused(whole: RunResult, tmp_path: Path) -> None:
    folder = cut_behind(whole, tmp_path / "cut", ended("cycles", 2))
    size = (folder / RUN_FILE).stat().st_size
    with pytest.raises(BenchError, match=r"serial SIM-BELT-0002.*put that one back"):
        resume(folder, seed=2)
    assert (folder / RUN_FILE).stat().st_size == size


def test_a_refusal_before_power_leaves_it_to_be_resumed_another_time(
    whole: RunResult, tmp_path: Path
) -> None:
    folder = cut_behind(whole, tmp_path / "cut", ended("cycles", 2))
    with pytest.raises(RefusedError, match=r"skin\.a1"):
        resume(folder, faults=("skin.a1:open",))
    reader = read_run(folder)
    (event,) = (line for line in reader.lines("event") if line["what"] == "bench.not_resumed")
    assert (reader.integrity.whole, reader.integrity.sealed, event["data"]["ended"]) == (
        True,
        False,
        "refused",
    )
    result = resume(folder)
    assert (result.ending.kind, passes_made(folder)) == ("completed", [1, 2, 3, 4])
    found = verify(folder)
    assert (found.exit_code, found.resumed.count("at pass 3")) == (ExitCode.PASSED, 2)


def test_a_request_before_the_first_scan_leaves_it_to_be_resumed_another_time(
    whole: RunResult, tmp_path: Path
) -> None:
    folder = cut_behind(whole, tmp_path / "cut", ended("cycles", 2))
    stop = StopBox()
    stop.stop("Ada")
    result = resume(folder, stop=stop)
    assert (result.ending.kind, result.off.confirmed, result.judgement) == ("stop", True, None)
    kinds = {line["k"] for line in read_run(folder).lines()}
    assert not kinds & {"off", "outcome", "end"}
    assert resume(folder).ending.kind == "completed"


def test_outputs_that_nobody_saw_off_before_the_first_scan_end_it(whole: RunResult, tmp_path: Path) -> None:
    folder = cut_behind(whole, tmp_path / "cut", ended("cycles", 2))
    with pytest.raises(BenchError):
        resume(folder, faults=("supply:hang@12",))
    reader = read_run(folder)
    assert [line["confirmed"] for line in reader.lines("off")] == [False]
    assert ([line["ended"] for line in reader.lines("outcome")], reader.integrity.sealed) == (["lost"], True)


def test_a_run_is_not_resumed_by_two_at_once(whole: RunResult, tmp_path: Path) -> None:
    point = point_of(whole, tmp_path / "cut")
    with RunFile(point.folder, point.interrupted):
        assert "it is in progress" in refused(point.folder)


def test_a_line_that_was_added_meanwhile_is_not_written_over(whole: RunResult, tmp_path: Path) -> None:
    point = point_of(whole, tmp_path / "cut")
    raw, _ = encode(lines.scan(99.0, {}), point.interrupted.lines, point.interrupted.last_hash)
    with point.interrupted.path.open("ab") as stream:
        stream.write(raw)
    with pytest.raises(CannotWriteError, match="it has changed since it was read"):
        RunFile(point.folder, point.interrupted)
