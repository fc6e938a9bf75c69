"""``rig judge`` of another logger's file, as people and programs call it; the page's own example is run."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from rig import shipped
from tests.cli.test_commands import CHECK_KEYS, call
from tests.logger.samples import PLAN, Sample, changed

PAGE = Path(__file__).parents[2] / "docs" / "judging-csv.md"
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_a_file_is_judged_by_the_mapping_beside_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file, _, plan = Sample(tmp_path).write()
    code, out, err = call(capsys, "judge", str(file), "--plan", str(plan), "--json")
    document = json.loads(out)
    (run,) = document["runs"]
    assert (code, document["verdict"], err) == (0, "PASS", "")
    promised = {"run", "plan", "lane", "verdict", "simulated", "duration_s", "hash", "checks"}
    assert promised <= run.keys()
    assert "wall_s" not in run
    assert all(check.keys() >= CHECK_KEYS for check in run["checks"])
    assert run["run"] == str(file)
    assert run["duration_s"] == 1800.0
    assert run["simulated"] is False


def test_people_get_a_table_with_the_reasons(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    plan = changed(
        PLAN,
        ("steady_mean: {steady_slope: 0.005 K/min, at_most: 55 degC}", "steady_mean: {at_most: 50 degC}"),
    )
    file, _, plan_file = Sample(tmp_path, plan=plan).write()
    code, out, _ = call(capsys, "judge", str(file), "--plan", str(plan_file))
    assert code == 1
    assert "steady_mean: FAIL" in out


def test_the_hash_is_of_the_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from hashlib import sha256

    file, _, plan = Sample(tmp_path).write()
    _, out, _ = call(capsys, "judge", str(file), "--plan", str(plan), "--json")
    assert json.loads(out)["runs"][0]["hash"] == sha256(file.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--plan", "plan.yaml"), "write other.mapping.yaml beside it, or give --mapping FILE"),
        (("--mapping", "step.mapping.yaml"), "name a plan with --plan FILE"),
        (("--mapping", "nothing.yaml", "--plan", "plan.yaml"), "nothing.yaml"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_judged(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file, _, _ = Sample(tmp_path).write()
    other = file.rename(tmp_path / "other.csv")
    given = [word if word.startswith("--") else str(tmp_path / word) for word in words]
    code, out, err = call(capsys, "judge", str(other), *given)
    assert (code, out) == (2, "")
    assert said in err


def test_a_plan_is_checked_against_a_mapping(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, mapping, plan = Sample(tmp_path).write()
    assert call(capsys, "check", "--mapping", str(mapping), str(plan))[0] == 0
    plan.write_text(changed(PLAN, ("time_constant: {", "time_constant: {of: plat, ")), encoding="utf-8")
    code, _, err = call(capsys, "check", "--mapping", str(mapping), str(plan))
    assert code == 2
    assert 'mapping "heater step" has no signal "plat"' in err
    assert 'did you mean "plate"?' in err


def test_a_plan_that_only_judges_is_said_to(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, _, plan = Sample(tmp_path).write()
    code, out, err = call(capsys, "check", str(plan))
    assert code == 0
    assert "plan/only-judges" in out + err
    assert call(capsys, "run", str(plan), "--out", str(tmp_path / "runs"))[0] == 2


def test_the_example_of_the_page_is_judged_as_it_says(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (plan,) = [block for block in BLOCKS if block.startswith("plan:")]
    file = tmp_path / "plate.yaml"
    file.write_text(plan, encoding="utf-8")
    mapping = shipped.mapping("heater-step")
    code, out, _ = call(
        capsys, "judge", str(mapping.with_suffix(".csv")), "--mapping", str(mapping), "--plan", str(file), "--json"
    )  # fmt: skip
    (run,) = json.loads(out)["runs"]
    assert code == 0, run["checks"]
    values = {check["name"]: check["value"] for check in run["checks"]}
    for name, text in re.findall(r"^\| `(\w+)` \| ([\d.]+)", PAGE.read_text(encoding="utf-8"), re.MULTILINE):
        assert values.pop(name) == pytest.approx(float(text), rel=0.005), name
    assert not values, "the page shows every check of its plan"


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.startswith("mapping:")])
def test_each_mapping_of_the_page_is_sound(
    block: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "page.yaml"
    file.write_text(block, encoding="utf-8")
    assert call(capsys, "check", str(file))[0] == 0
