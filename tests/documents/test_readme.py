"""What the README shows of ``make run`` is what it prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig.cli import guarded

README = Path(__file__).parents[2] / "README.md"


def test_the_sample_of_the_cutoff_plan_is_what_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, _, rest = README.read_text(encoding="utf-8").partition("What `make run` prints, shortened:\n")
    sample = [line.strip() for line in rest.partition("With uv")[0].splitlines() if line.strip()]
    assert guarded(["run", "cutoff", "--out", str(tmp_path)]) == 0
    printed = {line.strip() for text in capsys.readouterr() for line in text.splitlines()}
    assert len(sample) > 8
    assert [line for line in sample if line not in printed] == []
