"""``rig explain`` and ``rig schema`` as people and programs call them, and the hint that leads there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rig import shipped
from rig.cli import guarded
from rig.documents.catalogue import read_catalogue
from rig.plan.check import KINDS

CUTOFF = shipped.plans()["cutoff"]


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = guarded(list(words))
    out, err = capsys.readouterr()
    return code, out, err


def test_a_code_is_explained_with_what_rig_check_prints(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, err = call(capsys, "explain", "plan/wrong-dimension")
    assert (code, err) == (0, "")
    plan = tmp_path / "cutoff.yaml"
    text = CUTOFF.read_text(encoding="utf-8").replace("voltage: 1.1 × rated", "voltage: 7.4 A")
    plan.write_text(text, encoding="utf-8")
    _, _, printed = call(capsys, "check", str(plan))
    shown = printed.replace(str(plan), "cutoff/cutoff.yaml").split("note[", maxsplit=1)[0].strip()
    assert shown.startswith("error[plan/wrong-dimension]")
    assert shown in out
    assert out.rstrip().endswith("supply: {voltage: 1.1 × rated, current_limit: 1.2 A, output: on}")


@pytest.mark.parametrize("text", [code.text for code in read_catalogue()])
def test_every_code_can_be_explained(capsys: pytest.CaptureFixture[str], text: str) -> None:
    code, out, err = call(capsys, "explain", text)
    assert (code, err) == (0, "")
    assert out.startswith(tuple(f"{severity}[{text}]: " for severity in ("error", "warning", "note")))
    wrong, right = out.split("\nwrong:\n\n")[1].split("\nright:\n\n")
    assert f"[{text}]: " in wrong
    assert right.strip()


def test_a_bare_name_will_do(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "explain", "unbounded-wait")
    assert code == 0
    assert out.startswith("error[plan/unbounded-wait]: ")


def test_a_name_of_several_kinds_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "explain", "unknown-word")
    assert code == 0
    found = [line.split()[0] for line in out.splitlines() if line.startswith("  ")]
    kinds = ("bench", "drill", "limits", "mapping", "plan")
    assert found == [f"{kind}/unknown-word" for kind in kinds]
    assert out.splitlines()[-1].endswith("rig explain bench/unknown-word")


def test_without_a_code_all_are_listed_by_kind(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "explain")
    assert code == 0
    kinds = [line.removesuffix(":") for line in out.splitlines() if line.endswith(":")]
    assert kinds == sorted({"yaml", *KINDS})
    listed = [line.split()[0] for line in out.splitlines() if line.startswith("  ")]
    assert listed == [each.text for each in read_catalogue()]


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [
        ("plan/unbonded-wait", 'did you mean "plan/unbounded-wait"?'),
        ("unbonded-wait", 'did you mean "unbounded-wait"?'),
        ("zzz", "rig explain lists them all"),
    ],
)
def test_an_unknown_code_ends_with_2_and_the_nearest(
    capsys: pytest.CaptureFixture[str], wanted: str, hint: str
) -> None:
    code, out, err = call(capsys, "explain", wanted)
    assert (code, out) == (2, "")
    assert err == f"explaining {wanted}: there is no such code; {hint}\n"


def test_json_holds_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "explain", "no-over-temperature", "--json")
    assert (code, err) == (0, "")
    (entry,) = json.loads(out)["codes"]
    assert entry["wrong"]["code"] == entry["code"] == "plan/no-over-temperature"
    assert entry.keys() == {"code", "severity", "means", "why", "wrong", "right"}
    _, out, _ = call(capsys, "explain", "--json")
    assert [entry["code"] for entry in json.loads(out)["codes"]] == [code.text for code in read_catalogue()]


def test_rig_check_says_once_where_to_learn_more(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text("paln: x\n", encoding="utf-8")
    _, _, err = call(capsys, "check", str(plan))
    assert err.endswith("\n\nmore about it, with an example: rig explain yaml/kind\n")
    plan.write_text("plan: x\n", encoding="utf-8")
    plan.with_name("bench.yaml").write_text("bnech: x\n", encoding="utf-8")
    _, _, err = call(capsys, "check", str(tmp_path))
    assert err.endswith("\n\nmore about each, with an example: rig explain CODE\n")
    assert err.count("rig explain") == 1
    _, out, err = call(capsys, "check", str(tmp_path), "--json")
    assert "explain" not in out + err


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_printed_as_it_ships(capsys: pytest.CaptureFixture[str], kind: str) -> None:
    code, out, err = call(capsys, "schema", kind)
    assert (code, err) == (0, "")
    ships = shipped.test_plans() / "schema" / f"{kind}.schema.json"
    assert out == ships.read_text(encoding="utf-8")


def test_a_schema_of_nothing_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = call(capsys, "schema", "coffee")
    assert code == 2
    assert "'plan', 'bench', 'limits'" in err
