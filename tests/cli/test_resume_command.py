"""``rig run --resume``, and how the other commands tell of a run that was resumed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rig.cli import guarded
from rig.index import read_entry
from rig.record.following import Follower
from rig.record.naming import RUN_FILE
from rig.record.reader import read_run
from tests.engine.interrupted import CYCLES, ends_of, leave, passes_made, run_whole, write_plan


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = guarded(list(words))
    out, err = capsys.readouterr()
    return code, out, err


@pytest.fixture
def left(tmp_path: Path) -> Path:
    """The folder of a run that a crash has left in its second of three passes."""
    whole = run_whole(write_plan(tmp_path, CYCLES % 3), tmp_path / "whole")
    at = next(at for at, line in ends_of(whole.folder) if line["k"] == "step" and line.get("pass") == [2])
    return leave(whole, tmp_path / "runs", at + 2500)


def test_it_goes_on_by_the_beginning_of_its_id(capsys: pytest.CaptureFixture[str], left: Path) -> None:
    code, out, err = call(
        capsys,
        "run",
        "--resume",
        left.name[:12],
        "--out",
        str(left.parent),
        "--operator",
        "A. Tester",
        "--json",
    )
    (run,) = json.loads(out)["runs"]
    assert (code, run["verdict"], run["run"]) == (0, "PASS", str(left))
    assert run["resumed"].startswith("resumed once after ")
    assert "1 passes of 'cycles' are complete" in err
    assert next(read_run(left).lines("resumed"))["operator"] == "A. Tester"
    assert passes_made(left) == [1, 2, 3]


def test_the_table_says_that_it_was_resumed(capsys: pytest.CaptureFixture[str], left: Path) -> None:
    code, out, _ = call(capsys, "run", "--resume", str(left))
    assert code == 0
    assert "  resumed once after " in out


def test_only_what_is_new_is_streamed_behind_the_head(capsys: pytest.CaptureFixture[str], left: Path) -> None:
    before = len((left / RUN_FILE).read_bytes().splitlines())
    code, out, _ = call(capsys, "run", "--resume", str(left), "--jsonl")
    shown = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [line["k"] for line in shown[:2]] == ["head", "resumed"]
    assert [line["n"] for line in shown[1:]] == [*range(shown[1]["n"], shown[-1]["n"] + 1)]
    assert shown[1]["n"] in (before - 1, before)


def test_a_follower_begins_where_it_is_told(tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    file.write_bytes(b"head\nold\n")
    follower = Follower(file, after=9)
    assert follower.new_lines() == [b"head\n"]
    with file.open("ab") as stream:
        stream.write(b"new\nnew")
    assert follower.new_lines() == [b"new\n"]


@pytest.mark.parametrize(
    "words",
    [
        ("cutoff",),
        ("--bench", "b.yaml"),
        ("--slot", "main"),
        ("--set", "cycles=9"),
        ("--seed", "1"),
        ("--speed", "max"),
        ("--fault", "supply:hang"),
    ],
)
def test_what_the_run_brings_with_it_cannot_be_given(
    capsys: pytest.CaptureFixture[str], left: Path, words: tuple[str, ...]
) -> None:
    size = (left / RUN_FILE).stat().st_size
    code, _, err = call(capsys, "run", "--resume", str(left), *words)
    assert code == 2
    assert f"leave out {'PLAN' if words[0] == 'cutoff' else words[0]}" in err
    assert (left / RUN_FILE).stat().st_size == size


def test_a_run_that_ended_is_refused_as_wrong_input(capsys: pytest.CaptureFixture[str], left: Path) -> None:
    assert call(capsys, "run", "--resume", str(left))[0] == 0
    code, _, err = call(capsys, "run", "--resume", str(left))
    assert code == 2
    assert "it is sealed" in err


def test_a_plan_is_still_needed_without_it(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = call(capsys, "run")
    assert code == 2
    assert "PLAN" in err


@pytest.mark.real_time
def test_settings_seed_speed_and_faults_are_those_of_the_run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    plan = write_plan(tmp_path, CYCLES % 2)
    words = ("--set", "cycles=3", "--set", "simulation.ambient=24 degC", "--seed", "5", "--speed", "8")
    code, out, _ = call(
        capsys,
        "run",
        str(plan),
        *words,
        "--fault",
        "skin.b5:open@1000",
        "--out",
        str(tmp_path / "a"),
        "--json",
    )
    assert code == 0, out
    (whole,) = (tmp_path / "a").glob("*/" + RUN_FILE)
    at = next(at for at, line in ends_of(whole.parent) if line.get("pass") == [2])
    folder = tmp_path / "b" / whole.parent.name
    folder.mkdir(parents=True)
    (folder / RUN_FILE).write_bytes(whole.read_bytes()[:at])
    assert call(capsys, "run", "--resume", str(folder))[0] == 0
    reader = read_run(folder)
    assert passes_made(folder) == [1, 2, 3]
    assert next(reader.lines("resumed"))["device"]["serial"] == "SIM-BELT-0005"
    assert (reader.head["clock"], reader.head["bench"]["speed"]) == ("wall", 8.0)
    assert reader.head["bench"]["faults"] == ["skin.b5:open@1000"]


def test_the_list_marks_it_sealed_or_not(capsys: pytest.CaptureFixture[str], left: Path) -> None:
    assert read_entry(left).resumed == 0
    call(capsys, "run", "--resume", str(left))
    assert read_entry(left).resumed == 1
    data = (left / RUN_FILE).read_bytes()
    (left / RUN_FILE).write_bytes(data[: data.rindex(b'{"k":"end"')])
    assert (read_entry(left).sealed, read_entry(left).resumed) == (False, 1)
    _, out, _ = call(capsys, "runs", "list", "--out", str(left.parent))
    assert "(resumed: 1)" in out
    _, out, _ = call(capsys, "runs", "show", str(left))
    assert "at pass 2 of 'cycles'" in out


def test_verify_tells_of_it(capsys: pytest.CaptureFixture[str], left: Path) -> None:
    call(capsys, "run", "--resume", str(left))
    code, out, _ = call(capsys, "verify", str(left))
    assert code == 0
    assert "resumed   once after " in out
    _, out, _ = call(capsys, "verify", str(left), "--json")
    assert json.loads(out)["resumed"].endswith("at pass 2")


def cut_asking(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Path, Path]:
    """A run of a plan that asks in setup and in each pass, as a crash leaves it in the second; and its answers."""
    text = (
        (CYCLES % 3)
        .replace("setup:\n", "setup:\n  - {name: fit, ask: Lay the belt on the phantom, within: 1 min}\n")
        .replace(
            "      - name: rest\n",
            "      - {name: look, ask: Is it sound, within: 1 min}\n      - name: rest\n",
        )
    )
    answers = tmp_path / "answers.yaml"
    answers.write_text("answers:\n  fit: yes\n  cycles / look: yes\n", encoding="utf-8")
    plan, out = write_plan(tmp_path, text), tmp_path / "whole"
    code, _, err = call(capsys, "run", str(plan), "--answers", str(answers), "--out", str(out))
    assert code == 0, err
    (file,) = out.glob("*/" + RUN_FILE)
    at = next(at for at, line in ends_of(file.parent) if line["k"] == "step" and line.get("pass") == [2])
    folder = tmp_path / "runs" / file.parent.name
    folder.mkdir(parents=True)
    (folder / RUN_FILE).write_bytes(file.read_bytes()[:at])
    return folder, answers


def test_what_it_asks_again_is_answered_as_prepared(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder, answers = cut_asking(tmp_path, capsys)
    before = len(list(read_run(folder).lines("operator")))
    code, _, err = call(
        capsys, "run", "--resume", str(folder), "--answers", str(answers), "--operator", "Ada"
    )
    assert code == 0, err
    given = list(read_run(folder).lines("operator"))[before:]
    assert [line["data"]["step"] for line in given] == ["fit", "cycles / look #2", "cycles / look #3"]
    assert all(line["who"].startswith("Ada, by answers.yaml") for line in given)


def test_without_answers_and_without_a_terminal_it_is_refused_and_stays_as_it_is(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder, _ = cut_asking(tmp_path, capsys)
    before = (folder / RUN_FILE).read_bytes()
    code, _, err = call(capsys, "run", "--resume", str(folder), "--json")
    assert code == 2
    assert "nobody can answer it here" in err
    assert (folder / RUN_FILE).read_bytes() == before
