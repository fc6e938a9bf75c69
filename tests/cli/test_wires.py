"""`rig run --record` and `--replay`: the wire log of a plan stands in for its bench."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rig.cli import guarded
from tests.pytest_plugin.samples import PASSES, plan

Rig = Callable[..., tuple[int, str, str]]
CHECK = f"peak_temperature: {PASSES}"


@pytest.fixture
def rig(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rig:
    """Runs plans of a folder; exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> tuple[int, str, str]:
        code = guarded(["run", *words])
        return code, *capsys.readouterr()

    return call


@pytest.fixture
def plans(tmp_path: Path) -> tuple[str, str]:
    """Two short plans."""
    for name in ("one", "two"):
        text = plan(CHECK, action="hold: 2 s").replace("Short heat", f"Heat {name}")
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return ("one.yaml", "two.yaml")


def judged(out: str) -> list[dict[str, Any]]:
    """The checks of the runs of a document without their details, whose instants agree within a millisecond only."""
    checks = [check for run in json.loads(out)["runs"] for check in run["checks"]]
    return [{key: value for key, value in check.items() if key != "detail"} for check in checks]


@pytest.mark.real_time
@pytest.mark.parametrize("speed", ["max", "2"])
def test_a_replay_gives_the_verdicts_of_the_record(rig: Rig, plans: tuple[str, str], speed: str) -> None:
    code, out, _ = rig(*plans, "--speed", speed, "--record", "wires", "--json")
    assert code == 0
    assert sorted(path.name for path in Path("wires").iterdir()) == ["one.wire.jsonl", "two.wire.jsonl"]
    again, second, _ = rig(*plans, "--replay", "wires", "--json")
    assert again == 0
    assert judged(second) == judged(out)


def test_a_difference_is_told_and_ends_with_1(rig: Rig, plans: tuple[str, str], tmp_path: Path) -> None:
    rig(plans[0], "--record", "wires")
    changed = (tmp_path / "one.yaml").read_text(encoding="utf-8").replace("rated", "7 V")
    (tmp_path / "one.yaml").write_text(changed, encoding="utf-8")
    code, _, err = rig(plans[0], "--replay", "wires")
    assert code == 1
    assert "replaying wires/one.wire.jsonl, line " in err
    assert "sent is write 'VOLT 7," in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--replay", "wires", "--speed", "2"), "leave out --speed"),
        (("--replay", "wires", "--record", "wires", "--seed", "2"), "leave out --seed, --record"),
        (("--replay", "nowhere"), "nowhere"),
        (("one.yaml", "--record", "wires"), "two plans have the same name"),
    ],
)
def test_what_does_not_go_together_is_refused(
    rig: Rig, plans: tuple[str, str], words: tuple[str, ...], said: str
) -> None:
    Path("wires").mkdir()
    code, _, err = rig(plans[0], *words)
    assert code == 2
    assert said in err


def test_logs_of_different_benches_are_not_replayed_together(rig: Rig, plans: tuple[str, str]) -> None:
    bench = Path(__file__).parents[2] / "test_plans" / "benches" / "budget-a.yaml"
    rig(plans[0], "--record", "wires")
    rig(plans[1], "--record", "wires", "--bench", str(bench))
    code, _, err = rig(*plans, "--replay", "wires")
    assert code == 2
    assert "recorded on another bench" in err
