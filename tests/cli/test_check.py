"""The line of ``rig check`` that sums up: what was looked at, and what was found."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig import shipped
from rig.cli import guarded

CUTOFF = shipped.test_plans() / "cutoff" / "cutoff.yaml"
ANSWERS = shipped.test_plans() / "answers" / "incoming-inspection.yaml"
LIMITS = shipped.test_plans() / "limits" / "ir-lumbar-wrap.yaml"


def summary(capsys: pytest.CaptureFixture[str], *paths: Path) -> tuple[int, str]:
    code = guarded(["check", *map(str, paths)])
    out, err = capsys.readouterr()
    (line,) = [line for line in (err if code else out).splitlines() if " checked: " in line]
    return code, line


def test_a_file_of_answers_is_no_plan(capsys: pytest.CaptureFixture[str]) -> None:
    assert summary(capsys, ANSWERS) == (0, "1 file checked: no errors, no warnings")


def test_plans_and_other_files_are_counted_apart(capsys: pytest.CaptureFixture[str]) -> None:
    assert summary(capsys, CUTOFF) == (0, "1 plan checked: no errors, no warnings")
    assert summary(capsys, CUTOFF, ANSWERS, LIMITS) == (
        0,
        "1 plan and 2 other files checked: no errors, no warnings",
    )


def test_warnings_are_counted_beside_errors(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text = CUTOFF.read_text(encoding="utf-8")
    warned, wrong = tmp_path / "warned.yaml", tmp_path / "wrong.yaml"
    warned.write_text(text.replace("hold: 1 min", "hold: 20 s"), encoding="utf-8")
    wrong.write_text(text.replace("session: 30 min, ", ""), encoding="utf-8")
    assert summary(capsys, warned) == (0, "1 plan checked: no errors, 1 warning")
    assert summary(capsys, warned, wrong) == (2, "2 plans checked: 1 error, 1 warning")
