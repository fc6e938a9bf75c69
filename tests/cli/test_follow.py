"""A run followed from its file shows what the scan itself saw."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig.cli.follow import FollowedLane
from rig.cli.progress import Look
from rig.record.following import Follower
from rig.record.naming import RUN_FILE
from tests.runs import Plan, Run, lines_of


def test_step_time_and_hottest_spot_are_those_of_the_record(run: Run, short_plan: Plan) -> None:
    result = run(short_plan("5 s"))
    look = FollowedLane(result.folder / RUN_FILE).look()
    assert look is not None
    assert (look.step, look.t) == ("heat", lines_of(result, "scan")[-1]["t"])
    assert 30.0 < look.hottest < 42.0


def test_a_step_of_a_block_is_shown_with_its_pass(run: Run, short_plan: Plan) -> None:
    plan = short_plan("1 s")
    steps, rest = plan.read_text("utf-8").split("steps:\n")
    block, checks = rest.split("checks:")
    inner = "".join(f"      {line}\n" for line in block.splitlines())
    plan.write_text(
        f"{steps}steps:\n  - name: twice\n    repeat: 2\n    steps:\n{inner}checks:{checks}", "utf-8"
    )
    look = FollowedLane(run(plan).folder / RUN_FILE).look()
    assert look is not None
    assert look.step == "twice / heat #2"


def test_nothing_is_shown_before_the_first_scan(tmp_path: Path) -> None:
    assert FollowedLane(tmp_path / RUN_FILE).look() is None


def test_half_a_line_waits_for_its_rest(tmp_path: Path) -> None:
    file = tmp_path / RUN_FILE
    follower = Follower(file)
    assert follower.new_lines() == []
    file.write_bytes(b"one\ntw")
    assert follower.new_lines() == [b"one\n"]
    with file.open("ab") as stream:
        stream.write(b"o\n")
    assert follower.new_lines() == [b"two\n"]


def test_a_file_that_grows_is_read_on(run: Run, short_plan: Plan, tmp_path: Path) -> None:
    whole = (run(short_plan("5 s")).folder / RUN_FILE).read_bytes()
    half = (whole.index(b'{"k":"scan"') + whole.rindex(b'{"k":"scan"')) // 2
    file = tmp_path / RUN_FILE
    lane, seen = FollowedLane(file), list[Look | None]()
    for size in (0, half, len(whole)):
        file.write_bytes(whole[:size])
        seen.append(lane.look())
    assert seen[0] is None
    assert seen[1] is not None
    assert seen[2] is not None
    assert seen[1].t < seen[2].t
    assert seen[2].hottest == pytest.approx(seen[1].hottest, abs=2.0)


def test_a_file_is_read_in_parts_where_that_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    lines = [b"%d\n" % number for number in range(1000)]
    path.write_bytes(b"".join(lines))
    follower, found, most = Follower(path, most=64), [], 0
    while part := follower.new_lines():
        found += part
        most = max(most, len(b"".join(part)))
    assert found == lines
    assert most <= 64 + len(lines[-1])
