"""``rig bench jog``: a plan made of its words, run and recorded as any other, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rig import shipped
from rig.record.reader import read_run
from tests.cli.bench.conftest import Call

WORDS = {
    "--heater": "a",
    "--voltage": "2 V",
    "--current-limit": "0.5 A",
    "--level": "high",
    "--for": "20 s",
    "--operator": 'Jo "J" Doe: #1',
}


def words(out: Path, **changes: str) -> list[str]:
    given = {**WORDS, **{f"--{name.replace('_', '-')}": value for name, value in changes.items()}}
    return ["jog", *(word for pair in given.items() for word in pair), "--out", str(out)]


def lines(out: Path, *kinds: str) -> list[dict[str, Any]]:
    (file,) = out.glob("*/run.jsonl")
    return list(read_run(file).lines(*kinds))


def test_the_record_says_that_it_is_a_jog_and_by_whom(call: Call, tmp_path: Path) -> None:
    code, out, _ = call(*words(tmp_path))
    assert code == 0
    assert "outputs off, confirmed by read-back" in out
    (head,) = lines(tmp_path, "head")
    assert (head["plan"], head["operator"]) == ("jog", 'Jo "J" Doe: #1')
    plan = next(item["text"] for item in head["documents"] if item["role"] == "plan")
    assert 'purpose: "Heaters driven by hand by Jo \\"J\\" Doe: #1."' in plan
    demands = {line["output"]: line["value"] for line in lines(tmp_path, "demand") if line["by"] == "jog"}
    assert demands["supply.a.voltage"] == 2.0
    assert "supply.b.output" not in demands
    kinds = {line["kind"] for line in lines(tmp_path, "declare") if line["part"] == "interlock"}
    assert kinds >= {"above", "open", "stale"}
    (off,) = lines(tmp_path, "off")
    assert off["confirmed"]


def test_options_of_rig_run_are_handed_on(call: Call, tmp_path: Path) -> None:
    code, out, _ = call(*words(tmp_path), "--plain")
    assert code == 0
    assert "demand supply.a.output = on" in out
    assert call(*words(tmp_path / "other"), "--set", "simulation.ambient=25 degC")[0] == 0
    assert call(*words(tmp_path), "--nonsense")[0] == 2


@pytest.mark.parametrize(
    "more",
    [
        ["--set", "steps.jog.hold=9 h"],
        ["--set=steps.jog.supply.voltage=9 V"],
        ["cutoff"],
        ["--", "--slot", "main"],
        ["--", "--bench", str(shipped.bench("budget-a"))],
    ],
)
def test_options_of_rig_run_cannot_change_what_is_run(call: Call, tmp_path: Path, more: list[str]) -> None:
    code, _, err = call(*words(tmp_path / "runs"), *more)
    assert (code, "cannot be changed" in err) == (2, True)
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"voltage": "8.15 V"}, "1.1 × rated"),
        ({"for": "11 min"}, "10 min"),
        ({"for": "0 s"}, "above zero"),
        ({"voltage": "2"}, "a voltage above zero"),
        ({"voltage": "two volts"}, "--voltage"),
        ({"current_limit": "0.2 A"}, "give a higher limit"),
        ({"level": "hihg"}, "high"),
        ({"heater": "c"}, "no such heater"),
        ({"slot": "mian"}, "main"),
        ({"level": "high, session: 30 min}\n    hold: 9 h #"}, "no such level"),
    ],
)
def test_what_it_refuses_is_said_and_nothing_is_run(
    call: Call, tmp_path: Path, changes: dict[str, str], said: str
) -> None:
    code, _, err = call(*words(tmp_path / "runs", **changes))
    assert code == 2, err
    assert said in err
    assert not (tmp_path / "runs").exists()


def test_the_highest_jog_and_both_heaters(call: Call, tmp_path: Path) -> None:
    given = words(tmp_path, voltage="8.14 V", current_limit="1.2 A")
    del given[1:3]
    assert call(*given)[0] == 0
    demands = {line["output"]: line["value"] for line in lines(tmp_path, "demand")}
    assert demands["supply.b.voltage"] == pytest.approx(8.14)


def test_one_heater_of_a_shared_output_cannot_be_jogged(call: Call, tmp_path: Path) -> None:
    code, _, err = call(*words(tmp_path, bench=str(shipped.bench("four-belts"))))
    assert code == 2
    assert "shares its supply output with b" in err
