"""A wire that drifts while the belt heats: the inspection's check point before and after it says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig import shipped
from rig.engine.answers import Answers, read_answers_file
from rig.engine.exit_codes import exit_code_of_run
from rig.engine.run import RunResult
from rig.errors import ExitCode
from tests.runs import Run, verdicts

PLAN = shipped.plans()["incoming-inspection"]


@pytest.fixture
def inspect(run: Run, tmp_path: Path) -> Run:
    """The inspection with a fault at the beginning of its heating."""
    answers: Answers = read_answers_file(shipped.test_plans() / "answers" / "incoming-inspection.yaml", None)

    def start(fault: str = "") -> RunResult:
        text = PLAN.read_text(encoding="utf-8")
        heat = "  - name: warm up\n"
        assert heat in text
        path = tmp_path / "inspection.yaml"
        path.write_text(
            text.replace(heat, f"{heat}    inject: {fault}\n") if fault else text, encoding="utf-8"
        )
        return run(path, answers=answers)

    return start


def condition(result: RunResult) -> tuple[str, float]:
    assert result.judgement is not None
    found = next(c for c in result.judgement.conditions if c["kind"] == "check_point")
    return found["verdict"], found["value"]


def test_a_sound_channel_reads_the_same_before_and_after(inspect: Run) -> None:
    result = inspect()
    verdict, shift = condition(result)
    assert verdict == "PASS"
    assert shift == pytest.approx(0.0, abs=0.05)
    assert exit_code_of_run(result) is ExitCode.PASSED


@pytest.mark.parametrize("drift_k", [0.4, -0.4])
def test_a_wire_that_drifts_in_between_makes_the_run_invalid(inspect: Run, drift_k: float) -> None:
    result = inspect(f"phantom:drift={drift_k}")
    verdict, shift = condition(result)
    assert verdict == "INVALID"
    assert shift == pytest.approx(drift_k, abs=0.05)
    assert set(verdicts(result).values()) == {"INVALID"}
    assert exit_code_of_run(result) is ExitCode.INCONCLUSIVE


def test_a_wire_that_drifts_before_both_is_no_shift(inspect: Run) -> None:
    assert condition(inspect("skin.a1:drift=0.4"))[0] == "PASS"
