"""The commands as people and programs call them: documents, exit codes, and nothing on the wrong stream."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from rig import shipped
from rig.cli import guarded
from rig.platform import lock
from rig.record.reader import find_run_file
from tests.runs import Plan

CUTOFF = str(shipped.test_plans() / "cutoff" / "cutoff.yaml")
CHECK_KEYS = {
    "name", "step", "verdict", "value", "unit", "uncertainty", "limit", "rule", "margin", "requirement",
    "metric", "algorithm", "guard_band", "conformance", "detail",
}  # fmt: skip


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = guarded(list(words))
    out, err = capsys.readouterr()
    return code, out, err


def run_json(capsys: pytest.CaptureFixture[str], tmp_path: Path, *words: str) -> tuple[int, dict[str, Any]]:
    code, out, _ = call(capsys, "run", *words, "--json", "--out", str(tmp_path / "runs"))
    document = json.loads(out)
    assert isinstance(document, dict)
    return code, document


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, dict[str, Any]]:
    """How `rig run cutoff --json` ended and what it printed; its record is left as it is."""
    folder, printed = tmp_path_factory.mktemp("ran"), StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed):
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        code = guarded(["run", "cutoff", "--json", "--out", str(folder / "runs")])
    return code, json.loads(printed.getvalue())


def test_run_prints_one_document_with_the_promised_keys(ran: tuple[int, dict[str, Any]]) -> None:
    code, document = ran
    assert code == 0
    assert document["verdict"] == "PASS"
    (run,) = document["runs"]
    promised = {"run", "plan", "lane", "verdict", "simulated", "duration_s", "wall_s", "hash", "checks"}
    assert promised <= run.keys()
    assert run["simulated"] is True
    assert all(run["checks"][0].keys() >= CHECK_KEYS for _ in run["checks"])
    peak = next(check for check in run["checks"] if check["name"] == "peak_temperature")
    assert 40.0 < peak["value"] < 41.5
    assert peak["uncertainty"] == pytest.approx(0.44, abs=0.02)
    assert peak["margin"] == pytest.approx(42.0 - peak["value"])
    assert peak["requirement"] == ["CUT-1"]


def test_judge_and_verify_agree_with_the_run(
    capsys: pytest.CaptureFixture[str], ran: tuple[int, dict[str, Any]]
) -> None:
    (run,) = ran[1]["runs"]
    code, out, _ = call(capsys, "judge", run["run"], "--json")
    (again,) = json.loads(out)["runs"]
    assert code == 0
    assert again["checks"] == run["checks"]
    assert again["hash"] == run["hash"]
    code, out, _ = call(capsys, "verify", run["run"], "--json")
    found = json.loads(out)
    assert code == 0
    assert (found["whole"], found["sealed"], found["verdicts_agree"]) == (True, True, True)
    assert (found["first_fault"], found["ledger"]) == (None, "agrees")


def test_other_limits_give_other_verdicts(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, ran: tuple[int, dict[str, Any]]
) -> None:
    (run,) = ran[1]["runs"]
    folder = shipped.test_plans()
    for name in ("limits", "requirements"):
        (tmp_path / name).symlink_to(folder / name)
    strict = tmp_path / "strict.yaml"
    text = Path(CUTOFF).read_text(encoding="utf-8")
    strict.write_text(text.replace("limit: ir-lumbar-wrap/skin-peak", "at_most: 40 degC"), encoding="utf-8")
    code, out, _ = call(capsys, "judge", run["run"], "--plan", str(strict), "--json")
    verdict = {check["name"]: check["verdict"] for check in json.loads(out)["runs"][0]["checks"]}
    assert code == 1
    assert verdict["peak_temperature"] == "FAIL"
    assert verdict["response_delay"] == "PASS"


def test_an_altered_reading_is_found(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, ran: tuple[int, dict[str, Any]]
) -> None:
    (run,) = ran[1]["runs"]
    file = find_run_file(Path(shutil.copytree(run["run"], tmp_path / "run")))
    lines = file.read_bytes().splitlines(keepends=True)
    victim = next(number for number, line in enumerate(lines) if b'"scanner"' in line and number > 3000)
    digit = lines[victim].index(b'"scanner"') + 20
    changed = bytes([lines[victim][digit] ^ 1])
    lines[victim] = lines[victim][:digit] + changed + lines[victim][digit + 1 :]
    file.write_bytes(b"".join(lines))
    code, out, _ = call(capsys, "verify", str(file), "--json")
    found = json.loads(out)
    assert code == 1
    assert found["whole"] is False
    assert found["first_fault"]["line"] == victim


def test_a_run_that_is_still_written_is_not_called_interrupted(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    _, document = run_json(capsys, tmp_path, "drill")
    lines = find_run_file(Path(document["runs"][0]["run"])).read_bytes().splitlines(keepends=True)
    part = tmp_path / "part" / "run.jsonl"
    part.parent.mkdir()
    part.write_bytes(b"".join(lines[:20]))
    with part.open("ab") as written:
        lock(written.fileno())
        code, out, _ = call(capsys, "verify", str(part))
    assert code == 5
    assert "sealed    NO: the run is in progress" in out
    code, out, _ = call(capsys, "verify", str(part))
    assert code == 5
    assert "sealed    NO: the run was interrupted" in out


def test_runs_lists_and_shows(capsys: pytest.CaptureFixture[str], tmp_path: Path, short_plan: Plan) -> None:
    out = str(tmp_path / "runs")
    assert call(capsys, "run", str(short_plan("3 s")), "--out", out)[0] == 0
    code, listing, _ = call(capsys, "runs", "--out", out)
    assert code == 0
    assert "PASS" in listing
    assert "SIMULATED" in listing
    code, shown, _ = call(capsys, "runs", "show", "last", "--out", out)
    assert code == 0
    assert "outputs off (completed), confirmed by read-back" in shown


def test_text_goes_to_people_and_jsonl_is_the_record(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, short_plan: Plan
) -> None:
    plan, out = str(short_plan("3 s")), str(tmp_path / "runs")
    code, text, _ = call(capsys, "run", plan, "--out", out)
    assert code == 0
    assert "run file:" in text
    assert "✓ PASS" in text
    code, lines, _ = call(capsys, "run", plan, "--jsonl", "--out", out)
    newest = max((tmp_path / "runs").glob("*/run.jsonl"), key=lambda path: path.stat().st_mtime_ns)
    assert code == 0
    assert lines == newest.read_text(encoding="utf-8")


def test_two_plans_give_the_worse_exit_code(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, short_plan: Plan
) -> None:
    code, document = run_json(
        capsys, tmp_path, str(short_plan("3 s")), "cutoff", "--set", "simulation.defects=cutoff-late"
    )
    assert code == 1
    assert [run["verdict"] for run in document["runs"]] == ["PASS", "FAIL"]
    assert document["verdict"] == "FAIL"


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["run", "nowhere.yaml"], "the plans that ship are ambient-cold, ambient-hot"),
        (["run", "cutoff", "--set", "simulation.defects=cold-feet"], "no such defect"),
        (["run", "cutoff", "--set", "simulation.mood=bad"], "simulation.perfusion"),
        (["run", "cutoff", "--speed", "backwards"], "no speed"),
        (["run", "cutoff", "--slot", "attic"], "--slot with main"),
        (["run", "cutoff", "--fault", "scanner:sulk"], "hang, delay"),
        (["rnu", "cutoff"], "Did you mean 'run'?"),
        (["judge", "nothing"], "there is no such run"),
    ],
)
def test_wrong_input_ends_with_2_and_says_what_is_right(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    words: list[str],
    part: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = call(capsys, *words)
    assert code == 2
    assert part in err
    assert not (tmp_path / "runs").exists(), "nothing was opened"


BAD: dict[str, tuple[Callable[[str], str], str]] = {
    "unknown key": (lambda text: text.replace("steps:", "stesp:"), "did you mean"),
    "wrong dimension": (lambda text: text.replace("current_limit: 1.2 A", "current_limit: 1.2 V"), "current"),
    "interlock in the way": (lambda text: text.replace("above: 45 degC", "above: 40 degC"), "interlock"),
    "unbounded wait": (lambda text: text.replace("    within: 20 min\n", ""), "within"),
    "probe the bench lacks": (lambda text: text.replace("of: skin.hottest", "of: skin.z9"), "skin.z9"),
    "duplicate key": (lambda text: text + "\nplan: again\n", "twice"),
    "tabs": (lambda text: text.replace("  ambient", "\tambient"), "tab"),
    "empty": (lambda _text: "", "empty"),
    "aliases": (lambda _text: "a: &a [x]\nb: [*a, *a]\n", "alias"),
    "brackets": (lambda _text: "[" * 100_000, "nest"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_plan_ends_with_2_before_anything_is_opened(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    change, part = BAD[name]
    for folder in ("limits", "requirements"):
        (tmp_path / folder).symlink_to(shipped.test_plans() / folder)
    bad = tmp_path / "bad.yaml"
    bad.write_text(change(Path(CUTOFF).read_text(encoding="utf-8")), encoding="utf-8")
    for words in (["check", str(bad)], ["run", str(bad), "--out", str(tmp_path / "runs")]):
        code, _, err = call(capsys, *words)
        assert code == 2, err
        assert str(bad) in err
        assert part in err.lower()
        assert "Traceback" not in err
    assert not (tmp_path / "runs").exists()


def test_without_an_over_temperature_interlock_on_plan_or_bench_nothing_is_opened(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for folder in ("limits", "requirements"):
        (tmp_path / folder).symlink_to(shipped.test_plans() / folder)
    bench, bad = tmp_path / "bench.yaml", tmp_path / "bad.yaml"
    text = shipped.bench().read_text(encoding="utf-8")
    bench.write_text(text.replace("  - {signal: skin.*, above: 46 degC}\n", ""), encoding="utf-8")
    plan = Path(CUTOFF).read_text(encoding="utf-8")
    bad.write_text(plan.replace("above: 45 degC", "above: 70 degC"), encoding="utf-8")
    code, _, err = call(capsys, "run", str(bad), "--bench", str(bench), "--out", str(tmp_path / "runs"))
    assert code == 2, err
    assert "no-over-temperature" in err
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("content", [bytes(range(256)) * 64, b"\xff\xfeplan", b"x: " + b"y" * 50_000_000])
def test_a_file_that_is_no_plan_ends_with_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes
) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_bytes(content)
    code, _, err = call(capsys, "check", str(bad))
    assert code == 2
    assert str(bad) in err
    assert len(err) < 2000


BLOCKS = """\
plan: Blocks
purpose: Runs a block that judge and show have to name.
device: ir-lumbar-wrap
parameters: {pause: 2 s}
interlocks: [{signal: skin.*, above: 45 degC, for: 2 readings}]
steps:
  - name: sweep
    for_each: {pause: [2 s, 3 s]}
    steps:
      - {name: cycles, repeat: 2, steps: [{name: look, hold: pause}]}
  - {name: wait, until: {event: belt.cutoff}, within: 1 s, attempts: 2}
teardown:
  - {name: after, hold: 1 s}
checks:
  - peak_temperature: {at_most: 42 degC, step: cycles / look}
"""


def test_blocks_have_their_names_wherever_a_run_is_shown(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    plan = tmp_path / "blocks.yaml"
    plan.write_text(BLOCKS, encoding="utf-8")
    code, document = run_json(capsys, tmp_path, str(plan))
    (run,) = document["runs"]
    names = [f"peak_temperature [pause={pause}]" for pause in ("2 s", "3 s")]
    assert (code, [check["name"] for check in run["checks"]]) == (5, names)
    assert [check["step"] for check in run["checks"]] == [
        f"sweep[pause={pause}] / cycles / look" for pause in ("2 s", "3 s")
    ]
    assert [words.split(" ran out")[0] for words in run["retried"]] == ["wait"]
    _, table, _ = call(capsys, "judge", run["run"])
    assert "  wait ran out of time at " in table
    _, shown, _ = call(capsys, "runs", "show", run["run"])
    for words in (
        "step 'sweep[pause=3 s] / cycles / look #2' ends: held",
        "step 'wait' ends: retry",
        "step 'wait (attempt 2)' ends: timeout",
        "step 'after' ends: held",
    ):
        assert words in shown


def test_judge_takes_another_plan_with_blocks(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    plan, other = tmp_path / "blocks.yaml", tmp_path / "other.yaml"
    plan.write_text(
        BLOCKS.replace("  - {name: wait, until: {event: belt.cutoff}, within: 1 s, attempts: 2}\n", ""),
        "utf-8",
    )
    other.write_text(plan.read_text("utf-8").replace("42 degC", "30 degC"), "utf-8")
    code, document = run_json(capsys, tmp_path, str(plan))
    assert code == 0
    (run,) = document["runs"]
    code, out, _ = call(capsys, "judge", run["run"], "--plan", str(other), "--json")
    (again,) = json.loads(out)["runs"]
    assert (code, [check["verdict"] for check in again["checks"]]) == (1, ["FAIL", "FAIL"])
    code, out, _ = call(capsys, "judge", run["run"], "--plan", str(plan), "--json")
    (same,) = json.loads(out)["runs"]
    assert (code, same["checks"]) == (0, run["checks"])
    code, _, _ = call(capsys, "verify", run["run"])
    assert code == 0
